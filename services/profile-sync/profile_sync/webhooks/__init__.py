"""Webhooks: the change feed, sent to the addresses that rota products gave."""
