"""What is not certain about a person's figures, named. Pure: a code for machines, a sentence for people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from esrlink.contracts import PlanState
from jobplan_adapter.delivery.leave import Away
from jobplan_adapter.plans.in_force import Post, Stretch
from jobplan_adapter.plans.versions import HeldVersion

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """One reason to read the figures with care."""

    code: str
    detail: str


def of_version(version: HeldVersion) -> Iterator[Uncertainty]:
    """What is not certain about one version."""
    name = f"{version.provider}/{version.plan_id} version {version.version}"
    plan = version.content
    if not version.signed:
        yield Uncertainty("plan_unsigned", f"{name} is not signed off.")
    elif version.plan_state is PlanState.UNDER_REVISION:
        yield Uncertainty("under_revision", f"{name} was reopened; its last signed-off figures are used.")
    unread = [(one.category, one.raw) for one in plan.activities if one.pas is None]
    unread += [
        (one.category or "annualised", one.pas_a_year.raw) for one in plan.annualised if one.pas_a_year.value is None
    ]
    for category, raw in unread:
        yield Uncertainty("unreadable_figure", f"{name}: {category} reads {raw!r}, not a figure.")
    if plan.core_pas.raw is not None:
        yield Uncertainty("unreadable_figure", f"{name}: core PAs read {plan.core_pas.raw!r}, not a figure.")
    if not plan.activities and not plan.annualised:
        yield Uncertainty("no_figures", f"{name} states no PAs by category.")
    if plan.working_weeks.value is None and plan.activities:
        yield Uncertainty(
            "working_weeks_missing",
            f"{name} states no readable working weeks; 52 stand in, less all leave and bank holidays.",
        )


def of_period(
    posts: Mapping[Post, Sequence[Stretch]],
    away: Away,
    weeks_reported: Collection[int],
    first: date,
    last: date,
    *,
    today: date,
) -> list[Uncertainty]:
    """What is not certain about the figures of a period.

    `weeks_reported`: those weeks, Monday to Sunday, for which any work was put; the one that `first` lies in is 0.
    """
    found = list(_without_plan(posts, first, last))
    for version in {id(one.version): one.version for some in posts.values() for one in some if one.version}.values():
        found += [one for one in of_version(version) if one not in found]
    if last >= today:
        found.append(Uncertainty("period_not_over", f"The period runs to {last}; work after {today} cannot be known."))
    if away.open:
        found.append(Uncertainty("absence_open", "An absence has no end yet; it is counted up to today."))
    silent, weeks = _silent_weeks(away, weeks_reported, first, min(last, today - timedelta(days=1)))
    if silent:
        told = ", ".join(str(day) for day in silent[:_SHOWN]) + (" and more" if len(silent) > _SHOWN else "")
        found.append(
            Uncertainty("work_not_reported", f"No work was put for {len(silent)} of {weeks} weeks (from {told}).")
        )
    return found


def _without_plan(posts: Mapping[Post, Sequence[Stretch]], first: date, last: date) -> Iterator[Uncertainty]:
    """The days on which no post has a plan in force."""
    covered = sorted((one.first, one.last) for some in posts.values() for one in some if one.version)
    day = first
    for begin, end in [*covered, (last + timedelta(days=1), last)]:
        if begin > day:
            until = begin - timedelta(days=1)
            days = (until - day).days + 1
            yield Uncertainty("plan_missing", f"No plan is in force from {day} to {until} ({days} days).")
        day = max(day, end + timedelta(days=1))


def week_of(day: date, first: date) -> int:
    """The number of a day's week, Monday to Sunday; the one that `first` lies in is 0."""
    return (day - first + timedelta(days=first.weekday())).days // 7


def _silent_weeks(away: Away, reported: Collection[int], first: date, last: date) -> tuple[list[date], int]:
    """The first days of those weeks with no work put and a weekday that was not absent, and how many weeks there are."""
    weeks = week_of(last, first) + 1 if last >= first else 0
    monday = first - timedelta(days=first.weekday())
    silent = []
    for number in range(weeks):
        if number not in reported:
            begin = max(first, monday + timedelta(days=7 * number))
            weekdays = (begin + timedelta(days=n) for n in range(5 - begin.weekday()))
            if any(day <= last and not away.away_on(day) for day in weekdays):
                silent.append(begin)
    return silent, weeks
