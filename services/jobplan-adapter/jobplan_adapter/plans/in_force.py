"""Which version of a person's plans is in force on a day. Pure; the summary and the delivery figures ask the same question.

Signed-off versions count first: of those that have begun, the one that begins last, and of two that begin alike, the one
recorded last (a plan that was reopened and signed again restates its own period). Only when there is none does the newest
unsigned version stand in, and is named as unsigned. One plan is in force at a time; several posts are not told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jobplan_adapter.plans.versions import HeldVersion


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive days, first and last included, with the version in force on all of them; none when there is no plan."""

    first: date
    last: date
    version: HeldVersion | None

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1


def in_force(versions: Iterable[HeldVersion], on: date) -> HeldVersion | None:
    """The version in force on a day."""
    begun = [one for one in versions if _runs(one, on)]
    candidates = [one for one in begun if one.signed] or [one for one in begun if one.current]
    return max(candidates, key=_rank, default=None)


def being_prepared(versions: Iterable[HeldVersion], chosen: HeldVersion) -> HeldVersion | None:
    """The newest version that is not signed off and follows the one in force: its revision, or a later plan."""
    later = [
        one for one in versions if one.current and not one.signed and one.ends is None and _rank(one) > _rank(chosen)
    ]
    return max(later, key=_rank, default=None) if chosen.signed else None


def stretches(versions: Sequence[HeldVersion], first: date, last: date) -> list[Stretch]:
    """The period cut wherever another version comes into force."""
    starts = {first}
    for one in versions:
        if one.content.effective_from:
            starts.add(one.content.effective_from)
        if one.ends:
            starts.add(one.ends + timedelta(days=1))
    cuts = sorted(day for day in starts if first <= day <= last)
    ends = [day - timedelta(days=1) for day in cuts[1:]] + [last]
    merged: list[Stretch] = []
    for begin, end in zip(cuts, ends, strict=True):
        version = in_force(versions, begin)
        if merged and merged[-1].version == version:
            merged[-1] = Stretch(merged[-1].first, end, version)
        else:
            merged.append(Stretch(begin, end, version))
    return merged


def _runs(one: HeldVersion, on: date) -> bool:
    begins = one.content.effective_from
    return begins is not None and begins <= on and (one.ends is None or on <= one.ends)


def _rank(one: HeldVersion) -> tuple[object, ...]:
    return (one.content.effective_from or date.min, one.recorded_at, one.provider, one.plan_id, one.version)
