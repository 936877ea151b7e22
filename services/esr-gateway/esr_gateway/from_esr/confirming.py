"""Takes a confirmation into effect: ESR has read the file, so it was sent; each row is accepted or rejected, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from esr_gateway.archive import Archive
from esr_gateway.from_esr import files
from esr_gateway.from_esr.bad_rows import note_bad_rows
from esr_gateway.from_esr.code_words import cause_of, not_in_table, said, unknown_codes
from esr_gateway.from_esr.confirmation_file import Answer, answered_name, read_confirmation
from esr_gateway.from_esr.importing import put_aside
from esr_gateway.from_esr.verdicts import Held, Quarantined, RejectedRow, Verdict
from esr_gateway.issues import close_issues, raise_issue
from esr_gateway.layout import CodeWords, ConfirmationLayout
from esr_gateway.tables import line, run_file
from esr_gateway.to_esr.file_issues import refused
from esr_gateway.to_esr.line_facts import fact_of, fact_of_file, lines_with_run
from esr_gateway.to_esr.run_files import NEVER_SHOWN, prove_sent, settle_runs
from esr_gateway.to_esr.settling import Fact, settle, settle_file
from esr_gateway.trusts import find_trust
from esrlink.clock import Clock
from esrlink.contracts import FileReceived, Outcome
from esrlink.db import Database, WriteTx

_MOST_CODES = 20  # that one file may raise issues about


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
        sending = await tx.one_or_none(
            select(run_file.c.state, run_file.c.doubts, run_file.c.run_id).where(
                run_file.c.vpd == vpd, run_file.c.file_name == read.answered
            )
        )
        if sending is None:
            raise Quarantined("answers_unknown_file", "The file that it answers was never sent by us.")
        # Before the rename was tried ESR cannot have read it; taken at its word, the file would never be sent.
        if sending.state in NEVER_SHOWN and not sending.doubts:
            raise Held(
                "answers_unsent_file",
                "The file that it answers has not been sent yet, as far as this database knows. Release it once two people "
                "have found out whether ESR has that file.",
            )
        if await files.has_other_content(tx, vpd, found):
            raise Quarantined("other_content", "A file of this name with other content came before.")
        await prove_sent(tx, vpd, [read.answered], now)
        codes = {**self.layout.codes, **(await find_trust(tx, vpd)).settings.codes}
        await self._note_codes(tx, vpd, found.file_id, read.answers, codes, now)
        refusal = next((one for one in read.answers if one.row_number == 0 and one.outcome == "rejected"), None)
        if refusal:
            words = said(refusal, codes)
            fact = await fact_of_file(
                tx, vpd, read.answered, Outcome.REJECTED, code=words.code, reason=words.reason, field=words.field
            )
            await settle_file(tx, vpd, fact, now)
            await raise_issue(tx, vpd, refused(sending.run_id, read.answered, words.reason or ""), now)
        rows = await tx.all(lines_with_run().where(line.c.vpd == vpd, line.c.file_name == read.answered))
        facts, unknown = self._facts({row.row_number: row for row in rows}, read.answers, codes)
        await settle(tx, vpd, facts, now)
        await settle_runs(tx, vpd)
        await tx.execute(
            update(run_file)
            .where(run_file.c.vpd == vpd, run_file.c.file_name == read.answered)
            .values(answer="refused" if refusal else "read")
        )
        set_aside = [*read.rejected, *unknown]
        await files.keep_rejected(tx, vpd, found.file_id, set_aside)
        await note_bad_rows(tx, vpd, found, now)
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

    async def _note_codes(
        self,
        tx: WriteTx,
        vpd: str,
        file_id: UUID,
        answers: tuple[Answer, ...],
        codes: Mapping[str, CodeWords],
        now: datetime,
    ) -> None:
        await close_issues(tx, vpd, [cause_of(code) for code in codes], now)
        for code in unknown_codes(answers, codes)[:_MOST_CODES]:
            await raise_issue(tx, vpd, not_in_table(code, file_id), now)

    def _facts(
        self, lines: Mapping[int, Any], answers: Sequence[Answer], codes: Mapping[str, CodeWords]
    ) -> tuple[list[Fact], list[RejectedRow]]:
        facts: list[Fact] = []
        unknown: list[RejectedRow] = []
        for answer in answers:
            if answer.row_number == 0:
                continue  # it is about the whole file
            if (row := lines.get(answer.row_number)) is None:
                words = f"The file that it answers has no row {answer.row_number}."
                unknown.append(self._set_aside(answer, "Row number", "no_such_row", words))
            elif answer.reference not in {"", row.reference}:
                # Row numbers that are off by one would settle the records of other people.
                words = f"Row {answer.row_number} of the file that it answers has another reference."
                unknown.append(self._set_aside(answer, "Reference", "other_reference", words))
            else:
                outcome = Outcome.ACCEPTED if answer.outcome == "accepted" else Outcome.REJECTED
                told = said(answer, codes)
                facts.append(fact_of(row, outcome, code=told.code, reason=told.reason, field=told.field))
        return facts, unknown

    def _set_aside(self, answer: Answer, name: str, code: str, words: str) -> RejectedRow:
        raw = self.layout.delimiter.join((str(answer.row_number), answer.reference, answer.outcome, answer.code))
        return RejectedRow(answer.line, self.layout.record, name, code, words, raw)
