"""Judging a record: what it is judged against, loaded once for a batch, and what comes of it."""
