"""The lines of a run as people look for them: by ESR number, assignment, department, element, change or outcome."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from esr_gateway.tables import instruction, line, run, run_file
from esrlink.db import ReadTx

Change = Literal["new", "corrected", "reversed"]
CHANGES: tuple[Change, ...] = ("new", "corrected", "reversed")

_instruction_of_line = and_(
    instruction.c.vpd == line.c.vpd,
    instruction.c.submittal_id == line.c.submittal_id,
    instruction.c.version == line.c.version,
)
_source = instruction.c.content["source"]


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines. `text` is the start of an ESR or assignment number, an id, or a part of a department or element."""

    text: str | None = None
    change: Change | None = None
    state: str | None = None
    file_name: str | None = None


async def find_lines(
    tx: ReadTx,
    vpd: str,
    run_id: UUID,
    wanted: LineFilter | None = None,
    *,
    limit: int,
    offset: int = 0,
    after: tuple[str, int] | None = None,
) -> Sequence[Any]:
    """The lines of a run with where each came from and what became of it, in the order of files and rows.

    With `after`, a file's name and a row in it, those behind that one.
    """
    statement = (
        _of_run(select(line), vpd, run_id, wanted or LineFilter())
        .add_columns(
            instruction.c.state,
            instruction.c.code,
            instruction.c.reason,
            instruction.c.kind,
            run_file.c.sent_at,
            func.split_part(instruction.c.traceparent, "-", 2).label("trace_id"),
            _source["record_id"].as_string().label("record_id"),
            instruction.c.content["approved_by"].as_string().label("approved_by"),
        )
        .order_by(line.c.file_name, line.c.row_number)
    )
    if after is not None:
        file_name, row_number = after
        statement = statement.where(
            tuple_(line.c.file_name, line.c.row_number) > tuple_(literal(file_name), row_number)
        )
    return await tx.all(statement.limit(limit).offset(offset))


async def count_lines(tx: ReadTx, vpd: str, run_id: UUID, wanted: LineFilter) -> int:
    """How many lines of the run are like that."""
    return int(await tx.scalar(_of_run(select(func.count()).select_from(line), vpd, run_id, wanted)) or 0)


def _of_run(statement: Select[Any], vpd: str, run_id: UUID, wanted: LineFilter) -> Select[Any]:
    statement = (
        statement.join(run_file, (run_file.c.vpd == line.c.vpd) & (run_file.c.file_name == line.c.file_name))
        .join(instruction, _instruction_of_line)
        .where(line.c.vpd == vpd, run_file.c.vpd == vpd, run_file.c.run_id == run_id)
    )
    if wanted.text:
        statement = statement.where(_is_like(wanted.text.strip()))
    if wanted.change:
        statement = statement.where(line.c.change == wanted.change)
    if wanted.state:
        statement = statement.where(instruction.c.state == wanted.state)
    if wanted.file_name:
        statement = statement.where(line.c.file_name == wanted.file_name)
    return statement


def _is_like(text: str) -> ColumnElement[bool]:
    ways = [
        line.c.employee_number.startswith(text, autoescape=True),
        line.c.assignment_number.startswith(text, autoescape=True),
        line.c.department.icontains(text, autoescape=True),
        line.c.name.icontains(text, autoescape=True),
        line.c.reference == text,
    ]
    with suppress(ValueError):
        ways.append(line.c.submittal_id == UUID(text))
    return or_(*ways)


async def states_of_lines(tx: ReadTx, vpd: str, run_id: UUID) -> dict[str, int]:
    """How many lines of the run are in each state."""
    counted = _of_run(select(instruction.c.state, func.count().label("n")), vpd, run_id, LineFilter())
    rows = await tx.all(counted.group_by(instruction.c.state).order_by(instruction.c.state))
    return {row.state: row.n for row in rows}


async def corrections_of_run(tx: ReadTx, vpd: str, run_id: UUID, *, limit: int) -> Sequence[Any]:
    """Lines of the run that correct or reverse others, each with the line that it corrects; those of one original together."""
    original, original_file, original_run = aliased(line), aliased(run_file), aliased(run)
    statement = (
        select(
            line,
            original.c.file_name.label("original_file"),
            original.c.row_number.label("original_row"),
            original.c.version.label("original_version"),
            original.c.units.label("original_units"),
            original.c.amount.label("original_amount"),
            original_run.c.run_id.label("original_run_id"),
            original_run.c.pay_name.label("original_pay_name"),
        )
        .join(run_file, (run_file.c.vpd == line.c.vpd) & (run_file.c.file_name == line.c.file_name))
        .join(
            original,
            (original.c.vpd == line.c.vpd) & (original.c.submittal_id == line.c.corrects),
            isouter=True,
        )
        .join(
            original_file,
            (original_file.c.vpd == original.c.vpd) & (original_file.c.file_name == original.c.file_name),
            isouter=True,
        )
        .join(
            original_run,
            (original_run.c.vpd == original_file.c.vpd) & (original_run.c.run_id == original_file.c.run_id),
            isouter=True,
        )
        .where(line.c.vpd == vpd, run_file.c.vpd == vpd, run_file.c.run_id == run_id, line.c.corrects.is_not(None))
        .order_by(line.c.corrects, line.c.change.desc(), line.c.file_name, line.c.row_number)
    )
    return await tx.all(statement.limit(limit))
