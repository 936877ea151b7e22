"""Lets a held file go on, at the word of somebody who has looked at why it was held; the word is kept in the audit trail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from esr_gateway.from_esr import files
from esr_gateway.from_esr.receiving import Receiver
from esr_gateway.trust_lock import trust_lock
from esrlink import audit


async def release_file(
    receiver: Receiver, found: Any, *, by: str, reason: str | None = None, wait: timedelta = timedelta(0)
) -> None:
    """Take `found` (a row of `file`) as if it had just come, without the brake that held it.

    Raises `NotHeld`, and `TrustBusy` after `wait`.
    """
    vpd, now = found.vpd, receiver.clock.now()
    detail = {"name": found.name, "held_for": found.code, **({"reason": reason} if reason else {})}
    async with trust_lock(receiver.database, vpd, wait=wait):
        async with receiver.database.write([vpd]) as tx:
            await files.release(tx, vpd, found.file_id, by)
            await audit.record(
                tx, vpd, actor=by, action="file.released", about=str(found.file_id), at=now, detail=detail
            )
        await receiver.work_through(vpd)
