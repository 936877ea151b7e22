"""The figures of many people over a period: each person's, what they come to together, and in which order they stand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from jobplan_adapter.delivery.reckoning import Comparison, category_order
from jobplan_adapter.delivery.uncertainty import Uncertainty

SortKey = Literal["furthest", "person", "specialty", "planned", "delivered", "difference", "extra", "displaced"]
"""How people are sorted: by how far off they are, most first; or by a column."""

_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """One person's figures. `here` are the PAs delivered in the department that was asked about."""

    employee_number: str
    specialty: str | None
    categories: Sequence[Comparison]
    extra: Decimal
    uncertainty: Sequence[Uncertainty]
    here: Decimal | None = None

    @property
    def planned(self) -> Decimal | None:
        """PAs of all categories; none when one of them cannot be read."""
        some = [one.planned for one in self.categories]
        return None if None in some else sum((pas for pas in some if pas is not None), _NOTHING)

    @property
    def delivered(self) -> Decimal:
        """PAs of all categories."""
        return sum((one.delivered for one in self.categories), _NOTHING)

    @property
    def displaced(self) -> Decimal:
        """PAs of work that was cancelled or gave way to other work."""
        return sum((one.displaced for one in self.categories), _NOTHING)

    @property
    def difference(self) -> Decimal | None:
        """Delivered less planned."""
        planned = self.planned
        return None if planned is None else self.delivered - planned

    def of(self, category: str | None) -> Comparison:
        """The figures of one category, or of all."""
        if category is None:
            return Comparison("all", self.planned, self.delivered, self.displaced)
        return next(
            (one for one in self.categories if one.category == category), Comparison(category, _NOTHING, _NOTHING)
        )


@dataclass(frozen=True, slots=True)
class Total:
    """One category of all people. Those with a figure that cannot be read, `left_out` of them, count on neither side."""

    category: str
    planned: Decimal
    delivered: Decimal
    displaced: Decimal
    people: int
    left_out: int

    @property
    def difference(self) -> Decimal:
        """Delivered less planned."""
        return self.delivered - self.planned


@dataclass(frozen=True, slots=True)
class GroupDelivery:
    """The figures of some people over a period, with what they come to together."""

    first: date
    last: date
    people: Sequence[PersonFigures]

    @property
    def totals(self) -> list[Total]:
        """What they come to together, by category."""
        names = sorted({one.category for person in self.people for one in person.categories}, key=category_order)
        return [_total(name, self.people) for name in names]

    @property
    def extra(self) -> Decimal:
        """PAs of paid extra work."""
        return sum((person.extra for person in self.people), _NOTHING)


def in_order(
    people: Iterable[PersonFigures], by: SortKey = "furthest", *, category: str | None = None, descending: bool = False
) -> list[PersonFigures]:
    """People sorted by a column of one category, or of all; those without a figure there come last, whatever the order."""

    def value(one: PersonFigures) -> Decimal | str | None:
        figures = one.of(category)
        match by:
            case "person":
                return one.employee_number
            case "specialty":
                return one.specialty
            case "extra":
                return one.extra
            case "furthest":
                return None if figures.difference is None else -abs(figures.difference)
            case "planned" | "delivered" | "difference" | "displaced":
                told: Decimal | None = getattr(figures, by)
                return told
        raise AssertionError(by)

    known = [(told, one) for one in people if (told := value(one)) is not None]
    unknown = [one for one in people if value(one) is None]
    ordered = sorted(known, key=lambda pair: pair[1].employee_number)
    ordered.sort(key=lambda pair: pair[0], reverse=descending)
    return [one for _, one in ordered] + sorted(unknown, key=lambda one: one.employee_number)


def _total(category: str, people: Iterable[PersonFigures]) -> Total:
    known = [one for person in people for one in person.categories if one.category == category]
    readable = [one for one in known if one.planned is not None]
    return Total(
        category,
        sum((one.planned for one in readable if one.planned is not None), _NOTHING),
        sum((one.delivered for one in readable), _NOTHING),
        sum((one.displaced for one in readable), _NOTHING),
        len(known),
        len(known) - len(readable),
    )
