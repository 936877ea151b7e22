"""The chapters of the story, in order. Each has a title and can be told again without harm."""

from esr_demo.chapters import (
    answers,
    changes,
    job_plans,
    mending,
    payday,
    profiles,
    records,
    reports,
    setting_up,
    snapshot,
)

CHAPTERS = (setting_up, snapshot, profiles, changes, records, payday, answers, mending, job_plans, reports)
