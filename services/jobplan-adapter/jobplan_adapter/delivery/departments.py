"""Planned against delivered of many people at once: a department's, a specialty's, or everybody of a trust.

The figures are whole people's: someone who works in two departments has one plan, so all their work is set against it, and what
of it was done in the department asked about stands beside it (`here`). As many statements for thousands of people as for one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Literal

from esrlink.db import ReadTx
from jobplan_adapter.delivery.absences import absences_around, away_from
from jobplan_adapter.delivery.belonging import (
    people_of_department,
    people_of_departments,
    people_of_specialties,
    people_of_trust,
)
from jobplan_adapter.delivery.gathering import extra_of_people, tune, versions_of_people
from jobplan_adapter.delivery.months import WorkOf, work_of_people
from jobplan_adapter.delivery.planned import portions
from jobplan_adapter.delivery.reckoning import Comparison, Sums, category_order, shown
from jobplan_adapter.delivery.uncertainty import Uncertainty, of_period
from jobplan_adapter.delivery.worked import rates_over
from jobplan_adapter.plans.in_force import stretches_by_post
from jobplan_adapter.trusts import Trust

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


async def department_delivery(
    tx: ReadTx, trust: Trust, product: str, department: str, first: date, last: date, *, today: date
) -> GroupDelivery:
    """Everybody of a department: with work put there in the period, or with a plan of one of its specialties."""
    await tune(tx)
    numbers = await people_of_department(tx, trust, product, department, first, last)
    people = await figures_of(tx, trust, numbers, first, last, today=today, here=(product, department))
    return GroupDelivery(first, last, people)


async def specialty_delivery(
    tx: ReadTx,
    trust: Trust,
    specialty: str,
    first: date,
    last: date,
    *,
    today: date,
    departments: Collection[str] | None = None,
) -> GroupDelivery:
    """Everybody with a plan of a specialty, as the provider writes it; with `departments` only people of these."""
    await tune(tx)
    numbers = await people_of_specialties(tx, trust.vpd, [specialty])
    if departments is not None:
        numbers &= await people_of_departments(tx, trust, departments)
    return GroupDelivery(first, last, await figures_of(tx, trust, numbers, first, last, today=today))


async def trust_delivery(
    tx: ReadTx, trust: Trust, first: date, last: date, *, today: date, departments: Collection[str] | None = None
) -> GroupDelivery:
    """Everybody with a plan or with work in the period; with `departments` only people of these."""
    await tune(tx)
    if departments is None:
        numbers = await people_of_trust(tx, trust.vpd, first, last)
    else:
        numbers = await people_of_departments(tx, trust, departments)
    return GroupDelivery(first, last, await figures_of(tx, trust, numbers, first, last, today=today))


async def figures_of(
    tx: ReadTx,
    trust: Trust,
    numbers: Collection[str],
    first: date,
    last: date,
    *,
    today: date,
    here: tuple[str, str] | None = None,
) -> list[PersonFigures]:
    """The figures of these people, in order of their numbers; `here` is a product and a department."""
    known = sorted(numbers)
    if not known:
        return []
    versions = await versions_of_people(tx, trust.vpd, known)
    absences = {
        number: list(some)
        for number, some in groupby(
            sorted(
                await absences_around(tx, trust.vpd, known, first, last), key=lambda row: str(row["employee_number"])
            ),
            key=lambda row: str(row["employee_number"]),
        )
    }
    extra = await extra_of_people(tx, trust.vpd, known, first, last)
    posts = {number: stretches_by_post(versions.get(number, ()), first, last) for number in known}
    rates = {number: rates_over(some.values(), first, last) for number, some in posts.items()}
    work = await work_of_people(tx, trust.vpd, rates, first, last, here=here)
    found = []
    for number in known:
        away = away_from(absences.get(number, ()), trust.settings.leave_within_working_weeks, today)
        own, sums = work.get(number) or WorkOf(), Sums()
        for stretch in (one for some in posts[number].values() for one in some):
            for portion in portions(stretch, away):
                sums.plan(portion)
        for one in own.worked:
            if one.displaced:
                sums.work(one.category, Fraction(0), pieces=0, displaced=one.pas)
            else:
                sums.work(one.category, one.pas, pieces=one.pieces)
        newest = next(
            (one.content.specialty for one in reversed(versions.get(number, ())) if one.content.specialty), None
        )
        done_here = sum((one.pas for one in own.worked if one.here and not one.displaced), Fraction(0))
        found.append(
            PersonFigures(
                number,
                newest,
                sums.comparisons(),
                shown(extra.get(number, Fraction(0))),
                of_period(posts[number], away, own.weeks, first, last, today=today),
                shown(done_here) if here else None,
            )
        )
    return found


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
