"""Takes a confirmation into effect: ESR has read the file, so it was sent; each row is accepted or rejected, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from esr_gateway.archive import Archive
from esr_gateway.from_esr import files
from esr_gateway.from_esr.confirmation_file import Answer, answered_name, read_confirmation
from esr_gateway.from_esr.importing import put_aside
from esr_gateway.from_esr.verdicts import Quarantined, RejectedRow, Verdict
from esr_gateway.layout import ConfirmationLayout
from esr_gateway.tables import line, run_file
from esr_gateway.to_esr.run_files import NEVER_SHOWN, fact_of, lines_with_run, prove_sent, settle_runs
from esr_gateway.to_esr.settling import Fact, settle
from esrlink.clock import Clock
from esrlink.contracts import FileReceived, Outcome
from esrlink.db import Database, WriteTx


@dataclass(frozen=True, slots=True)
class Confirmer:
    """Reads archived confirmations. They are as many rows as our own files at most, so they are read whole."""

    database: Database
    archive: Archive
    layout: ConfirmationLayout
    clock: Clock

    def is_one(self, name: str, vpd: str) -> bool:
        """Whether a file of this name is a confirmation for the trust."""
        try:
            return answered_name(self.layout, name, vpd) is not None
        except Quarantined:
            return True

    async def take(self, vpd: str, found: Any) -> str:
        """Take `found` (a row of `file`) into effect, and return the state that it has reached."""
        try:
            async with self.database.write([vpd]) as tx:
                await self._take(tx, vpd, found, self.clock.now())
        except (Verdict, DBAPIError, ValueError) as problem:
            return await put_aside(self.database, vpd, found, problem, self.clock.now())
        return "imported"

    async def _take(self, tx: WriteTx, vpd: str, found: Any, now: datetime) -> None:
        async with self.archive.open(found.sha256) as path:
            read = read_confirmation(self.layout, found.name, vpd, path.read_bytes())
        state = await tx.scalar(
            select(run_file.c.state).where(run_file.c.vpd == vpd, run_file.c.file_name == read.answered)
        )
        # Before the rename was tried ESR cannot have read it; taken at its word, the file would never be sent.
        if state is None or state in NEVER_SHOWN:
            raise Quarantined("answers_unknown_file", "The file that it answers was never sent by us.")
        if await files.has_other_content(tx, vpd, found):
            raise Quarantined("other_content", "A file of this name with other content came before.")
        await prove_sent(tx, vpd, [read.answered], now)
        rows = await tx.all(lines_with_run().where(line.c.vpd == vpd, line.c.file_name == read.answered))
        facts, unknown = self._facts({row.row_number: row for row in rows}, read.answers)
        await settle(tx, vpd, facts, now)
        await settle_runs(tx, vpd)
        refused = any(answer.row_number == 0 and answer.outcome == "rejected" for answer in read.answers)
        await tx.execute(
            update(run_file)
            .where(run_file.c.vpd == vpd, run_file.c.file_name == read.answered)
            .values(answer="refused" if refused else "read")
        )
        set_aside = [*read.rejected, *unknown]
        await files.keep_rejected(tx, vpd, found.file_id, set_aside)
        figures = {"rows": len(read.answers) + len(read.rejected), "rows_set_aside": len(set_aside)}
        await files.settle(tx, vpd, found.file_id, "imported", now, **figures)
        tx.emit(
            FileReceived(
                vpd=vpd,
                file_id=found.file_id,
                file_name=found.name,
                sha256=found.sha256,
                kind="confirmation",
                people_changed=0,
                **figures,
            )
        )

    def _facts(self, lines: Mapping[int, Any], answers: Sequence[Answer]) -> tuple[list[Fact], list[RejectedRow]]:
        facts: list[Fact] = []
        unknown: list[RejectedRow] = []
        for answer in answers:
            if answer.row_number == 0:
                if answer.outcome == "rejected":
                    facts += (self._fact(row, answer) for row in lines.values())
            elif (row := lines.get(answer.row_number)) is None:
                words = f"The file that it answers has no row {answer.row_number}."
                unknown.append(self._set_aside(answer, "Row number", "no_such_row", words))
            elif answer.reference not in {"", row.reference}:
                # Row numbers that are off by one would settle the records of other people.
                words = f"Row {answer.row_number} of the file that it answers has another reference."
                unknown.append(self._set_aside(answer, "Reference", "other_reference", words))
            else:
                facts.append(self._fact(row, answer))
        return facts, unknown

    def _set_aside(self, answer: Answer, name: str, code: str, words: str) -> RejectedRow:
        raw = self.layout.delimiter.join((str(answer.row_number), answer.reference, answer.outcome, answer.code))
        return RejectedRow(answer.line, self.layout.record, name, code, words, raw)

    def _fact(self, row: Any, answer: Answer) -> Fact:
        if answer.outcome == "accepted":
            return fact_of(row, Outcome.ACCEPTED, code=answer.code or None, reason=answer.text or None)
        known = self.layout.codes.get(answer.code)
        if known is None:
            return fact_of(
                row, Outcome.REJECTED, code=answer.code or None, reason=f"ESR says: {answer.text or 'no reason'}"
            )
        # ESR's own words stay beside ours: they may name the value that it means.
        reason = f"{known.words} ESR says: {answer.text}" if answer.text else known.words
        return fact_of(row, Outcome.REJECTED, code=answer.code, reason=reason, field=known.field)
