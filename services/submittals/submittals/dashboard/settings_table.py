"""The page of one of a trust's tables as it is shown, and shown again when a form could not be taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from esrlink.auth import Principal
from esrlink.clock import today
from esrlink.errors import EsrLinkError, NotFound
from submittals.dashboard.desk import Desk
from submittals.dashboard.settings_words import last_day, shown
from submittals.setting_up.forms import FORMS
from submittals.setting_up.permitted import WRITERS, may_put
from submittals.trusts import editions
from submittals.trusts.dated import TableName

ROWS_SHOWN = 200
"""What a page shows of a table; the file has all of it."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, and why it could not be taken."""

    effective_from: str
    refused: EsrLinkError


async def show_table(
    desk: Desk,
    request: Request,
    person: Principal,
    vpd: str,
    table: TableName,
    effective_from: date | None = None,
    *,
    typed: Typed | None = None,
    flash: str | None = None,
) -> HTMLResponse:
    """One edition of a table: the one from that day, or the one in force. Raises `NotFound`."""
    form, now_day = FORMS[table], today(desk.parts.clock)
    async with desk.database.read([vpd]) as tx:
        dated = await editions.dated(tx, vpd, [table])
        history = await editions.history(tx, [vpd], table)
    edition = dated.in_force(table, effective_from or now_day)
    if effective_from and (edition is None or edition.effective_from != effective_from):
        raise NotFound("There is no edition of this table from that day.", field="from")
    current, _ = in_force(history, now_day)
    return await desk.render(
        request,
        "settings_table.html",
        person,
        section="settings",
        title=form.title,
        above=(("settings", "Settings"),),
        flash=flash,
        status=typed.refused.status if typed else 200,
        here=f"{desk.home}settings/{vpd}/{table}",
        vpd=vpd,
        form=form,
        edition=edition,
        until=last_day(dated.after(table, edition.effective_from) if edition else None),
        lines=shown(form, edition.rows[:ROWS_SHOWN] if edition else ()),
        count=len(edition.rows) if edition else 0,
        most=ROWS_SHOWN,
        history=history,
        current=current,
        typed=typed,
        may_put=bool(set(WRITERS) & person.roles) and may_put(person, table),
    )


def in_force(history: Sequence[Any], day: date) -> tuple[Any | None, Any | None]:
    """Of a table's editions, newest first: the one in force, and the next that is to come."""
    current = next((row for row in history if row.effective_from <= day), None)
    coming = [row for row in history if row.effective_from > day]
    return current, coming[-1] if coming else None
