"""Proposing a correction of what was sent: why, what it should say instead, and into which run."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from esrlink import audit
from esrlink.contracts import Outcome
from esrlink.db import WriteTx
from esrlink.errors import Invalid, NotFound
from esrlink.ids import NewId
from submittals.content import Content, digest
from submittals.corrections import correction as corrections
from submittals.corrections.correction import AlreadyCorrected, Correction, RunChoice
from submittals.corrections.runs import check_run
from submittals.esr import cut_offs
from submittals.flow import maker_checker
from submittals.flow.acting import acting, place_of_actor
from submittals.flow.asking import Ask
from submittals.flow.permitting import check_role, check_state
from submittals.flow.steps import amended_version, refuse_errors
from submittals.judging.assessing import Assessment, assess
from submittals.judging.surroundings import Surroundings, gather
from submittals.records import store
from submittals.records.locks import hold_trust
from submittals.records.record import Record, Version
from submittals.records.state import newest_out


async def propose(
    tx: WriteTx, vpd: str, ask: Ask, run: RunChoice, *, replaces: bool, now: datetime, new_id: NewId, client: str
) -> Correction:
    """Propose to take back what was sent, and with `replaces` to pay it with the fields of `ask` in its place.

    Raises what refuses it: `WrongState`, `AlreadyCorrected`, `RulesFailed`, `NoSupplementaryRun` and the like.
    """
    await hold_trust(tx, vpd, alone=False)
    record = (await store.by_ids(tx, vpd, [ask.submittal_id])).get(ask.submittal_id)
    if record is None:
        raise NotFound("There is no such submittal that you may see.", field="submittal_id")
    sent = await sent_version(tx, record)
    given = amended_version(record, sent, ask) if replaces else None
    around = await around_correction(tx, record, sent, given, ask, now)
    who = acting(record, ask.by, ask.by_number, around)
    check_role(record, ask, who)
    check_state(record, ask)
    await refuse_second(tx, record, now)
    if not ask.reason:
        raise Invalid("Say why: payroll and the department will read it.", field="reason")
    await check_run(tx, vpd, run, around.trust, now, seconding=False)
    if given is not None:
        refuse_same(sent, judged(record, given, around))
    one = Correction(
        vpd=vpd,
        id=new_id(),
        submittal_id=record.id,
        version=sent.number,
        product=record.product,
        department=record.department,
        state="proposed",
        given=given.model_dump(mode="json") if given is not None else None,
        run=run,
        reason=ask.reason,
        proposed_by=who.by,
        proposed_by_person=who.number,
        proposed_client=client,
        proposed_at=now,
    )
    await corrections.add(tx, one)
    about, detail = str(one.id), {"by": who.by, "submittal_id": str(record.id), "version": sent.number, "run": run}
    await audit.record(tx, vpd, actor=client, action="correction.proposed", about=about, at=now, detail=detail)
    return one


async def sent_version(tx: WriteTx, record: Record) -> Version:
    """The version that ESR has: an older one when a newer crossed it on the way."""
    return await store.read_version(tx, record, newest_out(record.facts) or record.version.number)


async def around_correction(
    tx: WriteTx, record: Record, sent: Version, given: Content | None, ask: Ask, now: datetime
) -> Surroundings:
    """What a correction of the record is judged against; the record itself stands for nothing any more."""
    place = (record.product, record.department, record.profile_id)
    subjects = [(place, content) for content in (sent.content, given) if content is not None]
    makers = {place, place_of_actor(record, ask.by), *maker_checker.makers(record)}
    numbers = {sent.employee_number, ask.by_number, *maker_checker.people_of(record)}
    claimants = {number for number in numbers if number}
    around = await gather(tx, record.vpd, now, subjects=subjects, makers=makers, claimants=claimants)
    around.claims.renew(record, taken_back(record))
    return around


def taken_back(record: Record) -> Record:
    """The record as it stands when a correction takes back what was sent of it."""
    return replace(record, taken_back=True)


def judged(record: Record, given: Content, around: Surroundings) -> Assessment:
    """What would be paid in its place. Raises `RulesFailed`."""
    found = assess(record.id, (record.product, record.department, record.profile_id), given, around, complete=True)
    refuse_errors(found.findings)
    return found


async def refuse_second(tx: WriteTx, record: Record, now: datetime, besides: UUID | None = None) -> None:
    """Raise `AlreadyCorrected` while another correction of the record may still be paid. Its row must be held.

    One whose reversal was withdrawn may have crossed a run that was being frozen: a second replacement would be paid beside
    the first. Once the next cut-off has passed, payroll has said whether it did.
    """
    for one in await corrections.of_submittals(tx, record.vpd, [record.id]):
        if one.submittal_id != record.id or one.id == besides:
            continue
        if one.state in {"proposed", "seconded"}:
            raise AlreadyCorrected(f"A correction of it is {one.state} already.", field="submittal_id")
        if one.state == "undone" and one.decided_at and not await _refused_by_esr(tx, one):
            closing = (await cut_offs.coming(tx, [record.vpd], one.decided_at)).get(record.vpd)
            if closing is None or closing.at >= now:
                raise AlreadyCorrected(
                    "A correction of it was withdrawn and may have crossed a run: correct it after the next cut-off.",
                    field="submittal_id",
                )


async def _refused_by_esr(tx: WriteTx, one: Correction) -> bool:
    reversal = await store.read_one(tx, one.reversal_id) if one.reversal_id else None
    return reversal is not None and any(fact.outcome is Outcome.REJECTED for fact in reversal.facts)


def refuse_same(sent: Version, found: Assessment) -> None:
    """Raise `Invalid` when what would be paid is what was sent."""
    if digest(found.assignment_number, found.content) == digest(sent.assignment_number, sent.content):
        raise Invalid("That is what was sent: say what is to be different.", field="fields")
