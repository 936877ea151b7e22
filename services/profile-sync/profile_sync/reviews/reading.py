"""Reading what the queue's page shows: profiles with their links and candidates, and the people who are candidates."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from esrlink.db import ReadTx
from profile_sync.profiles.reading import Departments, LinkedProfile, in_departments, read_places
from profile_sync.reviews.queue import Waiting
from profile_sync.rules.facts import Place
from profile_sync.tables import department, link_decision, person

Spot = tuple[str, Place]
"""A profile over all trusts: its VPD and place."""


@dataclass(frozen=True, slots=True)
class Item:
    """A profile that waits, with the rows of `person` of its candidates by ESR number."""

    profile: LinkedProfile
    people: Mapping[str, Any]


async def read_items(tx: ReadTx, found: Sequence[Waiting]) -> list[Item]:
    """These profiles in this order; one that was deleted meanwhile is left out."""
    return list((await read_spots(tx, [(one.vpd, one.place) for one in found])).values())


async def read_spots(tx: ReadTx, spots: Sequence[Spot]) -> dict[Spot, Item]:
    """These profiles, in two statements for each trust, in this order; one that is not there is left out."""
    items: dict[Spot, Item] = {}
    for vpd, some in groupby(sorted(spots), key=lambda spot: spot[0]):
        profiles = await read_places(tx, vpd, [place for _, place in some])
        people = await people_of(tx, vpd, profiles.values())
        items |= {(vpd, place): Item(one, people) for place, one in profiles.items()}
    return {spot: items[spot] for spot in spots if spot in items}


async def people_of(
    tx: ReadTx, vpd: str, profiles: Collection[LinkedProfile], others: Collection[str] = ()
) -> dict[str, Any]:
    """The candidates of these profiles of a trust, whom they are linked to, and `others`: rows of `person` by ESR number."""
    numbers = {each.employee_number for one in profiles for each in one.candidates} | set(others)
    numbers |= {one.employee_number for one in profiles if one.employee_number}
    if not numbers:
        return {}
    rows = await tx.all(select(person).where(person.c.vpd == vpd, person.c.employee_number.in_(sorted(numbers))))
    return {row.employee_number: row for row in rows}


async def departments_of(tx: ReadTx, vpds: Sequence[str]) -> dict[tuple[str, str, str], str]:
    """The departments of these trusts, by (vpd, product, department), in the order of their names."""
    rows = await tx.all(select(department).where(department.c.vpd.in_(vpds)).order_by(department.c.name))
    return {(row.vpd, row.product, row.department): row.name for row in rows}


async def read_decisions(
    tx: ReadTx, vpds: Sequence[str], departments: Departments, ids: Sequence[UUID]
) -> Sequence[Any]:
    """Those of these decisions that the caller may see, as rows of `link_decision`, in the order in which they were made."""
    if not ids:
        return []
    here: list[ColumnElement[bool]] = [link_decision.c.vpd.in_(vpds), link_decision.c.decision_id.in_(ids)]
    if departments is not None:
        here.append(in_departments(link_decision, departments))
    return await tx.all(select(link_decision).where(*here).order_by(link_decision.c.vpd, link_decision.c.seq))
