"""The files that came from ESR: what is known of each, and the steps from `received` to where it ends.

received → imported | quarantined | held | duplicate | waiting_for_gap (→ one of the others later). A person can release what
is held: it is received once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, insert, literal, null, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.from_esr.succession import Position
from esr_gateway.from_esr.verdicts import RejectedRow
from esr_gateway.tables import exchange, file, rejected_row
from esrlink.db import ReadTx, WriteTx
from esrlink.errors import Conflict


class NotHeld(Conflict):
    """The file goes its way already, or can never be taken."""

    code, title = "not_held", "The file is not held"


OPEN_STATES = ("received", "waiting_for_gap")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file whose bytes are in the archive. `is_new` is false when the same name with the same bytes came before."""

    file_id: UUID
    name: str
    sha256: str
    is_new: bool


async def receive(
    tx: WriteTx, vpd: str, *, file_id: UUID, name: str, sha256: str, size: int, kind: str, now: datetime
) -> Arrival:
    """Note an archived file. The same name and bytes again is only counted."""
    known = await tx.one_or_none(
        update(file)
        .where(file.c.vpd == vpd, file.c.name == name, file.c.sha256 == sha256)
        .values(seen_again=file.c.seen_again + 1)
        .returning(file.c.file_id)
    )
    if known:
        return Arrival(known.file_id, name, sha256, is_new=False)
    row = {"vpd": vpd, "file_id": file_id, "name": name, "sha256": sha256, "size": size, "kind": kind}
    await tx.execute(insert(file), {**row, "state": "received", "received_at": now})
    return Arrival(file_id, name, sha256, is_new=True)


async def has_other_content(tx: ReadTx, vpd: str, found: Any) -> bool:
    """Whether a file of this name with other bytes came before `found` (a row of `file`), and was not quarantined."""
    earlier = select(file.c.file_id).where(
        file.c.vpd == vpd,
        file.c.name == found.name,
        file.c.sha256 != found.sha256,
        file.c.state != "quarantined",
        tuple_(file.c.received_at, file.c.file_id) < tuple_(literal(found.received_at), literal(found.file_id)),
    )
    return await tx.scalar(earlier.limit(1)) is not None


async def open_files(tx: ReadTx, vpd: str) -> Sequence[Any]:
    """The files that are still to be decided, oldest first."""
    statement = select(file).where(file.c.vpd == vpd, file.c.state.in_(OPEN_STATES))
    return await tx.all(statement.order_by(file.c.received_at, file.c.file_id))


async def settle(tx: WriteTx, vpd: str, file_id: UUID, state: str, now: datetime, **values: Any) -> None:
    """Write down where a file has come to. `values` are columns."""
    reached = {"state": state, "settled_at": None if state == "waiting_for_gap" else now}
    clean = {"code": None, "reason": None}
    await tx.execute(
        update(file).where(file.c.vpd == vpd, file.c.file_id == file_id).values({**clean, **reached, **values})
    )


async def release(tx: WriteTx, vpd: str, file_id: UUID, by: str) -> None:
    """Let a held file go on, at a person's or a machine's word. Raises `NotHeld`."""
    released = await tx.one_or_none(
        update(file)
        .where(file.c.vpd == vpd, file.c.file_id == file_id, file.c.state == "held")
        .values(state="received", released_by=by, settled_at=None)
        .returning(file.c.file_id)
    )
    if released is None:
        raise NotHeld("Only a file that is held can be released.")


async def keep_rejected(tx: WriteTx, vpd: str, file_id: UUID, rows: Sequence[RejectedRow]) -> None:
    """Keep the rows that were set aside, each with its reason."""
    for start in range(0, len(rows), 1000):
        await tx.execute(
            insert(rejected_row),
            [
                {
                    "vpd": vpd,
                    "file_id": file_id,
                    "row_number": row.row_number,
                    "record": row.record,
                    "field": row.field,
                    "code": row.code,
                    "reason": row.reason,
                    "raw": row.raw,
                }
                for row in rows[start : start + 1000]
            ],
        )


async def position_of(tx: ReadTx, vpd: str) -> Position:
    """How far the trust's data has come."""
    row = await tx.one_or_none(
        select(exchange.c.changes_sequence, exchange.c.reached, exchange.c.snapshot_reached).where(
            exchange.c.vpd == vpd
        )
    )
    return Position(*row) if row else Position()


async def move_position(tx: WriteTx, vpd: str, position: Position) -> None:
    """Remember how far the trust's data has come."""
    values = {
        "changes_sequence": position.changes_sequence,
        "reached": position.reached,
        "snapshot_reached": position.snapshot_reached,
    }
    statement = upsert(exchange).values(vpd=vpd, **values)
    # A snapshot that has come answers what was asked.
    came = exchange.c.snapshot_reached.is_distinct_from(statement.excluded.snapshot_reached)
    answered = {
        column.name: case((came, null()), else_=column)
        for column in (exchange.c.snapshot_asked_at, exchange.c.snapshot_asked_name)
    }
    await tx.execute(statement.on_conflict_do_update(index_elements=["vpd"], set_={**values, **answered}))


async def find_files(
    tx: ReadTx, vpds: Sequence[str], *, state: str | None = None, name: str | None = None, limit: int = 100
) -> Sequence[Any]:
    """Files of these trusts, newest first; `name` is any part of one."""
    statement = select(file).where(file.c.vpd.in_(vpds))
    if state:
        statement = statement.where(file.c.state == state)
    if name:
        statement = statement.where(or_(file.c.name.contains(name, autoescape=True), file.c.sha256 == name))
    return await tx.all(statement.order_by(file.c.received_at.desc(), file.c.name.desc()).limit(limit))


async def find_file(tx: ReadTx, file_id: UUID) -> Any | None:
    """One file, if the transaction's trusts have it."""
    return await tx.one_or_none(select(file).where(file.c.file_id == file_id))


async def count_by_state(tx: ReadTx, vpds: Sequence[str]) -> dict[str, int]:
    """How many files are in each state."""
    rows = await tx.all(
        select(file.c.state, func.count().label("n")).where(file.c.vpd.in_(vpds)).group_by(file.c.state)
    )
    return {row.state: row.n for row in rows}
