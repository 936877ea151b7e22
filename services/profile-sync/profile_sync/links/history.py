"""The history of a profile's link: each revision and each decision, oldest first, kept for ever.

It outlives the profile: one that is deleted and put back has one history. Of links older than the history itself the
revision that stood then is its beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Table, select

from esrlink.db import ReadTx
from profile_sync.rules.decisions import Decision, Kind
from profile_sync.rules.facts import Place
from profile_sync.tables import link_decision, link_revision


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision with who made it, when and why."""

    decision: Decision
    by: str
    at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class Revision:
    """What a link became. `let_go` is the person whose link ended with it: that was told as the revision before.

    `decision_id` is the decision that led to it, on this profile or on another of the department that claimed the person.
    """

    link_id: UUID
    revision: int
    state: str
    employee_number: str | None
    let_go: str | None
    rule: str | None
    made_by: str
    reason: str
    at: datetime
    decision_id: UUID | None


async def link_history(tx: ReadTx, vpd: str, place: Place) -> list[Revision | Recorded]:
    """Everything that happened to a profile's link, oldest first; a decision stands before what it led to.

    Empty for a profile that never was.
    """
    return in_order(await revisions_on(tx, vpd, place), await decisions_on(tx, vpd, place))


def in_order(revisions: Sequence[Revision], decisions: Sequence[Recorded]) -> list[Revision | Recorded]:
    """Revisions and decisions, each in its own order, as one list. Clocks of replicas differ, so ids go before times."""
    led = {one.decision_id for one in revisions}
    entries: list[Revision | Recorded] = []
    waiting = list(decisions)
    for revision in revisions:
        while waiting and _is_before(waiting[0], revision, led=waiting[0].decision.decision_id in led):
            entries.append(waiting.pop(0))
        entries.append(revision)
    return entries + waiting


def _is_before(recorded: Recorded, revision: Revision, *, led: bool) -> bool:
    return recorded.decision.decision_id == revision.decision_id or (not led and recorded.at <= revision.at)


async def revisions_on(tx: ReadTx, vpd: str, place: Place) -> list[Revision]:
    """All revisions of a profile's link, oldest first."""
    order = (link_revision.c.link_id, link_revision.c.revision)
    rows = await tx.all(select(link_revision).where(*_on(link_revision, vpd, place)).order_by(*order))
    return [
        Revision(
            row.link_id,
            row.revision,
            row.state,
            row.employee_number,
            row.let_go,
            row.rule,
            row.made_by,
            row.reason,
            row.changed_at,
            row.decision_id,
        )
        for row in rows
    ]


async def decisions_on(tx: ReadTx, vpd: str, place: Place) -> list[Recorded]:
    """All decisions on a profile, oldest first."""
    rows = await tx.all(select(link_decision).where(*_on(link_decision, vpd, place)).order_by(link_decision.c.seq))
    return [
        Recorded(
            Decision(row.decision_id, Kind(row.decision), row.employee_number, row.undoes),
            row.decided_by,
            row.decided_at,
            row.reason,
        )
        for row in rows
    ]


def _on(table: Table, vpd: str, place: Place) -> list[ColumnElement[bool]]:
    return [
        table.c.vpd == vpd,
        table.c.product == place.product,
        table.c.department == place.department,
        table.c.profile_id == place.profile_id,
    ]
