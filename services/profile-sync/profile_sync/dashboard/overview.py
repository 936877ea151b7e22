"""The first page of profile-sync: match rate by department and product, people by state, what waits and what expires."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from esrlink.auth.trust_choice import vpds_shown
from esrlink.clock import today
from esrlink.status import Figure
from esrlink.web.wording import percent
from profile_sync.dashboard.age_picture import AGE_WORDS, draw_ages
from profile_sync.dashboard.desk import Desk, Viewer
from profile_sync.links.matching import (
    DepartmentMatching,
    by_department,
    count_people,
    count_people_with_several,
    match_rate,
    people_with_several,
    total,
)
from profile_sync.people.duplicates import possible_duplicates
from profile_sync.people.expiring import count_ending
from profile_sync.people.standing import people_standing
from profile_sync.permitted import WATCH
from profile_sync.reviews.backlog import DepartmentBacklog, backlog_by_age
from profile_sync.rule_runs.reading import runs_under_way
from profile_sync.webhooks.watching import troubled

# A page, not a report: the longest list that is still read.
_MOST_PEOPLE = 20


@dataclass(frozen=True, slots=True)
class ProductMatching:
    """One product's profiles over its departments."""

    product: str
    by_state: dict[str, int]

    @property
    def match_rate(self) -> float | None:
        """Matched, of all that are not excluded."""
        return match_rate(self.by_state)


def router(desk: Desk) -> APIRouter:
    """The page at `/`."""
    page = APIRouter()

    @page.get("/")
    async def profiles(request: Request, person: Viewer) -> HTMLResponse:
        vpds = vpds_shown(request, person)
        async with desk.database.read(vpds) as tx:
            departments = await by_department(tx, vpds, person.departments)
            several = await people_with_several(tx, vpds, person.departments, _MOST_PEOPLE)
            count = await count_people_with_several(tx, vpds, person.departments)
            people = await count_people(tx, vpds)
            backlog = await backlog_by_age(tx, vpds, person.departments, desk.parts.clock.now())
            standing = await people_standing(tx, vpds, today(desk.parts.clock))
            ending = await count_ending(tx, vpds, person.departments, today(desk.parts.clock))
            duplicates = [(vpd, (await possible_duplicates(tx, vpd, 0))[1]) for vpd in vpds]
            failing = await troubled(tx, vpds)
            working = await runs_under_way(tx, vpds)
        return await desk.render(
            request,
            "profiles.html",
            person,
            section="",
            title="Profiles",
            department_names={(one.vpd, one.product, one.department): one.name for one in departments},
            figures=_figures(departments, people, count),
            departments=departments,
            products=_products(departments),
            several=several,
            several_count=count,
            waiting=_waiting(departments, backlog),
            picture=draw_ages([sum(counts) for counts in zip(*(one.waiting for one in backlog), strict=True)]),
            age_words=AGE_WORDS,
            standing=standing,
            ending=[one for one in ending if one.department is None],
            duplicates=[(vpd, count) for vpd, count in duplicates if count],
            failing=failing,
            working=working,
            watches=bool(person.roles & WATCH),
        )

    return page


def _figures(departments: Sequence[DepartmentMatching], people: int, several: int) -> list[Figure]:
    by_state = total(departments)
    waiting = by_state["possible"] + by_state["unmatched"]
    rate = match_rate(by_state)
    return [
        Figure(label="People from ESR", value=people),
        Figure(label="Profiles", value=sum(by_state.values())),
        Figure(label="Match rate", value=percent(rate)),
        Figure(label="To review", value=waiting, href="/profile-sync/#reviews", tone="warning" if waiting else "good"),
        Figure(label="People with several profiles", value=several),
    ]


def _products(departments: Sequence[DepartmentMatching]) -> list[ProductMatching]:
    grouped: dict[str, list[DepartmentMatching]] = defaultdict(list)
    for one in departments:
        grouped[one.product].append(one)
    return [ProductMatching(product, total(some)) for product, some in sorted(grouped.items())]


def _waiting(
    departments: Sequence[DepartmentMatching], backlog: Sequence[DepartmentBacklog]
) -> list[tuple[DepartmentMatching, DepartmentBacklog]]:
    """The departments in which a profile waits, the longest wait first."""
    by_key = {(one.vpd, one.product, one.department): one for one in departments}
    return [(by_key[key], one) for one in backlog if (key := (one.vpd, one.product, one.department)) in by_key]
