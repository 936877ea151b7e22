"""Operations on runs of the link rules over a whole trust: try out or take into effect what changed in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, model_validator

from esrlink.contracts.types import Vpd
from esrlink.http import problem_responses
from esrlink.runtime import Parts
from profile_sync.api import rule_run_examples as examples
from profile_sync.api.callers import CanConfigure, CanWatchRuns, by_api
from profile_sync.api.models import State, Words
from profile_sync.permitted import require_whole_trust
from profile_sync.rule_runs.asking import Request, RuleRun, find_run, request_run, stop_run
from profile_sync.rule_runs.reading import (
    MOST_SAMPLES,
    Count,
    Sample,
    counts_of,
    newest_runs,
    on_older_versions,
    samples_of,
)
from profile_sync.rules.rule_book import RULES

Trust = Annotated[Vpd, Path()]
Run = Annotated[UUID, Path(description="The id of the run.")]
_RUNS = 20


class RuleRunBody(BaseModel):
    """What to run."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"dry_run": True, "registration_rule": "matched"}, examples.REQUEST]},
    )

    dry_run: bool = Field(default=True, description="Say what would change, and change nothing.")
    registration_rule: Literal["possible", "matched"] | None = Field(
        default=None, description="Try this out instead of the trust's own setting; in a dry run only."
    )
    reason: Words | None = Field(default=None, description="Why; needed unless it is a dry run.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not self.dry_run and self.registration_rule is not None:
            raise ValueError("a real run goes by the trust's own settings: change these first")
        if not self.dry_run and self.reason is None:
            raise ValueError("a reason is needed unless it is a dry run")
        return self


class RuleRunAnswer(BaseModel):
    """A run, and how far it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RUN]})

    run_id: UUID
    dry_run: bool
    registration_rule: Literal["possible", "matched"] | None
    state: Literal["waiting", "running", "done", "stopped", "failed"]
    problem: str | None = Field(description="Why it failed.")
    requested_by: str
    requested_at: datetime
    reason: str | None
    stopped_by: str | None
    started_at: datetime | None
    ended_at: datetime | None
    total: int = Field(description="Profiles when the run was asked for.")
    looked_at: int = Field(description="Profiles that it has been through.")


class ChangeCount(BaseModel):
    """How many links go from one state to another, or stay in one with another person or other candidates."""

    from_state: State
    to_state: State
    rule: str | None = Field(description="The rule that they rest on then.")
    count: int


class SideAnswer(BaseModel):
    """A link on one side of a change."""

    state: State
    employee_number: str | None
    rule: str | None
    reason: str


class SampleAnswer(BaseModel):
    """A link that changes."""

    product: str
    department: str
    profile_id: str
    before: SideAnswer
    after: SideAnswer


class RuleRunWhole(RuleRunAnswer):
    """A run, with what it changed or would change so far."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.WHOLE]})

    changes: int
    counts: list[ChangeCount]
    samples: list[SampleAnswer] = Field(description=f"Of every kind of change some, {MOST_SAMPLES} at most in all.")


class RuleRuns(BaseModel):
    """The newest runs of a trust, and whether there is anything to run."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RUNS]})

    rules: list[str] = Field(description="The rules of today, as name and version.")
    on_older_versions: int = Field(description="Links that rest on other versions of the rules than those of today.")
    older_versions: dict[str, int] = Field(description="The same by rule.")
    items: list[RuleRunAnswer]


def router(parts: Parts) -> APIRouter:
    """The operations under `/v1/trusts/{vpd}/rule-runs`."""
    api = APIRouter(prefix="/v1/trusts/{vpd}/rule-runs", tags=["rules"])
    database, clock = parts.database, parts.clock

    @api.post(
        "",
        operation_id="requestRuleRun",
        summary="Run the link rules over all profiles of a trust; a dry run unless it is said otherwise",
        description="The run goes on in the background. A trust has one run under way at a time.",
        status_code=202,
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def ask(principal: CanConfigure, vpd: Trust, body: RuleRunBody) -> RuleRunAnswer:
        require_whole_trust(principal, vpd)
        wanted = Request(by_api(principal), body.dry_run, body.registration_rule, body.reason)
        async with database.write([vpd]) as tx:
            return _run(await request_run(tx, vpd, wanted, run_id=parts.new_id(), now=clock.now()))

    @api.get(
        "",
        operation_id="listRuleRuns",
        summary="List the newest runs of a trust, and count the links that rest on older rules",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def listed(principal: CanWatchRuns, vpd: Trust) -> RuleRuns:
        require_whole_trust(principal, vpd)
        async with database.read([vpd]) as tx:
            runs = await newest_runs(tx, vpd, _RUNS)
            older = await on_older_versions(tx, vpd)
        return RuleRuns(
            rules=[one.rule for one in RULES],
            on_older_versions=sum(older.values()),
            older_versions=older,
            items=[_run(one) for one in runs],
        )

    @api.get(
        "/{run_id}",
        operation_id="readRuleRun",
        summary="Read how far a run is, and what it changed or would change, in counts and samples",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def read(principal: CanWatchRuns, vpd: Trust, run_id: Run) -> RuleRunWhole:
        require_whole_trust(principal, vpd)
        async with database.read([vpd]) as tx:
            run = await find_run(tx, vpd, run_id)
            counts = await counts_of(tx, vpd, run_id)
            samples = await samples_of(tx, vpd, run_id)
        return _whole(run, counts, samples)

    @api.post(
        "/{run_id}/stop",
        operation_id="stopRuleRun",
        summary="Stop a run where it is; what it changed stays",
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def stop(principal: CanConfigure, vpd: Trust, run_id: Run) -> RuleRunAnswer:
        require_whole_trust(principal, vpd)
        async with database.write([vpd]) as tx:
            return _run(await stop_run(tx, vpd, run_id, by=by_api(principal), now=clock.now()))

    return api


def _run(one: RuleRun) -> RuleRunAnswer:
    return RuleRunAnswer.model_validate(one, from_attributes=True)


def _whole(run: RuleRun, counts: Sequence[Count], samples: Sequence[Sample]) -> RuleRunWhole:
    return RuleRunWhole(
        **_run(run).model_dump(),
        changes=sum(one.count for one in counts),
        counts=[ChangeCount(**asdict(one)) for one in counts],
        samples=[
            SampleAnswer(
                **one.place._asdict(), before=SideAnswer(**asdict(one.before)), after=SideAnswer(**asdict(one.after))
            )
            for one in samples
        ],
    )
