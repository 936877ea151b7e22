"""The page of the review queue as it is shown, and shown again when a form could not be taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.db import ReadTx
from esrlink.web.wording import counted, number
from esrlink.web.wording import product as product_name
from profile_sync.dashboard.comparing import SideBySide, side_by_side
from profile_sync.dashboard.desk import Desk
from profile_sync.dashboard.review_filter import AGES, REASON_WORDS, STATES, Filter
from profile_sync.profiles.reading import LinkedProfile
from profile_sync.reviews.queue import MOST_COUNTED, count_waiting, waiting
from profile_sync.reviews.reading import Item, departments_of, read_decisions, read_items
from profile_sync.reviews.sheet import MOST_ROWS
from profile_sync.rules.reasons import in_words

SHOWN = 10
"""Profiles on a page: each is read before it is decided."""
DepartmentNames = Mapping[tuple[str, str, str], str]


@dataclass(frozen=True, slots=True)
class Refused:
    """What could not be taken of a form: which profile (its key), why, and what was typed."""

    key: str
    why: str
    reason: str = ""
    employee_number: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A profile as the page shows it. `key` names it in forms: vpd/product/department/profile_id/revision."""

    key: str
    one: LinkedProfile
    name: str
    department: str
    reason: str
    pair: SideBySide


async def show_queue(
    desk: Desk,
    request: Request,
    reader: Principal,
    asked: Filter,
    *,
    done: Sequence[UUID] = (),
    left: int = 0,
    refused: Refused | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The queue from where the address begins, with what was just done, what could not be, and how many were `left`."""
    vpds, wanted = vpds_shown(request, reader), asked.wanted(desk.parts.clock.now())
    async with desk.database.read(reader.vpds) as tx:
        departments = await departments_of(tx, sorted(reader.vpds))
        found, following = await waiting(tx, vpds, reader.departments, wanted, cursor=asked.cursor or None, limit=SHOWN)
        whole = following is None and not asked.cursor
        count = len(found) if whole else await count_waiting(tx, vpds, reader.departments, wanted)
        cards = [card_of(item, departments) for item in await read_items(tx, found)]
        told = await _told(tx, reader, done, departments)
    here = [key for key in departments if key[0] in vpds and reader.may_touch_department(*key[1:])]
    names = {f"{product}/{name}": departments[vpd, product, name] for vpd, product, name in here}
    return await desk.render(
        request,
        "reviews.html",
        reader,
        section="reviews",
        title="Reviews",
        status=status,
        cards=cards,
        count=f"More than {number(MOST_COUNTED)}" if count > MOST_COUNTED else number(count),
        is_one=count == 1,
        most_rows=MOST_ROWS,
        asked=asked,
        department_choice=[(key, f"{name} ({product_name(key.partition('/')[0])})") for key, name in names.items()],
        products=[(key, product_name(key)) for key in sorted({key for _, key, _ in here})],
        states=list(STATES.items()),
        reasons=list(REASON_WORDS.items()),
        ages=list(AGES.items()),
        bulk_acts=list(BULK_ACTS.items()),
        told=told,
        said=_said(left),
        refused=refused,
        first=f"?{replace(asked, cursor='').address}" if asked.cursor else None,
        following=f"?{replace(asked, cursor=following).address}" if following else None,
    )


def card_of(item: Item, departments: DepartmentNames) -> Card:
    """What the page shows of a profile."""
    one = item.profile
    name = departments.get((one.vpd, one.place.product, one.place.department), one.place.department)
    candidates = one.candidates if one.state == "possible" else ()
    return Card(
        key=f"{one.vpd}/{one.place.path}/{one.revision}",
        one=one,
        name=" ".join(filter(None, (one.facts.title, one.facts.given_name, one.facts.family_name))),
        department=name,
        reason=in_words(one.reason),
        pair=side_by_side(one, candidates, item.people, name),
    )


BULK_ACTS = {
    "confirm-first": "Confirm the first person who is suggested",
    "reject-first": "Not the same as the first person who is suggested",
    "exclude": "Exclude: it is nobody's",
}
"""What can be decided of several profiles at once."""


def on_with(desk: Desk, asked: Filter, done: Sequence[UUID], left: int = 0) -> RedirectResponse:
    """Back to where the queue was looked at: it goes on with the next, under what was just done."""
    more = urlencode([("done", str(one)) for one in done] + ([("left", str(left))] if left else []))
    query = "&".join(filter(None, (asked.address, more)))
    return RedirectResponse(f"{desk.home}reviews?{query}#waiting", status_code=303)


def _said(left: int) -> str | None:
    if not left:
        return None
    return f"{counted(left, 'profile')} could not be decided, because something changed meanwhile. Look again."


WHAT_WAS_DONE = {
    "confirm": "is confirmed as",
    "reject": "is not the same as",
    "unlink": "is unlinked from",
    "exclude": "is excluded: it is nobody's",
    "undo": "is as it was before: the decision was taken back",
}


async def _told(
    tx: ReadTx, reader: Principal, done: Sequence[UUID], departments: DepartmentNames
) -> list[dict[str, Any]]:
    """What was just done, in words, to those who may see it."""
    rows = await read_decisions(tx, sorted(reader.vpds), reader.departments, done)
    return [
        {
            "id": row.decision_id,
            "profile": f"Profile {row.profile_id} of "
            f"{departments.get((row.vpd, row.product, row.department), row.department)}",
            "place": f"{row.product}/{row.department}/{row.profile_id}?vpd={row.vpd}",
            "what": WHAT_WAS_DONE.get(row.decision, row.decision),
            "person": row.employee_number if row.decision in ("confirm", "reject", "unlink") else None,
            "can_be_undone": row.decision != "undo",
        }
        for row in rows
    ]
