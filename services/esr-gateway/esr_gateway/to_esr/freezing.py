"""Freezing a run at its cut-off: which instructions are in it, its control totals, and its files' bytes, in one transaction.

The bytes are made once and are in the archive before anything is uploaded, and their sequence numbers are drawn in the same
transaction; so no crash can ever make a second, different file of the same run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text

from esr_gateway.archive import Archive
from esr_gateway.layout import RowKind, written
from esr_gateway.tables import instruction, line, run, run_file
from esr_gateway.to_esr.instructions import hold_intake, schedule, take_for_run
from esr_gateway.to_esr.lines import Line, Unwritable, line_of
from esr_gateway.to_esr.pay_file import WrittenFile, write_file, write_line
from esr_gateway.to_esr.periods import pay_run_of
from esr_gateway.to_esr.reference import reference_of
from esr_gateway.to_esr.settling import Fact, settle
from esr_gateway.to_esr.stuck_withdrawals import stuck_withdrawals
from esr_gateway.to_esr.superseding import refuse_second, versions_out
from esr_gateway.trusts import Trust
from esrlink.contracts import Outcome, RunTotal, SubmittalApproved
from esrlink.db import WriteTx
from esrlink.errors import Conflict
from esrlink.ids import NewId

_BLOCK = 1_000
# ESR reads a file from the top: what makes room goes first, and an absence opens before it is closed.
_ORDER = {"delete": 0, "add": 1, "update": 2}
_FREEZE = text("""
UPDATE instruction i SET state = 'frozen', run_code = :run_code, code = NULL, reason = NULL
  FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS int[])) AS f (submittal_id, version)
 WHERE i.vpd = :vpd AND i.submittal_id = f.submittal_id AND i.version = f.version
