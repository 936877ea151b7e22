"""What this hub offers and what of it the caller may use, so that a client can set itself up and check that it is up to date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from esrlink.auth import Principal, Role, Scope, require
from esrlink.contracts import REGISTRY
from esrlink.http import problem_responses
from esrlink.runtime import installed_services
from esrlink.version import VERSION
from profile_sync.api import examples
from profile_sync.api.changes import LONGEST_WAIT
from profile_sync.changes.recording import TOPICS
from profile_sync.settings import Settings
from profile_sync.webhooks.registering import MOST
from profile_sync.webhooks.sending import TIMEOUT
from profile_sync.webhooks.signing import SIGNATURE

CanAsk = Annotated[Principal, Depends(require(Scope.PROFILES_READ, roles=tuple(Role)))]
_METHODS = ("get", "put", "post", "patch", "delete")


class OfferedService(BaseModel):
    """A service of the hub."""

    name: str = Field(examples=["profile-sync"])
    title: str
    version: str
    address: str = Field(description="What its paths begin with.")


class Endpoint(BaseModel):
    """An operation of this service."""

    operation: str
    method: str
    path: str
    summary: str
    scopes: list[str] = Field(description="What a machine client needs for it.")
    allowed: bool | None = Field(description="Whether you may call it; null for people, whose roles decide.")


class Caller(BaseModel):
    """Who you are to this hub."""

    subject: str
    scopes: list[str]
    roles: list[str]
    vpds: list[str]
    departments: list[str] | None = Field(description="Product and department; null: all of your trusts.")


class Limits(BaseModel):
    """What one request or client may take."""

    batch_rows: int
    body_bytes: int
    changes_wait_seconds: int
    changes_kept_days: int
    changes_waiting_requests: int = Field(description="Of one client, in one process.")
    webhooks: int = Field(description="Of one client in one trust.")
    webhook_tries: int
    webhook_timeout_seconds: float


class Formats(BaseModel):
    """How things are written."""

    api: str
    errors: str
    events: str
    dates: str
    times: str
    webhook_signature: str


class SystemAnswer(BaseModel):
    """What this hub offers."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SYSTEM]})

    services: list[OfferedService] = Field(description="Of this release; your operator says which of them run.")
    caller: Caller
    endpoints: list[Endpoint]
    change_topics: list[str] = Field(description="Of the change feed and of webhooks.")
    event_topics: list[str] = Field(description="On the bus, from all services.")
    limits: Limits
    formats: Formats


def router(settings: Settings) -> APIRouter:
    """The operation `/v1/system`."""
    api = APIRouter(prefix="/v1", tags=["system"])

    @api.get(
        "/system",
        operation_id="readSystem",
        summary="What this hub offers, and what of it you may use",
        responses=problem_responses(401, 403),
    )
    async def system(principal: CanAsk, request: Request) -> SystemAnswer:
        return SystemAnswer(
            services=[
                OfferedService(
                    name=one.name, title=one.title, version=VERSION, address=f"{settings.public_url}/{one.name}"
                )
                for one in installed_services()
            ],
            caller=Caller(
                subject=principal.subject,
                scopes=sorted(principal.scopes),
                roles=sorted(principal.roles),
                vpds=sorted(principal.vpds),
                departments=None if principal.departments is None else sorted(principal.departments),
            ),
            endpoints=list(_endpoints(request.app.openapi(), principal)),
            change_topics=list(TOPICS),
            event_topics=sorted({model.TOPIC for model in REGISTRY.values()}),
            limits=_limits(settings),
            formats=Formats(
                api="OpenAPI 3.1 at /openapi.json, for people at /docs",
                errors="RFC 9457, application/problem+json",
                events="CloudEvents 1.0, JSON",
                dates="ISO 8601, YYYY-MM-DD",
                times="RFC 3339, in UTC",
                webhook_signature=f"{SIGNATURE}: t=SECONDS,v1=HMAC-SHA256 of t.body, in hexadecimal",
            ),
        )

    return api


def _limits(settings: Settings) -> Limits:
    return Limits(
        batch_rows=settings.batch_limit,
        body_bytes=settings.max_body_bytes,
        changes_wait_seconds=LONGEST_WAIT,
        changes_kept_days=settings.keep_changes.days,
        changes_waiting_requests=settings.changes_waiting_each,
        webhooks=MOST,
        webhook_tries=settings.webhook_tries,
        webhook_timeout_seconds=TIMEOUT,
    )


def _endpoints(document: dict[str, Any], principal: Principal) -> Iterator[Endpoint]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            told = methods.get(method)
            if told is None or not path.startswith("/v1/"):
                continue
            scopes = sorted({scope for way in told.get("security", []) for some in way.values() for scope in some})
            yield Endpoint(
                operation=told["operationId"],
                method=method.upper(),
                path=path,
                summary=told["summary"],
                scopes=scopes,
                allowed=None if principal.kind == "person" else bool(scopes) and set(scopes) <= principal.scopes,
            )
