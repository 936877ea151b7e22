"""One approved record's way: where it came from, which run, file and row carry it, and every fact that came in about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import or_, select

from esr_gateway.tables import fact, instruction, landing, line, run, run_file
from esrlink.contracts import SubmittalApproved
from esrlink.db import ReadTx
from esrlink.errors import NotFound

_SENTENCES: Mapping[str, str] = {
    "scheduled": "It will go into {run}.",
    "held": "It was held back from {run}.",
    "sent": "It was sent to ESR in {file}, row {row}.",
    "accepted": "ESR's confirmation accepted row {row}.",
    "rejected": "ESR's confirmation refused row {row}.",
    "unknown": "Nobody can tell whether ESR has {file}, which carries it.",
    "landed": "ESR's own data show it as it was sent: it landed.",
    "missing": "ESR's own data do not show it.",
    "differs": "ESR's own data show it, but not as it was sent.",
    "not_checkable": "ESR's data cannot show whether it landed.",
}


@dataclass(frozen=True, slots=True)
class Trail:
    """A record's way. `line` with its file and run is none while no run carries it; `facts` are in the order they came."""

    instruction: Any
    approved: SubmittalApproved | None
    line: Any | None
    facts: Sequence[Any]
    landings: Sequence[Any]
    others: Sequence[Any]


async def trail_of(tx: ReadTx, submittal_id: UUID, version: int) -> Trail:
    """The way of one submittal version. Raises `NotFound` when the transaction's trusts have none."""
    found = await tx.one_or_none(
        select(instruction).where(instruction.c.submittal_id == submittal_id, instruction.c.version == version)
    )
    if found is None:
        raise NotFound("There is no such record that you may see.", field="submittal_id")
    of_this = {"vpd": found.vpd, "submittal_id": submittal_id, "version": version}
    return Trail(
        instruction=found,
        approved=_approved(found.content),
        line=await tx.one_or_none(_line_with_its_file(found.vpd, submittal_id, version)),
        facts=await tx.all(select(fact).filter_by(**of_this).order_by(fact.c.occurred_at, fact.c.outcome)),
        landings=await tx.all(select(landing).filter_by(**of_this).order_by(landing.c.record, landing.c.record_id)),
        others=await _others(tx, found),
    )


def in_words(one: Any, pay_name: str | None = None) -> str:
    """What a fact says, for a person."""
    sentence: str = _SENTENCES.get(one.outcome, one.outcome)
    return sentence.format(
        run=pay_name or (f"run {one.about.split(' ')[0]}" if one.about else "a run"),
        file=one.file_name or "the run's file",
        row=one.row_number or "0",
    )


def _approved(content: Any) -> SubmittalApproved | None:
    try:
        return SubmittalApproved.model_validate(content) if content is not None else None
    except ValidationError:
        return None


def _line_with_its_file(vpd: str, submittal_id: UUID, version: int) -> Any:
    return (
        select(
            line,
            run_file.c.state.label("file_state"),
            run_file.c.answer.label("file_answer"),
            run_file.c.provenance,
            run_file.c.sent_at,
            instruction.c.state,
            instruction.c.reason,
            instruction.c.kind,
            run_file.c.run_id,
            run.c.pay_name,
            run.c.run_code,
            run.c.state.label("run_state"),
        )
        .join(run_file, (run_file.c.vpd == line.c.vpd) & (run_file.c.file_name == line.c.file_name))
        .join(run, (run.c.vpd == run_file.c.vpd) & (run.c.run_id == run_file.c.run_id))
        .join(
            instruction,
            (instruction.c.vpd == line.c.vpd)
            & (instruction.c.submittal_id == line.c.submittal_id)
            & (instruction.c.version == line.c.version),
        )
        .where(line.c.vpd == vpd, line.c.submittal_id == submittal_id, line.c.version == version)
    )


async def _others(tx: ReadTx, of: Any) -> Sequence[Any]:
    """Other versions of the record, what corrects it, and what it corrects: all are the same person's."""
    corrects = instruction.c.content["corrects"].as_string()
    original = (of.content or {}).get("corrects")
    related = [instruction.c.submittal_id == of.submittal_id, corrects == str(of.submittal_id)]
    if original:
        related += [instruction.c.submittal_id == UUID(original), corrects == original]
    rows = await tx.all(
        select(
            instruction.c.submittal_id,
            instruction.c.version,
            instruction.c.state,
            instruction.c.reason,
            corrects.label("corrects"),
            instruction.c.content["reversal"].as_boolean().label("reversal"),
        )
        .where(instruction.c.vpd == of.vpd, instruction.c.employee_number == of.employee_number, or_(*related))
        .order_by(instruction.c.received_at, instruction.c.submittal_id, instruction.c.version)
    )
    return [one for one in rows if (one.submittal_id, one.version) != (of.submittal_id, of.version)]
