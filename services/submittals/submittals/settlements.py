"""What became of approved versions: facts from the gateway, recorded once each, moving records on whatever their order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from esrlink.contracts import Received, RecordSettled
from esrlink.db import WriteTx
from submittals import announcements, store
from submittals.content import RULES_ACTOR
from submittals.records import Record
from submittals.state import DecisionKind, derive
from submittals.tables import settlement

_TWICE = "An earlier version had been sent to ESR already; it must not be paid a second time."


async def record_facts(tx: WriteTx, received: Sequence[Received[RecordSettled]], now: datetime) -> None:
    """Record facts of one trust and tell departments what moved. A fact that is known already has no effect."""
    events = [one.event for one in received]
    vpd = events[0].vpd
    rows = [
        {
            "vpd": vpd,
            "submittal_id": event.submittal_id,
            "version": event.version,
            "outcome": event.outcome,
            "occurred_at": event.occurred_at,
            "code": event.code,
            "reason": event.reason,
            "field": event.field,
            "run_id": event.run_id,
            "run_code": event.run.code if event.run else None,
            "pay_name": event.pay_name,
            "file_name": event.file_name,
            "row_number": event.row_number,
        }
        for event in events
    ]
    before = await store.by_ids(tx, vpd, {event.submittal_id for event in events})
    await tx.execute(insert(settlement).on_conflict_do_nothing(), rows)
    newest = {one.event.submittal_id: one for one in received}
    changed = []
    for record in (await store.by_ids(tx, vpd, list(before))).values():
        because = newest[record.id]
        after = _guarded(tx, record, before[record.id], because, now)
        if after.standing != before[record.id].standing or after is not record:
            tx.emit(announcements.settled(after, because.event.employee_number, now), because=because)
            changed.append(after)
    await store.save(tx, changed, now)


def _guarded(tx: WriteTx, record: Record, before: Record, because: Received[RecordSettled], now: datetime) -> Record:
    """Stop a later approved version when the news is that an earlier one had been sent: the two crossed on the way."""
    if not record.standing.sent or before.standing.sent:
        return record
    crossed = record.standing.version != _sent_version(record)
    approved = derive(record.decisions, ()).state == "approved"
    if not (crossed and approved):
        return record
    tx.emit(announcements.withdrawn(record, _TWICE, now), because=because)
    return record.decided(DecisionKind.WITHDRAWN, RULES_ACTOR, now, reason=_TWICE, took_back=True)


def _sent_version(record: Record) -> int | None:
    """The newest version that is out."""
    sent = [
        version
        for version in {fact.version for fact in record.facts}
        if derive(
            [d for d in record.decisions if d.version == version], [f for f in record.facts if f.version == version]
        ).sent
    ]
    return max(sent, default=None)
