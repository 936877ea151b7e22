"""Open absences: who must be chased, how long each one goes on, and that somebody is back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from esrlink.auth import Principal, Scope, require
from esrlink.clock import LONDON
from esrlink.contracts.types import DayPart, Department, ExternalId
from esrlink.db import WriteTx
from esrlink.errors import EsrLinkError, Forbidden, Invalid, NotFound
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from submittals import examples
from submittals.absences import chase
from submittals.absences.chase import ChaseQuery, Lacking
from submittals.absences.extending import Extension, extend
from submittals.absences.returning import closing_of
from submittals.api.answers import SubmittalAnswer
from submittals.api.calls import RESPONSES, CallOf, asking
from submittals.api.records import person_of
from submittals.api.work import READERS, PartsOf, readable
from submittals.content import Actor, Day
from submittals.flow.intake import take_in
from submittals.flow.roles import may
from submittals.records import store
from submittals.records.locks import hold_trust
from submittals.records.record import Record
from submittals.records.results import Result
from submittals.records.state import Command
from submittals.trusts import editions

absences_router = APIRouter(prefix="/v1", tags=["absences"])

Writer = Annotated[Principal, Depends(asking(Command.EDIT))]


class OpenAbsenceAnswer(BaseModel):
    """An open absence that nothing closes yet."""

    submittal_id: UUID
    product: str
    department: str
    record_id: str
    profile_id: str
    employee_number: str | None = None
    state: str
    absence_type: str
    first_day: date
    days_so_far: int = Field(description="Calendar days from the first to today.")
    covered_until: date | None = Field(
        default=None, description="Last day that a doctor's statement covers, or that the person may certify."
    )
    return_expected: date | None = Field(default=None, description="First day back, as it is expected.")
    lacking: Lacking
    words: str = Field(description="What is lacking, in a sentence.")


class ChaseAnswer(BaseModel):
    """Open absences without a closing, the longest first; `next_cursor` continues the list."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHASE]})

    counts: dict[Lacking, int] = Field(description="How many lack what, whatever is asked for.")
    absences: list[OpenAbsenceAnswer]
    next_cursor: str | None = None


class ExtensionIn(BaseModel):
    """How long an open absence goes on: one of the two days, or both."""

    model_config = ConfigDict(extra="forbid")

    by: Actor
    certificate_until: Day | None = Field(default=None, description="Last day that a doctor's statement covers.")
    return_expected: Day | None = Field(default=None, description="First day back at work, as it is expected.")


class ExtensionAnswer(BaseModel):
    """It was recorded."""

    submittal_id: UUID = Field(examples=["0198f0f2-7c1e-7d60-8a4e-0d6f3c1b2a10"])
    certificate_until: date | None = Field(default=None, examples=["2026-09-30"])
    return_expected: date | None = None


class ReturnIn(BaseModel):
    """Somebody is back at work. The absence ends on the day before, unless another end is given."""

    model_config = ConfigDict(extra="forbid")

    by: Actor
    return_to_work: Day
    end_date: Day | None = None
    end_part: DayPart = Field(default="full", description="`morning`: they came back at noon.")
    record_id: ExternalId | None = Field(
        default=None, description="The closing's own record id; the opening's with `.end` when left out."
    )


