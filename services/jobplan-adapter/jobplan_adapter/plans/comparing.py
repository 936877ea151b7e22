"""What changed from one version of a plan to the next, field by field, in words that people read. Pure.

Lines of a timetable are compared as lines: one that stands where another stood is a change of it, the others were added or
dropped. A figure that cannot be read is told by its own text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from itertools import zip_longest
from typing import TypeVar

from jobplan_adapter.plans.plan import Annualised, Flexible, Plan, Reading, Session, SignOff

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that differs. None stands for what is not stated, or for a line that is not there."""

    field: str
    label: str
    before: str | None
    after: str | None


def changes_between(before: Plan, after: Plan) -> list[Difference]:
    """All that differs, figures first, in the order in which a plan is read."""
    told = [*_figures(before, after), *_plain(before, after), *_sign_offs(before, after)]
    told += _lines("timetable", before.timetable, after.timetable, session_in_words, _place)
    told += _lines("spa_activities", before.spa_activities, after.spa_activities, session_in_words, _activity)
    told += _lines("flexible", before.flexible, after.flexible, _flexible, _activity)
    told += _lines("annualised", before.annualised, after.annualised, _annualised, _activity)
    told += _lines("unread", before.unread, after.unread, str, lambda _: "What else could not be read")
    return [one for one in told if one.before != one.after]


def session_in_words(one: Session) -> str:
    """A line of a timetable: `Monday 08:00 to 12:00, Theatre list, DCC, 1 PA a week, every 2 weeks (week 1), North Wing`."""
    every = None if one.every_weeks in (None, Decimal(1)) else f"every {one.every_weeks:f} weeks"
    if every and one.week_of_cycle:
        every += f" (week {one.week_of_cycle})"
    pas = _reading(one.pas)
    hours = f"{one.starts:%H:%M} to {one.ends:%H:%M}" if one.starts and one.ends else _hour(one.starts)
    parts = [
        " ".join(filter(None, (one.weekday.value.capitalize() if one.weekday else None, hours))),
        one.activity,
        one.category,
        f"{pas} PAs a week" if pas else None,
        every,
        "premium time" if one.premium else None,
        one.location,
        f"not read: {one.raw}" if one.raw else None,
    ]
    return ", ".join(filter(None, parts)) or "an empty line"


def _figures(before: Plan, after: Plan) -> Iterable[Difference]:
    old, new = ({a.category: _stated(a.pas, a.raw) for a in plan.activities} for plan in (before, after))
    for category in {**old, **new}:
        yield Difference(f"activities.{category}", f"{category}, PAs a week", old.get(category), new.get(category))
    for name, label in (("core_pas", "Core PAs a week"), ("working_weeks", "Working weeks a year")):
        yield Difference(name, label, _reading(getattr(before, name)), _reading(getattr(after, name)))
    for name, label in (("hours_per_pa", "Hours of a PA"), ("hours_per_premium_pa", "Hours of a PA in premium time")):
        yield Difference(name, label, f"{getattr(before, name):f}", f"{getattr(after, name):f}")


def _plain(before: Plan, after: Plan) -> Iterable[Difference]:
    for name, label in (
        ("effective_from", "First day"),
        ("effective_to", "Last day"),
        ("provider_state", "State, as the provider says"),
        ("completed_on", "Completed on"),
        ("post", "Post"),
        ("contract_type", "Contract"),
        ("specialty", "Specialty"),
        ("directorate", "Directorate"),
    ):
        yield Difference(name, label, _text(getattr(before, name)), _text(getattr(after, name)))
    old, new = before.on_call, after.on_call
    yield Difference("on_call.on_call", "On-call", "yes" if old.on_call else "no", "yes" if new.on_call else "no")
    yield Difference("on_call.category", "On-call category", old.category, new.category)
    supplements = _reading(old.supplement), _reading(new.supplement)
    yield Difference("on_call.supplement", "On-call supplement, per cent", *supplements)
    yield Difference("on_call.frequency", "On-call frequency", old.frequency, new.frequency)


def _sign_offs(before: Plan, after: Plan) -> Iterable[Difference]:
    old, new = ({one.role: _signed(one) for one in plan.sign_offs} for plan in (before, after))
    for role in {**old, **new}:
        yield Difference(f"sign_offs.{role}", f"Sign-off: {role}", old.get(role), new.get(role))


def _lines(
    field: str, before: Sequence[T], after: Sequence[T], words: Callable[[T], str], label: Callable[[T], str]
) -> list[Difference]:
    """Lines that are in both say nothing; of the others, those with one label are one line before and after."""
    dropped, added = Counter(before) - Counter(after), Counter(after) - Counter(before)
    old, new = _by_label(dropped.elements(), label), _by_label(added.elements(), label)
    return [
        Difference(field, name, words(one) if one is not None else None, words(other) if other is not None else None)
        for name in {**old, **new}
        for one, other in zip_longest(old.get(name, []), new.get(name, []))
    ]


def _by_label(lines: Iterable[T], label: Callable[[T], str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for one in lines:
        found.setdefault(label(one), []).append(one)
    return found


def _place(one: Session) -> str:
    day = one.weekday.value.capitalize() if one.weekday else "No day"
    return " ".join(filter(None, (day, _hour(one.starts))))


def _activity(one: Session | Flexible | Annualised) -> str:
    return one.activity or one.category or "Not named"


def _flexible(one: Flexible) -> str:
    pas = _reading(one.pas)
    return ", ".join(filter(None, (one.activity, one.category, f"{pas} PAs a week" if pas else None)))


def _annualised(one: Annualised) -> str:
    pas = _reading(one.pas_a_year)
    begins = f"its year begins on {one.year_starts}" if one.year_starts else None
    return ", ".join(filter(None, (one.activity, one.category, f"{pas} PAs a year" if pas else None, begins)))


def _signed(one: SignOff) -> str:
    if not one.signed:
        return "not signed"
    return " ".join(
        filter(None, ("signed", f"on {one.signed_on}" if one.signed_on else None, f"by {one.by}" if one.by else None))
    )


def _reading(one: Reading) -> str | None:
    return _stated(one.value, one.raw)


def _stated(value: Decimal | None, raw: str | None) -> str | None:
    return f"{value:f}" if value is not None else f"cannot be read: {raw}" if raw is not None else None


def _text(value: date | str | None) -> str | None:
    return None if value is None else str(value)


def _hour(moment: time | None) -> str | None:
    return f"{moment:%H:%M}" if moment else None
