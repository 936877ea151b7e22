"""Checking records: all rules, as a put would run them, and nothing stored."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Depends
from pydantic import BaseModel, ConfigDict, Field

from esrlink.auth import Principal, Scope, require
from esrlink.errors import EsrLinkError, Invalid, NotFound
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from submittals import examples
from submittals.api.answers import Refusal, refusal_of
from submittals.api.requests import BatchRecordIn, RecordsIn, checked
from submittals.api.work import READERS, PartsOf
from submittals.content import AbsenceContent, AttendanceContent
from submittals.judging.assessing import Assessment
from submittals.judging.checking import Candidate, check
from submittals.records.record import errors_of
from submittals.rules import RULES_VERSION, Finding

checking_router = APIRouter(prefix="/v1", tags=["submittals"])


class ChecksIn(RecordsIn):
    """Records to check. They meet each other, in the order given, and what is stored."""

    complete: bool = Field(default=False, description="As strictly as from enrichment on: what is missing is an error.")


class Verdict(BaseModel):
    """What the rules say of one record, and what it would be."""

    good: bool = Field(description="No errors: a put of it would not be returned.")
    findings: list[Finding] = Field(description="What the rules say, errors first.")
    employee_number: str | None = Field(default=None, examples=["20001234"])
    assignment_number: str | None = Field(default=None, examples=["20001234-2"])
    content: AbsenceContent | AttendanceContent = Field(description="With the trust's defaults filled in.")
    next_cut_off: datetime | None = Field(default=None, description="Approved before this, it reaches the pay.")
    pay_name: str | None = Field(default=None, description="The pay it belongs to.", examples=["August 2026 pay"])
    rolls_to: str | None = Field(default=None, description="When that pay was missed: the one it rolls to.")


class CheckAnswer(BaseModel):
    """The answer for one record: refused with a problem, or judged."""

    number: int = Field(description="Its place among those sent, from 0.", examples=[0])
    problem: Refusal | None = None
    verdict: Verdict | None = None


class ChecksAnswer(BaseModel):
    """An answer for each record, in the order sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHECKS]})

    rules_version: str = Field(examples=[RULES_VERSION])
    good: int = Field(description="How many have no errors.")
    bad: int
    results: list[CheckAnswer]


@checking_router.post(
    "/submittals:check",
    summary="Check up to 5,000 records",
    description="Runs all rules as a put would, each record beside those before it and those that are stored, and stores"
    " nothing. It says what the rules say; what a put refuses besides, such as an edit of what was sent, it does not.",
    operation_id="check_submittals",
    responses=problem_responses(400, 401, 403, 404, 413, 422),
)
async def check_submittals(
    body: Annotated[ChecksIn, Body(examples=[{"records": [examples.BATCH_RECORD], "complete": True}])],
    principal: Annotated[Principal, Depends(require(Scope.SUBMITTALS_WRITE, roles=READERS))],
    parts: PartsOf,
    vpd: VpdQuery = None,
) -> ChecksAnswer:
    """Check records."""
    trust = trust_scope(principal, vpd)
    read = [_candidate(principal, raw) for raw in body.records]
    asked = [one for one in read if isinstance(one, Candidate)]
    async with parts.database.read([trust]) as tx:
        judged = iter(await check(tx, trust, asked, parts.clock.now(), complete=body.complete))
    results = [_answer(n, next(judged) if isinstance(one, Candidate) else one) for n, one in enumerate(read)]
    good = sum(1 for one in results if one.verdict and one.verdict.good)
    return ChecksAnswer(rules_version=RULES_VERSION, good=good, bad=len(results) - good, results=results)


def _candidate(principal: Principal, raw: object) -> Candidate | EsrLinkError:
    record = checked(BatchRecordIn, raw)
    if isinstance(record, Invalid):
        return record
    try:
        principal.require_department(record.product, record.department)
    except NotFound as refusal:
        return refusal
    key = (record.product, record.department, record.record_id)
    return Candidate(key, (record.product, record.department, record.profile_id), record.given)


def _answer(number: int, found: Assessment | EsrLinkError) -> CheckAnswer:
    if isinstance(found, EsrLinkError):
        return CheckAnswer(number=number, problem=refusal_of(found))
    verdict = Verdict(
        good=not errors_of(found.findings),
        findings=list(found.findings),
        employee_number=found.employee_number,
        assignment_number=found.assignment_number,
        content=found.content,
        next_cut_off=found.reach.next_cut_off,
        pay_name=found.reach.pay_name,
        rolls_to=found.reach.rolls_to,
    )
    return CheckAnswer(number=number, verdict=verdict)