""")
_NEXT = text("""
INSERT INTO sequence (vpd, layout, last) VALUES (:vpd, :layout, 1)
ON CONFLICT (vpd, layout) DO UPDATE SET last = sequence.last + 1 RETURNING last
""")


@dataclass(frozen=True, slots=True)
class _Sorted:
    """What can be written, by kind, each line with its row; and what is held."""

    writable: Mapping[RowKind, list[tuple[Line, str]]]
    held: list[Fact]


async def freeze(tx: WriteTx, trust: Trust, period: Any, *, archive: Archive, new_id: NewId, now: datetime) -> UUID:
    """Make the run of `period` (a calendar row) and return its id. Raises `Conflict` when the trust has no exchange."""
    exchange = trust.settings.exchange
    if exchange is None:
        raise Conflict("The trust has no exchange yet, so its files cannot be named.", field="exchange")
    vpd, run_id, pay_run = trust.vpd, new_id(), pay_run_of(period)
    await hold_intake(tx, vpd)
    sorted_ = await _sort(tx, trust, period, await take_for_run(tx, vpd, period.cut_off))
    lines = [one for kind in sorted_.writable.values() for one, _ in kind]
    await tx.execute(
        insert(run),
        {
            "vpd": vpd,
            "run_id": run_id,
            "run_code": period.run_code,
            "pay_name": period.pay_name,
            # With nothing to send, all of it is settled.
            "state": "frozen" if lines else "settled",
            "totals": [total.model_dump(mode="json") for total in totals(lines)],
            "lines": len(lines),
            "lines_held": len(sorted_.held),
            "cut_off": period.cut_off,
            "frozen_at": now,
        },
    )
    for kind, pairs in sorted_.writable.items():
        layout = written(kind)
        number = int(await tx.scalar(_NEXT, {"vpd": vpd, "layout": layout.name}))
        file = write_file(
            layout,
            vpd=vpd,
            supplier=exchange.supplier,
            run=pay_run,
            sequence=number,
            created=now,
            rows=[row for _, row in pairs],
        )
        await _keep(tx, vpd, run_id, layout.name, layout.provenance, number, file, archive)
        await _keep_lines(tx, vpd, file.name, [one for one, _ in pairs])
    await tx.execute(
        _FREEZE,
        {
            "vpd": vpd,
            "run_code": period.run_code,
            "ids": [one.submittal_id for one in lines],
            "versions": [one.version for one in lines],
        },
    )
    await settle(tx, vpd, sorted_.held, now)
    await schedule(tx, vpd, now)
    return run_id


def totals(lines: Sequence[Line]) -> list[RunTotal]:
    """Control totals: lines, units and money by pay element or absence type, in the order of their names."""
    by_name: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for one in lines:
        by_name[one.kind, one.name].append(one)
    return [
        RunTotal(
            name=name,
            lines=len(some),
            units=sum((one.units for one in some), Decimal(0)),
            amount=sum((one.amount or Decimal(0) for one in some), Decimal(0)) if kind == "attendance" else None,
        )
        for (kind, name), some in sorted(by_name.items())
    ]


async def _sort(tx: WriteTx, trust: Trust, period: Any, taken: Sequence[Any]) -> _Sorted:
    submittals = [SubmittalApproved.model_validate(row.content) for row in taken]
    opened_as = await _references_of_originals(tx, trust.vpd, submittals)
    out = await versions_out(tx, trust.vpd, {one.submittal_id for one in submittals})
    stuck = await stuck_withdrawals(tx, trust.vpd)
    writable: dict[RowKind, list[tuple[Line, str]]] = defaultdict(list)
    held = []
    for row, submittal in zip(taken, submittals, strict=True):
        original = _original_of(submittal)
        try:
            stuck.refuse(submittal)
            refuse_second(out.get(submittal.submittal_id))
            one = line_of(submittal, trust.settings, row.reference, opened_as.get(original) if original else None)
            writable[one.kind].append((one, write_line(written(one.kind), one)))
        except Unwritable as reason:
            held.append(_held(submittal, reason, period))
    for pairs in writable.values():
        pairs.sort(key=lambda pair: _ORDER[pair[0].action])  # stable: the order of approval stays within each
    return _Sorted(dict(sorted(writable.items())), held)


def _original_of(submittal: SubmittalApproved) -> UUID | None:
    if submittal.absence is None:
        return None
    return submittal.corrects if submittal.reversal else submittal.absence.closes


async def _references_of_originals(
    tx: WriteTx, vpd: str, submittals: Sequence[SubmittalApproved]
) -> Mapping[UUID, str]:
    """How ESR knows the absences that others close or reverse: by the reference of the last line that was not refused."""
    wanted = {original for one in submittals if (original := _original_of(one))}
    if not wanted:
        return {}
    rows = await tx.all(
        select(line.c.submittal_id, line.c.reference)
        .join(
            instruction,
            (instruction.c.vpd == line.c.vpd)
            & (instruction.c.submittal_id == line.c.submittal_id)
            & (instruction.c.version == line.c.version),
        )
        .where(line.c.vpd == vpd, line.c.submittal_id.in_(wanted), instruction.c.state != "rejected")
        .order_by(line.c.version)
    )
    references = {row.submittal_id: row.reference for row in rows}
    # An absence that opens and closes within one run: its opening line stands before, in the same file.
    for one in submittals:
        if one.submittal_id in wanted and one.submittal_id not in references:
            references[one.submittal_id] = reference_of(one.submittal_id, one.version)
    return references


def _held(submittal: SubmittalApproved, reason: Unwritable, period: Any) -> Fact:
    return Fact(
        submittal.submittal_id,
        submittal.version,
        submittal.employee_number,
        Outcome.HELD,
        code=reason.code,
        reason=reason.reason,
        field=reason.field,
        run_code=period.run_code,
        pay_name=period.pay_name,
    )


async def _keep(
    tx: WriteTx,
    vpd: str,
    run_id: UUID,
    layout: str,
    provenance: str,
    number: int,
    file: WrittenFile,
    archive: Archive,
) -> None:
    await tx.execute(
        insert(run_file),
        {
            "vpd": vpd,
            "file_name": file.name,
            "run_id": run_id,
            "layout": layout,
            "provenance": provenance,
            "sequence": number,
            "sha256": await archive.put(file.content),
            "size": len(file.content),
            "lines": file.lines,
            "state": "written",
        },
    )


async def _keep_lines(tx: WriteTx, vpd: str, file_name: str, lines: Sequence[Line]) -> None:
    for start in range(0, len(lines), _BLOCK):
        rows = [
            {
                "vpd": vpd,
                "file_name": file_name,
                "row_number": number,
                "submittal_id": one.submittal_id,
                "version": one.version,
                "employee_number": one.employee_number,
                "assignment_number": one.assignment_number,
                "action": one.action,
                "name": one.name,
                "reference": one.reference,
                "starts": one.starts,
                "ends": one.ends,
                "figures": list(one.figures),
                "units": f"{one.units:f}",
                "amount": None if one.amount is None else f"{one.amount:f}",
            }
            for number, one in enumerate(lines[start : start + _BLOCK], start=start + 1)
        ]
        await tx.execute(insert(line), rows)
