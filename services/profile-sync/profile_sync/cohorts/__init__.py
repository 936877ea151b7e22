"""Cohorts of rotating doctors: who comes and goes at a changeover, a plan that a person edits, and what became of it."""
