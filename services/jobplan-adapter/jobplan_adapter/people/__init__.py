"""Whom ESR knows, and which of them a provider's user is."""
