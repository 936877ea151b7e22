"""Takes back from payroll what was approved for one person when its profile turns out to be another's.

A profile that is merely unlinked (a leaver's, deleted by the rota) takes nothing back: what was approved for that person
is still theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from esrlink.contracts import Received
from esrlink.db import WriteTx
from submittals.esr import people
from submittals.esr.people import ProfilePlace
from submittals.flow import announcements
from submittals.records import store
from submittals.records.record import Record
from submittals.rules import Finding

_MOVED = Finding(
    code="person_changed",
    severity="error",
    detail="This profile belongs to another person in ESR than when the record was approved: check it and send it again.",
    field="profile_id",
)


async def take_back(tx: WriteTx, vpd: str, news: Mapping[ProfilePlace, Received[Any]], now: datetime) -> None:
    """Return the approved records of these profiles whose person is another one now; payroll is told in the same breath.

    `news` has, for each profile, the event that says so.
    """
    approved = await store.with_payroll_of_profiles(tx, vpd, news)
    if not approved:
        return
    owners = await people.linked(tx, vpd, news)
    moved = [record for record in approved if _is_anothers(record, owners.get(_place(record)))]
    returned = [_returned(tx, record, news[_place(record)], now) for record in moved]
    await store.save(tx, returned, now)


def _place(record: Record) -> ProfilePlace:
    return record.product, record.department, record.profile_id


def _is_anothers(record: Record, owner: str | None) -> bool:
    return owner is not None and owner != record.version.employee_number


def _returned(tx: WriteTx, record: Record, because: Received[Any], now: datetime) -> Record:
    tx.emit(announcements.withdrawn(record, _MOVED.detail, now), because=because)
    return record.judged([_MOVED]).returned_by_rules(now, took_back=True)
