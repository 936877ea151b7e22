"""Tells others how far each person is: `jobplan.delivery`, from the start of the plan year to yesterday.

Whose figures may have changed is noted in `touched`, in the transaction that changed something. This loop takes the oldest
notes, some hundred people at a time, reckons, and emits for those whose figures differ from what was said last. A plan asks for
more with each day, so figures that nobody touched are told anew after a week. One reckoning at a time for each trust: two could
tell a person's figures in the wrong order.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import text

from esrlink import crash
from esrlink.bus.patience import patiently
from esrlink.clock import Clock, today
from esrlink.contracts import DeliveredCategory, JobplanDelivery
from esrlink.db import Database, WriteTx
from esrlink.db.register import registered_vpds
from esrlink.observability.tracing import continue_trace
from jobplan_adapter.delivery.departments import figures_of
from jobplan_adapter.delivery.figures import PersonFigures
from jobplan_adapter.delivery.gathering import tune
from jobplan_adapter.delivery.months import sum_up
from jobplan_adapter.trusts import get_trust
from jobplan_adapter.work.touched import take_touched

# One transaction must not hold what it writes for long.
_MOST = 300
_TOLD_FOR = timedelta(days=7)
_YEAR_BEGINS = (4, 1)

_LOCK_CLASS = 0x5245434B  # "RECK"
_TRY = text("SELECT pg_try_advisory_xact_lock(:lock_class, hashtext(:vpd))")
_TOUCH_OLD = text("""
INSERT INTO touched (vpd, employee_number)
SELECT vpd, employee_number FROM told WHERE vpd = :vpd AND until < :since
   AND NOT EXISTS (SELECT FROM touched WHERE vpd = :vpd) ORDER BY until LIMIT :most
""")
_TOLD = text("""
SELECT employee_number, figures_hash FROM told WHERE vpd = :vpd AND employee_number = ANY(CAST(:numbers AS text[]))
""")
_SAVE = text("""
INSERT INTO told (vpd, employee_number, figures_hash, until)
SELECT :vpd, r.employee_number, r.figures_hash, :until
  FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(employee_number text, figures_hash text)
ON CONFLICT (vpd, employee_number) DO UPDATE SET figures_hash = excluded.figures_hash, until = excluded.until
""")


class Telling:
    """Tells of all trusts' people whose figures changed."""

    def __init__(self, database: Database, clock: Clock, every: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._every = every.total_seconds()

    async def run(self) -> None:
        """Look again and again, for ever; a passing fault of the database is waited out."""
        while True:
            await patiently(self.look, service=self._database.service, what="reckonings")
            await asyncio.sleep(self._every)

    async def look(self) -> int:
        """Reckon all that was touched. How many people were told of."""
        async with self._database.read() as tx:
            vpds = await registered_vpds(tx)
        told = 0
        for vpd in vpds:
            more = True
            while more:
                continue_trace(None)  # one for each transaction: many changes led to it
                said, more = await self._some(vpd)
                told += said
        return told

    async def _some(self, vpd: str) -> tuple[int, bool]:
        """Reckon the people of the oldest notes. How many were told of, and whether there may be more notes."""
        async with self._database.write([vpd]) as tx:
            if not await tx.scalar(_TRY, {"lock_class": _LOCK_CLASS, "vpd": vpd}):
                return 0, False
            until = today(self._clock) - timedelta(days=1)
            await tx.execute(_TOUCH_OLD, {"vpd": vpd, "since": until - _TOLD_FOR, "most": _MOST})
            notes = await take_touched(tx, vpd, _MOST)
            if not notes:
                return 0, False
            await tune(tx)
            await sum_up(tx, vpd, notes)
            numbers = sorted({one.number for one in notes})
            said = await tell(tx, vpd, numbers, until, now=self._clock.now())
            crash.point("delivery.before_telling")
            return said, True


async def tell(tx: WriteTx, vpd: str, numbers: Sequence[str], until: date, *, now: datetime) -> int:
    """Emit `jobplan.delivery` for those of these people whose figures differ from what was said last. How many."""
    first = plan_year_of(until)
    trust = await get_trust(tx, vpd)
    figures = await figures_of(tx, trust, numbers, first, until, today=until + timedelta(days=1))
    rows = await tx.all(_TOLD, {"vpd": vpd, "numbers": list(numbers)})
    before = {row.employee_number: row.figures_hash for row in rows}
    # Of somebody of whom there was never anything to say, nothing is said.
    events = [
        _event(vpd, one, first, until, now)
        for one in figures
        if one.categories or one.extra or one.employee_number in before
    ]
    hashes = {event.employee_number: _hash(event) for event in events}
    if hashes:
        saved = [{"employee_number": number, "figures_hash": hashed} for number, hashed in hashes.items()]
        await tx.execute(_SAVE, {"vpd": vpd, "until": until, "rows": json.dumps(saved)})
    changed = [one for one in events if before.get(one.employee_number) != hashes[one.employee_number]]
    tx.emit(*changed)
    return len(changed)


def plan_year_of(day: date) -> date:
    """The first day of the plan year that a day lies in: 1 April."""
    begins = date(day.year, *_YEAR_BEGINS)
    return begins if begins <= day else date(day.year - 1, *_YEAR_BEGINS)


def _event(vpd: str, one: PersonFigures, first: date, until: date, now: datetime) -> JobplanDelivery:
    return JobplanDelivery(
        vpd=vpd,
        employee_number=one.employee_number,
        first=first,
        until=until,
        categories=tuple(
            DeliveredCategory(
                category=of.category,
                planned=of.planned,
                delivered=of.delivered,
                sessions_planned=of.sessions_planned,
                sessions_delivered=Decimal(of.sessions_delivered),
            )
            for of in one.categories
        ),
        extra=one.extra,
        uncertainty=tuple(dict.fromkeys(doubt.code for doubt in one.uncertainty)),
        occurred_at=now,
    )


def _hash(event: JobplanDelivery) -> str:
    """Of what is said of the year, whenever it is said."""
    said = event.model_dump_json(exclude={"until", "occurred_at"})
    return hashlib.sha256(said.encode()).hexdigest()
