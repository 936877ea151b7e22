"""What people decided about a profile, folded into the stance that no rule may change.

Decisions are only ever added; undoing one adds another that names it. A pure function turns the list into the stance, so
what holds today can always be told from who said what and when.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What a person can decide."""

    CONFIRM = "confirm"
    REJECT = "reject"
    UNLINK = "unlink"
    EXCLUDE = "exclude"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, as it was recorded."""

    decision_id: UUID
    kind: Kind
    employee_number: str | None = None
    undoes: UUID | None = None


@dataclass(frozen=True, slots=True)
class Stance:
    """What the decisions come to.

    `confirmed`: the profile is this person's. `excluded`: the profile is nobody's. `rejected`: "not the same", for ever:
    these are not even suggested. `unlinked`: these may be suggested, but no rule links them again.
    """

    confirmed: str | None = None
    excluded: bool = False
    rejected: frozenset[str] = frozenset()
    unlinked: frozenset[str] = frozenset()


NOTHING_DECIDED = Stance()


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that were not undone, oldest first; the undoings themselves are left out."""
    listed = list(decisions)
    undone = {one.undoes for one in listed if one.kind is Kind.UNDO}
    return [one for one in listed if one.kind is not Kind.UNDO and one.decision_id not in undone]


def stance_of(decisions: Iterable[Decision]) -> Stance:
    """Fold decisions, oldest first, into what holds now."""
    confirmed: str | None = None
    excluded = False
    rejected: set[str] = set()
    unlinked: set[str] = set()
    for one in standing(decisions):
        person = one.employee_number or ""
        if one.kind is Kind.CONFIRM:
            confirmed, excluded = person, False
            unlinked.discard(person)
        elif one.kind is Kind.EXCLUDE:
            confirmed, excluded = None, True
        else:
            (rejected if one.kind is Kind.REJECT else unlinked).add(person)
            confirmed = None if confirmed == person else confirmed
    return Stance(confirmed, excluded, frozenset(rejected), frozenset(unlinked))
