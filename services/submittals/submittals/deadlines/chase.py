"""Chase lists: how much waits for whom, by approver, by department and by person, with what is late.

A record that waits for any of several people is on the list of each of them; the lists by department and by person count
it once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from esrlink.clock import LONDON
from esrlink.db import Database, ReadTx
from submittals.deadlines.holders import TASK_OF, TASKS, Holder, holders, place_of, places_of_members
from submittals.deadlines.waiting_records import BLOCK, Waiting, blocks
from submittals.deadlines.when import Deadline, Turn, deadline_of, turn_of
from submittals.esr import cut_offs, people
from submittals.esr.cut_offs import PayCalendar
from submittals.esr.people import ProfilePlace
from submittals.flow.away import away_today
from submittals.trusts import editions
from submittals.trusts.settings import TrustSettings

By = Literal["approver", "department", "person"]


@dataclass(frozen=True, slots=True)
class Scene:
    """What chase lists are made against: the trust, its calendar, and who the groups' members are, at one moment."""

    vpd: str
    trust: TrustSettings
    calendar: PayCalendar
    people: Mapping[ProfilePlace, str]
    now: datetime
    away: frozenset[ProfilePlace] = frozenset()

    @property
    def turn(self) -> Turn:
        """The cut-off that comes next."""
        return turn_of(self.calendar, self.now)

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(LONDON).date()

    def holders(self, record: Waiting) -> list[Holder]:
        """Who has the record now."""
        return holders(record, self.trust, self.people, self.today, self.away)

    def deadline(self, record: Waiting) -> Deadline | None:
        """What the record has to make."""
        return deadline_of(self.calendar, record.first_day, record.state, self.now)


async def scene_of(tx: ReadTx, vpd: str, now: datetime) -> Scene:
    """The scene of a trust. Raises `NotFound` for one that is not set up.

    Three statements, and two more where deputies wait for a member's leave.
    """
    trust = await editions.in_force(tx, vpd, now)
    calendar = await cut_offs.load(tx, vpd, trust.period_type)
    linked = await people.linked(tx, vpd, places_of_members(trust))
    folded = {place_of("", "", "/".join(place)): number for place, number in linked.items()}
    away = await away_today(tx, vpd, trust, now.astimezone(LONDON).date())
    return Scene(vpd, trust, calendar, folded, now, away)


@dataclass(slots=True)
class Tally:
    """How many records wait, by what has to be done and by whether their pay is missed, next or later."""

    tasks: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TASKS, 0))
    late: int = 0
    due: int = 0
    later: int = 0
    oldest_day: date = date.max
    since: datetime | None = None

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.tasks.values())

    def count(self, record: Waiting, turn: Turn) -> None:
        """Count a record in."""
        self.tasks[TASK_OF[record.state]] += 1
        when = turn.when(record.first_day)
        setattr(self, when, getattr(self, when) + 1)
        self.oldest_day = min(self.oldest_day, record.first_day)
        self.since = record.since if self.since is None else min(self.since, record.since)


@dataclass(frozen=True, slots=True)
class Chased:
    """A line of a chase list: whom it is about, and how much waits there. What does not apply is empty."""

    product: str
    department: str
    kind: str
    approver: str
    employee_number: str
    profile_id: str
    tally: Tally


Keys = Callable[[Waiting, Scene], Iterable[tuple[str, str, str, str, str, str]]]


def _by_approver(record: Waiting, scene: Scene) -> Iterable[tuple[str, str, str, str, str, str]]:
    return ((one.product, one.department, one.kind, one.approver, "", "") for one in scene.holders(record))


def _by_department(record: Waiting, _scene: Scene) -> Iterable[tuple[str, str, str, str, str, str]]:
    return ((record.product, record.department, "department", "", "", ""),)


def _by_person(record: Waiting, _scene: Scene) -> Iterable[tuple[str, str, str, str, str, str]]:
    number = record.employee_number or ""
    return ((record.product, record.department, "person", "", number, record.profile_id),)


_KEYS: Mapping[By, Keys] = {"approver": _by_approver, "department": _by_department, "person": _by_person}


class ChaseList:
    """A chase list in the making."""

    def __init__(self, by: By, scene: Scene) -> None:
        self._keys, self._scene, self._turn = _KEYS[by], scene, scene.turn
        self._tallies: dict[tuple[str, str, str, str, str, str], Tally] = {}

    def count(self, records: Iterable[Waiting]) -> None:
        """Count records in."""
        for record in records:
            for key in self._keys(record, self._scene):
                self._tallies.setdefault(key, Tally()).count(record, self._turn)

    def lines(self) -> list[Chased]:
        """The list: by department, in each the most that is late first."""
        made = [Chased(*key, tally=tally) for key, tally in self._tallies.items()]
        return sorted(made, key=_place_on_list)


def _place_on_list(line: Chased) -> tuple[object, ...]:
    tally = line.tally
    whom = (line.approver, line.employee_number, line.profile_id)
    return (line.product, line.department, -tally.late, -tally.due, -tally.later, line.kind, *whom)


async def chase_list(database: Database, scene: Scene, by: By, departments: frozenset[str] | None) -> list[Chased]:
    """The chase list of these departments ("product/department" keys; none = all of the trust)."""
    made = ChaseList(by, scene)
    async for records in blocks(database, scene.vpd, departments):
        made.count(records)
    return made.lines()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records that wait: those that an approver has, of a person, late or due or later ones."""

    approver: str | None = None
    employee_number: str | None = None
    when: str | None = None

    def takes(self, record: Waiting, scene: Scene, turn: Turn) -> bool:
        """Whether it is one of them."""
        if self.employee_number is not None and record.employee_number != self.employee_number:
            return False
        if self.when is not None and turn.when(record.first_day) != self.when:
            return False
        if self.approver is None:
            return True
        wanted = place_of(record.product, record.department, self.approver)
        return any(
            one.kind == "approver" and place_of(one.product, one.department, one.approver) == wanted
            for one in scene.holders(record)
        )


async def records_waiting(
    database: Database,
    scene: Scene,
    departments: frozenset[str] | None,
    wanted: Wanted,
    after: UUID | None = None,
    size: int = BLOCK,
) -> AsyncIterator[Sequence[Waiting]]:
    """The records that wait and are wanted, block by block, in the order of their ids."""
    turn = scene.turn
    async for records in blocks(database, scene.vpd, departments, after, size):
        yield [record for record in records if wanted.takes(record, scene, turn)]
