"""The figures as tables: the same columns in a page's download and in the API's files. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from jobplan_adapter.delivery.figures import GroupDelivery, PersonFigures
from jobplan_adapter.delivery.reckoning import Delivery

TOTAL_COLUMNS = ("category", "planned", "delivered", "difference", "displaced", "people", "left_out")
PERSON_COLUMNS = (
    "employee_number",
    "specialty",
    "category",
    "planned",
    "delivered",
    "difference",
    "displaced",
    "delivered_here",
    "paid_extra",
    "uncertainty",
)
LINE_COLUMNS = ("kind", "category", "first", "last", "pas", "working", "source", "post")
ALL = "all"


def total_rows(group: GroupDelivery) -> Iterator[Sequence[object]]:
    """One row for each category."""
    for one in group.totals:
        yield (one.category, one.planned, one.delivered, one.difference, one.displaced, one.people, one.left_out)


def person_rows(people: Iterable[PersonFigures]) -> Iterator[Sequence[object]]:
    """For each person a row of all categories, then one for each."""
    for one in people:
        name = (one.employee_number, one.specialty)
        codes = " ".join(dict.fromkeys(doubt.code for doubt in one.uncertainty))
        yield (*name, ALL, one.planned, one.delivered, one.difference, one.displaced, one.here, one.extra, codes)
        for of in one.categories:
            yield (*name, of.category, of.planned, of.delivered, of.difference, of.displaced, None, None, None)


def line_rows(delivery: Delivery) -> Iterator[Sequence[object]]:
    """One row for each line of a person's working."""
    for one in delivery.lines:
        yield (one.kind, one.category, one.first, one.last, one.pas, one.working, one.source, one.post)
