"""The layout of a file of job plans: one table, one row for each line of a plan, what a row is about in its column `line`.

The columns, which kinds of line use them and what they hold, as data: the reader, the writer, the template and the reference
documentation all follow it. The column of the ESR number is named by the provider's settings; here it is `IDENTITY`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

IDENTITY = "employee_number"


class LineKind(StrEnum):
    """What a row is about."""

    PERSON = "person"
    PLAN = "plan"
    CATEGORY = "category"
    SIGN_OFF = "sign_off"
    SESSION = "session"
    SPA_ACTIVITY = "spa_activity"
    FLEXIBLE = "flexible"
    ANNUALISED = "annualised"
    ON_CALL = "on_call"


_P, _PLAN, _C, _S = LineKind.PERSON, LineKind.PLAN, LineKind.CATEGORY, LineKind.SIGN_OFF
_TIMED = (LineKind.SESSION, LineKind.SPA_ACTIVITY)
_ACTIVITIES = (*_TIMED, LineKind.FLEXIBLE, LineKind.ANNUALISED)
_ALL = tuple(LineKind)
_OF_PLAN = tuple(one for one in LineKind if one is not LineKind.PERSON)

STATES = ("draft", "submitted", "in_discussion", "awaiting_sign_off", "completed", "expired")
CATEGORIES = ("DCC", "SPA", "ANR", "ED", "APA", "ANR+ED")
ACCOUNT_STATES = ("live", "dormant", "dummy")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it holds, the kinds of line that may fill it and those that must."""

    name: str
    meaning: str
    lines: Sequence[LineKind]
    needed: Sequence[LineKind] = ()


COLUMNS: tuple[Column, ...] = (
    Column("line", "What the row is about: " + ", ".join(f"`{one.value}`" for one in LineKind), _ALL, _ALL),
    Column("plan", "Your id of the plan; it stays the same for as long as the plan does", _OF_PLAN, _OF_PLAN),
    Column(IDENTITY, "The owner's ESR number. Other rows of the plan may leave it out", _ALL),
    Column("account", "Your id of the person, where it is not the ESR number", (_P, _PLAN)),
    Column("account_state", "`live` (also when empty), `dormant` or `dummy`", (_P, _PLAN)),
    Column("first_name", "Only to suggest whom ESR may mean", (_P, _PLAN)),
    Column("last_name", "The same", (_P, _PLAN)),
    Column("email", "The same", (_P, _PLAN)),
    Column("post", "Names the post, when a person has several at once: each has plans of its own", (_PLAN,)),
    Column("state", ", ".join(f"`{one}`" for one in STATES), (_PLAN,), (_PLAN,)),
    Column("effective_from", "First day in force", (_PLAN,), (_PLAN,)),
    Column("effective_to", "Last day in force; empty = until the next one", (_PLAN,)),
    Column("completed_on", "The day when the last signature was given", (_PLAN,)),
    Column("contract_type", "Such as `Consultant 2003`", (_PLAN,)),
    Column("core_pas", "PAs a week by contract, without additional ones", (_PLAN,)),
    Column("working_weeks", "Weeks a year that the plan is for, such as 42", (_PLAN,)),
    Column("hours_per_pa", "Hours of a PA; empty = 4", (_PLAN,)),
    Column("hours_per_premium_pa", "Hours of a PA in premium time; empty = 3", (_PLAN,)),
    Column("specialty", "As your departments' settings name it", (_PLAN,)),
    Column("directorate", "Any text", (_PLAN,)),
    Column("role", "Who signs: `Consultant`, `Clinical Director`, ...", (_S,), (_S,)),
    Column("signed", "`yes` or `no`", (_S,), (_S,)),
    Column("signed_on", "The day of the signature", (_S,)),
    Column("signed_by", "The name of whoever signed", (_S,)),
    Column("weekday", "`Monday` to `Sunday`", _TIMED),
    Column("starts", "Local time, `08:30`", _TIMED),
    Column("ends", "Local time; before `starts` when it ends the next day", _TIMED),
    Column("activity", "Such as `Theatre list`", _ACTIVITIES),
    Column("category", ", ".join(f"`{one}`" for one in CATEGORIES), (_C, *_ACTIVITIES), (_C,)),
    Column("pas", "PAs a week, averaged over the cycle", (_C, *_TIMED, LineKind.FLEXIBLE), (_C, LineKind.FLEXIBLE)),
    Column("every_weeks", "Held every so many weeks: `1` (also when empty), `2`, `fortnightly`, `1 in 5`", _TIMED),
    Column("week_of_cycle", "Which week of the cycle, from 1", _TIMED),
    Column("premium", "`yes` in premium time, `no`; empty = not stated", _TIMED),
    Column("location", "Any text", _TIMED),
    Column("pas_a_year", "PAs a year", (LineKind.ANNUALISED,), (LineKind.ANNUALISED,)),
    Column("year_starts", "First day of its year; empty = with the plan", (LineKind.ANNUALISED,)),
    Column("on_call_category", "`A` or `B`", (LineKind.ON_CALL,)),
    Column("supplement", "Availability supplement in per cent of pay, `5%`", (LineKind.ON_CALL,)),
    Column("frequency", "Such as `1 in 8`", (LineKind.ON_CALL,)),
)

BY_NAME = {one.name: one for one in COLUMNS}


def heading(identity: str) -> list[str]:
    """The first row of a file, with the provider's own name for the column of the ESR number."""
    return [identity if one.name == IDENTITY else one.name for one in COLUMNS]
