"""Operations on many links at once: what decisions would change, and taking them into effect, with an answer for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self
from uuid import UUID, uuid5

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field, model_validator

from esrlink.auth import Principal
from esrlink.contracts.types import Department, ExternalId, Product, Vpd
from esrlink.errors import EsrLinkError, Invalid
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery
from esrlink.runtime import Parts
from profile_sync.api import links_examples as examples
from profile_sync.api.callers import CanDecide
from profile_sync.api.models import DecisionBody, RowProblem, State
from profile_sync.api.profiles import trust_named
from profile_sync.links.deciding import Change, Decided, Wish, decide_all
from profile_sync.links.previewing import preview
from profile_sync.links.rows import Stored
from profile_sync.rules.decisions import Kind
from profile_sync.rules.facts import Place
from profile_sync.rules.reasons import in_words

MOST = 500
"""Decisions in one request: they are one transaction, and hold the links that they are about for as long as it lasts."""

# What the ids of decisions that were sent under a key are made from.
_NAMESPACE = UUID("6f1d3a52-6d1c-5c55-9a64-0a9b5f0d7c11")
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        description="The same key and decision again is recorded once. Needed where a row has no `revision`.",
        examples=["0b9a0f9e-reviews-of-monday"],
    ),
]


class DecisionRow(DecisionBody):
    """A decision about one profile."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [examples.DECISION_ROW]})

    product: Product
    department: Department
    profile_id: ExternalId

    @model_validator(mode="after")
    def _gives_a_reason(self) -> Self:
        if self.reason is None and self.decision != "confirm":
            raise ValueError("a reason is needed for everything but to confirm")
        return self

    @property
    def place(self) -> Place:
        """Which profile."""
        return Place(self.product, self.department, self.profile_id)


class Decisions(BaseModel):
    """Decisions about profiles of one trust, at most one for each profile."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [examples.DECISIONS]})

    vpd: Vpd | None = Field(default=None, description="The trust; may stand in the query instead.")
    decisions: list[DecisionRow] = Field(min_length=1, max_length=MOST)


class LinkSaid(BaseModel):
    """A link in short."""

    state: State
    employee_number: str | None
    made_by: Literal["rule", "person"]
    rule: str | None
    reason: str
    reason_text: str
    revision: int


class ChangeAnswer(BaseModel):
    """A link before and after."""

    product: str
    department: str
    profile_id: str
    before: LinkSaid
    after: LinkSaid


class DecisionRowAnswer(BaseModel):
    """What becomes of one decision: taken, taken before, or why not."""

    index: int = Field(description="Place in the request, from 0.")
    product: str
    department: str
    profile_id: str
    outcome: Literal["taken", "taken_before", "refused"]
    before: LinkSaid | None = None
    after: LinkSaid | None = None
    problem: RowProblem | None = None


class DecisionsAnswer(BaseModel):
    """An answer for each decision, in the order sent, and the other links that they change."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DECISIONS_ANSWER]})

    taken: int
    refused: int
    rows: list[DecisionRowAnswer]
    touched: list[ChangeAnswer] = Field(description="Links of profiles that were not decided on, and change with them.")


def router(parts: Parts) -> APIRouter:
    """The operations `/v1/links/decisions` and their preview."""
    api = APIRouter(prefix="/v1/links", tags=["links"])
    database, clock = parts.database, parts.clock

    @api.post(
        "/decisions:preview",
        operation_id="previewDecisions",
        summary="Say what decisions would change, and store nothing",
        responses=problem_responses(401, 403, 404, 413, 422),
    )
    async def previewed(principal: CanDecide, body: Decisions, vpd: VpdQuery = None) -> DecisionsAnswer:
        trust = trust_named(principal, vpd, body.vpd)
        wishes, problems = _wishes(principal, trust, body.decisions, None)
        async with database.read([trust]) as tx:
            decided = await preview(tx, trust, wishes, now=clock.now(), new_id=parts.new_id)
        return _answer(body.decisions, decided, problems)

    @api.post(
        "/decisions",
        operation_id="decideLinks",
        summary="Take many decisions into effect, with an answer for each",
        description="All in one transaction, as if they were made at one moment. One that cannot be taken is answered with why "
        "and holds no other. Sent again under its key, or with the revision that was looked at, none is recorded twice.",
        responses=problem_responses(401, 403, 404, 413, 422),
    )
    async def decided(
        principal: CanDecide, body: Decisions, vpd: VpdQuery = None, key: IdempotencyKey = None
    ) -> DecisionsAnswer:
        trust = trust_named(principal, vpd, body.vpd)
        if key is None and any(one.revision is None for one in body.decisions):
            raise Invalid(
                "Send the header Idempotency-Key, or with each decision the revision of the link that was looked at.",
                field="Idempotency-Key",
            )
        wishes, problems = _wishes(principal, trust, body.decisions, key)
        async with database.write([trust]) as tx:
            outcome = await decide_all(tx, trust, wishes, now=clock.now(), new_id=parts.new_id)
        return _answer(body.decisions, outcome, problems)

    return api


