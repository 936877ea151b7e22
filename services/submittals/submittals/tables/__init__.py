"""The tables of the submittals service.

It keeps no names and no dates of birth: numbers join, people are looked up elsewhere. The only contact details are the
addresses that a trust gives for reminders, in a table of their own.
"""

from submittals.tables.absences import absence_extension
from submittals.tables.base import metadata
from submittals.tables.deadlines import approver_address, mail, mail_recipient, reminder_round, reminder_setting
from submittals.tables.esr import assignment, calendar, cut_off, person, profile_link
from submittals.tables.flow import answered_request, correction, early_withdrawal
from submittals.tables.job_plans import job_plan, job_plan_delivery
from submittals.tables.records import decision, settlement, submittal, submittal_version
from submittals.tables.trusts import settings_edition, trust

__all__ = [
    "absence_extension",
    "answered_request",
    "approver_address",
    "assignment",
    "calendar",
    "correction",
    "cut_off",
    "decision",
    "early_withdrawal",
    "job_plan",
    "job_plan_delivery",
    "mail",
    "mail_recipient",
    "metadata",
    "person",
    "profile_link",
    "reminder_round",
    "reminder_setting",
    "settings_edition",
    "settlement",
    "submittal",
    "submittal_version",
    "trust",
]
