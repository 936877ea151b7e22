"""The operation behind the search box: everything that is kept about what a text names."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from esr_gateway.api.callers import CanRead
from esr_gateway.search import SEARCHABLE
from esr_gateway.timeline import timeline
from esrlink.db import Database
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class StepAnswer(_Answer):
    """Something that happened."""

    at: datetime | None = Field(description="None where no time is kept")
    what: str = Field(examples=["Sent"])
    words: str = Field(examples=["It was sent to ESR in TA_277_LNK_MN2705_00000001.DAT, row 3."])
    place: str | None = Field(description="The page about it, under the service's address")


class StoryAnswer(_Answer):
    """What happened to one thing, oldest first."""

    vpd: str = Field(examples=["277"])
    kind: Literal["record", "file", "file_sent"]
    title: str
    state: str = Field(examples=["landed"])
    place: str | None
    steps: list[StepAnswer]


class PersonAnswer(_Answer):
    """A person whom ESR's files show."""

    vpd: str = Field(examples=["277"])
    employee_number: str = Field(examples=["20001234"])
    revision: int = Field(description="How often the person was published as changed")
    is_gone: bool


class TimelineAnswer(BaseModel):
    """What was found. Nothing is an answer too: `searchable` says what can be looked for."""

    understood_as: Literal["record", "reference", "hash", "file", "number", "nothing"]
    people: list[PersonAnswer]
    stories: list[StoryAnswer]
    is_cut: bool = Field(description="There is more than is told here")
    searchable: list[str]


def router(parts: Parts) -> APIRouter:
    """The operation `/v1/timeline`."""
    api = APIRouter(prefix="/v1/timeline", tags=["timeline"])
    database: Database = parts.database

    @api.get(
        "",
        operation_id="readTimeline",
        summary="Read the whole way of a person's records, of one record or of a file",
        description=(
            "`text` is an ESR number, an assignment number, a record's id, our reference to it, a file's name or its SHA-256. "
            "Each step has its time, a sentence, and the page about it."
        ),
        responses=problem_responses(401, 403, 404, 422),
    )
    async def read(
        principal: CanRead,
        text: Annotated[str, Query(min_length=1, max_length=200, pattern=r"^[^\x00]*$", examples=["20001234"])],
        vpd: VpdQuery = None,
    ) -> TimelineAnswer:
        scope = trust_scope(principal, vpd)
        async with database.read([scope]) as tx:
            found = await timeline(tx, [scope], text)
        return TimelineAnswer(
            understood_as=found.wanted.meaning,
            people=[PersonAnswer.model_validate(one) for one in found.people],
            stories=[StoryAnswer.model_validate(one) for one in found.stories],
            is_cut=found.is_cut,
            searchable=list(SEARCHABLE),
        )

    return api
