"""Records that were returned only because ESR or the link was not there yet: judged again by themselves when it comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from esrlink.contracts import Received
from esrlink.db import WriteTx
from submittals.content import RULES_ACTOR
from submittals.esr.people import ProfilePlace
from submittals.flow import announcements
from submittals.judging.assessing import assess
from submittals.judging.surroundings import Surroundings, gather
from submittals.records import store
from submittals.records.record import Record, errors_of
from submittals.records.state import DecisionKind

# What a link or a newer picture of the person may mend; all other errors are the department's to mend.
WAITING_CODES = frozenset({"person_not_linked", "assignment_not_active"})


async def link_came(tx: WriteTx, vpd: str, news: Mapping[ProfilePlace, Received[Any]], now: datetime) -> None:
    """Judge again what waits for the links of these profiles, each with the event that brought it."""
    found = await store.returned_of_profiles(tx, vpd, news)
    await _again(tx, vpd, found, lambda r: news.get((r.product, r.department, r.profile_id)), now)


async def person_came(tx: WriteTx, vpd: str, news: Mapping[str, Received[Any]], now: datetime) -> None:
    """Judge again what waits for the assignments of these people (by employee number), each with the event that brought it."""
    found = await store.returned_of_people(tx, vpd, news)
    await _again(tx, vpd, found, lambda record: news.get(record.version.employee_number or ""), now)


async def _again(
    tx: WriteTx, vpd: str, found: Sequence[Record], because: Callable[[Record], Received[Any] | None], now: datetime
) -> None:
    records = [record for record in found if _waits(record)]
    if not records:
        return
    subjects = [((r.product, r.department, r.profile_id), r.version.given) for r in records]
    around = await gather(tx, vpd, now, subjects=subjects)
    changed = []
    for before in records:
        after = _judged_again(tx, before, around, because(before))
        if after is not before:
            around.claims.renew(before, after)
            changed.append(after)
    await store.save(tx, changed, now)


def _waits(record: Record) -> bool:
    return record.decisions[-1].by_rules and any(
        finding.code in WAITING_CODES for finding in errors_of(record.findings)
    )


def _judged_again(tx: WriteTx, record: Record, around: Surroundings, because: Received[Any] | None) -> Record:
    given = record.version.given
    found = assess(record.id, (record.product, record.department, record.profile_id), given, around)
    same_errors = [f.code for f in errors_of(found.findings)] == [f.code for f in errors_of(record.findings)]
    # Whose it is decides whose news it waits for.
    if same_errors and found.employee_number == record.version.employee_number:
        return record
    version = found.version(record.version.number + 1, given, record.version.put_hash, around)
    again = record.revised(version, found.findings).decided(
        DecisionKind.RESUBMITTED, RULES_ACTOR, around.now, reason="What it waited for has come from ESR."
    )
    tx.emit(announcements.submitted(again, around.now), because=because)
    return again.returned_by_rules(around.now)
