"""A cohort's page: its figures, its plan by what is to be done, and the forms that edit, apply and undo it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from esrlink.auth import Principal
from esrlink.contracts.types import Vpd
from esrlink.errors import EsrLinkError, Invalid
from esrlink.status import Figure
from profile_sync.cohorts.applying import begin_applying, begin_undoing
from profile_sync.cohorts.editing import store_edits, wanted_of
from profile_sync.cohorts.expecting import organisations_of
from profile_sync.cohorts.permitted import may_act, may_look
from profile_sync.cohorts.planning import recompute
from profile_sync.cohorts.proposing import Action
from profile_sync.cohorts.reading import Figures, Rows, figures_of, list_rows
from profile_sync.cohorts.spec import keys_of, spec_of
from profile_sync.dashboard import cohort_words as words
from profile_sync.dashboard.cohort_forms import Typed, edit_of
from profile_sync.dashboard.desk import Decider, Desk, by_page
from profile_sync.people.directory import department_names

# Of each table on the page of all; a table by itself has pages.
_GLIMPSE, _SHOWN = 20, 50
_EVERYTHING = Rows(limit=_SHOWN)
_SAID = {
    "planned": "The plan is made. Look through it and change what you know better; nothing is published yet.",
    "recomputed": "The plan is made anew. What you chose is kept, and rows that are different say what changed.",
    "edited": "The row is changed.",
    "same": "The row was like that already.",
    "taken": "The edited plan is taken.",
    "applying": "The cohort is being applied. The page shows how far it is.",
    "undoing": "The cohort is being undone. The page shows how far it is.",
}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of which one thing is to be done; `more` is the address of all of them, where these are not all."""

    action: str
    title: str
    count: int
    rows: Sequence[Any]
    more: str | None


def router(desk: Desk) -> APIRouter:
    """The page at `/cohorts/{vpd}/{cohort_id}`, and its forms."""
    page = APIRouter(prefix="/cohorts/{vpd}/{cohort_id}")

    @page.get("")
    async def cohort(
        request: Request,
        person: Decider,
        vpd: Annotated[Vpd, Path()],
        cohort_id: UUID,
        action: Annotated[Action | None, Query()] = None,
        cursor: Annotated[str | None, Query(max_length=1000)] = None,
        said: Annotated[str, Query(max_length=20)] = "",
    ) -> HTMLResponse:
        person.require_vpd(vpd)
        wanted = Rows(action=action, cursor=cursor, limit=_SHOWN)
        return await show_cohort(desk, request, person, vpd, cohort_id, wanted=wanted, said=said)

    @page.post("/edit")
    async def edit(
        request: Request,
        person: Decider,
        vpd: Annotated[Vpd, Path()],
        cohort_id: UUID,
        row: Typed = "",
        action: Typed = "",
        profile_id: Typed = "",
        excluded: Typed = "",
        note: Typed = "",
    ) -> Response:
        person.require_vpd(vpd)
        try:
            wish = edit_of(row, action, profile_id, excluded, note)
            person.require_department(*wish.key[1:])
            async with desk.database.write([vpd]) as tx:
                await may_look(tx, person, vpd, cohort_id)
                now = desk.parts.clock.now()
                checked, refused = await store_edits(tx, vpd, cohort_id, [wish], by=person.subject, now=now)
                if refused:
                    raise refused[wish.key]
        except EsrLinkError as error:
            return await show_cohort(desk, request, person, vpd, cohort_id, refused=error)
        return to_cohort(desk, vpd, cohort_id, "edited" if checked[0].changes else "same")

    @page.post("/{act}")
    async def act_on(
        request: Request,
        person: Decider,
        vpd: Annotated[Vpd, Path()],
        cohort_id: UUID,
        act: Literal["recompute", "apply", "undo"],
        version: Typed = "",
        agreed: Typed = "",
    ) -> Response:
        person.require_vpd(vpd)
        seen, by, now = _version(version), person.subject, desk.parts.clock.now()
        try:
            if act != "recompute" and agreed != "yes":
                raise Invalid("Tick the box to say that you mean it; then press the button.", field="agreed")
            async with desk.database.write([vpd]) as tx:
                await may_act(tx, person, vpd, cohort_id)
                if act == "recompute":
                    await recompute(tx, vpd, cohort_id, seen, by=by, now=now)
                elif act == "apply":
                    await begin_applying(tx, vpd, cohort_id, seen, by=by_page(person), now=now)
                else:
                    await begin_undoing(tx, vpd, cohort_id, seen, by=by_page(person), now=now)
        except EsrLinkError as error:
            return await show_cohort(desk, request, person, vpd, cohort_id, refused=error)
        return to_cohort(desk, vpd, cohort_id, {"recompute": "recomputed", "apply": "applying", "undo": "undoing"}[act])

    return page


