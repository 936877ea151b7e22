"""Seconding a correction: by another person than the one who proposed it, and none of those who claim.

The reversal and the replacement are submittals of their own, approved in the same transaction; both name what was sent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from esrlink import audit
from esrlink.db import WriteTx
from esrlink.errors import Conflict, Invalid, NotFound
from esrlink.ids import NewId
from submittals.content import AttendanceContent, Content, content_of, digest
from submittals.corrections import correction as corrections
from submittals.corrections.correction import Correction
from submittals.corrections.proposing import (
    around_correction,
    judged,
    refuse_same,
    refuse_second,
    sent_version,
    taken_back,
)
from submittals.corrections.runs import check_run
from submittals.flow import announcements, maker_checker
from submittals.flow.acting import Acting, acting, folded, place_of_actor
from submittals.flow.asking import Ask
from submittals.flow.permitting import check_role, check_state
from submittals.flow.steps import IN_LIEU
from submittals.judging.surroundings import Surroundings
from submittals.records import store
from submittals.records.decisions import DecisionKind
from submittals.records.locks import hold_trust
from submittals.records.record import Record, Relation, Version, relative_id
from submittals.rules import Finding


class ProposerCannotSecond(Conflict):
    """The one who would second the correction has proposed it."""

    code, title = "proposer_cannot_second", "Another person seconds a correction"


class DecidedAlready(Conflict):
    """The correction is not waiting for anybody any more."""

    code, title = "decided_already", "The correction has been decided"


async def second(
    tx: WriteTx, vpd: str, correction_id: UUID, ask: Ask, *, now: datetime, new_id: NewId, client: str
) -> Correction:
    """Second a correction: its reversal and replacement are approved, and go into the next run that closes."""
    one, record = await _held(tx, vpd, correction_id)
    sent = await sent_version(tx, record)
    given = content_of(record.kind, dict(one.given)) if one.given is not None else None
    around = await around_correction(tx, record, sent, given, ask, now)
    who = acting(record, ask.by, ask.by_number, around)
    check_role(record, ask, who)
    check_state(record, ask)
    _refuse_proposer(one, record, who, client if ask.roles is not None else None)
    maker_checker.check(record, who, around)
    await refuse_second(tx, record, now, besides=one.id)
    if sent.number != one.version:
        raise Conflict("Another version was sent than the one this corrects: decline it, and propose it anew.")
    await check_run(tx, vpd, one.run, around.trust, now, seconding=True)
    making = _Making(tx, one, record, who, around, client)
    records = [making.record(new_id(), "reversal", sent.given, sent, ())]
    if given is not None:
        found = judged(record, given, around)
        refuse_same(sent, found)
        version = found.version(1, given, digest(one.id, "replacement"), around)
        records.append(making.record(new_id(), "replacement", given, version, found.findings))
    await store.save(tx, [taken_back(record), *records], now)
    ids = [made.id for made in records]
    done = replace(one.decided("seconded", who.by, now), reversal_id=ids[0], replacement_id=ids[1] if ids[1:] else None)
    await corrections.renew(tx, done)
    await _note(tx, done, client, reversal_id=str(ids[0]), **({"replacement_id": str(ids[1])} if ids[1:] else {}))
    return done


async def decline(tx: WriteTx, vpd: str, correction_id: UUID, ask: Ask, *, now: datetime, client: str) -> Correction:
    """Decline a correction, or take one's own proposal back; with a reason."""
    one, record = await _held(tx, vpd, correction_id)
    around = await around_correction(tx, record, record.version, None, ask, now)
    who = acting(record, ask.by, ask.by_number, around)
    check_role(record, ask, who)
    if not ask.reason:
        raise Invalid("Say why: the one who proposed it will read it.", field="reason")
    done = one.decided("declined", who.by, now, ask.reason)
    await corrections.renew(tx, done)
    await _note(tx, done, client)
    return done


async def _held(tx: WriteTx, vpd: str, correction_id: UUID) -> tuple[Correction, Record]:
    await hold_trust(tx, vpd, alone=False)
    submittal_id = (await corrections.read(tx, correction_id)).submittal_id
    record = (await store.by_ids(tx, vpd, [submittal_id])).get(submittal_id)
    if record is None:
        raise NotFound("There is no such correction that you may see.", field="correction_id")
    one = await corrections.read(tx, correction_id, hold=True)
    if one.state != "proposed":
        raise DecidedAlready(f"The correction is {one.state}.", field="correction_id")
    return one, record


def _refuse_proposer(one: Correction, record: Record, who: Acting, client: str | None) -> None:
    names = {one.proposed_by, one.proposed_client} if client is not None else {one.proposed_by}
    proposed = {folded(place_of_actor(record, name)) for name in names}
    same_person = one.proposed_by_person is not None and one.proposed_by_person == who.number
    if same_person or client == one.proposed_client or proposed & who.places:
        raise ProposerCannotSecond("You proposed it: another person seconds a correction.", field="by")


async def _note(tx: WriteTx, one: Correction, client: str, **more: str) -> None:
    detail = {"by": one.decided_by, "submittal_id": str(one.submittal_id), **more}
    at = one.decided_at or one.proposed_at
    await audit.record(
        tx, one.vpd, actor=client, action=f"correction.{one.state}", about=str(one.id), at=at, detail=detail
    )


class _Making:
    """Makes the records of one correction, each approved as it is made."""

    def __init__(
        self, tx: WriteTx, one: Correction, original: Record, who: Acting, around: Surroundings, client: str
    ) -> None:
        self._tx, self._one, self._original = tx, one, original
        self._who, self._around, self._client = who, around, client

    def record(
        self, submittal_id: UUID, relation: Relation, given: Content, version: Version, findings: tuple[Finding, ...]
    ) -> Record:
        original, one, now = self._original, self._one, self._around.now
        # Each correction has record ids of its own: an undone one keeps those that it had.
        suffix = f".{'r' if relation == 'reversal' else 'c'}{one.id.hex[-8:]}"
        first = replace(version, number=1, given=given, put_hash=digest(one.id, relation), made_at=now)
        record = Record(
            id=submittal_id,
            vpd=original.vpd,
            product=original.product,
            department=original.department,
            record_id=relative_id(original.record_id, suffix),
            profile_id=original.profile_id,
            claimed_by=one.proposed_by,
            kind=original.kind,
            version=first,
            decisions=(),
            facts=(),
            findings=findings,
            created_at=now,
            fresh_versions=(first,),
            origin=original.id,
            relation=relation,
        )
        proposed: dict[str, Any] = {"client": one.proposed_client, "person": one.proposed_by_person}
        seconded: dict[str, Any] = {"client": self._client, "person": self._who.number}
        record = record.decided(DecisionKind.SUBMITTED, one.proposed_by, now, reason=one.reason, **proposed)
        self._tx.emit(announcements.submitted(record, now))
        record = record.decided(DecisionKind.ENRICHED, one.proposed_by, now, **proposed)
        record = record.decided(DecisionKind.VALIDATED, self._who.by, now, through=True, **seconded)
        if relation == "replacement" and isinstance(first.content, AttendanceContent) and first.content.in_lieu:
            return record.decided(DecisionKind.RECORDED, self._who.by, now, reason=IN_LIEU, **seconded)
        record = record.decided(DecisionKind.APPROVED, self._who.by, now, **seconded)
        trust = self._around.trust_on(first.content.first_day)
        self._tx.emit(announcements.approved(record, trust, now))
        return record
