"""The flow: enrich, validate, approve, return, withdraw, resubmit; one command or many, each with its own outcome.

A command that does not fit the state, or that a maker or somebody without the role gives, is refused and leaves no trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from esrlink.db import WriteTx
from esrlink.errors import EsrLinkError, Invalid, NotFound
from submittals.content import Content
from submittals.corrections import following
from submittals.esr.cut_offs import Reach
from submittals.esr.people import ProfilePlace
from submittals.flow import maker_checker
from submittals.flow.acting import acting, place_of_actor
from submittals.flow.asking import Ask, Turn
from submittals.flow.away import away_today
from submittals.flow.holding import holder_of
from submittals.flow.permitting import check_role, check_state
from submittals.flow.steps import STEPS, Step, amended
from submittals.judging.surroundings import Surroundings, gather
from submittals.records import store
from submittals.records.locks import hold_trust
from submittals.records.record import Record
from submittals.records.results import Result

__all__ = ["Ask", "carry_out"]

MayTouch = Callable[[str, str], bool]


async def carry_out(
    tx: WriteTx, vpd: str, asks: Sequence[Ask], *, now: datetime, client: str, may_touch: MayTouch
) -> list[Result]:
    """Carry out commands in the order given, on records of departments that the caller may touch."""
    await hold_trust(tx, vpd, alone=False)
    wanted = {ask.submittal_id for ask in asks}
    known = await store.by_ids(tx, vpd, wanted | await store.corrected_by(tx, vpd, wanted))
    mine = {key: record for key, record in known.items() if may_touch(record.product, record.department)}
    makers = {place for record in mine.values() for place in maker_checker.makers(record)}
    # Who enriches in this batch may try to validate in it.
    makers |= {place_of_actor(mine[ask.submittal_id], ask.by) for ask in asks if ask.submittal_id in mine}
    claimants = {number for record in mine.values() for number in maker_checker.people_of(record)}
    claimants |= {ask.by_number for ask in asks if ask.by_number}
    subjects = [((r.product, r.department, r.profile_id), r.version.content) for r in mine.values()]
    subjects += _amendments(mine, asks)
    around = await gather(tx, vpd, now, subjects=subjects, makers=makers, claimants=claimants)
    around = replace(around, away=await away_today(tx, vpd, around.trust, around.today))
    changed: dict[UUID, Record] = {}
    results = []
    for ask in asks:
        before = changed.get(ask.submittal_id) or mine.get(ask.submittal_id)
        if before is None:
            missing = NotFound("There is no such submittal that you may see.", field="submittal_id")
            results.append(Result(None, Reach(), missing))
            continue
        after, refusal = _attempt(tx, before, ask, around, client)
        if after is not before:
            changed[after.id] = after
            around.claims.renew(before, after)
        reach = around.calendar.reach(after.version.content.first_day, now)
        results.append(Result(after, reach, refusal, holder_of(after, around)))
    reversals = [record for record in changed.values() if record.relation == "reversal"]
    changed |= await following.follow(tx, vpd, reversals, known | changed, now=now, client=client)
    await store.save(tx, changed.values(), now)
    return results


def _amendments(mine: Mapping[UUID, Record], asks: Sequence[Ask]) -> list[tuple[ProfilePlace, Content]]:
    """What the commands would make of the records: the rules need a person's neighbours on all those days."""
    found = []
    for ask in asks:
        record = mine.get(ask.submittal_id)
        if record is None or not ask.fields:
            continue
        with suppress(Invalid):  # refused when its turn comes
            found.append(((record.product, record.department, record.profile_id), amended(record, ask)))
    return found


def _attempt(tx: WriteTx, record: Record, ask: Ask, around: Surroundings, client: str) -> Step:
    try:
        who = acting(record, ask.by, ask.by_number, around)
        check_role(record, ask, who)
        check_state(record, ask)
        return STEPS[ask.command](record, Turn(tx, ask, who, around, client))
    except EsrLinkError as refusal:
        return record, refusal
