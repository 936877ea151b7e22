"""Reminders before cut-offs: when they are made, whom they go to, who said no, and what became of the e-mails."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from esrlink.db import WriteTx
from esrlink.errors import Invalid
from esrlink.web.desk import Said, told
from submittals.dashboard import reminder_addresses
from submittals.dashboard.desk import Desk
from submittals.dashboard.reminders_page import Administrator, Typed, VpdPath, done, show_reminders
from submittals.deadlines import administering
from submittals.deadlines.lead_times import LONGEST_HOURS

_MOST_HOURS = 10
_SAID = {
    "set": "It is set when reminders are made.",
    "paused": "No reminders are made any more, until you say when.",
    "taken": "The addresses are taken.",
    "removed": "The address is taken away.",
    "subscribed": "They get reminders again.",
    "again": "The e-mail is on its way again.",
}


def router(desk: Desk) -> APIRouter:
    """The page at `/reminders`, and its forms."""
    page = APIRouter(prefix="/reminders")

    @page.get("")
    async def reminders(request: Request, person: Administrator, said: Said = None) -> HTMLResponse:
        return await show_reminders(desk, request, person, flash=told(said, _SAID))

    @page.post("/{vpd}/hours")
    async def hours(
        request: Request,
        person: Administrator,
        vpd: VpdPath,
        hours: Typed = "",
        act: Annotated[Literal["set", "pause"], Form()] = "set",
    ) -> Response:
        async def work(tx: WriteTx) -> str:
            wanted = [] if act == "pause" else _hours(hours)
            now = desk.parts.clock.now()
            return "set" if await administering.set_hours(tx, vpd, wanted, by=person.subject, now=now) else "paused"

        return await done(desk, request, person, vpd, work, whole_trust=True)

    @page.post("/{vpd}/mail/{mail_id}/again")
    async def again(request: Request, person: Administrator, vpd: VpdPath, mail_id: UUID) -> Response:
        async def work(tx: WriteTx) -> str:
            await administering.send_again(tx, vpd, mail_id, by=person.subject, now=desk.parts.clock.now())
            return "again"

        return await done(desk, request, person, vpd, work, whole_trust=True)

    page.include_router(reminder_addresses.router(desk))
    return page


def _hours(typed: str) -> list[int]:
    """Hours as they are typed: 120, 24. Raises `Invalid`."""
    words = typed.replace(",", " ").split()
    wanted = [int(word) for word in words if word.isascii() and word.isdigit() and len(word) <= len(str(LONGEST_HOURS))]
    if len(wanted) != len(words) or not words or not all(1 <= one <= LONGEST_HOURS for one in wanted):
        raise Invalid(f"Say whole hours from 1 to {LONGEST_HOURS}, such as 120, 24.", field="hours")
    if len(wanted) > _MOST_HOURS:
        raise Invalid(f"Say {_MOST_HOURS} hours at most.", field="hours")
    return wanted
