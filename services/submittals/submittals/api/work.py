"""What the operations share: the service's parts as a dependency, and the trust of a submittal that only an id names."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from esrlink.auth import Principal, Role
from esrlink.clock import LONDON
from esrlink.db import ReadTx
from esrlink.errors import NotFound
from esrlink.runtime import Parts
from submittals.api.answers import JobPlanAnswer, SubmittalAnswer, submittal_answer
from submittals.esr import cut_offs
from submittals.flow.gathering import GatheredPuts
from submittals.flow.holding import holder_of, known_people
from submittals.job_plans.owed import owed_for
from submittals.records import store
from submittals.records.record import Record
from submittals.trusts import editions

# Who may read records beside machine clients: a clinician's own view is a page of its own, with its own limits.
READERS = (Role.ADMINISTRATOR, Role.VALIDATOR, Role.PAYROLL_OFFICER, Role.AUDITOR)


async def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


async def _puts(request: Request) -> GatheredPuts:
    puts: GatheredPuts = request.app.state.puts
    return puts


PartsOf = Annotated[Parts, Depends(_parts)]
PutsOf = Annotated[GatheredPuts, Depends(_puts)]


async def readable(tx: ReadTx, principal: Principal, submittal_id: UUID) -> Record:
    """The submittal of one of the caller's trusts and departments; `NotFound` for any other."""
    record = await store.read_one(tx, submittal_id)
    if record is None or not principal.may_touch_department(record.product, record.department):
        raise NotFound("There is no such submittal that you may see.", field="submittal_id")
    return record


async def shown(tx: ReadTx, record: Record, now: datetime) -> SubmittalAnswer:
    """The answer for a record that is only read, with the pay that it would reach when it is approved now."""
    settings = await editions.in_force(tx, record.vpd, now, ["general", "departments", "validation_groups"])
    calendar = await cut_offs.load(tx, record.vpd, settings.period_type)
    known = await known_people(tx, record.vpd, [record], settings, now.astimezone(LONDON).date())
    answer = submittal_answer(record, calendar.reach(record.version.content.first_day, now), holder_of(record, known))
    owed = await owed_for(tx, record)
    return answer if owed is None else answer.model_copy(update={"job_plan": JobPlanAnswer.model_validate(owed)})
