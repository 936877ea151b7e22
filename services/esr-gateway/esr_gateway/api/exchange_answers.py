"""What the API answers of exchanges: how each one is, and how a trial went step by step."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from esr_gateway.exchange.trial import Trial
from esr_gateway.overview import ExchangeView


class ExchangeAnswer(BaseModel):
    """A trust's exchange with ESR."""

    model_config = ConfigDict(from_attributes=True)

    vpd: str = Field(examples=["277"])
    trust: str = Field(examples=["Northcliffe University Hospitals"])
    state: Literal["up", "down", "waiting"] = Field(description="waiting: it was never looked at yet")
    problem: str | None = Field(default=None, description="Why the last look failed, in words")
    last_file: str | None = Field(default=None, examples=["GO_277_GDW_GOC_20260804_00001945.DAT"])
    last_file_at: datetime | None = None
    polled_at: datetime | None = Field(default=None, description="The last look into Out/, whether it worked or not")
    next_poll_at: datetime | None = Field(default=None, description="The next look; none where there was none yet")
    reached: datetime | None = Field(default=None, description="The moment up to which ESR's data are known")
    lag_seconds: int | None = Field(default=None, description="How long ago that is")
    snapshot_asked_at: datetime | None = Field(
        default=None, description="When ESR was asked for a snapshot that has not come yet"
    )
    snapshot_asked_name: str | None = Field(default=None, examples=["GO_277_GDW_GDR_20260804_00000001.DAT"])


class ExchangesAnswer(BaseModel):
    """Exchanges, by VPD."""

    exchanges: list[ExchangeAnswer]


class StepAnswer(BaseModel):
    """One step of a trial."""

    model_config = ConfigDict(from_attributes=True)

    name: str = Field(examples=["host_key"])
    title: str = Field(examples=["Make sure that it is the right server"])
    outcome: Literal["ok", "failed", "skipped"]
    sentence: str = Field(examples=["The server showed the key that is in the settings."])
    advice: str = Field(description="What to do next; empty when there is nothing to do")


class TrialAnswer(BaseModel):
    """How a trial went. Nothing of it is left at the server."""

    vpd: str = Field(examples=["277"])
    works: bool
    steps: list[StepAnswer]
    offered_host_key: str | None = Field(
        default=None, description="The key that the server showed in place of the one that is set, as in a .pub file"
    )
    offered_fingerprint: str | None = Field(
        default=None, examples=["SHA256:Yqbldotyxaiy5iMAZoL/vyPHcbyNSfGKIq9JhdHqytA"]
    )


class SnapshotRequestAnswer(BaseModel):
    """A request that was put into `In/`."""

    vpd: str = Field(examples=["277"])
    name: str = Field(examples=["GO_277_GDW_GDR_20260804_00000001.DAT"])


def exchange_answer(view: ExchangeView) -> ExchangeAnswer:
    """The answer for an exchange as pages show it."""
    answer = ExchangeAnswer.model_validate(view)
    return answer.model_copy(update={"lag_seconds": int(view.lag.total_seconds()) if view.lag else None})


def trial_answer(vpd: str, trial: Trial) -> TrialAnswer:
    """The answer for a trial."""
    return TrialAnswer(
        vpd=vpd,
        works=trial.works,
        steps=[StepAnswer.model_validate(step) for step in trial.steps],
        offered_host_key=trial.offered_host_key,
        offered_fingerprint=trial.offered_fingerprint,
    )