def to_cohort(desk: Desk, vpd: str, cohort_id: UUID, said: str) -> RedirectResponse:
    """To the cohort's page, which says what came of a form."""
    return RedirectResponse(f"{desk.home}cohorts/{vpd}/{cohort_id}?said={said}", status_code=303)


async def show_cohort(
    desk: Desk,
    request: Request,
    person: Principal,
    vpd: str,
    cohort_id: UUID,
    *,
    wanted: Rows = _EVERYTHING,
    said: str = "",
    refused: EsrLinkError | None = None,
) -> HTMLResponse:
    """The page. Raises `NotFound`."""
    here = f"{desk.home}cohorts/{vpd}/{cohort_id}"
    async with desk.database.read([vpd]) as tx:
        row = await may_look(tx, person, vpd, cohort_id)
        figures = (await figures_of(tx, [row], person.departments))[cohort_id]
        seen = [key for key in keys_of(row.departments) if person.may_touch_department(*key)]
        called = await organisations_of(tx, vpd, seen)
        names = await department_names(tx, vpd)
        tables: list[Table] = []
        following = None
        for action, title in words.ACTIONS.items():
            count = figures.actions[action]
            if not count or wanted.action not in (None, action):
                continue
            part = wanted if wanted.action else Rows(action=action, limit=_GLIMPSE)  # type: ignore[arg-type]
            rows, following = await list_rows(tx, vpd, cohort_id, person.departments, part)
            more = f"{here}?action={action}" if following and not wanted.action else None
            tables.append(Table(action, title, count, rows, more))
    return await desk.render(
        request,
        "cohort.html",
        person,
        section="cohorts",
        title=row.name,
        above=(("cohorts", "Cohorts"),),
        status=refused.status if refused else 200,
        cohort=row,
        spec=spec_of(row),
        here=here,
        counted_rows=figures,
        figures=_figures(figures),
        departments=[(names.get(key, key[1]), key, called[key]) for key in seen],
        may_act=len(seen) == len(row.departments),
        working=row.state in ("applying", "undoing"),
        applied=figures.outcomes["done"] + figures.outcomes["kept"],
        to_apply=figures.people - figures.outcomes["done"] - figures.outcomes["kept"] - figures.actions["leave"],
        tables=tables,
        names=names,
        only=wanted.action,
        following=f"{here}?{urlencode({'action': wanted.action, 'cursor': following})}"
        if wanted.action and following
        else None,
        first=f"{here}?action={wanted.action}" if wanted.cursor else None,
        words=words,
        wanted_of=wanted_of,
        flash=_SAID.get(said),
        refused=refused,
    )


def _figures(figures: Figures) -> list[Figure]:
    outcomes = figures.outcomes
    listed = [Figure(label=f"{title}s", value=figures.kinds[kind]) for kind, title in words.KINDS.items()]
    listed.append(Figure(label="Done", value=outcomes["done"], tone="good" if outcomes["done"] else "neutral"))
    listed.append(Figure(label="Failed", value=outcomes["failed"], tone="bad" if outcomes["failed"] else "neutral"))
    if figures.told:
        listed.append(Figure(label="Done by the rota", value=figures.acknowledged, unit=f"of {figures.told}"))
    return listed


def _version(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
