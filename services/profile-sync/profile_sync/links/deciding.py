"""Recording what people decide about links, one or hundreds at once, and letting it take effect.

Nothing is overwritten: a decision is a row that stays, and undoing it is another row. What holds is folded from them all
(`decisions`), so a rule that runs later finds the decision and leaves it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from esrlink.db import ReadTx, WriteTx
from esrlink.db.rowset import insert_rows
from esrlink.errors import Conflict, EsrLinkError, Invalid, NotFound, StaleVersion
from esrlink.ids import NewId
from profile_sync.links.evaluating import take_effect, weigh
from profile_sync.links.locks import hold_profiles, hold_trust
from profile_sync.links.rows import Stored, Subject, load_links, load_subjects
from profile_sync.links.weighing import Weighed
from profile_sync.profiles.putting import no_profile
from profile_sync.rules.decisions import Decision, Kind, stance_of, standing
from profile_sync.rules.facts import Place
from profile_sync.tables import link_decision, person
from profile_sync.trail import Through, note_decisions
from profile_sync.trusts import rule_settings

_DECISION = [c.name for c in link_decision.columns if c.name != "seq"]
_RECORD = insert_rows(link_decision, _DECISION)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants decided. `revision` is that of the link which they looked at; a stale one is refused.

    `undoes` is the decision to take back, the last that stands unless it is said. `decision_id` is the same whenever this
    very wish is sent again, so that it is recorded once.
    """

    kind: Kind
    by: str
    employee_number: str | None = None
    reason: str | None = None
    revision: int | None = None
    undoes: UUID | None = None
    decision_id: UUID | None = None
    through: Through = "api"


@dataclass(frozen=True, slots=True)
class Considered:
    """Wishes looked at one by one: the profiles with the new decisions, and why some wishes are refused.

    `repeated` are wishes that were recorded before.
    """

    subjects: Mapping[Place, Subject]
    decisions: dict[Place, Decision]
    refused: dict[Place, EsrLinkError]
    repeated: frozenset[Place]

    def without(self, refused: Mapping[Place, EsrLinkError]) -> Considered:
        """The same, with more of them refused."""
        kept = {place: one for place, one in self.decisions.items() if place not in refused}
        subjects = {place: one for place, one in self.subjects.items() if place not in refused}
        return Considered(subjects, kept, {**self.refused, **refused}, self.repeated)


@dataclass(frozen=True, slots=True)
class Change:
    """A link as it was, and as it is then. Both may say the same: a decision can be one that only matters later."""

    before: Stored
    after: Stored

    @property
    def place(self) -> Place:
        """Which profile."""
        return self.after.place


@dataclass(frozen=True, slots=True)
class Decided:
    """What becomes of wishes: which are refused and why, which were recorded before, and what all others change.

    `changes` has the links of the profiles that are decided on, `touched` those of others, which they change, too.
    """

    refused: Mapping[Place, EsrLinkError]
    repeated: frozenset[Place]
    changes: Mapping[Place, Change] = field(default_factory=dict)
    touched: Sequence[Change] = ()

    @property
    def changed(self) -> list[Stored]:
        """All links that change, as they are then, by place."""
        every = [*self.changes.values(), *self.touched]
        return sorted((one.after for one in every), key=lambda one: one.place)

    @classmethod
    def of(cls, considered: Considered, weighed: Weighed, told: Iterable[Stored]) -> Decided:
        """The outcome, when these links are to be told of."""
        every = {one.place: Change(weighed.before[one.place], one) for one in told}
        mine = {place: one for place, one in every.items() if place in considered.decisions}
        touched = [one for place, one in every.items() if place not in considered.decisions]
        return cls(considered.refused, considered.repeated, mine, touched)


async def decide(tx: WriteTx, vpd: str, place: Place, wish: Wish, *, now: datetime, new_id: NewId) -> list[Stored]:
    """Record a decision and bring the profile's link, and those of its rivals, to what it says.

    Returns all links that changed. Raises `NotFound` for the profile or person, `StaleVersion` for an old revision,
    `Invalid` where the person is missing, `Conflict` where there is nothing to decide so.
    """
    decided = await decide_all(tx, vpd, {place: wish}, now=now, new_id=new_id)
    if place in decided.refused:
        raise decided.refused[place]
    return decided.changed


async def decide_all(tx: WriteTx, vpd: str, wishes: Mapping[Place, Wish], *, now: datetime, new_id: NewId) -> Decided:
    """Record many decisions, one for a profile, as if they were made at one moment.

    A wish that cannot be taken is refused and holds no other. The number of statements does not grow with the wishes.
    """
    await hold_trust(tx, vpd, alone=False)
    await hold_profiles(tx, vpd, wishes)
    considered = await consider(tx, vpd, wishes, new_id)
    settings = await rule_settings(tx, vpd)
    while considered.decisions:
        weighed = await weigh(tx, vpd, considered.subjects, settings)
        taken = taken_by_others(considered, weighed)
        if not taken:
            rows = [_row(vpd, place, one, wishes[place], now) for place, one in considered.decisions.items()]
            await tx.execute(_RECORD, {"rows": rows})
            decided = {place: one.decision_id for place, one in considered.decisions.items()}
            changed = await take_effect(tx, vpd, weighed, now=now, new_id=new_id, decided=decided)
            await note_decisions(tx, vpd, rows, [wishes[place].through for place in considered.decisions], now)
            return Decided.of(considered, weighed, changed)
        considered = considered.without(taken)
    return Decided(considered.refused, considered.repeated)


