"""A clinician's own claims, over all departments: where each stands, what it pays and when, and who has it now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from esrlink.auth.trust_choice import vpds_shown
from esrlink.clock import today
from esrlink.db import ReadTx
from esrlink.errors import NotFound
from submittals.dashboard.desk import Desk, Owner
from submittals.dashboard.words import WAITS_FOR, about, days_of, is_in_lieu, money_of, stands
from submittals.deadlines.when import deadline_of
from submittals.esr import cut_offs
from submittals.esr.cut_offs import PayCalendar
from submittals.lists.own import own_records
from submittals.lists.queues import Line
from submittals.lists.versions import pays_of
from submittals.records.state import State
from submittals.trusts import editions

SHOWN = 20
Cursor = Annotated[str, Query(max_length=60, pattern=r"^[0-9a-f_-]*$")]
_MENDABLE = frozenset({State.RETURNED, State.REJECTED})


@dataclass(frozen=True, slots=True)
class Card:
    """A record as its person sees it."""

    line: Line
    what: str
    when: str
    department: str
    money: str | None
    stands: str
    waits_for: str | None
    pay: str | None
    to_mend: bool


def router(desk: Desk) -> APIRouter:
    """The page at `/mine`."""
    page = APIRouter()

    @page.get("/mine")
    async def mine(request: Request, person: Owner, cursor: Cursor = "") -> HTMLResponse:
        numbers = {vpd: number for vpd in vpds_shown(request, person) if (number := person.esr_number(vpd)) is not None}
        async with desk.database.read(numbers) as tx:
            found, following = await own_records(tx, numbers, cursor=cursor, limit=SHOWN)
            pays = await pays_of(tx, sorted(numbers), [line.id for line in found])
            departments = await desk.department_names(tx, numbers)
            calendars = {vpd: await _calendar(desk, tx, vpd) for vpd in numbers}
        now = desk.parts.clock.now()

        def card(line: Line) -> Card:
            content = line.content
            in_lieu = is_in_lieu(content)
            due = None if in_lieu else deadline_of(calendars[line.vpd], content.first_day, line.state, now)
            ran = pays.get(line.id)
            return Card(
                line=line,
                what=about(content),
                when=days_of(content.first_day, content.last_day),
                department=departments.get((line.vpd, line.product, line.department), line.department),
                money=money_of(content),
                stands=stands(line.state, content),
                waits_for=None if in_lieu and line.state is State.APPROVED else WAITS_FOR.get(line.state),
                pay=due.words if due else f"In the {ran}." if ran and line.state is not State.WITHDRAWN else None,
                to_mend=line.state in _MENDABLE,
            )

        cards = [card(line) for line in found]
        return await desk.render(
            request,
            "mine.html",
            person,
            section="mine",
            title="My claims",
            known=bool(numbers),
            to_mend=[one for one in cards if one.to_mend],
            cards=[one for one in cards if not one.to_mend],
            begun=bool(cursor),
            following=f"mine?cursor={following}" if following else None,
        )

    return page


async def _calendar(desk: Desk, tx: ReadTx, vpd: str) -> PayCalendar:
    try:
        general = (await editions.dated(tx, vpd, ["general"])).on(today(desk.parts.clock))
    except NotFound:
        return PayCalendar()
    return await cut_offs.load(tx, vpd, general.period_type)
