"""The files of runs as they are sent: their states, and what each step says of the lines in them.

written → uploading → renaming → sent, or unknown when nobody can tell whether the rename was done. A file that is `unknown`
is never sent again by a machine: a confirmation or a landing proves that it was sent, or two people decide (`resolving`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text, update

from esr_gateway.issues import close_issues, raise_issue
from esr_gateway.tables import instruction, line, run, run_file
from esr_gateway.to_esr.file_issues import causes_of, in_doubt, not_sent
from esr_gateway.to_esr.line_facts import fact_of_file
from esr_gateway.to_esr.periods import pay_run_from_code
from esr_gateway.to_esr.settling import settle_file
from esr_gateway.trust_lock import TrustBusy
from esrlink.contracts import Outcome, RunFile, RunSent, RunTotal
from esrlink.db import ReadTx, WriteTx

UNFINISHED = ("written", "uploading", "renaming")
NEVER_SHOWN = ("written", "uploading")
"""States of a file that has not had its final name yet, so that ESR cannot have read it."""

UNTIL_KNOWN = "It is not sent again until that is known, so that nothing is paid twice."
_BACK = text("""
UPDATE instruction i SET state = 'frozen', code = NULL, reason = NULL FROM line l
 WHERE l.vpd = :vpd AND l.file_name = :file_name
   AND i.vpd = :vpd AND i.submittal_id = l.submittal_id AND i.version = l.version AND i.state = 'unknown'
""")


async def files_of_run(tx: ReadTx, vpd: str, run_id: UUID) -> Sequence[Any]:
    """The files of one run, by name."""
    return await tx.all(
        select(run_file).where(run_file.c.vpd == vpd, run_file.c.run_id == run_id).order_by(run_file.c.file_name)
    )


async def unfinished_files(tx: ReadTx, vpd: str) -> Sequence[Any]:
    """Files that still have to be sent, in the order of their sequence: those of approved runs only.

    Behind a file in doubt, or one whose run waits for its signature, those of its kind wait: ESR would refuse the next one for
    the gap.
    """
    frozen = select(run.c.run_id).where(run.c.vpd == vpd, run.c.state == "frozen")
    earlier = run_file.alias("earlier")
    must_come_before = select(earlier.c.file_name).where(
        earlier.c.vpd == run_file.c.vpd,
        earlier.c.layout == run_file.c.layout,
        earlier.c.sequence < run_file.c.sequence,
        or_(earlier.c.state == "unknown", earlier.c.run_id.in_(frozen)),
    )
    return await tx.all(
        select(run_file)
        .where(run_file.c.vpd == vpd, run_file.c.state.in_(UNFINISHED), run_file.c.run_id.not_in(frozen))
        .where(~must_come_before.exists())
        .order_by(run_file.c.layout, run_file.c.sequence)
    )


async def note_step(
    tx: WriteTx, vpd: str, file_name: str, before: str, state: str, problem: str | None = None, **values: Any
) -> None:
    """Write down a step of sending, before it is taken. `values` are columns.

    Raises `TrustBusy` when the file is not where this sender believes it to be (`before`): then the trust's lock was lost
    with its connection, and another replica goes on.
    """
    moved = await tx.execute(
        update(run_file)
        .where(run_file.c.vpd == vpd, run_file.c.file_name == file_name, run_file.c.state == before)
        .values(state=state, problem=problem, **values)
        .returning(run_file.c.file_name)
    )
    if moved.first() is None:
        raise TrustBusy("Another replica is sending this file.")
    if state == "uploading":
        sending = select(run_file.c.run_id).where(run_file.c.vpd == vpd, run_file.c.file_name == file_name)
        await tx.execute(
            update(run)
            .where(run.c.vpd == vpd, run.c.run_id.in_(sending), run.c.state == "approved")
            .values(state="sending")
        )


async def note_trouble(tx: WriteTx, vpd: str, file_name: str, detail: str, now: datetime) -> None:
    """A file could not be sent, for now: it is said of the file, and in an issue until it is sent."""
    row = await tx.one_or_none(
        update(run_file)
        .where(run_file.c.vpd == vpd, run_file.c.file_name == file_name, run_file.c.state.in_(UNFINISHED))
        .values(problem=detail)
        .returning(run_file.c.run_id)
    )
    if row is not None:
        await raise_issue(tx, vpd, not_sent(row.run_id, file_name, detail), now)


async def note_sent(
    tx: WriteTx, vpd: str, file_name: str, now: datetime, *, checked_by: str | None = None, reason: str | None = None
) -> None:
    """The file is in ESR's folder: every line of it is sent; and so is the run, when this was its last file."""
    values = {"checked_by": checked_by} if checked_by else {}
    row = await tx.one_or_none(
        update(run_file)
        .where(run_file.c.vpd == vpd, run_file.c.file_name == file_name, run_file.c.state != "sent")
        .values(state="sent", sent_at=now, problem=None, **values)
        .returning(run_file.c.run_id)
    )
    if row is None:
        return
    await settle_file(tx, vpd, await fact_of_file(tx, vpd, file_name, Outcome.SENT, reason=reason), now)
    await close_issues(tx, vpd, causes_of(file_name), now)
    await _finish_run(tx, vpd, row.run_id, now)


async def note_unknown(
    tx: WriteTx, vpd: str, file_name: str, reason: str, now: datetime, *, before: str = "renaming"
) -> None:
    """Nobody can tell whether ESR has the file. Raises `TrustBusy` as `note_step` does."""
    await note_step(tx, vpd, file_name, before, "unknown", reason, doubts=run_file.c.doubts + 1)
    fact = await fact_of_file(tx, vpd, file_name, Outcome.UNKNOWN, reason=f"{reason} {UNTIL_KNOWN}")
    await settle_file(tx, vpd, fact, now)
    await tx.execute(update(run).where(run.c.vpd == vpd, run.c.run_id == fact.run_id).values(state="unknown"))
    await close_issues(tx, vpd, causes_of(file_name), now)
    await raise_issue(tx, vpd, in_doubt(fact.run_id, file_name, reason), now)


async def send_again(tx: WriteTx, vpd: str, file_name: str, why: str, reason: str, now: datetime) -> None:
    """A file in doubt was never sent: it goes back to be sent, with its lines. `why` is for operators, `reason` for all."""
    await note_step(tx, vpd, file_name, "unknown", "written", why, checked_by=None)
    await tx.execute(_BACK, {"vpd": vpd, "file_name": file_name})
    fact = await fact_of_file(tx, vpd, file_name, Outcome.SCHEDULED, reason=reason)
    await settle_file(tx, vpd, replace(fact, attempt=fact.attempt + 1), now)
    await close_issues(tx, vpd, causes_of(file_name), now)
    await _leave_doubt(tx, vpd, fact.run_id)


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


async def _finish_run(tx: WriteTx, vpd: str, run_id: UUID, now: datetime) -> None:
    files = await files_of_run(tx, vpd, run_id)
    states = {file.state for file in files}
    if states != {"sent"}:
        await _leave_doubt(tx, vpd, run_id)
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


async def _leave_doubt(tx: WriteTx, vpd: str, run_id: UUID) -> None:
    """A run of which no file is in doubt any more is being sent again."""
    files = await files_of_run(tx, vpd, run_id)
    if all(file.state != "unknown" for file in files):
        await tx.execute(
            update(run)
            .where(run.c.vpd == vpd, run.c.run_id == run_id, run.c.state == "unknown")
            .values(state="sending")
        )
