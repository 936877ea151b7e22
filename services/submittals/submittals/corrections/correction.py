"""A correction: what is to become of something that was sent, who proposed it, and who decided. Read and written here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, func, insert, select, update

from esrlink.db import ReadTx, WriteTx
from esrlink.errors import Conflict, NotFound
from submittals.tables import correction

CorrectionState = Literal["proposed", "seconded", "declined", "undone"]
RunChoice = Literal["next", "supplementary", "normal"]
"""Whichever run closes next; a supplementary one; or the next normal one, for which a supplementary one is let pass."""


class AlreadyCorrected(Conflict):
    """A correction of the record is proposed or seconded already."""

    code, title = "already_corrected", "It is being corrected already"


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of one submittal's version that was sent. `given` is what the replacement says; none: a reversal only."""

    vpd: str
    id: UUID
    submittal_id: UUID
    version: int
    product: str
    department: str
    state: CorrectionState
    given: Mapping[str, Any] | None
    run: RunChoice
    reason: str
    proposed_by: str
    proposed_by_person: str | None
    proposed_client: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_reason: str | None = None
    decided_at: datetime | None = None
    reversal_id: UUID | None = None
    replacement_id: UUID | None = None

    def decided(self, state: CorrectionState, by: str, at: datetime, reason: str | None = None) -> Correction:
        """The correction with what was decided of it."""
        return replace(self, state=state, decided_by=by, decided_at=at, decided_reason=reason)


async def add(tx: WriteTx, one: Correction) -> None:
    """Store a proposal."""
    await tx.execute(insert(correction).values(**asdict(one)))


async def renew(tx: WriteTx, one: Correction) -> None:
    """Store what became of it."""
    names = ("state", "decided_by", "decided_reason", "decided_at", "reversal_id", "replacement_id")
    statement = update(correction).where(correction.c.vpd == one.vpd, correction.c.id == one.id)
    await tx.execute(statement.values(**{name: getattr(one, name) for name in names}))


async def read(tx: ReadTx, correction_id: UUID, *, hold: bool = False) -> Correction:
    """One correction of the transaction's trusts. With `hold` nobody else decides on it. Raises `NotFound`."""
    statement = select(correction).where(correction.c.id == correction_id)
    found = await _load(tx, statement.with_for_update() if hold else statement)
    if not found:
        raise NotFound("There is no such correction that you may see.", field="correction_id")
    return found[0]


async def of_submittals(tx: ReadTx, vpd: str, ids: Collection[UUID]) -> list[Correction]:
    """The corrections of these submittals, and those that made them, oldest first."""
    listed = func.any(list(ids))
    own = correction.c
    among = (own.submittal_id == listed) | (own.reversal_id == listed) | (own.replacement_id == listed)
    return await _load(tx, select(correction).where(own.vpd == vpd, among).order_by(own.proposed_at, own.id))


async def listed(
    tx: ReadTx, vpd: str, departments: frozenset[str] | None, state: CorrectionState | None, limit: int
) -> list[Correction]:
    """The newest corrections of these departments ("product/department" keys; none = all), in one state or any."""
    own = correction.c
    statement = select(correction).where(own.vpd == vpd)
    if state is not None:
        statement = statement.where(own.state == state)
    if departments is not None:
        statement = statement.where((own.product + "/" + own.department) == func.any(sorted(departments)))
    return await _load(tx, statement.order_by(own.proposed_at.desc(), own.id).limit(limit))


async def _load(tx: ReadTx, statement: Select[Any]) -> list[Correction]:
    return [Correction(**row) for row in await tx.mappings(statement)]
