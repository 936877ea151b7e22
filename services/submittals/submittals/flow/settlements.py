"""What became of approved versions: facts from the gateway, recorded once each, moving records on whatever their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from esrlink.contracts import Received, RecordSettled
from esrlink.db import WriteTx
from submittals.content import RULES_ACTOR
from submittals.corrections import following
from submittals.flow import announcements
from submittals.records import store
from submittals.records.decisions import DecisionKind, Fact
from submittals.records.record import Record
from submittals.records.state import derive, newest_out

_TWICE = "Another version had been sent to ESR already; it must not be paid a second time."


async def record_facts(tx: WriteTx, received: Sequence[Received[RecordSettled]], now: datetime) -> None:
    """Record facts of one trust and tell departments what moved. A fact that is known already has no effect."""
    vpd = received[0].event.vpd
    told = {one.event.submittal_id for one in received}
    known = await store.by_ids(tx, vpd, told | await store.corrected_by(tx, vpd, told))
    fresh = await store.add_facts(tx, vpd, ((one.event.submittal_id, _fact(one.event)) for one in received))
    newest = {one.event.submittal_id: one for one in received}
    changed: dict[UUID, Record] = {}
    for before in (record for record in known.values() if record.id in told):
        because = newest[before.id]
        record = replace(before, facts=(*before.facts, *fresh.get(before.id, ())))
        after = _guarded(tx, record, before, because, now)
        if after.standing != before.standing or after is not record:
            tx.emit(announcements.settled(after, because.event.employee_number, now), because=because)
            changed[after.id] = after
    reversals = [record for record in changed.values() if record.relation == "reversal"]
    changed |= await following.follow(tx, vpd, reversals, known | changed, now=now, client=None)
    await store.save(tx, changed.values(), now)


def _fact(event: RecordSettled) -> Fact:
    return Fact(
        version=event.version,
        outcome=event.outcome,
        occurred_at=event.occurred_at,
        code=event.code,
        reason=event.reason,
        field=event.field,
        run_id=event.run_id,
        run_code=event.run.code if event.run else None,
        pay_name=event.pay_name,
        file_name=event.file_name,
        row_number=event.row_number,
    )


def _guarded(tx: WriteTx, record: Record, before: Record, because: Received[RecordSettled], now: datetime) -> Record:
    """Stop an approved version when the news is that another one had been sent: the two crossed on the way."""
    if not record.standing.sent or before.standing.sent:
        return record
    crossed = record.standing.version != newest_out(record.facts)
    approved = derive(record.decisions, ()).state == "approved"
    if not (crossed and approved):
        return record
    tx.emit(announcements.withdrawn(record, _TWICE, now), because=because)
    return record.decided(DecisionKind.WITHDRAWN, RULES_ACTOR, now, reason=_TWICE, took_back=True)
