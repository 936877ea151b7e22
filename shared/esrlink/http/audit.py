"""Operations on a service's audit trail: read it, and check that nobody has changed it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from esrlink import audit
from esrlink.auth import Principal, Role, Scope, require
from esrlink.db import Database
from esrlink.http.problems import problem_responses
from esrlink.http.spreadsheet import csv_answer
from esrlink.http.trust import VpdQuery, trust_scope

AUDITORS = frozenset({Role.AUDITOR, Role.OPERATOR})
"""The roles that may read who did what."""

CanAudit = Annotated[Principal, Depends(require(Scope.AUDIT_READ, roles=sorted(AUDITORS)))]


class EntryAnswer(BaseModel):
    """Something that a person, a client or a rule did."""

    model_config = ConfigDict(from_attributes=True)

    vpd: str = Field(examples=["277"])
    number: int = Field(description="1, 2, 3, ... within the trust", examples=[41])
    at: datetime
    actor: str = Field(description="The subject of a person or client, or a rule's name", examples=["olive"])
    action: str = Field(examples=["file.released"])
    about: str = Field(description="The id of what it was done to")
    detail: dict[str, Any]
    previous: str = Field(description="The hash of the entry before; empty for the first")
    hash: str = Field(description="SHA-256 over all the rest")


class EntriesAnswer(BaseModel):
    """Entries, newest first. Ask again with `before` = the last number for more."""

    entries: list[EntryAnswer]


class ChainAnswer(BaseModel):
    """Whether a trust's trail is as it was written."""

    vpd: str = Field(examples=["277"])
    whole: bool
    entries: int = Field(description="How many entries are whole, from the first", examples=[41])
    broken_at: int | None = Field(default=None, description="The first entry that is not what was written")
    problem: str | None = Field(default=None, examples=["was changed"])


def audit_router(database: Database) -> APIRouter:
    """The operations under `/v1/audit`, for a service that keeps a trail."""
    api = APIRouter(prefix="/v1/audit", tags=["audit"])

    @api.get(
        "",
        operation_id="readAudit",
        summary="Read the audit trail",
        description="Who did what to what, newest first. As CSV by `Accept: text/csv` or `format=csv`.",
        response_model=EntriesAnswer,
        responses={**problem_responses(401, 403, 404, 422), 200: {"content": {"text/csv": {}}}},
    )
    async def read(
        principal: CanAudit,
        vpd: VpdQuery = None,
        about: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")] = None,
        actor: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")] = None,
        action: Annotated[str | None, Query(max_length=100, pattern=r"^[a-z_.]*$", examples=["file."])] = None,
        before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
        limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
        accept: Annotated[str, Header()] = "application/json",
        format_: Annotated[Literal["json", "csv"] | None, Query(alias="format")] = None,
    ) -> EntriesAnswer | Response:
        scope = trust_scope(principal, vpd)
        wanted = audit.AuditFilter(about, actor, action)
        async with database.read([scope]) as tx:
            rows = await audit.entries(tx, [scope], wanted, before=(scope, before) if before else None, limit=limit)
        if format_ == "csv" or (format_ is None and "text/csv" in accept):
            return csv_answer(f"audit-{scope}.csv", audit.COLUMNS, [audit.cells(row) for row in rows])
        return EntriesAnswer(entries=[EntryAnswer.model_validate(row) for row in rows])

    @api.get(
        "/chain",
        operation_id="checkAudit",
        summary="Check that the trail is whole",
        description="Follows the hashes from the first entry to the last: a changed or missing entry is named.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def chain(principal: CanAudit, vpd: VpdQuery = None) -> ChainAnswer:
        scope = trust_scope(principal, vpd)
        async with database.read([scope]) as tx:
            found = await audit.verify(tx, scope)
        if isinstance(found, int):
            return ChainAnswer(vpd=scope, whole=True, entries=found)
        return ChainAnswer(vpd=scope, whole=False, entries=found.number - 1, broken_at=found.number, problem=found.what)

    return api
