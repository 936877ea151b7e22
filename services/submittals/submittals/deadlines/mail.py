"""E-mails on their way: each a row with a state, so that none is lost with a process and none is sent twice.

`waiting → sending → sent`. A row is `sending` from before the server is asked until its answer is noted down: if the process
dies in between, nobody knows, and the row becomes `unknown`; a machine never sends it again. `parked` is what the server
refuses for good or what could not be sent in time, `dropped` what nobody wants any more. A person may have parked and
unknown ones sent again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text, update

from esrlink.db import ReadTx, WriteTx
from esrlink.errors import Conflict, NotFound
from submittals.deadlines.lead_times import LONGEST_HOURS
from submittals.tables import mail, mail_recipient

STATES = ("waiting", "sending", "sent", "parked", "unknown", "dropped")
TROUBLED = ("parked", "unknown")
# Longer than all of one attempt may take, so that whoever lets a lease run out is dead.
LEASE = timedelta(minutes=10)
KEEP = timedelta(days=180)
RECENT = timedelta(days=1)
"""For so long one that is in trouble is told of; the list keeps it."""

_DUE_TRUSTS = text("""
SELECT DISTINCT vpd FROM mail
 WHERE vpd = ANY(:vpds) AND ((state = 'waiting' AND due_at <= :now) OR (state = 'sending' AND leased_until < now()))
 ORDER BY vpd
""")
_LOSE = text("""
UPDATE mail SET state = 'unknown', outcome = 'no_receipt', settled_at = :now
 WHERE vpd = :vpd AND state = 'sending' AND leased_until < clock_timestamp()
""")
_CLAIM = text("""
WITH next AS (
    SELECT vpd, mail_id FROM mail WHERE vpd = :vpd AND state = 'waiting' AND due_at <= :now
     ORDER BY due_at, mail_id LIMIT 1 FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE mail m SET state = 'sending', attempts = m.attempts + 1,
                      leased_until = clock_timestamp() + CAST(:lease AS interval)
      FROM next WHERE m.vpd = next.vpd AND m.mail_id = next.mail_id
    RETURNING m.*
)
SELECT t.*, r.address, r.unsubscribed_at FROM taken t
  LEFT JOIN mail_recipient r ON r.vpd = t.vpd AND r.recipient_id = t.recipient_id
""")
# What is known now outranks what somebody else had to guess meanwhile.
_SETTLE = text("""
UPDATE mail SET state = :state, outcome = :outcome, due_at = :due_at, settled_at = :settled_at, attempts = :attempts,
                leased_until = NULL
 WHERE vpd = :vpd AND mail_id = :mail_id AND state IN ('sending', 'unknown')
""")
_FORGET = text("DELETE FROM mail WHERE vpd = :vpd AND created_at < :before AND settled_at IS NOT NULL")


async def add_mail(tx: WriteTx, rows: Sequence[dict[str, Any]], now: datetime) -> None:
    """Queue e-mails: vpd, mail_id, recipient_id, subject, body and useless_after of each."""
    if rows:
        fresh = {"state": "waiting", "attempts": 0, "due_at": now, "created_at": now}
        await tx.execute(insert(mail), [{**row, **fresh} for row in rows])


async def trusts_with_mail(tx: ReadTx, vpds: Collection[str], now: datetime) -> list[str]:
    """Those of the transaction's trusts that have e-mails to send or to give up."""
    return [row.vpd for row in await tx.all(_DUE_TRUSTS, {"vpds": sorted(vpds), "now": now})]


async def lose(tx: WriteTx, vpd: str, now: datetime) -> int:
    """Mark as unknown what somebody died over. How many."""
    return int((await tx.execute(_LOSE, {"vpd": vpd, "now": now})).rowcount)


async def claim(tx: WriteTx, vpd: str, now: datetime) -> Any | None:
    """Take the next e-mail that is due, with its recipient's `address` and `unsubscribed_at` (none when gone)."""
    return (await tx.execute(_CLAIM, {"vpd": vpd, "now": now, "lease": LEASE})).one_or_none()


async def settle(
    tx: WriteTx, row: Any, state: str, outcome: str | None, *, attempts: int, due_at: datetime, now: datetime
) -> None:
    """Note down what became of an e-mail that was claimed."""
    values = {"state": state, "outcome": outcome, "attempts": attempts, "due_at": due_at}
    values |= {"vpd": row.vpd, "mail_id": row.mail_id, "settled_at": None if state == "waiting" else now}
    await tx.execute(_SETTLE, values)


async def forget_old(tx: WriteTx, vpd: str, now: datetime) -> None:
    """Forget e-mails that were settled long ago."""
    await tx.execute(_FORGET, {"vpd": vpd, "before": now - KEEP})


async def list_mail(
    tx: ReadTx, vpd: str, *, state: str | None = None, before: datetime | None = None, limit: int = 100
) -> Sequence[Any]:
    """E-mails of a trust, newest first, each with its recipient's address (none when that was taken away)."""
    own, whose = mail.c, mail_recipient.c
    columns = [column for column in own if column.name != "body"]
    statement = (
        select(*columns, whose.address)
        .join(mail_recipient, (whose.vpd == own.vpd) & (whose.recipient_id == own.recipient_id), isouter=True)
        .where(own.vpd == vpd)
        .order_by(own.created_at.desc(), own.mail_id)
        .limit(limit)
    )
    if state is not None:
        statement = statement.where(own.state == state)
    if before is not None:
        statement = statement.where(own.created_at < before)
    return await tx.all(statement)


async def troubled(tx: ReadTx, vpds: Collection[str], since: datetime) -> dict[str, int]:
    """How many e-mails of these trusts became parked or unknown since then, by state."""
    own = mail.c
    rows = await tx.all(
        select(own.state, func.count().label("number"))
        .where(own.vpd == func.any(sorted(vpds)), own.state == func.any(list(TROUBLED)))
        # None is older when it is given up: it is of no use after its cut-off.
        .where(own.created_at >= since - timedelta(hours=LONGEST_HOURS), own.settled_at >= since)
        .group_by(own.state)
    )
    return {row.state: row.number for row in rows}


async def send_again(tx: WriteTx, vpd: str, mail_id: UUID, now: datetime) -> None:
    """Put a parked or unknown e-mail back into the queue. Raises `NotFound`, or `Conflict` for any other."""
    own = mail.c
    state = await tx.scalar(select(own.state).where(own.vpd == vpd, own.mail_id == mail_id).with_for_update())
    if state is None:
        raise NotFound("There is no such e-mail.", field="mail_id")
    if state not in TROUBLED:
        raise Conflict(f"The e-mail is {state}; only one that is parked or unknown is sent again.", field="state")
    again = {"state": "waiting", "attempts": 0, "due_at": now, "settled_at": None, "outcome": None}
    await tx.execute(update(mail).where(own.vpd == vpd, own.mail_id == mail_id).values(again))
