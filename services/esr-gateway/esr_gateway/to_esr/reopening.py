"""Undoing a freeze while nothing of it was sent: the run is gone, its records wait again, and a person says when it is made anew.

Its sequence numbers are given back, so that ESR sees no gap; so it can be done only while they are the last that were drawn,
and before the sending of any of its files was begun.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text, update

from esr_gateway.issues import close_issues
from esr_gateway.tables import fact, line, pay_period, run, run_file, sequence, signature
from esr_gateway.to_esr.instructions import hold_intake
from esr_gateway.to_esr.missed import ask_person
from esr_gateway.to_esr.missed import cause_of as missed_cause
from esr_gateway.to_esr.periods import find_period
from esr_gateway.to_esr.signing import cause_of as signature_cause
from esr_gateway.trusts import Trust
from esrlink import audit
from esrlink.db import WriteTx
from esrlink.errors import Conflict, Invalid, NotFound

_BACK = text("""
UPDATE instruction i SET state = 'waiting', code = NULL, reason = NULL
  FROM line l JOIN run_file f ON f.vpd = l.vpd AND f.file_name = l.file_name
 WHERE f.vpd = :vpd AND f.run_id = :run_id
   AND i.vpd = l.vpd AND i.submittal_id = l.submittal_id AND i.version = l.version AND i.state = 'frozen'
""")


class CannotReopen(Conflict):
    """Something of the run was sent, or a later file has drawn its number."""

    code, title = "cannot_reopen", "The run cannot be opened again"


async def reopen(tx: WriteTx, trust: Trust, run_id: UUID, *, by: str, reason: str, now: datetime) -> None:
    """Take a frozen or approved run apart. Its period then waits for a person (`missed.decide_missed`).

    Raises `NotFound`, `CannotReopen`, or `Invalid` without a reason.
    """
    vpd = trust.vpd
    if not reason.strip():
        raise Invalid("Say why: it stays in the audit trail.", field="reason")
    await hold_intake(tx, vpd)
    found = await tx.one_or_none(select(run).where(run.c.vpd == vpd, run.c.run_id == run_id).with_for_update())
    if found is None:
        raise NotFound("There is no such run that you may see.", field="run_id")
    files = await tx.all(select(run_file).where(run_file.c.vpd == vpd, run_file.c.run_id == run_id).with_for_update())
    if found.state not in {"frozen", "approved"} or any(file.state != "written" for file in files):
        raise CannotReopen("The sending of it has begun; what is wrong in it is corrected in a later run.")
    await _give_back(tx, vpd, [(file.layout, file.sequence) for file in files])
    await tx.execute(_BACK, {"vpd": vpd, "run_id": run_id})
    names = [file.file_name for file in files]
    await tx.execute(delete(line).where(line.c.vpd == vpd, line.c.file_name.in_(names)))
    for table in (run_file, signature, run):
        await tx.execute(delete(table).where(table.c.vpd == vpd, table.c.run_id == run_id))
    # The run that they were held from is no more: made anew, it may hold them again, and says so again.
    await tx.execute(delete(fact).where(fact.c.vpd == vpd, fact.c.outcome == "held", fact.c.about == found.run_code))
    await tx.execute(
        update(pay_period)
        .where(pay_period.c.vpd == vpd, pay_period.c.run_code == found.run_code)
        .values(missed="reopened", missed_by=by)
    )
    detail = {"run_code": found.run_code, "pack_sha256": found.pack_sha256, "reason": reason.strip(), "files": names}
    await audit.record(tx, vpd, actor=by, action="run.reopened", about=str(run_id), at=now, detail=detail)
    await close_issues(tx, vpd, [signature_cause(run_id), missed_cause(found.run_code)], now)
    await ask_person(tx, trust, await find_period(tx, vpd, found.run_code), now)


async def _give_back(tx: WriteTx, vpd: str, drawn: list[tuple[str, int]]) -> None:
    for layout in {layout for layout, _ in drawn}:
        mine = [number for one, number in drawn if one == layout]
        back = await tx.execute(
            update(sequence)
            .where(sequence.c.vpd == vpd, sequence.c.layout == layout, sequence.c.last == max(mine))
            .values(last=min(mine) - 1)
            .returning(func.coalesce(sequence.c.last, 0))
        )
        if back.first() is None or max(mine) - min(mine) + 1 != len(mine):
            raise CannotReopen("A later file has drawn its sequence number already; ESR would see a gap.")
