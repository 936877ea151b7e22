"""What the operations on webhooks take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from esrlink.contracts.types import Vpd
from profile_sync.api.changes import Topic

DepartmentKey = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}/[a-z0-9][a-z0-9-]{0,59}$"),
    Field(description="Product and department.", examples=["clwrota/anaesthetics"]),
]
_MOMENT = "2026-08-03T08:00:00Z"
_ID = "01987a3c-5b80-7c11-9a40-3f0e6d1c2b77"
_BODY: dict[str, JsonValue] = {
    "url": "https://rota.example.org/hooks/esr-link",
    "topics": ["profile.linked", "profile.unlinked"],
    "departments": ["clwrota/anaesthetics"],
}
_WEBHOOK: dict[str, JsonValue] = {
    **_BODY,
    "paused": False,
    "webhook_id": _ID,
    "vpd": "277",
    "owner": "clwrota",
    "version": 1,
    "created_at": _MOMENT,
    "changed_at": _MOMENT,
    "waiting": 0,
    "parked": 0,
    "failures": 0,
    "next_try_at": None,
    "missed_at": None,
    "old_secret_until": None,
}
_DELIVERY: dict[str, JsonValue] = {
    "delivery_id": "01987a3d-0a10-7d02-8b51-5c1f7e2d3a88",
    "topic": "profile.linked",
    "state": "delivered",
    "attempts": 1,
    "outcome": "delivered",
    "created_at": _MOMENT,
    "due_at": _MOMENT,
    "settled_at": _MOMENT,
    "replayed": False,
}


class WebhookBody(BaseModel):
    """Where to send what."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_BODY]})

    url: str = Field(
        max_length=2000, description="https, of a public address (in the try-out, http to this machine, too)."
    )
    topics: list[Topic] = Field(min_length=1)
    departments: list[DepartmentKey] | None = Field(
        default=None, description="Only these; without them, all that your token may see."
    )
    paused: bool = Field(default=False, description="Nothing is sent; what changes waits.")


class WebhookAnswer(WebhookBody):
    """A webhook. Its secret is in no answer but the one that made it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_WEBHOOK]})

    webhook_id: UUID
    vpd: Vpd
    owner: str = Field(description="The client that registered it.")
    version: int
    created_at: datetime
    changed_at: datetime
    waiting: int = Field(description="Deliveries that are to be tried, or tried again.")
    parked: int = Field(description="Deliveries that were given up: replay them.")
    failures: int = Field(description="Of the endpoint, in a row.")
    next_try_at: datetime | None = Field(description="The endpoint failed and is left alone until then.")
    missed_at: datetime | None = Field(
        description="When changes were forgotten before they could be sent: list your profiles anew."
    )
    old_secret_until: datetime | None = Field(description="Until then the secret before signs, too.")


class WebhookMade(WebhookAnswer):
    """A webhook with its new secret, which is shown this once."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{**_WEBHOOK, "secret": "whsec_shown-once"}]}
    )

    secret: str


class WebhookList(BaseModel):
    """Webhooks, oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_WEBHOOK]}]})

    items: list[WebhookAnswer]


class SecretBody(BaseModel):
    """How to change over to a new secret."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"keep_old_hours": 24}]})

    keep_old_hours: int = Field(
        default=24, ge=0, le=168, description="So long deliveries carry signatures of both; 0 if the old one leaked."
    )


class PingAnswer(BaseModel):
    """What came of a test delivery."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"delivered": True, "outcome": "delivered"}]})

    delivered: bool
    outcome: str = Field(description="`delivered`, `status_500`, `timeout`, `not_connected` or `address_refused`.")


State = Literal["waiting", "delivered", "parked"]


class DeliveryAnswer(BaseModel):
    """A delivery: one change for one webhook."""

    delivery_id: UUID
    topic: Topic
    state: State
    attempts: int
    outcome: str | None = Field(description="Of the last attempt, as of a ping; null before the first.")
    created_at: datetime
    due_at: datetime = Field(description="When it is tried next, if it waits.")
    settled_at: datetime | None
    replayed: bool


class DeliveryList(BaseModel):
    """A page of deliveries, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_DELIVERY], "next": None}]})

    items: list[DeliveryAnswer]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class ReplayBody(BaseModel):
    """Which deliveries to send again."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"since": _MOMENT, "states": ["parked", "delivered"]}]}
    )

    since: datetime | None = Field(default=None, description="Only those made since then.")
    states: list[Literal["parked", "delivered"]] = Field(default=["parked"], min_length=1)


class ReplayAnswer(BaseModel):
    """How many deliveries were put back into the queue."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"queued": 12}]})

    queued: int
