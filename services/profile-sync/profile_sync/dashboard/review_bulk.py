"""Deciding on several profiles of the queue at once: ticked, looked at as they would become, then decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from esrlink.auth import Principal
from esrlink.errors import EsrLinkError, Invalid
from profile_sync.dashboard.desk import Decider, Desk
from profile_sync.dashboard.review_filter import asked_of
from profile_sync.dashboard.review_forms import Back, Typed, read_key, reason_of, wish_of
from profile_sync.dashboard.review_page import BULK_ACTS, Card, DepartmentNames, Refused, card_of, on_with, show_queue
from profile_sync.links.deciding import Change, Wish
from profile_sync.links.previewing import preview
from profile_sync.reviews.acting import MOST_AT_ONCE
from profile_sync.reviews.acting import act as act_on
from profile_sync.reviews.reading import Spot, departments_of, read_spots
from profile_sync.rules.decisions import Kind
from profile_sync.rules.reasons import in_words

_ITEM = 300  # a key, an act and an ESR number
Items = Annotated[list[Annotated[str, Form(max_length=_ITEM)]], Form(max_length=MOST_AT_ONCE)]
_NONE_TICKED = "Tick the profiles that you mean: the box is below each."


@dataclass(frozen=True, slots=True)
class Line:
    """A profile on the preview: as it is and would be, or why it would stay; `item` is what the next form sends."""

    card: Card
    item: str
    change: Change | None
    refused: str | None
    becomes: str = ""
    person: str | None = None


def router(desk: Desk) -> APIRouter:
    """The forms `/reviews/preview` and `/reviews/apply`."""
    page = APIRouter(prefix="/reviews")

    @page.post("/preview")
    async def look(
        request: Request,
        reader: Decider,
        tick: Items = [],  # noqa: B006 - never changed
        act: Annotated[str, Form(max_length=50)] = "",
        back: Back = "",
    ) -> HTMLResponse:
        asked = asked_of(desk, request, reader, back)
        if not tick or act not in BULK_ACTS:
            refused = Refused("", _NONE_TICKED)
            return await show_queue(desk, request, reader, asked, refused=refused, status=422)
        lines, touched = await _lines(desk, reader, [read_key(one, reader) for one in tick], act)
        return await desk.render(
            request,
            "review_preview.html",
            reader,
            section="reviews",
            title="What would change",
            above=((f"reviews?{asked.address}" if asked.address else "reviews", "Reviews"),),
            act=BULK_ACTS[act],
            lines=lines,
            would=[line for line in lines if line.change],
            touched=touched,
            back=asked.address,
        )

    @page.post("/apply")
    async def apply(
        request: Request,
        reader: Decider,
        item: Items,
        reason: Typed = "",
        back: Back = "",
    ) -> Response:
        asked, new_id = asked_of(desk, request, reader, back), desk.parts.new_id
        wishes: dict[Spot, Wish] = {}
        try:
            why = reason_of(reason)
            for one in item:
                key, _, what = one.partition(" ")
                spot, revision = read_key(key, reader)
                wishes[spot] = wish_of(
                    what, typed="", reason=why, by=reader.subject, revision=revision, decision_id=new_id()
                )
        except Invalid as error:
            refused = Refused("", error.detail)
            return await show_queue(desk, request, reader, asked, refused=refused, status=error.status)
        outcome = await act_on(desk.database, wishes, now=desk.parts.clock.now(), new_id=new_id)
        return on_with(desk, asked, outcome.decided, left=len(outcome.refused))

    return page


async def _lines(
    desk: Desk, reader: Principal, ticked: Sequence[tuple[Spot, int]], act: str
) -> tuple[list[Line], list[str]]:
    """The profiles that were ticked, as they would become, and the others that would change with them."""
    now, new_id = desk.parts.clock.now(), desk.parts.new_id
    revisions = dict(ticked)
    touched: list[str] = []
    lines: list[Line] = []
    async with desk.database.read(reader.vpds) as tx:
        items = await read_spots(tx, [spot for spot, _ in ticked])
        names = await departments_of(tx, sorted({vpd for (vpd, _), _ in ticked}))
        wishes: dict[str, dict[Any, Wish]] = defaultdict(dict)
        for (vpd, place), item in items.items():
            wish = _wish(act, item.profile, reader, revisions[vpd, place])
            if wish:
                wishes[vpd][place] = wish
        seen = {vpd: await preview(tx, vpd, some, now=now, new_id=new_id) for vpd, some in wishes.items()}
    for (vpd, place), item in items.items():
        wish, found = wishes[vpd].get(place), seen.get(vpd)
        refused = found.refused.get(place) if found else None
        change = found.changes.get(place) if found else None
        lines.append(_line(card_of(item, names), wish, change, refused))
    for vpd, found in seen.items():
        touched += [_of_others(vpd, one, names) for one in found.touched]
    return lines, touched


def _wish(act: str, one: Any, reader: Principal, revision: int) -> Wish | None:
    """What would be decided of a profile; none where that takes a suggestion and there is none."""
    if act == "exclude":
        return Wish(Kind.EXCLUDE, reader.subject, revision=revision)
    if one.state != "possible" or not one.candidates:
        return None
    kind = Kind.CONFIRM if act == "confirm-first" else Kind.REJECT
    return Wish(kind, reader.subject, one.candidates[0].employee_number, revision=revision)


def _line(card: Card, wish: Wish | None, change: Change | None, refused: EsrLinkError | None) -> Line:
    if wish is None:
        return Line(card, "", None, "Nobody is suggested, so there is nobody to decide about.")
    item = f"{card.key} {wish.kind.value} {wish.employee_number or ''}".strip()
    if refused or change is None:
        return Line(card, item, None, refused.detail if refused else "It would stay as it is.")
    person = next((one.name for one in card.pair.choices if one.employee_number == change.after.employee_number), None)
    return Line(card, item, change, None, in_words(change.after.reason), person)


def _of_others(vpd: str, change: Change, names: DepartmentNames) -> str:
    place = change.place
    department = names.get((vpd, place.product, place.department), place.department)
    return f"Profile {place.profile_id} of {department}: {change.before.state} becomes {change.after.state}"
