"""The tables of profile-sync: people as ESR knows them, profiles as rota products know them, and what ties the two.

Every table but the register of trusts is under row-level security by `vpd`. Look-ups by name, number or registration go
through `person_key` and `profile_key` by equality or range only: under row-level security PostgreSQL uses an index for no
operator that could leak a value, so LIKE, trigram and array operators would read whole trusts.
"""

from profile_sync.tables.base import metadata
from profile_sync.tables.changes import change, change_floor, webhook, webhook_delivery
from profile_sync.tables.cohorts import cohort, cohort_person
from profile_sync.tables.links import link, link_candidate, link_decision, link_revision
from profile_sync.tables.people import assignment, name_word, person, person_key, person_revision
from profile_sync.tables.profiles import profile, profile_key
from profile_sync.tables.rule_runs import rule_run, rule_run_change
from profile_sync.tables.trusts import department, trust

__all__ = [
    "assignment",
    "change",
    "change_floor",
    "cohort",
    "cohort_person",
    "department",
    "link",
    "link_candidate",
    "link_decision",
    "link_revision",
    "metadata",
    "name_word",
    "person",
    "person_key",
    "person_revision",
    "profile",
    "profile_key",
    "rule_run",
    "rule_run_change",
    "trust",
    "webhook",
    "webhook_delivery",
]
