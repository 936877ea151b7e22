"""From when to when somebody is at a place: the dated rows of all their posts there, joined where they follow each other. Pure.

ESR date-tracks every change: a new grade, or a second post, is a new row and no coming or going.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)

# In ESR's words. Somebody on leave or seconded still has their place; a word that is not known counts as being there.
NOT_THERE = frozenset({"Terminated", "Offer Accepted", "Inactive Not Worked"})


@dataclass(frozen=True, slots=True)
class Post:
    """A dated row of an assignment, as far as a rota needs it. Both days are included; no last day: until further notice."""

    assignment_number: str
    effective_from: date
    effective_to: date | None = None
    status: str = "Active Assignment"
    primary: bool = False
    organisation: str | None = None
    staff_group: str | None = None
    grade: str | None = None
    job_role: str | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is in force and its holder is there."""
        return self.effective_from <= day <= (self.effective_to or date.max) and self.status not in NOT_THERE


@dataclass(frozen=True, slots=True)
class Spell:
    """Days without a gap: the first and the last, which are included."""

    starts: date
    ends: date | None

    @property
    def away(self) -> date | None:
        """The first day that is no longer of it."""
        return None if self.ends is None or self.ends == date.max else self.ends + _DAY


@dataclass(frozen=True, slots=True)
class Window:
    """The days that a changeover is looked for on, the first and the last included."""

    first: date
    last: date

    @classmethod
    def around(cls, changeover: date, days_before: int, days_after: int) -> Window:
        """So many days before and after a changeover."""
        return cls(changeover - timedelta(days=days_before), changeover + timedelta(days=days_after))

    def __contains__(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last


def spells_of(posts: Iterable[Post], last_day: date | None = None) -> list[Spell]:
    """The spells of these rows, oldest first. `last_day`: of the person's employment, after which nothing counts."""
    limit = last_day or date.max
    dated = sorted(
        (one.effective_from, min(one.effective_to or date.max, limit))
        for one in posts
        if one.status not in NOT_THERE and one.effective_from <= min(one.effective_to or date.max, limit)
    )
    joined: list[tuple[date, date]] = []
    for starts, ends in dated:
        if joined and (joined[-1][1] == date.max or starts <= joined[-1][1] + _DAY):
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((starts, ends))
    return [Spell(starts, None if ends == date.max else ends) for starts, ends in joined]


def main_post(posts: Sequence[Post], day: date) -> Post | None:
    """Of the rows in force on a day the main one, else the one with the lowest number."""
    held = [one for one in posts if one.holds_on(day)]
    return min(held, key=lambda one: (not one.primary, one.assignment_number), default=None)
