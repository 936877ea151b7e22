"""The chapters of the story, in order. Each has a title and can be told again without harm."""

from esr_demo.chapters import changes, job_plans, outcomes, payday, profiles, records, setting_up, snapshot

CHAPTERS = (setting_up, snapshot, profiles, changes, records, payday, outcomes, job_plans)
