"""Who has a record now: the department, to enrich or mend it; members of a validation group, by name; or payroll.

Pure. Groups validate in order, so that only the first that is not through has the record. Whoever claimed or enriched it
cannot validate it, and is not waited for; a deputy is waited for beside the member.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from submittals.deadlines.waiting_records import Hand, Waiting
from submittals.esr.people import ProfilePlace
from submittals.records.decisions import DecisionKind
from submittals.records.state import State
from submittals.trusts.settings import TrustSettings, ValidationGroup

Task = Literal["enrich", "mend", "validate", "approve"]
TASKS: tuple[Task, ...] = ("enrich", "mend", "validate", "approve")

TASK_OF: Mapping[State, Task] = {
    State.PENDING: "enrich",
    State.RETURNED: "mend",
    State.REJECTED: "mend",
    State.ENRICHED: "validate",
    State.VALIDATED: "approve",
}
_MAKING = frozenset({DecisionKind.SUBMITTED, DecisionKind.ENRICHED, DecisionKind.RESUBMITTED})
_CHECKING = frozenset({DecisionKind.VALIDATED_IN_PART, DecisionKind.VALIDATED})


@dataclass(frozen=True, slots=True, order=True)
class Holder:
    """Who has records now. `approver` names somebody of the department, as its settings do; empty for the others."""

    product: str
    department: str
    kind: Literal["approver", "department", "payroll"]
    approver: str = ""


def holders(
    record: Waiting,
    trust: TrustSettings,
    people: Mapping[ProfilePlace, str],
    today: date,
    away: frozenset[ProfilePlace] = frozenset(),
) -> list[Holder]:
    """Who has the record now, at least one. `people` has the employee numbers of the groups' members, where linked.

    `away`: members who are on leave, as `flow.away` tells them.

    The flow asks the same of a whole record (`flow.holding`); a test holds the two together.
    """
    if record.endorsed:
        return [Holder(record.product, record.department, "payroll")]
    if TASK_OF[record.state] == "validate":
        for group in trust.groups_of(record.product, record.department, record.kind):
            asked = _asked(group, record, people, today, away)
            if asked is not None:
                named = [Holder(record.product, record.department, "approver", one) for one in asked]
                # With nobody left who may, it is the department that has to name a deputy.
                return named or [Holder(record.product, record.department, "department")]
    return [Holder(record.product, record.department, "department")]


def _asked(
    group: ValidationGroup,
    record: Waiting,
    people: Mapping[ProfilePlace, str],
    today: date,
    away: frozenset[ProfilePlace],
) -> list[str] | None:
    """The members and deputies of whom the group still waits for some; none when it is through with the record."""
    said = [hand for hand in _checks(record) if hand.group == group.name]
    open_seats, filled = [], 0
    for member in group.members:
        is_away = place_of(record.product, record.department, member) in away
        deputies = [one for one in group.deputies if _same(one.of, member)]
        seat = [member, *(one.by for one in deputies if one.stands_in(today, away=is_away))]
        names = [name for name in seat if not _had_a_hand(name, record, people)]
        if any(_is(name, hand, record, people) for name in names for hand in said):
            filled += 1
        elif names:
            open_seats.append(names)
    missing = len(open_seats) if group.need == "all" else min(group.needed, filled + len(open_seats)) - len(said)
    if missing <= 0 and said:
        return None
    asked = [
        name for names in open_seats for name in names if not any(_is(name, hand, record, people) for hand in said)
    ]
    return list(dict.fromkeys(asked))


def _had_a_hand(name: str, record: Waiting, people: Mapping[ProfilePlace, str]) -> bool:
    place = place_of(record.product, record.department, name)
    makers = [hand for hand in record.hands if hand.kind in _MAKING and hand.client is not None]
    named = (record.profile_id, record.claimed_by or record.profile_id, *(hand.by for hand in makers))
    numbers = {record.employee_number, *(hand.person for hand in makers)} - {None}
    numbers |= {number for by in named if (number := people.get(place_of(record.product, record.department, by)))}
    return people.get(place) in numbers or place in {place_of(record.product, record.department, by) for by in named}


def _is(name: str, hand: Hand, record: Waiting, people: Mapping[ProfilePlace, str]) -> bool:
    """Whether it was somebody of this name who decided, under whatever name."""
    place = place_of(record.product, record.department, name)
    known = {place_of(record.product, record.department, one) for one in (hand.by, hand.client) if one}
    numbers = {hand.person, people.get(place_of(record.product, record.department, hand.by))} - {None}
    return place in known or people.get(place) in numbers


def places_of_members(trust: TrustSettings) -> set[ProfilePlace]:
    """The profiles that the trust's groups and their deputies may be, for `holders`."""
    found = set()
    for department in trust.departments:
        for kind in ("absence", "attendance"):
            for group in trust.groups_of(department.product, department.department, kind):
                for one in (*group.members, *(deputy.by for deputy in group.deputies)):
                    found.add(place_of(group.product, group.department, one, fold=False))
    return found


def place_of(product: str, department: str, by: str, *, fold: bool = True) -> ProfilePlace:
    """The profile that a name in a department's settings or decisions means; capitals make no other person."""
    parts = by.split("/")
    place = (parts[0], parts[1], parts[2]) if len(parts) == 3 else (product, department, by)
    return (place[0].casefold(), place[1].casefold(), place[2].casefold()) if fold else place


def _checks(record: Waiting) -> Sequence[Hand]:
    """Who validated the version as it is: what came before an edit or a return is void."""
    first = len(record.hands)
    while first and record.hands[first - 1].kind in _CHECKING:
        first -= 1
    return record.hands[first:]


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
