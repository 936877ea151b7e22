"""The people of one trust as they stand after some days of changes: the start plus each day's changes, played again.

The changes of a day are made by the seed and the day, so a world needs no storage: the days are enough to rebuild it.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from esr_sandbox.world.people import ACTIVE, TERMINATED, Assignment, Person, Spell
from esr_sandbox.world.posts import ROLES, Position, posts_of
from esr_sandbox.world.recruiting import Recruiter
from esr_sandbox.world.trusts import Trust

JOINERS = 5
LEAVERS = 3
RESENT = 10
_NEW_A_DAY = JOINERS + 1
_NOTICE = timedelta(days=45)


@dataclass(frozen=True)
class DayOfChanges:
    """What changed on a day, in employee numbers; `deleted` is the assignment that was removed as entered in error."""

    day: date
    joiners: tuple[str, ...]
    future_starter: str
    leavers: tuple[str, ...]
    changed_post: str
    new_position: Position
    deleted: Assignment | None
    resent: tuple[str, ...]


@dataclass
class World:
    """One trust's people by employee number, brought forward day by day."""

    recruiter: Recruiter
    staff: int
    people: dict[str, Person] = field(default_factory=dict)
    days: list[DayOfChanges] = field(default_factory=list)

    @property
    def trust(self) -> Trust:
        """The trust that these people work for."""
        return self.recruiter.trust

    @classmethod
    def begin(cls, trust: Trust, seed: int, anchor: date, staff: int, days: Iterable[date] = ()) -> "World":
        """Return the world after the changes of `days`, in their order."""
        recruiter = Recruiter(trust, seed, anchor)
        world = cls(recruiter, staff)
        for index in range(staff):
            person = recruiter.person(index)
            world.people[person.employee_number] = person
        for day in days:
            world.advance(day)
        return world

    def advance(self, day: date) -> DayOfChanges:
        """Apply the changes of one day and return them."""
        rng = random.Random(f"{self.recruiter.seed}/{self.trust.vpd}/{day}")
        settled = [person for person in self.people.values() if _settled(person, day)]
        rng.shuffle(settled)
        plain = (person for person in settled if not person.departments and len(person.assignments) == 1)
        joiners, starter = self._recruit(day)
        leavers = tuple(self._leave(person, day) for person, _ in zip(plain, range(LEAVERS), strict=False))
        resent = tuple(person.employee_number for person, _ in zip(plain, range(RESENT // 2), strict=False))
        changed = next(person for person in settled if person.departments and len(person.assignments) == 1)
        position = self._move(changed, day)
        two_posts = (person for person in settled if not person.departments and len(person.assignments) > 1)
        deleted = self._remove_second_post(next(two_posts, None))
        done = DayOfChanges(day, joiners, starter, leavers, changed.employee_number, position, deleted, resent)
        self.days.append(done)
        return done

    def assignment(self, number: str) -> tuple[Person, Assignment] | None:
        """Return the person and the assignment of an assignment number."""
        person = self.people.get(number.partition("-")[0])
        if person is None:
            return None
        return next(((person, held) for held in person.assignments if held.number == number), None)

    def in_departments(self) -> Iterator[Person]:
        """Return the doctors whom rota products know."""
        return (person for person in self.people.values() if person.departments)

    def _recruit(self, day: date) -> tuple[tuple[str, ...], str]:
        first = self.staff + len(self.days) * _NEW_A_DAY
        new = [self.recruiter.person(first + n, hired_on=day, entered=day) for n in range(JOINERS)]
        starter = self.recruiter.person(first + JOINERS, hired_on=day + _NOTICE, entered=day)
        for person in (*new, starter):
            self.people[person.employee_number] = person
        return tuple(person.employee_number for person in new), starter.employee_number

    def _leave(self, person: Person, day: date) -> str:
        assignments = tuple(replace(held, spells=_ended(held.spells, day)) for held in person.assignments)
        names = (*person.names[:-1], replace(person.names[-1], end=day))
        self.people[person.employee_number] = replace(
            person,
            leaving_date=day,
            assignments=assignments,
            names=names,
            competencies=person.competencies - 1,
            updated=day,
        )
        return person.employee_number

    def _move(self, person: Person, day: date) -> Position:
        """Give a person the same role in the next organisation from that day on."""
        posts = posts_of(self.trust)
        held = person.assignments[0]
        before = held.last
        at = posts.positions.index(before.position)
        position = posts.positions[(at + len(ROLES)) % len(posts.positions)]
        spells = (
            *held.spells[:-1],
            replace(before, end=day - timedelta(days=1)),
            Spell(day, before.end, before.status, position, before.fte),
        )
        moved = replace(person, assignments=(replace(held, spells=spells), *person.assignments[1:]), updated=day)
        self.people[person.employee_number] = moved
        return position

    def _remove_second_post(self, person: Person | None) -> Assignment | None:
        if person is None:
            return None
        self.people[person.employee_number] = replace(person, assignments=person.assignments[:1])
        return person.assignments[1]


def _settled(person: Person, day: date) -> bool:
    """Whether a person has worked here for a while, goes on to, and so may be drawn for a change."""
    last = person.assignments[0].last
    return person.leaving_date is None and last.start < day - timedelta(days=30) and last.status == ACTIVE


def _ended(spells: tuple[Spell, ...], day: date) -> tuple[Spell, ...]:
    last = spells[-1]
    return (
        *spells[:-1],
        replace(last, end=day),
        replace(last, start=day + timedelta(days=1), status=TERMINATED),
    )
