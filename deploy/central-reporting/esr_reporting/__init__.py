"""Central Reporting."""