def _wishes(
    principal: Principal, trust: str, rows: list[DecisionRow], key: str | None
) -> tuple[dict[Place, Wish], dict[int, EsrLinkError]]:
    """The wishes that can be tried, and why others cannot, by their index."""
    wishes: dict[Place, Wish] = {}
    problems: dict[int, EsrLinkError] = {}
    for index, row in enumerate(rows):
        try:
            principal.require_department(row.product, row.department)
            if row.place in wishes:
                raise Invalid("There is a decision on this profile already, further up.", field="profile_id")
        except EsrLinkError as error:
            problems[index] = error
        else:
            wishes[row.place] = wish_of(principal, row, _decision_id(principal, trust, row, key) if key else None)
    return wishes, problems


def wish_of(principal: Principal, body: DecisionBody, decision_id: UUID | None = None) -> Wish:
    """What a request wants decided, and who wants it."""
    return Wish(
        kind=Kind(body.decision),
        by=f"{principal.subject}/{body.by}" if body.by else principal.subject,
        employee_number=body.employee_number,
        reason=body.reason,
        revision=body.revision,
        undoes=body.undoes,
        decision_id=decision_id,
    )


def _decision_id(principal: Principal, trust: str, row: DecisionRow, key: str) -> UUID:
    """The same for the same decision under the same key of the same caller, and for no other."""
    said = (principal.subject, key, trust, row.place.path, row.decision, row.employee_number, row.undoes)
    return uuid5(_NAMESPACE, "\x1f".join(map(str, said)))


def _answer(rows: list[DecisionRow], decided: Decided, problems: Mapping[int, EsrLinkError]) -> DecisionsAnswer:
    answers = [
        _row(index, row, decided, problems.get(index) or decided.refused.get(row.place))
        for index, row in enumerate(rows)
    ]
    refused = sum(one.outcome == "refused" for one in answers)
    touched = [_change(one) for one in decided.touched]
    return DecisionsAnswer(taken=len(answers) - refused, refused=refused, rows=answers, touched=touched)


def _row(index: int, row: DecisionRow, decided: Decided, problem: EsrLinkError | None) -> DecisionRowAnswer:
    key = {"index": index, "product": row.product, "department": row.department, "profile_id": row.profile_id}
    if problem is not None:
        said = RowProblem(code=problem.code, field=problem.field, detail=problem.detail)
        return DecisionRowAnswer(**key, outcome="refused", problem=said)
    if row.place in decided.repeated:
        return DecisionRowAnswer(**key, outcome="taken_before")
    change = decided.changes[row.place]
    return DecisionRowAnswer(**key, outcome="taken", before=_said(change.before), after=_said(change.after))


def _change(one: Change) -> ChangeAnswer:
    return ChangeAnswer(
        product=one.place.product,
        department=one.place.department,
        profile_id=one.place.profile_id,
        before=_said(one.before),
        after=_said(one.after),
    )


def _said(one: Stored) -> LinkSaid:
    return LinkSaid(
        state=one.state,
        employee_number=one.employee_number,
        made_by=one.made_by,
        rule=one.rule,
        reason=one.reason,
        reason_text=in_words(one.reason),
        revision=one.revision,
    )
