"""What the operations on dead letters take and answer."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from esrlink.bus.dead_letters import Letter, LetterCount, LetterState, Step
from esrlink.bus.dead_letters_content import Content
from esrlink.bus.fuse import Blown
from esrlink.bus.reasons import MEANINGS, Reason, ReasonClass
from esrlink.bus.retrying_jobs import Job, JobState

_LETTER = "0b0c7f7e-55bb-5f0e-9c1b-3f3f0f0f7a11"
_MOMENT = "2026-08-03T08:00:00Z"
TopicText = Field(examples=["esr.profile.imported"])


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class LetterAnswer(_Model):
    """A message that was parked, without its content."""

    id: UUID = Field(examples=[_LETTER])
    topic: str = TopicText
    vpd: str | None = Field(examples=["277"], description="null where the message does not say whose it is.")
    event_id: UUID | None = Field(examples=["01987b60-2d4a-7cc4-8c5b-0a3f1f6f9b2e"])
    reason_class: ReasonClass = Field(examples=["refused"])
    reason: str = Field(examples=["There is no such post."], description="It never quotes the message.")
    what_to_do: str = Field(examples=[MEANINGS[ReasonClass.REFUSED]])
    state: LetterState = Field(examples=["parked"])
    attempts: int = Field(examples=[1], description="How often it was tried to take it into effect.")
    is_edited: bool = Field(examples=[False], description="Somebody put another value in the place of its own.")
    parked_at: datetime = Field(examples=[_MOMENT])
    settled_at: datetime | None = Field(default=None, description="When it was applied or discarded.")


class CountAnswer(_Model):
    """How many letters of one topic and class wait."""

    topic: str = TopicText
    reason_class: ReasonClass = Field(examples=["refused"])
    count: int = Field(examples=[3])
    oldest: datetime = Field(examples=[_MOMENT])


class LettersAnswer(_Model):
    """A page of letters, newest first."""

    letters: list[LetterAnswer]
    next: str | None = Field(description="The cursor of the next page; null on the last.")
    waiting: list[CountAnswer] = Field(description="All letters that wait, by topic and class, whatever the filter.")


class StepAnswer(_Model):
    """One step of a letter's history."""

    at: datetime = Field(examples=[_MOMENT])
    by: str = Field(examples=["alex.winter"], description="Who; the service itself for what it did.")
    action: str = Field(examples=["parked"])
    detail: str = Field(examples=["There is no such post."])


class LetterWithHistory(LetterAnswer):
    """A letter, and all that happened to it."""

    history: list[StepAnswer]
    earlier: UUID | None = Field(
        default=None,
        description="A letter about the same person that came before and still waits: retry that one first.",
    )


class MessageAnswer(_Model):
    """What is in a letter. It may hold personal data: that you looked is part of the letter's history."""

    id: UUID = Field(examples=[_LETTER])
    topic: str = TopicText
    key: str = Field(examples=["277/00123456"])
    headers: dict[str, str] = Field(examples=[{"ce_type": "esr.profile.imported.v1", "ce_vpd": "277"}])
    encoding: Literal["text", "base64"] = Field(examples=["text"], description="base64 for a value that is not UTF-8.")
    value: str = Field(examples=['{"vpd": "277", "employee_number": "00123456"}'], description="As it came.")
    edited: str | None = Field(default=None, description="What somebody put in its place, as JSON text.")
    edited_type: str | None = Field(default=None, description="The type of event that it was checked against.")


class RetryAnswer(_Model):
    """What came of a retry."""

    applied: bool = Field(examples=[False], description="Whether the event is in effect now.")
    detail: str = Field(examples=["It failed again: There is no such post."])
    letter: LetterAnswer


class Edit(_Model):
    """Another value for a letter's message."""

    value: dict[str, Any] = Field(
        examples=[{"vpd": "277", "employee_number": "00123456", "revision": 3}],
        description="The whole event, of the same trust and person as before.",
    )
    type: str | None = Field(
        default=None,
        max_length=100,
        examples=["esr.profile.imported.v1"],
        description="Its CloudEvents type; the message's own, or else the newest of its topic, when left out.",
    )


class Discard(_Model):
    """Why a letter shall never take effect."""

    reason: str = Field(max_length=500, examples=["The department sent the record again."])


