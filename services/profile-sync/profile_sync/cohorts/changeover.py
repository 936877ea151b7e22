"""Who comes to a department and who leaves it around a changeover, told from the dated rows of their posts. Pure.

joiner: new here. mover: comes from another organisation of the trust, or goes to one. returner: was here, or in the trust,
before. leaver: goes, to nowhere in the trust that ESR shows. Who stays is none of these, whatever grade they have next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from esrlink.web.wording import day, listed
from profile_sync.cohorts.spells import Post, Spell, Window, main_post, spells_of

Kind = Literal["joiner", "leaver", "mover", "returner"]
_DAY = timedelta(days=1)
_NAMELESS = "a post without an organisation"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose changes a cohort is about, in ESR's words; empty for all."""

    staff_groups: frozenset[str] = frozenset()
    grades: frozenset[str] = frozenset()

    def takes(self, post: Post) -> bool:
        """Whether a post is of a wanted staff group and grade."""
        return (not self.staff_groups or post.staff_group in self.staff_groups) and (
            not self.grades or post.grade in self.grades
        )


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody comes to a department or leaves it. `ends` is the last day there, where ESR knows one."""

    kind: Kind
    comes: bool
    starts: date
    ends: date | None
    post: Post
    sentence: str


def change_of(
    posts: Sequence[Post],
    is_here: Callable[[str | None], bool],
    window: Window,
    wanted: Wanted = Wanted(),
    last_day: date | None = None,
) -> Change | None:
    """What changes of a person in one department within the window; none when nothing does, or nothing that is wanted.

    `is_here` tells whether an organisation is the department. Who leaves and comes back within the window only comes back.
    """
    inside, outside = [one for one in posts if is_here(one.organisation)], _elsewhere(posts, is_here, last_day)
    here = spells_of(inside, last_day)
    arrivals = [one for one in here if one.starts in window]
    if arrivals:
        spell = Spell(arrivals[0].starts, arrivals[-1].ends)
        kind, sentence = _coming(spell, here, outside, window)
        return _change(kind, spell, inside, wanted, spell.starts, sentence)
    departures = [one for one in here if one.away in window]
    if departures:
        spell = departures[-1]
        assert spell.ends is not None  # noqa: S101 - it has a day after it
        kind, sentence = _going(spell, outside, window)
        return _change(kind, spell, inside, wanted, spell.ends, sentence, comes=False)
    return None


def _change(
    kind: Kind, spell: Spell, posts: Sequence[Post], wanted: Wanted, on: date, sentence: str, *, comes: bool = True
) -> Change | None:
    post = main_post([one for one in posts if wanted.takes(one)], on)
    return None if post is None else Change(kind, comes, spell.starts, spell.ends, post, sentence)


def _elsewhere(
    posts: Iterable[Post], is_here: Callable[[str | None], bool], last_day: date | None
) -> dict[str, list[Spell]]:
    by_name: dict[str, list[Post]] = defaultdict(list)
    for one in posts:
        if not is_here(one.organisation):
            by_name[one.organisation or _NAMELESS].append(one)
    return {name: spells_of(some, last_day) for name, some in sorted(by_name.items())}


def _coming(spell: Spell, here: Sequence[Spell], outside: dict[str, list[Spell]], window: Window) -> tuple[Kind, str]:
    starts = day(spell.starts)
    before = [one for one in here if one.ends is not None and one.ends < spell.starts]
    left = [name for name, some in outside.items() if any(one.away in window for one in some)]
    if before:
        return "returner", f"Was here until {_day(before[-1].ends)} and comes back on {starts}."
    if left:
        return "mover", f"Comes from {listed(left)} on {starts}."
    stays = _in_force(outside, spell.starts - _DAY)
    if stays:
        return "joiner", f"Takes up a post here on {starts}, beside {listed(stays)}."
    ended = [one.ends for some in outside.values() for one in some if one.ends and one.ends < spell.starts]
    if ended:
        return "returner", f"Worked elsewhere in the trust until {_day(max(ended))} and comes back on {starts}."
    return "joiner", f"Joins on {starts}."


def _going(spell: Spell, outside: dict[str, list[Spell]], window: Window) -> tuple[Kind, str]:
    last = _day(spell.ends)
    taken = [name for name, some in outside.items() if any(one.starts in window for one in some)]
    if taken:
        return "mover", f"Last day here is {last}; goes to {listed(taken)}."
    stays = _in_force(outside, spell.away) if spell.away else []
    if stays:
        return "leaver", f"Last day here is {last}; stays at {listed(stays)}."
    return "leaver", f"Last day in the trust is {last}."


def _in_force(outside: dict[str, list[Spell]], on: date) -> list[str]:
    return [
        name
        for name, some in outside.items()
        if any(one.starts <= on and (one.ends is None or on <= one.ends) for one in some)
    ]


def _day(value: date | None) -> str:
    return day(value) if value else "an unknown day"
