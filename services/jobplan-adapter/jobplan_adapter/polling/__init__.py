"""Asking the providers, and how each does."""