class RetryAll(_Model):
    """Which of the letters that wait."""

    topic: str | None = Field(default=None, max_length=200, pattern=r"^[^\x00]*$", examples=["esr.profile.imported"])
    reason_class: ReasonClass | None = Field(default=None, examples=["refused"])
    vpd: str | None = Field(default=None, pattern=r"^[0-9]{3}$", examples=["277"], description="All yours if left out.")


class JobAnswer(_Model):
    """A retry of many letters, and how far it has come."""

    id: UUID = Field(examples=["01987b61-7e1c-7d07-9a55-0f8f5a0d2c11"])
    state: JobState = Field(examples=["running"])
    topic: str | None = Field(examples=["esr.profile.imported"])
    reason_class: ReasonClass | None = Field(examples=[None])
    requested_by: str = Field(examples=["alex.winter"])
    requested_at: datetime = Field(examples=[_MOMENT])
    finished_at: datetime | None = Field(default=None)
    total: int = Field(examples=[120], description="The letters that waited when it was asked for.")
    applied: int = Field(examples=[80])
    failed: int = Field(examples=[2], description="Tried in vain; each says why.")
    left_out: int = Field(
        examples=[3],
        description="Not tried: nobody can tell whether it took effect before, or an earlier one of the same person waits.",
    )


class FuseAnswer(_Model):
    """A topic that is not consumed, because too many of its messages in a row failed. They wait on the bus."""

    topic: str = TopicText
    blown_at: datetime = Field(examples=[_MOMENT])
    failures: int = Field(examples=[21])
    reason_class: ReasonClass = Field(examples=["defect"])
    reason: str = Field(examples=["ValueError"], description="Of the last one that failed.")
    next_try_at: datetime = Field(examples=[_MOMENT], description="When one message is tried again.")


class FusesAnswer(_Model):
    """The topics that are not consumed."""

    fuses: list[FuseAnswer]


class ResetAnswer(_Model):
    """The topic is consumed again, within seconds."""

    topic: str = TopicText


def letter_answer(letter: Letter) -> LetterAnswer:
    """A letter as it is answered."""
    return LetterAnswer(**_of(letter))


def _of(letter: Letter) -> dict[str, Any]:
    names = LetterAnswer.model_fields.keys() - {"what_to_do"}
    return {name: getattr(letter, name) for name in names} | {"what_to_do": MEANINGS[letter.reason_class]}


def letter_with_history(letter: Letter, steps: Sequence[Step], earlier: UUID | None) -> LetterWithHistory:
    """A letter with its history."""
    told = [StepAnswer(at=step.at, by=step.by, action=step.action, detail=step.detail) for step in steps]
    return LetterWithHistory(**_of(letter), history=told, earlier=earlier)


def count_answer(count: LetterCount) -> CountAnswer:
    """A count as it is answered."""
    return CountAnswer(topic=count.topic, reason_class=count.reason_class, count=count.count, oldest=count.oldest)


def message_answer(content: Content) -> MessageAnswer:
    """A letter's content; a value that is no text goes as base64."""
    value, encoding = text_of(content.message.value)
    return MessageAnswer(
        id=content.letter_id,
        topic=content.message.topic,
        key=content.message.key,
        headers=dict(content.message.headers),
        encoding=encoding,
        value=value,
        edited=content.edited,
        edited_type=content.edited_type if content.edited is not None else None,
    )


def text_of(value: bytes) -> tuple[str, Literal["text", "base64"]]:
    """The value as text, or as base64 where it is none."""
    try:
        return value.decode(), "text"
    except UnicodeDecodeError:
        return base64.b64encode(value).decode(), "base64"


def retry_answer(letter: Letter, failure: Reason | None) -> RetryAnswer:
    """What came of a retry, in words."""
    detail = "It is in effect." if failure is None else f"It failed again: {failure.text}"
    return RetryAnswer(applied=failure is None, detail=detail, letter=letter_answer(letter))


def job_answer(job: Job) -> JobAnswer:
    """A job as it is answered."""
    return JobAnswer(**{name: getattr(job, name) for name in JobAnswer.model_fields})


def fuse_answer(fuse: Blown) -> FuseAnswer:
    """A blown fuse as it is answered."""
    return FuseAnswer(**{name: getattr(fuse, name) for name in FuseAnswer.model_fields})
