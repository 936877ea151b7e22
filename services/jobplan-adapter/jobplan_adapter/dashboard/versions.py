"""The versions of a person's plans: listed, and any two side by side with what differs marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from esrlink.auth import Principal
from esrlink.errors import NotFound
from esrlink.http.downloads import FileForm, file_answer, sheet
from jobplan_adapter.dashboard.desk import Desk, PlanReader
from jobplan_adapter.dashboard.person import NumberPath, VpdPath, words
from jobplan_adapter.dashboard.plan_view import PlanView, key_of, view_of
from jobplan_adapter.dashboard.subject import Subject, person_of
from jobplan_adapter.plans.at_once import plans_at_once
from jobplan_adapter.plans.comparing import Difference, changes_between
from jobplan_adapter.plans.versions import HeldVersion

Key = Annotated[str, Query(max_length=300, pattern=r"^[^\x00]*$")]
"""A version in an address."""

COLUMNS = (
    *("provider", "plan_id", "version", "state", "signed_off", "current", "effective_from", "first_seen"),
    *("total_pas", "post", "specialty"),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two versions side by side, and what differs."""

    left: PlanView
    right: PlanView
    differences: Sequence[Difference]


def router(desk: Desk) -> APIRouter:
    """The page at `/people/{vpd}/{employee_number}/versions`, and its files."""
    page = APIRouter(prefix="/people/{vpd}/{employee_number}")

    @page.get("/versions")
    async def versions(
        request: Request,
        reader: PlanReader,
        vpd: VpdPath,
        employee_number: NumberPath,
        left: Key = "",
        right: Key = "",
    ) -> HTMLResponse:
        who = person_of(desk, reader, vpd, employee_number)
        return await show_versions(desk, request, reader, who, left, right)

    @page.get("/versions.{format_}")
    async def download(reader: PlanReader, vpd: VpdPath, employee_number: NumberPath, format_: FileForm) -> Response:
        return await versions_file(desk, person_of(desk, reader, vpd, employee_number), format_)

    return page


async def show_versions(
    desk: Desk, request: Request, reader: Principal, who: Subject, left: str, right: str
) -> HTMLResponse:
    """The page; without two versions in the address the newest beside the one before of the same plan."""
    held = await _every(desk, who)
    pair = _pair(held, left, right)
    return await desk.render(
        request,
        "versions.html",
        reader,
        section=who.section,
        title=f"Versions of the job plan {who.of}",
        above=who.above,
        who=who,
        versions=[(key_of(one), one) for one in reversed(held)],
        pair=pair,
        **words(),
    )


async def versions_file(desk: Desk, who: Subject, format_: FileForm) -> Response:
    """The list as a file."""
    rows = [
        (
            *(one.provider, one.plan_id, one.version, _state(one)),
            *("yes" if one.signed else "no", "yes" if one.current else "no"),
            *(one.content.effective_from, one.recorded_at, one.content.total_pas),
            *(one.content.post, one.content.specialty),
        )
        for one in await _every(desk, who)
    ]
    return file_answer(f"job-plan-versions-{who.number}", [sheet("Versions", COLUMNS, rows)], format_)


async def _every(desk: Desk, who: Subject) -> list[HeldVersion]:
    """All versions, oldest first. Raises `NotFound`."""
    found = await plans_at_once(desk.database, who.vpd, [who.number], who.departments, whole=True, every=True)
    if who.number not in found.people:
        raise NotFound("There is no such person that you may see.", field="employee_number")
    return found.people[who.number].versions


def _pair(held: Sequence[HeldVersion], left: str, right: str) -> Pair | None:
    by_key = {key_of(one): one for one in held}
    newest = by_key.get(right) or (held[-1] if held else None)
    if newest is None:
        return None
    others = [one for one in held if one is not newest]
    alike = [one for one in others if (one.provider, one.plan_id) == (newest.provider, newest.plan_id)]
    before = by_key.get(left) or next(reversed(alike or others), None)
    if before is None:
        return None
    views = view_of(before, _state(before)), view_of(newest, _state(newest))
    return Pair(*views, changes_between(before.content, newest.content))


def _state(one: HeldVersion) -> str:
    """The plan's own state for its newest version; for one before, the state that it had."""
    return (one.plan_state if one.current else one.state).value
