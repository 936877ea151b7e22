"""Which version of a person's plans is in force on a day. Pure; the summary and the delivery figures ask the same question.

Signed-off versions count first: of those that have begun, the one that begins last, and of two that begin alike, the one
recorded last (a plan that was reopened and signed again restates its own period). Only when there is none does the newest
unsigned version stand in, and is named as unsigned.

A person may hold several **posts**: plans that name different ones, or come from different providers, are each in force by
themselves. Within one post one plan is in force at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from esrlink.contracts import PlanState
from jobplan_adapter.plans.versions import HeldVersion


@dataclass(frozen=True, slots=True, order=True)
class Post:
    """What plans take each other's place in: the provider and the post's name, empty where the plans name none."""

    provider: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.provider}: {self.name}" if self.name else self.provider


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


def post_of(version: HeldVersion) -> Post:
    """The post that a version is about."""
    return Post(version.provider, (version.content.post or "").strip())


def by_post(versions: Iterable[HeldVersion]) -> Mapping[Post, list[HeldVersion]]:
    """A person's versions of each post, posts in order of provider and name."""
    found: dict[Post, list[HeldVersion]] = {}
    for one in versions:
        found.setdefault(post_of(one), []).append(one)
    return dict(sorted(found.items()))


def in_force_by_post(versions: Iterable[HeldVersion], on: date) -> Mapping[Post, HeldVersion]:
    """The versions of a person in force on a day, one for each post that has one; their figures are summed."""
    chosen = {post: in_force(some, on) for post, some in by_post(versions).items()}
    return {post: one for post, one in chosen.items() if one is not None}


def in_force(versions: Iterable[HeldVersion], on: date) -> HeldVersion | None:
    """The version of one post in force on a day."""
    begun = [one for one in versions if _runs(one, on)]
    candidates = [one for one in begun if one.signed] or [one for one in begun if one.current]
    return max(candidates, key=_rank, default=None)


def being_prepared(versions: Iterable[HeldVersion], chosen: HeldVersion) -> HeldVersion | None:
    """The newest version of the same post that is not signed off and follows the one in force: a revision, a later plan."""
    later = [
        one
        for one in versions
        if one.current and not one.signed and one.plan_state is not PlanState.EXPIRED
        if post_of(one) == post_of(chosen) and _rank(one) > _rank(chosen)
    ]
    return max(later, key=_rank, default=None) if chosen.signed else None


def stretches(versions: Sequence[HeldVersion], first: date, last: date) -> list[Stretch]:
    """The period cut wherever another version of one post comes into force."""
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
        if merged and merged[-1].version is version:
            merged[-1] = Stretch(merged[-1].first, end, version)
        else:
            merged.append(Stretch(begin, end, version))
    return merged


def stretches_by_post(versions: Iterable[HeldVersion], first: date, last: date) -> Mapping[Post, list[Stretch]]:
    """The stretches of each post that has a plan in the period; a person without any has none."""
    cut = {post: stretches(some, first, last) for post, some in by_post(versions).items()}
    return {post: some for post, some in cut.items() if any(one.version for one in some)}


def _runs(one: HeldVersion, on: date) -> bool:
    begins = one.content.effective_from
    return begins is not None and begins <= on and (one.ends is None or on <= one.ends)


def _rank(one: HeldVersion) -> tuple[object, ...]:
    return (one.content.effective_from or date.min, one.recorded_at, one.provider, one.plan_id, one.version)