@absences_router.get(
    "/absences/chase",
    summary="Open absences that somebody must chase",
    description="Absences that have begun and have no closing: `end_passed` (the person was expected back),"
    " `certificate_ended`, or `no_end`. Returned ones wait in the department and are not among them.",
    operation_id="chase_absences",
    responses=problem_responses(401, 403, 404, 422),
)
async def chase_absences(
    principal: Annotated[Principal, Depends(require(Scope.SUBMITTALS_WRITE, roles=READERS))],
    parts: PartsOf,
    vpd: VpdQuery = None,
    lacking: Annotated[Lacking | None, Query(description="Only those that lack this.")] = None,
    department: Annotated[Department | None, Query(description="Only this department's.")] = None,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the part before.", max_length=60)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ChaseAnswer:
    """List open absences."""
    trust, today = trust_scope(principal, vpd), parts.clock.now().astimezone(LONDON).date()
    query = ChaseQuery(trust, today, principal.departments, department, lacking, _after(cursor), limit)
    async with parts.database.read([trust]) as tx:
        settings = (await editions.dated(tx, trust)).on(today)
        found = await chase.open_absences(tx, query, settings)
        counted = await chase.counts(tx, query, settings)
    return ChaseAnswer(
        counts={one: counted.get(one, 0) for one in Lacking},
        absences=[
            OpenAbsenceAnswer(
                **{name: getattr(one, name) for name in _PLAIN},
                days_so_far=max((today - one.first_day).days + 1, 0),
                words=chase.WORDS[one.lacking],
            )
            for one in found
        ],
        next_cursor=f"{found[-1].first_day}.{found[-1].submittal_id}" if len(found) == limit else None,
    )


_PLAIN = tuple(name for name in OpenAbsenceAnswer.model_fields if name not in {"days_so_far", "words"})


def _after(cursor: str | None) -> tuple[date, UUID] | None:
    if cursor is None:
        return None
    day, _, submittal_id = cursor.partition(".")
    try:
        return date.fromisoformat(day), UUID(submittal_id)
    except ValueError as error:
        raise Invalid("This is no cursor of this list.", field="cursor") from error


@absences_router.post(
    "/absences/{submittal_id}/extension",
    summary="Extend an open absence",
    description="A newer doctor's statement, or another day on which the person is expected back. The record stays as it"
    " is, also when ESR has it; the chase list goes by the last extension.",
    operation_id="extend_absence",
    responses=RESPONSES,
)
async def extend_absence(
    submittal_id: UUID,
    body: Annotated[ExtensionIn, Body(examples=[{"by": "admin1", "certificate_until": "2026-09-30"}])],
    principal: Writer,
    call: CallOf,
) -> ExtensionAnswer:
    """Extend."""
    vpd = await _trust_of(call, principal, submittal_id)
    by = body.by if principal.kind == "machine" else principal.subject

    async def work(tx: WriteTx) -> ExtensionAnswer | EsrLinkError:
        await hold_trust(tx, vpd, alone=False)
        # Locked: two extensions at once get numbers of their own.
        record = (await store.by_ids(tx, vpd, {submittal_id})).get(submittal_id)
        record = _writable(record, principal, vpd)
        extension = Extension(by, body.certificate_until, body.return_expected)
        await extend(tx, record, extension, client=principal.subject, now=call.parts.clock.now())
        days = body.model_dump(include={"certificate_until", "return_expected"})
        return ExtensionAnswer(submittal_id=submittal_id, **days)

    return await call.once(principal, vpd, body.model_dump(mode="json"), ExtensionAnswer, work)


@absences_router.post(
    "/absences/{submittal_id}/return-to-work",
    summary="Close an open absence: the person is back",
    description="Puts the closing record, which goes through the flow as every record does. The same return again changes"
    " nothing, another day is an edit of the closing.",
    operation_id="return_to_work",
    responses=RESPONSES,
)
async def return_to_work(
    submittal_id: UUID,
    body: Annotated[ReturnIn, Body(examples=[{"by": "admin1", "return_to_work": "2026-09-07"}])],
    principal: Writer,
    call: CallOf,
) -> SubmittalAnswer:
    """Close it."""
    vpd = await _trust_of(call, principal, submittal_id)

    async def work(tx: WriteTx) -> Result:
        await hold_trust(tx, vpd, alone=False)
        # Not locked, since the intake locks source keys before rows; whether it is still open, its rules say.
        record = _writable(await store.read_one(tx, submittal_id), principal, vpd)
        person = person_of(principal, vpd)
        put = closing_of(record, **body.model_dump())
        (result,) = await take_in(
            tx,
            vpd,
            # Who a signed-in person is, the intake knows better than the body does.
            [put if person is None else replace(put, claimed_by=None)],
            now=call.parts.clock.now(),
            new_id=call.parts.new_id,
            client=principal.subject,
            person=person,
        )
        return result

    return await call.one(principal, vpd, body, work)


async def _trust_of(call: CallOf, principal: Principal, submittal_id: UUID) -> str:
    async with call.parts.database.read(principal.vpds) as tx:
        return (await readable(tx, principal, submittal_id)).vpd


def _writable(record: Record | None, principal: Principal, vpd: str) -> Record:
    """The record. Raises `Forbidden` for a clinician whose it is not."""
    if record is None:
        raise NotFound("There is no such submittal that you may see.", field="submittal_id")
    own = record.version.employee_number is not None and record.version.employee_number == principal.esr_number(vpd)
    if principal.kind != "machine" and not may(Command.EDIT, principal.roles, own=own):
        raise Forbidden("A clinician changes records of their own only.", field="submittal_id")
    return record
