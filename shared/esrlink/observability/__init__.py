"""What can be seen of a running service: structured logs without personal data, metrics, health and traces."""
