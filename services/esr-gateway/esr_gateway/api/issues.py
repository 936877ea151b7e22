"""Operations on issues: what is wrong now, what was, and a person's word that one is done with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from esr_gateway.api.callers import CanOperate, CanRead
from esr_gateway.issues import IssueFilter, Kind, Severity, close_by_hand, find_issues
from esrlink.db import Database
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts


class IssueAnswer(BaseModel):
    """One cause of trouble, however often it was seen."""

    model_config = ConfigDict(from_attributes=True)

    issue_id: UUID
    vpd: str = Field(examples=["277"])
    kind: Kind = Field(examples=["gap"])
    severity: Severity
    title: str = Field(examples=["Changes file 1945 has not come."])
    advice: str = Field(description="What to do next")
    place: str = Field(description="The page about it, under the service's address", examples=["exchanges/277"])
    count: int = Field(description="How often it was seen, or how many things it is about", examples=[3])
    first_seen_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None = None
    closed_by: str | None = Field(default=None, description="Nobody when its cause went away by itself")
    closed_reason: str | None = None


class IssuesAnswer(BaseModel):
    """Issues: the open ones first, of those the worst, of those the newest."""

    issues: list[IssueAnswer]
    next_offset: int | None = Field(description="Where to go on; none at the end")


class CloseIssue(BaseModel):
    """Why the issue is done with."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(
        min_length=3, max_length=500, pattern=r"^[^\x00]*$", examples=["ESR's support sent the missing file by hand."]
    )


def router(parts: Parts) -> APIRouter:
    """The operations under `/v1/issues`."""
    api = APIRouter(prefix="/v1/issues", tags=["issues"])
    database: Database = parts.database

    @api.get(
        "",
        operation_id="findIssues",
        summary="Find issues",
        description=(
            "What is wrong and what to do about it: one issue for each cause, which counts on while it lasts and closes "
            "itself when the cause goes away."
        ),
        responses=problem_responses(401, 403, 404, 422),
    )
    async def find(
        principal: CanRead,
        vpd: VpdQuery = None,
        state: Annotated[Literal["open", "closed", "all"], Query()] = "open",
        kind: Annotated[Kind | None, Query()] = None,
        offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> IssuesAnswer:
        scope = trust_scope(principal, vpd)
        wanted = IssueFilter({"open": True, "closed": False}.get(state), kind)
        async with database.read([scope]) as tx:
            rows = await find_issues(tx, [scope], wanted, offset=offset, limit=limit + 1)
        return IssuesAnswer(
            issues=[IssueAnswer.model_validate(row) for row in rows[:limit]],
            next_offset=offset + limit if len(rows) > limit else None,
        )

    @api.post(
        "/{issue_id}/close",
        operation_id="closeIssue",
        summary="Close an issue by hand",
        description=(
            "For a cause that somebody has dealt with and that no file will show. It is written to the audit trail, and raised "
            "anew if the cause is seen again. 409 `issue_not_open` for one that is closed."
        ),
        responses=problem_responses(401, 403, 404, 409, 422),
    )
    async def close(principal: CanOperate, issue_id: UUID, body: CloseIssue) -> IssueAnswer:
        async with database.write(principal.vpds) as tx:
            closed = await close_by_hand(tx, issue_id, by=principal.subject, reason=body.reason, now=parts.clock.now())
        return IssueAnswer.model_validate(closed)

    return api
