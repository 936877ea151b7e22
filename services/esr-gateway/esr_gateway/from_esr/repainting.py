"""People whose dated rows begin or cease to be in force: painted anew on the day itself, though no file tells of them.

Each kept person knows the next such day. They are looked at once a day; only who really looks different is published.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text

from esr_gateway.from_esr.buckets import Lines
from esr_gateway.from_esr.documents import rows_of
from esr_gateway.from_esr.painting import Painting, Setting
from esr_gateway.from_esr.people import Before, Moment
from esr_gateway.from_esr.profile_events import profile_events
from esr_gateway.from_esr.publishing import Publisher
from esr_gateway.from_esr.reference import last_painted, remember_day, surroundings
from esr_gateway.from_esr.supervising import Supervisors, kept_numbers
from esr_gateway.outbound_layout import OutboundLayout
from esr_gateway.tables import file
from esrlink.clock import LONDON
from esrlink.db import ReadTx, WriteTx

_BLOCK = 1_000
_DUE = text("""
SELECT person_id, employee_number, family_name, given_name, revision, picture_hash, is_gone, works_until, document
  FROM person WHERE vpd = :vpd AND repaint_on <= :day AND document <> '' ORDER BY person_id LIMIT :block
""")


async def repaint_due(tx: WriteTx, layout: OutboundLayout, vpd: str, now: datetime) -> int:
    """Look at the trust's people who are due, unless that was done today; return how many were published.

    To be called with the trust's lock. The events say that they are as of what ESR's last file told.
    """
    day = now.astimezone(LONDON).date()
    painted_on = await last_painted(tx, vpd)
    last = await _last_file(tx, vpd)
    if last is None or (painted_on is not None and painted_on >= day):
        return 0
    moment = Moment(vpd, last.this_run, last.name, now, day)
    published = await _repaint(tx, layout, moment, await _due(tx, vpd, day))
    await remember_day(tx, vpd, day)
    return published


async def _repaint(tx: WriteTx, layout: OutboundLayout, moment: Moment, due: Sequence[Before]) -> int:
    if not due:
        return 0
    around = await surroundings(tx, layout, moment.vpd)
    supervisors = Supervisors(layout, around, kept_numbers(tx, moment.vpd))
    painting = Painting(
        layout, Setting(moment, around, profile_events(moment), {}, is_snapshot=True, awaits_proof=False)
    )
    publisher = Publisher(tx, moment.vpd, painting)
    await publisher.prepare()
    published, is_only = 0, len(due) < _BLOCK
    while due:
        await supervisors.of_stored(due)
        lines = Lines({one.person_id: rows_of(one.document or "") for one in due}, frozenset())
        painted, said = painting.paint(lines, {one.person_id: one for one in due})
        written = painting.written(lines, painted, said, await publisher.latest(painted.unsure))
        await publisher.lock(written.numbers, is_only=is_only)
        await publisher.write(written)
        await publisher.leave(written.left, written.renumbered)
        published += len(written.numbers)
        # Whoever was looked at is due on a later day.
        due = await _due(tx, moment.vpd, moment.day)
    return published + await publisher.say_farewell()


async def _due(tx: ReadTx, vpd: str, day: date) -> Sequence[Before]:
    return [Before._make(row) for row in await tx.all(_DUE, {"vpd": vpd, "day": day, "block": _BLOCK})]


async def _last_file(tx: ReadTx, vpd: str) -> Any | None:
    """The file that tells up to the latest moment."""
    of_people = file.c.kind.in_(("snapshot", "changes"))
    statement = select(file.c.name, file.c.this_run).where(file.c.vpd == vpd, file.c.state == "imported", of_people)
    return await tx.one_or_none(statement.order_by(file.c.this_run.desc(), file.c.settled_at.desc()).limit(1))
