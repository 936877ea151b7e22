"""The tables of Central Reporting. No names of people, no free words of theirs, no profile of whom they covered.

People are known by their ESR number. Moments are points in time; days are days of the calendar; money is pounds.
"""

from __future__ import annotations

from esr_reporting.tables import Column, Table, list_of

# Exact to six decimals and up to a million million: more than any figure of a rota or a job plan.
FIGURE = "DECIMAL(18,6)"

_VPD = Column("vpd", "VARCHAR", "the trust, three digits (text)")
_PERSON = Column("employee_number", "VARCHAR", "the ESR number of the person in this trust (text)")
_SUBMITTAL = Column("submittal_id", "UUID", "the record")
_VERSION = Column("version", "INTEGER", "the version of the record")
_PLACE = (
    Column("product", "VARCHAR", "the rota product"),
    Column("department", "VARCHAR", "the department within it"),
)
_OCCURRED = Column("occurred_at", "TIMESTAMPTZ", "when it happened")
_APPROVED = (
    _VPD,
    _SUBMITTAL,
    _VERSION,
    *_PLACE,
    Column("record_id", "VARCHAR", "the rota product's own id of the record"),
    _PERSON,
    Column("assignment_number", "VARCHAR", "the post that it is booked on"),
    Column("approved_at", "TIMESTAMPTZ", "when it was approved"),
    Column("corrects", "UUID", "the sent record that this one reverses or replaces"),
    Column("reversal", "BOOLEAN", "it takes back the record that it corrects"),
)
_ASSIGNMENT = list_of(
    "assignment_number VARCHAR", "effective_from DATE", "effective_to DATE", "status VARCHAR", "main BOOLEAN",
    "position_title VARCHAR", "staff_group VARCHAR", "job_role VARCHAR", "grade VARCHAR", f"fte {FIGURE}",
    "organisation VARCHAR", "cost_centre VARCHAR", "location VARCHAR",
)  # fmt: skip

