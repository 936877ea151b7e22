"""The page of reminders as it is shown, and shown again when a form could not be taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Form, Path, Request
from fastapi.responses import HTMLResponse, Response

from esrlink.auth import Principal, Role, signed_in
from esrlink.auth.trust_choice import vpds_shown
from esrlink.contracts.types import Vpd
from esrlink.db import WriteTx
from esrlink.errors import EsrLinkError, Forbidden
from esrlink.web.wording import product as product_name
from submittals.dashboard.desk import Desk
from submittals.deadlines import mail
from submittals.deadlines.address_file import COLUMNS
from submittals.deadlines.addresses import Recipient, recipients
from submittals.deadlines.lead_times import hours_before

Administrator = Annotated[Principal, Depends(signed_in(Role.ADMINISTRATOR))]
VpdPath = Annotated[Vpd, Path()]
Typed = Annotated[str, Form(max_length=300, pattern=r"^[^\x00]*$")]
ADDRESSES_SHOWN, MAILS_SHOWN = 200, 25
STATES: Mapping[str, tuple[str, str]] = {
    "waiting": ("waiting", "to be sent, or put off by the server"),
    "sending": ("waiting", "the server is being asked"),
    "sent": ("good", "the server has taken it"),
    "unknown": ("unknown", "the server may have it: nobody knows"),
    "parked": ("parked", "refused, or not sent before the cut-off"),
    "dropped": ("neutral", "unsubscribed, or the address was taken away"),
}
"""The state of an e-mail: the tag's colour, and in words."""


@dataclass(frozen=True, slots=True)
class View:
    """A trust's reminders: none of `hours` while they are paused; what is the whole trust's is empty for some departments."""

    vpd: str
    hours: Sequence[int]
    addresses: Sequence[Recipient]
    mails: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """A form of a trust that could not be taken."""

    vpd: str
    error: EsrLinkError


Work = Callable[[WriteTx], Awaitable[str]]


async def done(
    desk: Desk, request: Request, person: Principal, vpd: str, work: Work, *, whole_trust: bool = False
) -> Response:
    """Do what a form asks for, and go back to the page, which says what came of it."""
    person.require_vpd(vpd)
    try:
        if whole_trust and person.departments is not None:
            raise Forbidden("This is about a whole trust, and you are set up for some of its departments only.")
        async with desk.database.write([vpd]) as tx:
            said = await work(tx)
    except EsrLinkError as error:
        return await show_reminders(desk, request, person, refused=Refused(vpd, error))
    return desk.to("reminders", said=said)


async def show_reminders(
    desk: Desk, request: Request, person: Principal, *, flash: str | None = None, refused: Refused | None = None
) -> HTMLResponse:
    """The reminders of the trusts that are shown, with what came of a form."""
    vpds, whole = vpds_shown(request, person), person.departments is None
    views = []
    async with desk.database.read(vpds) as tx:
        hours = await hours_before(tx, vpds)
        names = await desk.department_names(tx, vpds)
        for vpd in vpds:
            mails = await mail.list_mail(tx, vpd, limit=MAILS_SHOWN) if whole else ()
            views.append(View(vpd, hours[vpd], await recipients(tx, vpd, person.departments), mails))
    places = {
        vpd: [
            (f"{product}/{key}", f"{name} ({product_name(product)})")
            for (of, product, key), name in sorted(names.items())
            if of == vpd and person.may_touch_department(product, key)
        ]
        for vpd in vpds
    }
    return await desk.render(
        request,
        "reminders.html",
        person,
        section="reminders",
        title="Reminders",
        flash=flash,
        status=refused.error.status if refused else 200,
        views=views,
        whole=whole,
        places=places,
        departments=names,
        columns=COLUMNS,
        most=ADDRESSES_SHOWN,
        states=STATES,
        troubled=mail.TROUBLED,
        refused=refused,
    )
