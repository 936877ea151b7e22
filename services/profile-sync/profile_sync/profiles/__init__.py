"""Profiles as rota products know them."""
