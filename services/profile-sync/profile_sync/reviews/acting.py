"""Deciding on profiles of several trusts at once, and taking decisions back: each trust in its own transaction.

A decision that cannot be taken holds no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from esrlink.db import Database
from esrlink.errors import EsrLinkError
from esrlink.ids import NewId
from profile_sync.links.deciding import Wish, decide_all
from profile_sync.profiles.reading import Departments
from profile_sync.reviews.reading import Spot, read_decisions
from profile_sync.rules.decisions import Kind
from profile_sync.rules.facts import Place

MOST_AT_ONCE = 50
"""Decisions that one form may record or take back."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The ids of the decisions that were recorded, and why others were refused."""

    decided: Sequence[UUID]
    refused: Mapping[Spot, EsrLinkError]


async def act(database: Database, wishes: Mapping[Spot, Wish], *, now: datetime, new_id: NewId) -> Outcome:
    """Record these decisions. A wish that was recorded before counts as decided and is not recorded again."""
    decided: list[UUID] = []
    refused: dict[Spot, EsrLinkError] = {}
    for vpd, spots in groupby(sorted(wishes), key=lambda spot: spot[0]):
        of_trust = {place: wishes[vpd, place] for _, place in spots}
        async with database.write([vpd]) as tx:
            outcome = await decide_all(tx, vpd, of_trust, now=now, new_id=new_id)
        refused |= {(vpd, place): why for place, why in outcome.refused.items()}
        decided += [
            wish.decision_id for place, wish in of_trust.items() if wish.decision_id and place not in outcome.refused
        ]
    return Outcome(decided, refused)


async def undo(
    database: Database,
    vpds: Sequence[str],
    ids: Sequence[UUID],
    *,
    departments: Departments,
    by: str,
    reason: str,
    now: datetime,
    new_id: NewId,
) -> Outcome:
    """Take back these decisions of these trusts and departments, the newest of a profile first."""
    async with database.read(vpds) as tx:
        rows = await read_decisions(tx, vpds, departments, ids)
    decided: list[UUID] = []
    refused: dict[Spot, EsrLinkError] = {}
    for some in _one_of_each_profile(rows):
        wishes = {
            _spot(row): Wish(Kind.UNDO, by, reason=reason, undoes=row.decision_id, decision_id=new_id(), through="page")
            for row in some
        }
        outcome = await act(database, wishes, now=now, new_id=new_id)
        decided += outcome.decided
        refused |= outcome.refused
    return Outcome(decided, refused)


def _one_of_each_profile(rows: Sequence[Any]) -> list[list[Any]]:
    """Rounds with at most one decision of each profile, the newest first."""
    rounds: list[list[Any]] = []
    seen: dict[Spot, int] = {}
    for row in reversed(rows):
        turn = seen.get(_spot(row), 0)
        seen[_spot(row)] = turn + 1
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(row)
    return rounds


def _spot(row: Any) -> Spot:
    return row.vpd, Place(row.product, row.department, row.profile_id)
