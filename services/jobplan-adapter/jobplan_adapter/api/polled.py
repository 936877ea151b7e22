"""What a poll found, as an answer: the routes of providers and of uploads both give it."""

from __future__ import annotations

from dataclasses import asdict

from pydantic import BaseModel, Field

from jobplan_adapter.polling.polls import PollResult


class PollAnswer(BaseModel):
    """What a poll found."""

    users: int = Field(examples=[62])
    matched: int = Field(examples=[61])
    unmatched: int = Field(examples=[1])
    plans: int = Field(examples=[40])
    changed: int = Field(description="Plans with a new version or a new state.", examples=[2])
    faults: int = Field(examples=[0])


def poll_answer(result: PollResult) -> PollAnswer:
    """The answer for a poll."""
    return PollAnswer.model_validate(asdict(result))
