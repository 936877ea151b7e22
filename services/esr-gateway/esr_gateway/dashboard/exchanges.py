"""The pages of exchanges: how each one is, and what an operator can do about it: look now, try every step, ask for a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from esr_gateway.dashboard.desk import Desk, Operator, Viewer
from esr_gateway.exchange.by_hand import TRIED, look_now, try_now
from esr_gateway.exchange.port import ExchangeRefused, ExchangeUnavailable
from esr_gateway.from_esr.files import find_files
from esr_gateway.issues import IssueFilter, find_issues
from esr_gateway.layout import layout_of_file
from esr_gateway.overview import look_at_exchanges
from esr_gateway.trusts import Trust, all_trusts, find_trust
from esrlink import audit
from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.contracts.types import Vpd
from esrlink.errors import EsrLinkError, NotFound
from esrlink.web.desk import Said, told

_OwnVpd = Annotated[Vpd, Path()]
_SAID = {
    "looked": "ESR's folder was looked at. What came, if anything, is in the list of files.",
    "trouble": "The look failed. What is wrong, and what to do, stands below.",
    "tried": "Every step was tried. How each went stands below.",
    "unasked": "ESR could not be asked: its server did not take the request. Try every step to see why.",
    "asked": "ESR was asked for a snapshot. It comes as a file, usually the next morning.",
}
_FILES = 10


def router(desk: Desk) -> APIRouter:
    """The list, one page for each trust's exchange, and its forms."""
    page = APIRouter()
    page.include_router(_pages(desk))
    page.include_router(_forms(desk))
    return page


def _pages(desk: Desk) -> APIRouter:
    page = APIRouter()

    @page.get("/exchanges")
    async def exchanges(request: Request, person: Viewer) -> HTMLResponse:
        vpds = vpds_shown(request, person)
        async with desk.database.read(vpds) as tx:
            trusts = [trust for trust in await all_trusts(tx) if trust.vpd in vpds]
            seen = await look_at_exchanges(tx, trusts, desk.parts.clock.now())
        return await desk.render(
            request,
            "exchanges.html",
            person,
            section="exchanges",
            title="Exchanges",
            exchanges=seen,
            without=[trust for trust in trusts if trust.settings.exchange is None],
        )

    @page.get("/exchanges/{vpd}")
    async def exchange(request: Request, person: Viewer, vpd: _OwnVpd, said: Said = None) -> HTMLResponse:
        trust = await _own_trust(desk, person, vpd)
        async with desk.database.read([vpd]) as tx:
            seen = await look_at_exchanges(tx, [trust], desk.parts.clock.now())
            files = await find_files(tx, [vpd], limit=_FILES)
            issues = await find_issues(tx, [vpd], IssueFilter(kind="exchange"))
            tried = await audit.entries(tx, [vpd], audit.AuditFilter(about=vpd, action=TRIED), limit=1)
        return await desk.render(
            request,
            "exchange.html",
            person,
            section="exchanges",
            title=f"Exchange of {trust.settings.name}",
            above=(("exchanges", "Exchanges"),),
            flash=told(said, _SAID),
            vpd=vpd,
            trust_name=trust.settings.name,
            seen=seen[0] if seen else None,
            settings=_settings(trust),
            asks=trust.settings.exchange is not None and trust.settings.exchange.asks_for_snapshots,
            files=files,
            issues=issues,
            tried=tried[0] if tried else None,
            layout_of_file=layout_of_file,
        )

    return page


def _forms(desk: Desk) -> APIRouter:
    page = APIRouter(prefix="/exchanges/{vpd}")

    @page.post("/poll")
    async def poll(person: Operator, vpd: _OwnVpd) -> RedirectResponse:
        trust = await _own_trust(desk, person, vpd)
        try:
            await look_now(desk.gateway.poller, trust, by=person.subject, wait=desk.gateway.lock_wait)
        except EsrLinkError:  # noted by the poll itself, and shown on the page
            return desk.to(f"exchanges/{vpd}", said="trouble")
        return desk.to(f"exchanges/{vpd}", said="looked")

    @page.post("/test")
    async def try_it(person: Operator, vpd: _OwnVpd) -> RedirectResponse:
        trust = await _own_trust(desk, person, vpd)
        await try_now(desk.gateway.poller, trust, by=person.subject, timeout=desk.gateway.exchange_timeout)
        return desk.to(f"exchanges/{vpd}", said="tried")

    @page.post("/snapshot")
    async def snapshot(person: Operator, vpd: _OwnVpd, again: Annotated[bool, Form()] = False) -> RedirectResponse:
        trust = await _own_trust(desk, person, vpd)
        poller, wait = desk.gateway.poller, desk.gateway.lock_wait
        try:
            await poller.ask_for_snapshot(trust, by=person.subject, again=again, wait=wait)
        except (ExchangeRefused, ExchangeUnavailable):
            return desk.to(f"exchanges/{vpd}", said="unasked")
        return desk.to(f"exchanges/{vpd}", said="asked")

    return page


async def _own_trust(desk: Desk, person: Principal, vpd: str) -> Trust:
    person.require_vpd(vpd)
    async with desk.database.read([vpd]) as tx:
        return await find_trust(tx, vpd)


def _settings(trust: Trust) -> Mapping[str, Any]:
    """The exchange's settings as people read them. Of the secret only where it is kept."""
    one = trust.settings.exchange
    if one is None:
        raise NotFound("This trust has no exchange: its settings name no SFTP server.", field="exchange")
    kinds = {
        "a password in the file": one.password_file,
        "a password in the environment variable": one.password_env,
        "a private key in the file": one.key_file,
        "a private key in the environment variable": one.key_env,
    }
    secret = next(f"{words} {place}" for words, place in kinds.items() if place)
    kept = (
        f"removed {one.delete_after_days} days after they were archived" if one.delete_after_days else "never removed"
    )
    return {
        "Server": f"{one.host}, port {one.port}",
        "User": one.user,
        "Signs in with": secret,
        "Host key": one.host_key,
        "Folders": f"{one.out_folder} for files from ESR, {one.in_folder} for files to ESR",
        "Our code in file names": one.supplier,
        "Looks into the folder": f"by the schedule {one.poll_cron}"
        if one.poll_cron
        else f"every {one.poll_seconds} seconds",
        "Files in ESR's folder": kept,
        "Confirmations": "ESR answers each file"
        if one.sends_confirmations
        else "none: only ESR's own data prove a landing",
        "A gap": "makes us ask ESR for a snapshot by itself" if one.asks_for_snapshots else "is for a person to close",
    }
