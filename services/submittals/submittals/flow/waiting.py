"""News of people and links: what waited for it is judged again by itself, and what is no longer good comes back at once.

A record that was returned only because ESR or the link was not there yet goes on when it comes. One that is on its way, even
approved, comes back when ESR ends, moves or suspends the assignment: before the cut-off, since payroll is told in the same
breath. That ESR does not show somebody any more is no reason, nor is time that has passed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from esrlink.contracts import Received
from esrlink.db import WriteTx
from submittals.content import RULES_ACTOR
from submittals.esr.people import ProfilePlace
from submittals.flow import announcements
from submittals.judging.assessing import assess, reassess
from submittals.judging.surroundings import Surroundings, gather
from submittals.records import store
from submittals.records.decisions import DecisionKind
from submittals.records.record import Record, errors_of
from submittals.records.state import State

# What a link or a newer picture of the person may mend; all other errors are the department's to mend.
WAITING_CODES = frozenset(
    {
        "person_not_linked",
        "assignment_not_active",
        "outside_employment",
        "leaver",
        "assignment_suspended",
        "career_break",
    }
)
# A record does not go bad because it waits for its turn: these are for whoever sends one.
_OF_TIME = frozenset({"too_old", "period_closed"})


async def link_came(tx: WriteTx, vpd: str, news: Mapping[ProfilePlace, Received[Any]], now: datetime) -> None:
    """Judge again what waits for the links of these profiles, each with the event that brought it."""
    found = await store.returned_of_profiles(tx, vpd, news)
    await _again(tx, vpd, found, lambda r: news.get((r.product, r.department, r.profile_id)), now)


async def person_came(tx: WriteTx, vpd: str, news: Mapping[str, Received[Any]], now: datetime) -> None:
    """Judge again what waits for these people (by employee number) and what is on its way, each with the event's cause."""
    found = await store.mendable_of_people(tx, vpd, news)
    # Whom ESR does not show any more has left its picture: that says nothing of the day worked, and takes nothing back.
    gone = {number for number, one in news.items() if one.event.gone}
    judged = [record for record in found if _waits(record) or record.version.employee_number not in gone]
    await _again(tx, vpd, judged, lambda record: news.get(record.version.employee_number or ""), now)


async def _again(
    tx: WriteTx, vpd: str, found: Sequence[Record], because: Callable[[Record], Received[Any] | None], now: datetime
) -> None:
    records = [record for record in found if _waits(record) or _is_on_its_way(record)]
    if not records:
        return
    subjects = [((r.product, r.department, r.profile_id), r.version.given) for r in records]
    around = await gather(tx, vpd, now, subjects=subjects)
    changed = []
    # First what comes back: it stands in the way of nothing that waits.
    for before in sorted(records, key=_waits):
        judge = _judged_again if _waits(before) else _returned_if_bad
        after = judge(tx, before, around, because(before))
        if after is not before:
            around.claims.renew(before, after)
            changed.append(after)
    await store.save(tx, changed, now)


def _waits(record: Record) -> bool:
    return (
        record.standing.state is State.RETURNED
        and record.decisions[-1].by_rules
        and any(finding.code in WAITING_CODES for finding in errors_of(record.findings))
    )


def _is_on_its_way(record: Record) -> bool:
    # What takes a sent record back is about whoever was paid, whatever the person is now.
    return record.standing.state is not State.RETURNED and not record.standing.sent and record.relation != "reversal"


def _returned_if_bad(tx: WriteTx, record: Record, around: Surroundings, because: Received[Any] | None) -> Record:
    place = (record.product, record.department, record.profile_id)
    if record.standing.state is State.PENDING:  # its defaults are filled in anew when it is enriched
        found = assess(record.id, place, record.version.given, around)
    else:
        found = reassess(record, around)
    errors = [finding for finding in errors_of(found.findings) if finding.code not in _OF_TIME]
    if not errors:
        return record
    took_back = record.standing.with_payroll
    if took_back:
        reason = " ".join(finding.detail for finding in errors)
        tx.emit(announcements.withdrawn(record, reason, around.now), because=because)
    others = [finding for finding in found.findings if finding.severity != "error"]
    return record.judged([*errors, *others]).returned_by_rules(around.now, took_back=took_back)


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
