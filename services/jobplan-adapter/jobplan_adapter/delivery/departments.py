"""Planned against delivered of many people at once: a department's, a specialty's, or everybody of a trust.

The figures are whole people's: someone who works in two departments has one plan, so all their work is set against it, and what
of it was done in the department asked about stands beside it (`here`). As many statements for thousands of people as for one.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from sqlalchemy import RowMapping

from esrlink.db import ReadTx
from jobplan_adapter.delivery.absences import absences_around, away_from
from jobplan_adapter.delivery.belonging import (
    people_of_department,
    people_of_departments,
    people_of_specialties,
    people_of_trust,
)
from jobplan_adapter.delivery.figures import GroupDelivery, PersonFigures
from jobplan_adapter.delivery.gathering import extra_of_people, tune, versions_of_people
from jobplan_adapter.delivery.leave import Away
from jobplan_adapter.delivery.months import WorkOf, work_of_people
from jobplan_adapter.delivery.planned import portions
from jobplan_adapter.delivery.reckoning import Sums, shown
from jobplan_adapter.delivery.uncertainty import of_period
from jobplan_adapter.delivery.worked import RatesOver, rates_over
from jobplan_adapter.plans.in_force import Post, Stretch, stretches_by_post
from jobplan_adapter.plans.versions import HeldVersion
from jobplan_adapter.trusts import Trust

Posts = Mapping[Post, list[Stretch]]


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
    absences: dict[str, list[RowMapping]] = defaultdict(list)
    for row in await absences_around(tx, trust.vpd, known, first, last):
        absences[str(row["employee_number"])].append(row)
    extra = await extra_of_people(tx, trust.vpd, known, first, last)
    posts, rates = await asyncio.to_thread(_posts, known, versions, first, last)
    work = await work_of_people(tx, trust.vpd, rates, first, last, here=here)

    def reckoned() -> list[PersonFigures]:
        """A second's work for thousands: beside the requests of others."""
        return [one(number) for number in known]

    def one(number: str) -> PersonFigures:
        away = away_from(absences.get(number, ()), trust.settings.leave_within_working_weeks, today)
        own = work.get(number) or WorkOf()
        done_here = sum((work.pas for work in own.worked if work.here and not work.displaced), Fraction(0))
        return PersonFigures(
            number,
            _newest_specialty(versions.get(number, ())),
            _sums(posts[number], away, own).comparisons(),
            shown(extra.get(number, Fraction(0))),
            of_period(posts[number], away, own.weeks, first, last, today=today),
            shown(done_here) if here else None,
        )

    return await asyncio.to_thread(reckoned)


def _posts(
    numbers: Iterable[str], versions: Mapping[str, Sequence[HeldVersion]], first: date, last: date
) -> tuple[dict[str, Posts], dict[str, Sequence[RatesOver]]]:
    posts = {number: stretches_by_post(versions.get(number, ()), first, last) for number in numbers}
    return posts, {number: rates_over(some.values(), first, last) for number, some in posts.items()}


def _sums(posts: Posts, away: Away, own: WorkOf) -> Sums:
    sums = Sums()
    for stretch in (one for some in posts.values() for one in some):
        for portion in portions(stretch, away):
            sums.plan(portion)
    for one in own.worked:
        if one.displaced:
            sums.work(one.category, Fraction(0), pieces=0, displaced=one.pas)
        else:
            sums.work(one.category, one.pas, pieces=one.pieces)
    return sums


def _newest_specialty(versions: Sequence[HeldVersion]) -> str | None:
    return next((one.content.specialty for one in reversed(versions) if one.content.specialty), None)
