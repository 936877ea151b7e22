"""Freezing a run at its cut-off: which instructions are in it, its files' bytes, its control pack, in one transaction.

The bytes are made once and are in the archive before anything is uploaded, and their sequence numbers are drawn in the same
transaction; so no crash can ever make a second, different file of the same run. Totals, what is unusual and the pack are made
from the very lines that go into the files.
"""

from __future__ import annotations

from contextlib import aclosing, closing
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from esr_gateway.archive.port import Archive
from esr_gateway.tables import run
from esr_gateway.to_esr.drafting import Drafts
from esr_gateway.to_esr.gathering import HeldBack, gather
from esr_gateway.to_esr.instructions import hold_intake, schedule
from esr_gateway.to_esr.pack import pack_of
from esr_gateway.to_esr.periods import pay_run_of
from esr_gateway.to_esr.settling import Fact, settle
from esr_gateway.to_esr.totals import Tally
from esr_gateway.to_esr.unusual import Watch, history_of
from esr_gateway.trusts import Trust
from esrlink.contracts import Outcome
from esrlink.db import WriteTx
from esrlink.errors import Conflict
from esrlink.ids import NewId


async def freeze(tx: WriteTx, trust: Trust, period: Any, *, archive: Archive, new_id: NewId, now: datetime) -> UUID:
    """Make the run of `period` (a calendar row) and return its id. Raises `Conflict` when the trust has no exchange.

    A trust that sends unsigned has approved it with that; any other run waits `frozen` for a signature on its pack.
    """
    exchange = trust.settings.exchange
    if exchange is None:
        raise Conflict("The trust has no exchange yet, so its files cannot be named.", field="exchange")
    vpd, run_id = trust.vpd, new_id()
    await hold_intake(tx, vpd)
    tally, watch = Tally(), Watch(trust.settings.unusual)
    held: list[HeldBack] = []
    with closing(Drafts(archive)) as drafts:
        await drafts.begin(tx)
        async with aclosing(gather(tx, trust, period.cut_off)) as blocks:
            async for block in blocks:
                watch.see(block)
                for placed in block.lines:
                    tally.add(placed.line)
                await drafts.add(tx, block.lines)
                held += block.held
        files = await drafts.finish(
            tx, vpd=vpd, run_id=run_id, run=pay_run_of(period), supplier=exchange.supplier, now=now
        )
        unusual = watch.found(tally, await history_of(tx, vpd, period.period_type, period.run))
        values = {
            "vpd": vpd,
            "run_id": run_id,
            "run_code": period.run_code,
            "pay_name": period.pay_name,
            **_standing(trust, tally.lines, now),
            "totals": [total.model_dump(mode="json") for total in tally.run_totals()],
            "departments": [total.as_json() for total in tally.totals("department")],
            "unusual": [one.as_json() for one in unusual],
            "lines": tally.lines,
            "lines_held": len(held),
            "cut_off": period.cut_off,
            "frozen_at": now,
        }
        pack = await archive.put(pack_of(values, period, files, tally, held, unusual))
        await tx.execute(insert(run), {**values, "pack_sha256": pack})
        await drafts.keep(tx, vpd, period.run_code, files)
        await drafts.end(tx)
    await settle(tx, vpd, (_fact(one, run_id, period) for one in held), now)
    await schedule(tx, vpd, now)
    return run_id


def _standing(trust: Trust, lines: int, now: datetime) -> dict[str, Any]:
    if not lines:
        return {"state": "settled"}  # with nothing to send, all of it is settled
    if trust.settings.sign == "unsigned":
        return {"state": "approved", "approved_at": now}
    return {"state": "frozen"}


def _fact(one: HeldBack, run_id: UUID, period: Any) -> Fact:
    return Fact(
        one.submittal_id,
        one.version,
        one.employee_number,
        Outcome.HELD,
        code=one.code,
        reason=one.reason,
        field=one.field,
        run_id=run_id,
        run_code=period.run_code,
        pay_name=period.pay_name,
    )
