"""What stands beside a run when somebody looks at it: what was held back from it, and the runs before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from esr_gateway.tables import fact, instruction, run
from esr_gateway.to_esr.unusual import LAST_RUNS
from esrlink.db import ReadTx


@dataclass(frozen=True, slots=True)
class RunBefore:
    """An earlier run of the same kind: its amounts and lines by element or absence type."""

    pay_name: str
    amounts: Mapping[str, Decimal | None]
    lines: Mapping[str, int]


async def runs_before(tx: ReadTx, vpd: str, run_code: str, cut_off: datetime) -> Sequence[RunBefore]:
    """The last three runs of this kind (period type, and normal or supplementary) that carried something, newest first."""
    rows = await tx.all(
        select(run.c.pay_name, run.c.totals)
        .where(run.c.vpd == vpd, run.c.run_code.startswith(run_code[:2]), run.c.cut_off < cut_off, run.c.lines > 0)
        .order_by(run.c.cut_off.desc(), run.c.run_code.desc())
        .limit(LAST_RUNS)
    )
    return [
        RunBefore(
            row.pay_name,
            {one["name"]: None if one["amount"] is None else Decimal(one["amount"]) for one in row.totals},
            {one["name"]: one["lines"] for one in row.totals},
        )
        for row in rows
    ]


async def held_from(tx: ReadTx, vpd: str, run_code: str, *, limit: int) -> Sequence[Any]:
    """Records that were held back when the run was made, each with the reason then and where it stands now."""
    return await tx.all(
        select(
            fact.c.submittal_id,
            fact.c.version,
            fact.c.code,
            fact.c.reason,
            fact.c.field,
            instruction.c.employee_number,
            instruction.c.kind,
            instruction.c.state,
            instruction.c.held_by,
            instruction.c.content["source"]["profile"]["product"].as_string().label("product"),
            instruction.c.content["source"]["profile"]["department"].as_string().label("department"),
        )
        .join(
            instruction,
            (instruction.c.vpd == fact.c.vpd)
            & (instruction.c.submittal_id == fact.c.submittal_id)
            & (instruction.c.version == fact.c.version),
        )
        .where(
            fact.c.vpd == vpd,
            fact.c.outcome == "held",
            func.split_part(fact.c.about, " ", 1) == run_code,
        )
        .order_by(fact.c.code, instruction.c.employee_number, fact.c.submittal_id)
        .limit(limit)
    )