async def consider(tx: ReadTx, vpd: str, wishes: Mapping[Place, Wish], new_id: NewId) -> Considered:
    """Look at each wish by itself: whether its profile and person are there, and whether it can be decided so."""
    subjects = await load_subjects(tx, vpd, wishes)
    links = await load_links(tx, vpd, list(wishes), [])
    decisions: dict[Place, Decision] = {}
    refused: dict[Place, EsrLinkError] = {}
    repeated: set[Place] = set()
    for place, wish in wishes.items():
        subject = subjects.get(place)
        try:
            if subject is None or subject.deleted:
                raise no_profile(place)
            if wish.decision_id in {one.decision_id for one in subject.decisions}:
                repeated.add(place)
            else:
                decisions[place] = _decision(wish, links[place], subject.decisions, wish.decision_id or new_id())
        except EsrLinkError as error:
            refused[place] = error
    refused |= await _nobody(tx, vpd, decisions)
    subjects = {place: subjects[place].deciding(one) for place, one in decisions.items()}
    return Considered(subjects, decisions, {}, frozenset(repeated)).without(refused)


def taken_by_others(considered: Considered, weighed: Weighed) -> dict[Place, EsrLinkError]:
    """The decisions that cannot stand, because another profile of the department is confirmed as the person."""
    return {
        place: Conflict("Another profile of this department is confirmed as this person. Unlink that one first.")
        for place in considered.decisions
        if considered.subjects[place].stance.confirmed and weighed.settled[place].state != "matched"
    }


def _decision(wish: Wish, link: Stored, past: Sequence[Decision], decision_id: UUID) -> Decision:
    if wish.revision is not None and wish.revision != link.revision:
        raise StaleVersion(
            f"You looked at revision {wish.revision}; the link is at revision {link.revision}. Look again.",
            field="revision",
        )
    if wish.kind is Kind.UNDO:
        undone = _undone(wish, standing(past))
        return Decision(decision_id, Kind.UNDO, undone.employee_number, undoes=undone.decision_id)
    if wish.kind is Kind.EXCLUDE:
        return Decision(decision_id, Kind.EXCLUDE)
    if wish.kind is Kind.UNLINK:
        if link.employee_number is None:
            raise Conflict("The profile is not linked to anybody.")
        if wish.employee_number not in (None, link.employee_number):
            raise Conflict("The profile is linked to somebody else.", field="employee_number")
        return Decision(decision_id, Kind.UNLINK, link.employee_number)
    if wish.employee_number is None:
        raise Invalid("Say which person, by the ESR number.", field="employee_number")
    if wish.kind is Kind.CONFIRM and wish.employee_number in stance_of(past).rejected:
        raise Conflict("A person said that these two are not the same. Undo that first.", field="employee_number")
    return Decision(decision_id, wish.kind, wish.employee_number)


def _undone(wish: Wish, holding: Sequence[Decision]) -> Decision:
    if not holding:
        raise Conflict("There is no decision on this link to undo.")
    if wish.undoes is None:
        return holding[-1]
    found = next((one for one in holding if one.decision_id == wish.undoes), None)
    if found is None:
        raise Conflict("This decision does not stand: it was undone, or it is about another profile.", field="undoes")
    return found


async def _nobody(tx: ReadTx, vpd: str, decisions: Mapping[Place, Decision]) -> dict[Place, EsrLinkError]:
    """The decisions about people whom ESR never showed."""
    named = {
        place: one.employee_number
        for place, one in decisions.items()
        if one.kind in (Kind.CONFIRM, Kind.REJECT) and one.employee_number
    }
    known = await _known(tx, vpd, named.values()) if named else set()
    return {
        place: NotFound(f"ESR shows nobody with the ESR number {number}.", field="employee_number")
        for place, number in named.items()
        if number not in known
    }


async def _known(tx: ReadTx, vpd: str, numbers: Iterable[str]) -> set[str]:
    here = (person.c.vpd == vpd, person.c.employee_number.in_(sorted(set(numbers))))
    return {row.employee_number for row in await tx.all(select(person.c.employee_number).where(*here))}


def _row(vpd: str, place: Place, decision: Decision, wish: Wish, now: datetime) -> dict[str, Any]:
    return {
        "vpd": vpd,
        "decision_id": str(decision.decision_id),
        "product": place.product,
        "department": place.department,
        "profile_id": place.profile_id,
        "decision": decision.kind.value,
        "employee_number": decision.employee_number,
        "undoes": str(decision.undoes) if decision.undoes else None,
        "reason": wish.reason,
        "decided_by": wish.by,
        "decided_at": now.isoformat(),
    }
