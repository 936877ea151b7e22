"""Submittals in hand and in the tables: versions, decisions, facts, the state derived from them, lists and counts."""
