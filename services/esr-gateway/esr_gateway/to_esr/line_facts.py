"""Facts about lines of files, made of the lines and their runs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from esr_gateway.tables import line, run, run_file
from esr_gateway.to_esr.settling import Fact, FileFact
from esrlink.contracts import Outcome
from esrlink.db import ReadTx


async def fact_of_file(
    tx: ReadTx,
    vpd: str,
    file_name: str,
    outcome: Outcome,
    *,
    code: str | None = None,
    reason: str | None = None,
    field: str | None = None,
) -> FileFact:
    """One fact about every line of a file."""
    row = (
        await tx.execute(
            select(run.c.run_id, run.c.run_code, run.c.pay_name, run_file.c.doubts)
            .join(run_file, (run_file.c.vpd == run.c.vpd) & (run_file.c.run_id == run.c.run_id))
            .where(run_file.c.vpd == vpd, run_file.c.file_name == file_name)
        )
    ).one()
    return FileFact(
        file_name, outcome, row.run_id, row.run_code, row.pay_name, code, reason, field, attempt=max(row.doubts, 1)
    )


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
