"""Operations that tell how links are found, and which ESR numbers may be one human's."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.runtime import Parts
from profile_sync.api import examples
from profile_sync.api.people_models import PersonSummary
from profile_sync.api.profiles import CanRead
from profile_sync.people.duplicates import possible_duplicates
from profile_sync.rules.rule_book import RULES
from profile_sync.rules.weights import BITS, PRIOR_BITS


class RuleAnswer(BaseModel):
    """A link rule."""

    rule: str = Field(description="Name and version.", examples=["exact_number/2"])
    leads_to: list[Literal["matched", "possible", "excluded"]]
    text: str


class Weights(BaseModel):
    """What the findings of one part weigh."""

    part: str = Field(examples=["family_name"])
    bits: dict[str, float] = Field(description="Above 0 it speaks for one person, below 0 for two.")


class RuleBook(BaseModel):
    """The link rules in order, and the weights of the score."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RULE_BOOK]})

    rules: list[RuleAnswer] = Field(description="The first that speaks for a profile and a person decides.")
    prior_bits: float = Field(description="What is added to the bits of all parts before they become a probability.")
    weights: list[Weights]


class Duplicate(BaseModel):
    """ESR numbers that may be one human's."""

    shared: list[Literal["nhs_unique_id", "registration"]]
    people: list[PersonSummary]


class Duplicates(BaseModel):
    """Possible duplicates of a trust, by ESR number."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DUPLICATES]})

    items: list[Duplicate]
    total: int


def router(parts: Parts) -> APIRouter:
    """The operations `/v1/rules` and `/v1/duplicates`."""
    api = APIRouter(prefix="/v1", tags=["rules"])
    database = parts.database

    @api.get(
        "/rules",
        operation_id="readRules",
        summary="Read the rules that find links, and what each finding weighs",
        responses=problem_responses(401, 403),
    )
    async def rules(_: CanRead) -> RuleBook:
        return RuleBook(
            rules=[RuleAnswer(rule=one.rule, leads_to=list(one.leads_to), text=one.text) for one in RULES],
            prior_bits=PRIOR_BITS,
            weights=[
                Weights(part=part, bits={finding.value: bits for finding, bits in findings.items()})
                for part, findings in BITS.items()
            ],
        )

    @api.get(
        "/duplicates",
        operation_id="listPossibleDuplicates",
        summary="List the ESR numbers of a trust that may be one human's",
        description="People who share a registration number or an NHS Unique ID. They are shown, never merged: a second "
        "employment is no mistake, and a mistake is mended in ESR.",
        responses=problem_responses(401, 403, 404, 422),
    )
    async def duplicates(
        principal: CanRead, vpd: VpdQuery = None, limit: Annotated[int, Query(ge=1, le=500)] = 100
    ) -> Duplicates:
        trust = trust_scope(principal, vpd)
        async with database.read([trust]) as tx:
            found, total = await possible_duplicates(tx, trust, limit)
        items = [Duplicate(shared=list(one.shared), people=[_summary(row) for row in one.people]) for one in found]
        return Duplicates(items=items, total=total)

    return api


def _summary(row: object) -> PersonSummary:
    return PersonSummary(**{name: getattr(row, name) for name in PersonSummary.model_fields})
