"""What every service says of itself at `GET /v1/status`, for the overview and for anyone who watches the product.

Figures are ready to be shown: a service decides what matters in it and says so in words; the overview only lays out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Tone = Literal["neutral", "good", "warning", "bad"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Figure(_Part):
    """One headline number with what it counts. `href` is a path of this site that shows the rows behind it."""

    label: str = Field(examples=["Files in today"])
    value: str | int | float = Field(examples=[2])
    unit: str | None = Field(default=None, examples=["files"])
    href: str | None = Field(default=None, examples=["/esr-gateway/files"])
    tone: Tone = "neutral"


class Notice(_Part):
    """Something that a person should know or do, in one sentence."""

    tone: Tone = "neutral"
    text: str = Field(examples=["GO_277_GDW_GOC_20260804_00001946.DAT is held: 1945 has not come yet."])
    href: str | None = None


class Backlog(_Part):
    """What waits to be published and what was parked; all zero in a service that keeps up."""

    outbox_waiting: int = Field(default=0, ge=0, description="Outbox rows that are not published yet.")
    outbox_oldest_seconds: float | None = Field(
        default=None, ge=0, description="Age of the oldest unpublished row in seconds; null when none waits."
    )
    parked: int = Field(default=0, ge=0, description="Messages set aside after repeated failure, waiting for a person.")
    stopped_topics: list[str] = Field(
        default=[], description="Topics that are not consumed: too many of their messages in a row failed."
    )


class CutOff(_Part):
    """The next payroll cut-off of one trust."""

    vpd: str = Field(pattern=r"^\d{3}$", examples=["277"])
    trust: str = Field(examples=["Northcliffe University Hospitals"])
    at: datetime = Field(description="When the run is closed, with its zone.")
    pay: str = Field(description="The pay that it reaches, in words.", examples=["August 2026 (normal)"])


class StatusReport(_Part):
    """One service's answer. It holds only what the signed-in person may see: figures of their own trusts."""

    service: str = Field(examples=["esr-gateway"])
    title: str = Field(examples=["ESR gateway"])
    state: Literal["up", "degraded"] = "up"
    version: str = Field(examples=["0.1.0"])
    figures: list[Figure] = []
    backlog: Backlog = Backlog()
    notices: list[Notice] = []
    next_cut_offs: list[CutOff] = []
    trusts: dict[str, str] = Field(
        default={}, description="The names of all the caller's trusts that are set up here, by VPD."
    )
