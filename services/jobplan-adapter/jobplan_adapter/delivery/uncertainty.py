"""What is not certain about a person's figures, named. Pure: a code for machines, a sentence for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from esrlink.contracts import PlanState
from jobplan_adapter.delivery.reckoning import Absent, Done
from jobplan_adapter.plans.in_force import Stretch
from jobplan_adapter.plans.versions import HeldVersion


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """One reason to read the figures with care."""

    code: str
    detail: str


def of_version(version: HeldVersion) -> Iterator[Uncertainty]:
    """What is not certain about one version."""
    name = f"{version.provider}/{version.plan_id} version {version.version}"
    if not version.signed:
        yield Uncertainty("plan_unsigned", f"{name} is not signed off.")
    elif version.plan_state is PlanState.UNDER_REVISION:
        yield Uncertainty("under_revision", f"{name} was reopened; its last signed-off figures are used.")
    for activity in version.content.activities:
        if activity.pas is None:
            yield Uncertainty("unreadable_figure", f"{name}: {activity.category} reads {activity.raw!r}, not a figure.")
    if version.content.core_pas.raw is not None:
        yield Uncertainty("unreadable_figure", f"{name}: core PAs read {version.content.core_pas.raw!r}, not a figure.")
    if not version.content.activities:
        yield Uncertainty("no_figures", f"{name} states no PAs by category.")
    if version.content.working_weeks.value is None:
        yield Uncertainty(
            "working_weeks_missing", f"{name} states no readable working weeks; 52 stand in, less all leave."
        )


def of_period(
    stretches: Sequence[Stretch], absences: Sequence[Absent], work: Sequence[Done], *, today: date
) -> list[Uncertainty]:
    """What is not certain about the figures of the period that `stretches` cover."""
    first, last = stretches[0].first, stretches[-1].last
    found = [
        Uncertainty("plan_missing", f"No plan is in force from {one.first} to {one.last} ({one.days} days).")
        for one in stretches
        if one.version is None
    ]
    for stretch in stretches:
        if stretch.version is not None:
            found += [one for one in of_version(stretch.version) if one not in found]
    if last >= today:
        found.append(Uncertainty("period_not_over", f"The period runs to {last}; work after {today} cannot be known."))
    if any(one.open for one in absences):
        found.append(Uncertainty("absence_open", "An absence has no end yet; it is counted up to today."))
    silent, weeks = _silent_weeks(absences, work, first, min(last, today - timedelta(days=1)))
    if silent:
        told = ", ".join(str(day) for day in silent[:5]) + (" and more" if len(silent) > 5 else "")
        found.append(
            Uncertainty("work_not_reported", f"No work was put for {len(silent)} of {weeks} weeks (from {told}).")
        )
    return found


def _silent_weeks(absences: Sequence[Absent], work: Sequence[Done], first: date, last: date) -> tuple[list[date], int]:
    """The first days of those weeks, counted from `first`, with no work put and a weekday that was not absent."""
    silent, weeks = [], 0
    day = first
    while day <= last:
        end = min(day + timedelta(days=6), last)
        weekdays = [d for n in range((end - day).days + 1) if (d := day + timedelta(days=n)).weekday() < 5]
        weeks += 1
        present = any(all(one.share_of(d) == 0 for one in absences) for d in weekdays)
        if present and not any(day <= one.day <= end for one in work):
            silent.append(day)
        day = end + timedelta(days=1)
    return silent, weeks
