"""Conservation: approved - withdrawn = lines in files + held + waiting. Counted from two sides, so that it can fail."""

from __future__ import annotations

from sqlalchemy import func, select

from esr_gateway.tables import line
from esr_gateway.to_esr.instructions import counts
from esrlink.db import ReadTx


async def conservation(tx: ReadTx, vpd: str) -> dict[str, int | bool]:
    """The figures of one trust: approvals and withdrawals by instruction, lines by the lines of files themselves."""
    by_state = await counts(tx, vpd)
    approved = sum(by_state.values())
    withdrawn = by_state.get("withdrawn", 0)
    held, waiting = by_state.get("held", 0), by_state.get("waiting", 0)
    lines = int(await tx.scalar(select(func.count()).select_from(line).where(line.c.vpd == vpd)) or 0)
    return {
        "approved": approved,
        "withdrawn": withdrawn,
        "sent_lines": lines,
        "held": held,
        "waiting": waiting,
        "balanced": approved - withdrawn == lines + held + waiting,
    }
