"""Every finding that the rules know: how strict it is as it comes, how far a trust may change that, and its figures.

A trust sets severity and figures by the finding's code, dated with its other settings. What would let a machine pay twice,
pay nobody in particular, or write a line that ESR cannot take stays an error whatever is set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from submittals.trusts.settings import RuleSetting, TrustSettings

Severity = Literal["error", "warning", "off"]
_STRICTNESS: dict[Severity, int] = {"off": 0, "warning": 1, "error": 2}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a rule: what it means, and its value as it comes (none: the rule rests until the trust gives one)."""

    meaning: str
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding. `mildest` is what a trust may make of it at most; `why` says why it is not "off"."""

    code: str
    severity: Severity
    finds: str
    mildest: Severity = "off"
    why: str = ""
    figures: Mapping[str, Figure] = field(default_factory=dict)


_NOBODY = "pay goes to an assignment of a known person"
_UNWRITABLE = "no line could be written for ESR"
_TWICE = "nothing is paid twice by a machine"
_OTHERS_END = "ESR would end another absence, or one twice"


def _fixed(code: str, finds: str, why: str) -> Entry:
    return Entry(code, "error", finds, "error", why)


def _by_people(code: str, finds: str, **figures: Figure) -> Entry:
    return Entry(code, "warning", finds, figures=figures)


_ENTRIES: tuple[Entry, ...] = (
    _fixed("person_not_linked", "the profile is not linked to a person; judged again by itself when it is", _NOBODY),
    _fixed(
        "assignment_not_active", "no assignment of a fitting status on the day, or not the one that is named", _NOBODY
    ),
    _fixed("outside_employment", "before the person's first post in ESR, or between two", _NOBODY),
    _fixed("leaver", "after the person's last post ended", _NOBODY),
    _fixed("assignment_suspended", "extra work on an assignment that is suspended", _NOBODY),
    _fixed("career_break", "extra work on an assignment in a career break", _NOBODY),
    _fixed("assignment_changed", "ESR's assignment for that day changed after the record was enriched", _NOBODY),
    _fixed("person_changed", "the profile turned out to be another person's after the approval", _NOBODY),
    _by_people("assignment_ambiguous", "several posts fit and one was chosen"),
    _by_people("acting_up_chosen", "the post that was chosen is acting up: its grade sets the pay"),
    _by_people("assignment_status_unknown", "ESR's status word is new to this service"),
    _by_people("absence_while_away", "leave while the assignment is suspended or in a career break"),
    _fixed("absence_type_unknown", "the type is not in the trust's list", _UNWRITABLE),
    Entry(
        "absence_reason_needed",
        "error",
        "no reason, and the type needs one; sickness needs S10 to S99",
        "warning",
        "ESR asks for it",
    ),
    Entry("absence_reason_unknown", "error", "the reason is not in the trust's list", "warning", "ESR may refuse it"),
    _fixed("absence_overlaps", "another absence of the person on the same half day", "ESR holds one absence at a time"),
    _fixed("closing_unknown", "`closes` names no open absence of the person in this department", _OTHERS_END),
    _fixed("closing_differs", "type or start are not those of the open absence that it closes", _OTHERS_END),
    _fixed("closed_already", "another record closes the same open absence", _OTHERS_END),
    _by_people(
        "certificate_missing",
        "sickness of more than some calendar days without a doctor's statement",
        days=Figure("calendar days that a person may certify themselves", Decimal(7)),
    ),
    _by_people("units_assumed", "hours of leave follow from sessions or from part of full time: ESR gives no pattern"),
    Entry(
        "study_leave_over",
        "off",
        "more study leave than the trust allows in some years, this record included",
        figures={
            "days": Figure("working days that are allowed; the rule rests until they are given"),
            "years": Figure("in so many years up to the last day of the leave", Decimal(3)),
        },
    ),
    _fixed("pay_element_unknown", "the trust has no such pay element", _UNWRITABLE),
    _fixed("pay_element_missing", "no pay element fits the grade; a warning until it is enriched", _UNWRITABLE),
    _fixed("units_missing", "nobody said how many units; a warning until it is enriched", _UNWRITABLE),
    Entry("cost_code_unknown", "error", "payroll does not take the cost code", "warning", "payroll may refuse it"),
    _fixed("unit_wrong", "the unit is not the pay element's own, so its rate says nothing of it", _UNWRITABLE),
    _fixed("amount_too_large", "units times rate are more than a record may hold", _UNWRITABLE),
    _fixed(
        "in_lieu_paid", "time off in lieu with a rate or an amount", "it is planned work at another time, paid already"
    ),
    Entry(
        "note_needed",
        "error",
        "a figure differs from the default and no note says why",
        "warning",
        "whoever validates must see it",
    ),
    _by_people("differs_from_default", "a figure differs from the default, and the note says why"),
    Entry(
        "attendance_during_absence",
        "error",
        "paid work while on leave",
        "warning",
        "somebody must look before both are paid",
    ),
    _by_people("may_be_during_absence", "part of the day is leave and no times are given, or a night ends in leave"),
    _fixed("double_claim", "the same person at the same time, in any department", _TWICE),
    _fixed("duplicate_of_sent", "the same was sent to ESR before", _TWICE),
    _by_people("possible_double_claim", "another department's session on the same day, without times"),
    _by_people(
        "duplicate_across_products",
        "the same leave, or times within some minutes, from another product: one entry recorded in both",
        minutes=Figure("how far starts and ends may lie apart", Decimal(10)),
    ),
    _by_people(
        "hours_implausible",
        "a session that is longer or shorter than sessions are",
        longest=Figure("hours of the longest session", Decimal(13)),
        shortest=Figure("hours of the shortest one", Decimal("0.5")),
    ),
    _by_people("session_time_unusual", "a morning, afternoon, evening or night that begins at another time of the day"),
    _by_people(
        "rest_time_short",
        "less rest than the law asks for in the 24 hours from the start of this or of another extra session",
        hours=Figure("hours of rest without a break (Working Time Regulations 1998, regulation 10)", Decimal(11)),
    ),
    _by_people(
        "in_plan_not_extra",
        "extra work at a time for which the person's signed job plan has direct clinical care: moved, not extra",
        minutes=Figure("so long a stretch of both is let pass", Decimal(30)),
    ),
    Entry(
        "working_week_long",
        "off",
        "with this record the person works more hours a week on average; off, since who opted out is not known here",
        figures={
            "hours": Figure("hours a week (Working Time Regulations 1998, regulation 4)", Decimal(48)),
            "weeks": Figure("weeks over which the average goes", Decimal(17)),
        },
    ),
    Entry(
        "too_old", "error", "before the trust's limit for late claims (`retro_days`)", "warning", "payroll must know"
    ),
    Entry(
        "period_closed",
        "error",
        "the pay period is closed: too many cut-offs have passed since",
        figures={"cut_offs": Figure("how many may have passed", Decimal(3))},
    ),
    _by_people("late", "its cut-off has passed: it rolls to the next pay"),
    _by_people("cut_off_unknown", "the trust's next cut-off is not known"),
    _by_people("not_worked_yet", "the day worked is still to come"),
)

CATALOGUE: Mapping[str, Entry] = {entry.code: entry for entry in _ENTRIES}


def severity_of(trust: TrustSettings, code: str, found: Severity) -> Severity:
    """How strictly a finding is taken: as the trust has set it, but no milder than it may be. `found`: as the rule says."""
    entry, setting = CATALOGUE[code], trust.rule(code)
    if setting is None:
        return "off" if entry.severity == "off" else found
    if entry.mildest == "error":
        return found
    return max(setting.severity, entry.mildest, key=_STRICTNESS.__getitem__)


def is_on(trust: TrustSettings, code: str) -> bool:
    """Whether a finding is wanted at all: rules that cost something ask before they look."""
    entry, setting = CATALOGUE[code], trust.rule(code)
    return (setting.severity if setting else entry.severity) != "off" or entry.mildest != "off"


def figure_of(trust: TrustSettings, code: str, name: str) -> Decimal | None:
    """A figure of a rule: as the trust has set it, or as it comes."""
    setting = trust.rule(code)
    if setting is not None and name in setting.parameters:
        return setting.parameters[name]
    return CATALOGUE[code].figures[name].value


def refused_settings(settings: Iterable[RuleSetting]) -> list[tuple[int, str]]:
    """Which of a trust's settings of rules cannot be taken: (place in the list, why, as a sentence)."""
    refused = []
    for place, setting in enumerate(settings):
        entry = CATALOGUE.get(setting.code)
        if entry is None:
            refused.append((place, f"There is no rule {setting.code}."))
            continue
        if entry.mildest == "error" and setting.severity != "error":
            refused.append((place, f"{setting.code} is always an error: {entry.why}."))
        elif _STRICTNESS[setting.severity] < _STRICTNESS[entry.mildest]:
            refused.append((place, f"{setting.code} cannot be switched off: {entry.why}."))
        unknown = sorted(set(setting.parameters) - set(entry.figures))
        if unknown:
            known = ", ".join(entry.figures) or "none"
            refused.append((place, f"{setting.code} has no figure {', '.join(unknown)}. It has: {known}."))
    return refused
