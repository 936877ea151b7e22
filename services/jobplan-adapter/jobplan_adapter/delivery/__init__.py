"""Planned against delivered."""
