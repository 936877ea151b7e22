"""The tables of the submittals service.

It keeps no names, dates of birth or contact details: numbers join, people are looked up elsewhere.
"""

from submittals.tables.base import metadata
from submittals.tables.esr import assignment, calendar, cut_off, person, profile_link
from submittals.tables.records import decision, settlement, submittal, submittal_version
from submittals.tables.trusts import trust

__all__ = [
    "assignment",
    "calendar",
    "cut_off",
    "decision",
    "metadata",
    "person",
    "profile_link",
    "settlement",
    "submittal",
    "submittal_version",
    "trust",
]
