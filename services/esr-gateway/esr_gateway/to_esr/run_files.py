"""The files of runs as they are sent: their states, and what each step says of the lines in them.

written → uploading → renaming → sent, or unknown when nobody can tell whether the rename was done. A file that is `unknown`
is never sent again by a machine; a confirmation or a landing proves that it was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from esr_gateway.tables import instruction, line, run, run_file
from esr_gateway.to_esr.periods import pay_run_from_code
from esr_gateway.to_esr.settling import Fact, settle
from esr_gateway.trust_lock import TrustBusy
from esrlink.contracts import Outcome, RunFile, RunSent, RunTotal
from esrlink.db import ReadTx, WriteTx

UNFINISHED = ("written", "uploading", "renaming")
NEVER_SHOWN = ("written", "uploading")
"""States of a file that has not had its final name yet, so that ESR cannot have read it."""


async def files_of_run(tx: ReadTx, vpd: str, run_id: UUID) -> Sequence[Any]:
    """The files of one run, by name."""
    return await tx.all(
        select(run_file).where(run_file.c.vpd == vpd, run_file.c.run_id == run_id).order_by(run_file.c.file_name)
    )


async def unfinished_files(tx: ReadTx, vpd: str) -> Sequence[Any]:
    """Files that still have to be sent, in the order of their sequence."""
    return await tx.all(
        select(run_file)
        .where(run_file.c.vpd == vpd, run_file.c.state.in_(UNFINISHED))
        .order_by(run_file.c.layout, run_file.c.sequence)
    )


async def note_step(tx: WriteTx, vpd: str, file_name: str, before: str, state: str, problem: str | None = None) -> None:
    """Write down a step of sending, before it is taken.

    Raises `TrustBusy` when the file is not where this sender believes it to be (`before`): then the trust's lock was lost
    with its connection, and another replica goes on.
    """
    moved = await tx.execute(
        update(run_file)
        .where(run_file.c.vpd == vpd, run_file.c.file_name == file_name, run_file.c.state == before)
        .values(state=state, problem=problem)
        .returning(run_file.c.file_name)
    )
    if moved.first() is None:
        raise TrustBusy("Another replica is sending this file.")
    if state == "uploading":
        sending = select(run_file.c.run_id).where(run_file.c.vpd == vpd, run_file.c.file_name == file_name)
        await tx.execute(
            update(run)
            .where(run.c.vpd == vpd, run.c.run_id.in_(sending), run.c.state == "frozen")
            .values(state="sending")
        )


async def note_sent(tx: WriteTx, vpd: str, file_name: str, now: datetime) -> None:
    """The file is in ESR's folder: every line of it is sent; and so is the run, when this was its last file."""
    row = await tx.one_or_none(
        update(run_file)
        .where(run_file.c.vpd == vpd, run_file.c.file_name == file_name, run_file.c.state != "sent")
        .values(state="sent", sent_at=now, problem=None)
        .returning(run_file.c.run_id)
    )
    if row is None:
        return
    await _settle_lines(tx, vpd, file_name, Outcome.SENT, now)
    await _finish_run(tx, vpd, row.run_id, now)


async def note_unknown(tx: WriteTx, vpd: str, file_name: str, reason: str, now: datetime) -> None:
    """Nobody can tell whether ESR has the file. Raises `TrustBusy` as `note_step` does."""
    await note_step(tx, vpd, file_name, "renaming", "unknown", reason)
    await _settle_lines(tx, vpd, file_name, Outcome.UNKNOWN, now, reason)
    row = (await tx.execute(select(run_file.c.run_id).where(run_file.c.file_name == file_name))).one()
    await tx.execute(update(run).where(run.c.vpd == vpd, run.c.run_id == row.run_id).values(state="unknown"))


async def prove_sent(tx: WriteTx, vpd: str, file_names: Sequence[str], now: datetime) -> None:
    """ESR has answered, or shows, something of these files: they were sent, whatever our own steps say."""
    for file_name in file_names:
        await note_sent(tx, vpd, file_name, now)


async def settle_runs(tx: WriteTx, vpd: str) -> None:
    """A run is settled when ESR has proved or refused each of its lines: nothing of it is open any more."""
    open_line = (
        select(line.c.row_number)
        .join(run_file, (run_file.c.vpd == line.c.vpd) & (run_file.c.file_name == line.c.file_name))
        .join(
            instruction,
            (instruction.c.vpd == line.c.vpd)
            & (instruction.c.submittal_id == line.c.submittal_id)
            & (instruction.c.version == line.c.version),
        )
        .where(run_file.c.vpd == run.c.vpd, run_file.c.run_id == run.c.run_id)
        .where(instruction.c.state.not_in(("landed", "rejected")))
    )
    await tx.execute(
        update(run).where(run.c.vpd == vpd, run.c.state == "sent", ~open_line.exists()).values(state="settled")
    )


async def _settle_lines(
    tx: WriteTx, vpd: str, file_name: str, outcome: Outcome, now: datetime, reason: str | None = None
) -> None:
    rows = await tx.all(lines_with_run().where(line.c.vpd == vpd, line.c.file_name == file_name))
    await settle(tx, vpd, (fact_of(row, outcome, reason=reason) for row in rows), now)


def lines_with_run() -> Any:
    """Lines joined to their runs: what a fact about a line needs."""
    return (
        select(
            line.c.submittal_id,
            line.c.version,
            line.c.employee_number,
            line.c.file_name,
            line.c.row_number,
            line.c.reference,
            run.c.run_id,
            run.c.run_code,
            run.c.pay_name,
        )
        .join(run_file, (run_file.c.vpd == line.c.vpd) & (run_file.c.file_name == line.c.file_name))
        .join(run, (run.c.vpd == run_file.c.vpd) & (run.c.run_id == run_file.c.run_id))
        .order_by(line.c.row_number)
    )


def fact_of(
    row: Any, outcome: Outcome, *, code: str | None = None, reason: str | None = None, field: str | None = None
) -> Fact:
    """A fact about a line from `lines_with_run`."""
    return Fact(
        row.submittal_id,
        row.version,
        row.employee_number,
        outcome,
        code,
        reason,
        field,
        row.run_id,
        row.run_code,
        row.pay_name,
        row.file_name,
        row.row_number,
    )


async def _finish_run(tx: WriteTx, vpd: str, run_id: UUID, now: datetime) -> None:
    files = await files_of_run(tx, vpd, run_id)
    states = {file.state for file in files}
    if states != {"sent"}:
        if "unknown" not in states:
            await tx.execute(
                update(run)
                .where(run.c.vpd == vpd, run.c.run_id == run_id, run.c.state == "unknown")
                .values(state="sending")
            )
        return
    row = (
        await tx.execute(
            update(run)
            .where(run.c.vpd == vpd, run.c.run_id == run_id)
            .values(state="sent", sent_at=func.coalesce(run.c.sent_at, now))
            .returning(run)
        )
    ).one()
    tx.emit(
        RunSent(
            vpd=vpd,
            run_id=run_id,
            run=pay_run_from_code(row.run_code),
            pay_name=row.pay_name,
            sent_at=row.sent_at,
            files=tuple(
                RunFile(
                    file_name=file.file_name,
                    layout=file.layout,
                    provenance=file.provenance,
                    sha256=file.sha256,
                    lines=file.lines,
                )
                for file in files
            ),
            totals=tuple(RunTotal.model_validate(total) for total in row.totals),
            lines_held=row.lines_held,
        )
    )