PERSON = Table(
    "person",
    "People as ESR knows them now, with all their dated assignments.",
    ("vpd", "employee_number"),
    ("revision",),
    (
        _VPD,
        _PERSON,
        Column("revision", "BIGINT", "grows with every change of the person"),
        Column("as_of", "TIMESTAMPTZ", "the moment up to which ESR's file speaks"),
        Column("gone", "BOOLEAN", "ESR no longer shows the person"),
        Column("hire_date", "DATE", "first day of employment"),
        Column("leaving_date", "DATE", "last day of employment"),
        Column("assignments", _ASSIGNMENT, "the dated rows of the posts"),
    ),
)
LINK = Table(
    "link",
    "To whom each departmental profile belongs now.",
    ("vpd", "product", "department", "profile_id"),
    ("revision",),
    (
        _VPD,
        *_PLACE,
        Column("profile_id", "VARCHAR", "the profile within the department"),
        Column("revision", "BIGINT", "grows with every change of the link"),
        Column("state", "VARCHAR", "linked, unlinked or review_needed"),
        Column("employee_number", "VARCHAR", "whom it is linked to; none when it is not"),
        Column("made_by", "VARCHAR", "rule or person"),
        Column("rule", "VARCHAR", "name and version of the rule that linked it"),
        _OCCURRED,
    ),
)
SUBMITTED = Table(
    "submitted",
    "When each version of a record came in from a rota.",
    ("vpd", "submittal_id", "version"),
    ("occurred_at",),
    (_VPD, _SUBMITTAL, _VERSION, Column("kind", "VARCHAR", "absence or attendance"), *_PLACE, _OCCURRED),
)
ABSENCE = Table(
    "absence",
    "Approved versions of absences.",
    ("vpd", "submittal_id", "version"),
    ("approved_at",),
    (
        *_APPROVED,
        Column("absence_type", "VARCHAR", "the trust's word for it"),
        Column("reason", "VARCHAR", "level-1 reason; of sickness S10 to S99"),
        Column("start_date", "DATE", "first day"),
        Column("start_part", "VARCHAR", "full, morning or afternoon"),
        Column("end_date", "DATE", "last day; none while open"),
        Column("end_part", "VARCHAR", "full, morning or afternoon"),
        Column("days", FIGURE, "calendar days, as approved"),
        Column("hours", FIGURE, "hours, as approved"),
        Column("sessions", FIGURE, "sessions, as approved"),
        Column("closes", "UUID", "the open absence that this record ends"),
    ),
)
ATTENDANCE = Table(
    "attendance",
    "Approved versions of paid extra work.",
    ("vpd", "submittal_id", "version"),
    ("approved_at",),
    (
        *_APPROVED,
        Column("date_worked", "DATE", "the day worked"),
        Column("session", "VARCHAR", "the rota's name for the session"),
        Column("pay_element", "VARCHAR", "the trust's code of the pay element"),
        Column("units", FIGURE, "how many of `unit`"),
        Column("unit", "VARCHAR", "hours, sessions or PAs (4 hours, 3 in premium time)"),
        Column("rate", FIGURE, "pounds for each unit"),
        Column("amount", FIGURE, "pounds"),
        Column("cost_code", "VARCHAR", "what it is charged to"),
    ),
)
WITHDRAWAL = Table(
    "withdrawal",
    "Approved versions that must not be paid after all.",
    ("vpd", "submittal_id", "version"),
    ("occurred_at",),
    (_VPD, _SUBMITTAL, _VERSION, _OCCURRED),
)
OUTCOME = Table(
    "outcome",
    "Facts: what became of each approved version on its way through payroll.",
    ("vpd", "submittal_id", "version", "outcome", "run_code"),
    ("occurred_at",),
    (
        _VPD,
        _SUBMITTAL,
        _VERSION,
        Column("outcome", "VARCHAR", "scheduled, held, sent, accepted, rejected, unknown, landed, missing or differs"),
        Column("run_code", "VARCHAR", "the run, such as MN2705; empty where the fact names none"),
        Column("pay_name", "VARCHAR", "what people call the pay of that run"),
        Column("code", "VARCHAR", "ESR's code, or ours, where there is a reason"),
        Column("reason", "VARCHAR", "the reason in words; ESR's own words may name a value of the record"),
        Column("field", "VARCHAR", "the field to mend"),
        Column("file_name", "VARCHAR", "the file of the run"),
        Column("row_number", "INTEGER", "the row in that file"),
        _OCCURRED,
    ),
)
RUN = Table(
    "run",
    "Runs that were sent, with their files and control totals.",
    ("vpd", "run_id"),
    ("sent_at",),
    (
        _VPD,
        Column("run_id", "UUID", "the run"),
        Column("run_code", "VARCHAR", "the run, such as MN2705"),
        Column("pay_name", "VARCHAR", "what people call this pay"),
        Column("sent_at", "TIMESTAMPTZ", "when its files were uploaded"),
        Column("lines_held", "INTEGER", "lines that were held back from it"),
        Column("files", list_of("file_name VARCHAR", "layout VARCHAR", "lines INTEGER"), "its files"),
        Column(
            "totals",
            list_of("name VARCHAR", "lines INTEGER", f"units {FIGURE}", f"amount {FIGURE}"),
            "lines, units and pounds of each pay element or absence type",
        ),
    ),
)
JOB_PLAN = Table(
    "job_plan",
    "The newest version of each job plan.",
    ("vpd", "provider", "plan_id"),
    ("version", "occurred_at"),
    (
        _VPD,
        Column("provider", "VARCHAR", "the job planning system"),
        Column("plan_id", "VARCHAR", "the plan there"),
        _PERSON,
        Column("version", "INTEGER", "the version of the plan"),
        Column("state", "VARCHAR", "draft, in_discussion, awaiting_sign_off, signed_off, under_revision or expired"),
        Column("effective_from", "DATE", "first day in force"),
        Column("effective_to", "DATE", "last day in force; none until further notice"),
        Column("specialty", "VARCHAR", "as the provider says"),
        Column(
            "activities",
            list_of("category VARCHAR", f"pas {FIGURE}"),
            "PAs a week by category; none where the figure could not be read",
        ),
        _OCCURRED,
    ),
)

TABLES = (PERSON, LINK, SUBMITTED, ABSENCE, ATTENDANCE, WITHDRAWAL, OUTCOME, RUN, JOB_PLAN)
