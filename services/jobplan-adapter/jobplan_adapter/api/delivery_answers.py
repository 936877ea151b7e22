"""What the API says of planned against delivered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from jobplan_adapter.delivery.figures import GroupDelivery, PersonFigures
from jobplan_adapter.delivery.person import PersonDelivery
from jobplan_adapter.delivery.reckoning import LineKind
from jobplan_adapter.plans.summaries import Doubt

_OF_FIGURES = ConfigDict(from_attributes=True)


class CategoryAnswer(BaseModel):
    """PAs of one category over the whole period. `planned` is null when a figure in it cannot be read."""

    model_config = _OF_FIGURES
    category: str = Field(examples=["DCC"])
    planned: Decimal | None = Field(examples=["75.92"])
    delivered: Decimal = Field(examples=["72.00"])
    difference: Decimal | None = Field(description="delivered - planned", examples=["-3.92"])
    displaced: Decimal = Field(description="Of work that was cancelled or gave way to other work.", examples=["1.00"])
    sessions_planned: Decimal | None = Field(
        description="Sessions of the timetable; null where it does not say.", examples=["60.00"]
    )
    sessions_delivered: int = Field(description="Pieces of work, without paid extra work.", examples=[58])


class LineAnswer(BaseModel):
    """One line of the working: what it adds to which figure, and how."""

    model_config = _OF_FIGURES
    kind: LineKind
    category: str | None
    first: date
    last: date
    pas: Decimal
    working: str = Field(examples=["7.5 PAs x (92 - 4.2) / 7 weeks x 42 / 52"])
    source: str = Field(examples=["sard/10101 version 1"])
    post: str | None = Field(description="Named when the person has several.", examples=[None])


class DeliveryAnswer(BaseModel):
    """Planned against delivered. The rules are in the reference documentation; `lines` show them applied."""

    vpd: str
    employee_number: str
    first: date
    last: date
    categories: list[CategoryAnswer]
    extra: Decimal = Field(description="PAs of paid extra work: apart, never in-plan.", examples=["2.00"])
    uncertainty: list[Doubt]
    lines: list[LineAnswer]


class PersonRow(BaseModel):
    """One person's figures. Those of all categories are null when one of them cannot be read."""

    model_config = _OF_FIGURES
    employee_number: str = Field(examples=["00000101"])
    specialty: str | None = Field(examples=["Anaesthetics"])
    planned: Decimal | None = Field(examples=["86.10"])
    delivered: Decimal = Field(examples=["80.00"])
    difference: Decimal | None = Field(examples=["-6.10"])
    displaced: Decimal = Field(examples=["1.00"])
    here: Decimal | None = Field(description="Delivered in the department asked about.", examples=["64.00"])
    extra: Decimal = Field(examples=["2.00"])
    categories: list[CategoryAnswer]
    uncertainty: list[str] = Field(description="Codes.", examples=[["work_not_reported"]])


class TotalAnswer(BaseModel):
    """One category of all people. Those with a figure that cannot be read count on neither side: `left_out` of them."""

    model_config = _OF_FIGURES
    category: str = Field(examples=["DCC"])
    planned: Decimal = Field(examples=["1518.40"])
    delivered: Decimal = Field(examples=["1490.00"])
    difference: Decimal = Field(examples=["-28.40"])
    displaced: Decimal = Field(examples=["12.00"])
    people: int = Field(examples=[20])
    left_out: int = Field(examples=[0])


class GroupAnswer(BaseModel):
    """Planned against delivered of many people; `people` are those of the page asked for, `count` all of them."""

    vpd: str
    first: date
    last: date
    count: int = Field(examples=[20])
    totals: list[TotalAnswer]
    extra: Decimal = Field(description="PAs of paid extra work.", examples=["14.00"])
    people: list[PersonRow]


def person_answer(vpd: str, number: str, first: date, last: date, found: PersonDelivery) -> DeliveryAnswer:
    """A person's figures."""
    return DeliveryAnswer(
        vpd=vpd,
        employee_number=number,
        first=first,
        last=last,
        categories=[CategoryAnswer.model_validate(one) for one in found.delivery.categories],
        extra=found.delivery.extra,
        uncertainty=[Doubt(code=one.code, detail=one.detail) for one in found.uncertainty],
        lines=[LineAnswer.model_validate(one) for one in found.delivery.lines],
    )


def group_answer(vpd: str, group: GroupDelivery, people: Sequence[PersonFigures]) -> GroupAnswer:
    """A page of people, with the totals of all."""
    return GroupAnswer(
        vpd=vpd,
        first=group.first,
        last=group.last,
        count=len(group.people),
        totals=[TotalAnswer.model_validate(one) for one in group.totals],
        extra=group.extra,
        people=[_row(one) for one in people],
    )


def _row(one: PersonFigures) -> PersonRow:
    return PersonRow(
        employee_number=one.employee_number,
        specialty=one.specialty,
        planned=one.planned,
        delivered=one.delivered,
        difference=one.difference,
        displaced=one.displaced,
        here=one.here,
        extra=one.extra,
        categories=[CategoryAnswer.model_validate(of) for of in one.categories],
        uncertainty=list(dict.fromkeys(doubt.code for doubt in one.uncertainty)),
    )
