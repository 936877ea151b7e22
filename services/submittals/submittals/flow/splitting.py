"""Splitting extra work over assignments and cost codes: records of their own in place of one, all in one transaction.

The one that is split is withdrawn, so that each version that is approved stays at most one line in a file. Units are shared out
whole. Where the record has times, the parts follow each other in it: two parts never claim the same minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from esrlink.contracts.types import AssignmentNumber
from esrlink.db import WriteTx
from esrlink.errors import Conflict, Invalid, NotFound
from esrlink.ids import NewId
from submittals.content import AttendanceContent, Note, Units, Words, content_of, digest
from submittals.flow import announcements, maker_checker
from submittals.flow.acting import Acting, acting, place_of_actor
from submittals.flow.asking import Ask
from submittals.flow.commands import MayTouch
from submittals.flow.holding import holder_of
from submittals.flow.permitting import check_role, check_state
from submittals.judging.assessing import assess
from submittals.judging.surroundings import Surroundings, gather
from submittals.records import store
from submittals.records.decisions import DecisionKind
from submittals.records.locks import hold_trust, lock_sources
from submittals.records.record import Record, relative_id
from submittals.records.results import Result
from submittals.trusts.defaults_attendance import pounds, span_of


class Part(BaseModel):
    """One part of a record: how many of the units, on which assignment, at whose cost. What is left out is as in the record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    units: Units
    assignment_number: AssignmentNumber | None = None
    cost_code: Words | None = None
    note: Note | None = None


async def split(
    tx: WriteTx,
    vpd: str,
    ask: Ask,
    parts: Sequence[Part],
    *,
    now: datetime,
    new_id: NewId,
    client: str,
    may_touch: MayTouch,
) -> list[Result]:
    """Split a record into parts: first what became of the record, then its parts in order. Raises what refuses it."""
    await hold_trust(tx, vpd, alone=False)
    found = await store.read_one(tx, ask.submittal_id)
    if found is None or not may_touch(found.product, found.department):
        raise NotFound("There is no such submittal that you may see.", field="submittal_id")
    names = [relative_id(found.record_id, f".{number}") for number in range(1, len(parts) + 1)]
    keys = {(found.product, found.department, name) for name in names}
    await lock_sources(tx, vpd, keys)
    if await store.by_sources(tx, vpd, keys):
        raise Conflict(f"There are records with the ids {names[0]} to {names[-1]} already.", field="parts")
    record = (await store.by_ids(tx, vpd, [found.id]))[found.id]
    around = await _around(tx, record, ask, now)
    who = acting(record, ask.by, ask.by_number, around)
    check_role(record, ask, who)
    check_state(record, ask)
    given = _shares(record, parts)
    reason = f"Split into {len(parts)} records: {names[0]} to {names[-1]}."
    says: dict[str, Any] = {"client": client, "person": who.number, "reason": reason}
    withdrawn = record.decided(DecisionKind.WITHDRAWN, who.by, now, **says)
    around.claims.renew(record, withdrawn)
    made = [withdrawn]
    for name, content in zip(names, given, strict=True):
        part = _part(record, name, content, who, around, client, new_id)
        around.claims.renew(None, part)
        tx.emit(announcements.submitted(part, now))
        made.append(part)
    await store.save(tx, made, now)
    reach = around.calendar.reach(record.version.content.first_day, now)
    return [Result(one, reach, holder=holder_of(one, around)) for one in made]


async def _around(tx: WriteTx, record: Record, ask: Ask, now: datetime) -> Surroundings:
    place = (record.product, record.department, record.profile_id)
    makers = {place_of_actor(record, ask.by), *maker_checker.makers(record)}
    claimants = maker_checker.people_of(record) | ({ask.by_number} if ask.by_number else set())
    subjects = [(place, record.version.content)]
    return await gather(tx, record.vpd, now, subjects=subjects, makers=makers, claimants=claimants)


def _shares(record: Record, parts: Sequence[Part]) -> list[AttendanceContent]:
    content, given = record.version.content, record.version.given
    if not isinstance(content, AttendanceContent) or not isinstance(given, AttendanceContent):
        raise Invalid("Only extra work is split: leave belongs to one assignment.", field="submittal_id")
    if content.units is None or sum(part.units for part in parts) != content.units:
        raise Invalid(f"The parts must add up to {content.units or 'units, which are not known yet'}.", field="parts")
    shares, before, paid = [], Decimal(0), Decimal(0)
    for number, part in enumerate(parts, 1):
        amount = _share_of_amount(given.amount, part.units, content.units, paid, last=number == len(parts))
        paid += amount or 0
        said = {
            **given.model_dump(mode="json"),
            **_when(content, before, part.units, number, len(parts)),
            "pay_element": content.pay_element,
            "unit": content.unit,
            "units": part.units,
            "amount": amount,
            "assignment_number": part.assignment_number or given.assignment_number,
            "cost_code": part.cost_code or given.cost_code,
            "note": part.note or given.note or f"Part {number} of {len(parts)} of {record.record_id}.",
        }
        before += part.units
        shares.append(_taken(said, number))
    return shares


def _taken(said: dict[str, Any], number: int) -> AttendanceContent:
    content = content_of("attendance", said)
    if not isinstance(content, AttendanceContent):
        raise Invalid("Only extra work is split.", field=f"parts.{number - 1}")
    return content


def _share_of_amount(
    amount: Decimal | None, units: Decimal, of: Decimal, paid: Decimal, *, last: bool
) -> Decimal | None:
    """The part's share of an amount that somebody set; the last part has what is left. None: units times rate."""
    if amount is None:
        return None
    return amount - paid if last else pounds(amount, units / of)


def _when(content: AttendanceContent, before: Decimal, units: Decimal, number: int, of: int) -> dict[str, Any]:
    span = span_of(content)
    if span is None or content.units is None:
        session = content.session or "Session"
        return {"session": f"{session[:60]} (part {number} of {of})"}
    first, last = (span[0] + _minutes(span, done / content.units) for done in (before, before + units))
    if first >= last:
        raise Invalid("A part is too small for the times of the record.", field=f"parts.{number - 1}.units")
    # The day worked is the one on which the work began: a part of a night may lie wholly in the next.
    return {"date_worked": f"{first:%Y-%m-%d}", "starts": f"{first:%H:%M}", "ends": f"{last:%H:%M}"}


def _minutes(span: tuple[datetime, datetime], share: Decimal) -> timedelta:
    return timedelta(minutes=round(int((span[1] - span[0]).total_seconds()) // 60 * share))


def _part(
    record: Record,
    name: str,
    given: AttendanceContent,
    who: Acting,
    around: Surroundings,
    client: str,
    new_id: NewId,
) -> Record:
    submittal_id, now = new_id(), around.now
    found = assess(submittal_id, (record.product, record.department, record.profile_id), given, around)
    version = found.version(1, given, digest(record.id, name, given), around)
    part = Record(
        id=submittal_id,
        vpd=record.vpd,
        product=record.product,
        department=record.department,
        record_id=name,
        profile_id=record.profile_id,
        claimed_by=record.claimed_by,
        kind=record.kind,
        version=version,
        decisions=(),
        facts=(),
        findings=found.findings,
        created_at=now,
        fresh_versions=(version,),
        origin=record.id,
        relation="split",
    )
    reason = f"Split from {record.record_id}."
    part = part.decided(DecisionKind.SUBMITTED, who.by, now, client=client, person=who.number, reason=reason)
    return part.returned_by_rules(now)
