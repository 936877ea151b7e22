"""The pages of runs of the link rules: try them over a trust, watch, look at what would change, take it into effect."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from esrlink.auth import Principal
from esrlink.auth.trust_choice import vpds_shown
from esrlink.contracts.types import Vpd
from esrlink.db import ReadTx
from esrlink.errors import EsrLinkError, Invalid
from esrlink.status import Figure
from profile_sync.dashboard.desk import Decider, Desk, Watcher, by_page, sees_names
from profile_sync.dashboard.review_forms import Typed, reason_of
from profile_sync.permitted import require_whole_trust
from profile_sync.reviews.reading import departments_of
from profile_sync.rule_runs.asking import UNDER_WAY, RuleRun, find_run, request_run, stop_run
from profile_sync.rule_runs.asking import Request as Asked
from profile_sync.rule_runs.reading import Side, counts_of, newest_runs, on_older_versions, samples_of
from profile_sync.rules.reasons import in_words
from profile_sync.trusts import registered_trusts, rule_settings

_NEWEST = 20
_MAKES = {"possible": "a suggestion", "matched": "a link"}
_STATES = {
    "waiting": ("neutral", "Waiting"),
    "running": ("running", "Running"),
    "done": ("good", "Done"),
    "stopped": ("warning", "Stopped"),
    "failed": ("bad", "Failed"),
}
_SAID = {
    "asked": "The run is asked for. The page shows how far it is.",
    "stopped": "The run is stopped where it was. What it changed stays.",
}
Said = Annotated[str, Query(max_length=20)]


def router(desk: Desk) -> APIRouter:
    """The pages at `/rule-runs` and `/rule-runs/{vpd}/{run_id}`, and their forms."""
    page = APIRouter(prefix="/rule-runs")

    @page.get("")
    async def runs(request: Request, person: Watcher) -> HTMLResponse:
        return await _show_all(desk, request, person)

    @page.post("")
    async def ask(
        request: Request,
        person: Decider,
        vpd: Annotated[str, Form(max_length=10)] = "",
        registration_rule: Annotated[str, Form(max_length=20)] = "",
    ) -> Response:
        trial = registration_rule if registration_rule in _MAKES else None
        try:
            return await _begin(desk, person, vpd, Asked(by_page(person), True, trial))
        except EsrLinkError as refused:
            return await _show_all(desk, request, person, refused)

    @page.get("/{vpd}/{run_id}")
    async def run(
        request: Request, person: Watcher, vpd: Annotated[Vpd, Path()], run_id: UUID, said: Said = ""
    ) -> HTMLResponse:
        return await _show(desk, request, person, (vpd, run_id), said=said)

    @page.post("/{vpd}/{run_id}/stop")
    async def stop(request: Request, person: Decider, vpd: Annotated[Vpd, Path()], run_id: UUID) -> Response:
        require_whole_trust(person, vpd)
        try:
            async with desk.database.write([vpd]) as tx:
                await stop_run(tx, vpd, run_id, by=by_page(person), now=desk.parts.clock.now())
        except EsrLinkError as refused:
            return await _show(desk, request, person, (vpd, run_id), refused=refused)
        return _to(desk, vpd, run_id, "stopped")

    @page.post("/{vpd}/{run_id}/apply")
    async def apply(
        request: Request, person: Decider, vpd: Annotated[Vpd, Path()], run_id: UUID, reason: Typed = ""
    ) -> Response:
        """A real run, when the dry one was looked at."""
        require_whole_trust(person, vpd)
        try:
            async with desk.database.read([vpd]) as tx:
                tried = await find_run(tx, vpd, run_id)
                rule = await _rule_of(tx, vpd)
            if not _may_be_applied(tried, rule):
                raise Invalid("This run cannot be taken into effect. Try the rules as they are set, and look again.")
            return await _begin(desk, person, vpd, Asked(by_page(person), False, None, reason_of(reason)))
        except EsrLinkError as refused:
            return await _show(desk, request, person, (vpd, run_id), refused=refused, typed=reason)

    return page


async def _begin(desk: Desk, person: Principal, vpd: str, wanted: Asked) -> RedirectResponse:
    require_whole_trust(person, vpd)
    run_id = desk.parts.new_id()
    async with desk.database.write([vpd]) as tx:
        await request_run(tx, vpd, wanted, run_id=run_id, now=desk.parts.clock.now())
    return _to(desk, vpd, run_id, "asked")


def _to(desk: Desk, vpd: str, run_id: UUID, said: str) -> RedirectResponse:
    return RedirectResponse(f"{desk.home}rule-runs/{vpd}/{run_id}?said={said}", status_code=303)


async def _rule_of(tx: ReadTx, vpd: str) -> str:
    """What a registration makes by the trust's settings."""
    return "matched" if (await rule_settings(tx, vpd)).registration_links else "possible"


def _may_be_applied(run: RuleRun, rule: str) -> bool:
    """Whether a real run would do what this one said: it is done, and tried nothing that the trust has not set."""
    return run.dry_run and run.state == "done" and run.registration_rule in (None, rule)


async def _show_all(
    desk: Desk, request: Request, person: Principal, refused: EsrLinkError | None = None
) -> HTMLResponse:
    vpds = vpds_shown(request, person)
    for vpd in vpds:
        require_whole_trust(person, vpd)
    async with desk.database.read(vpds) as tx:
        set_up = [vpd for vpd in await registered_trusts(tx) if vpd in vpds]
        older = {vpd: await on_older_versions(tx, vpd) for vpd in set_up}
        found = [one for vpd in set_up for one in await newest_runs(tx, vpd, _NEWEST)]
    return await desk.render(
        request,
        "rule_runs.html",
        person,
        section="rule-runs",
        title="Rules",
        status=refused.status if refused else 200,
        set_up=set_up,
        older={vpd: rules for vpd, rules in older.items() if rules},
        runs=sorted(found, key=lambda one: one.requested_at, reverse=True),
        is_working=any(one.state in UNDER_WAY for one in found),
        states=_STATES,
        makes=_MAKES,
        refused=refused,
    )


async def _show(
    desk: Desk,
    request: Request,
    person: Principal,
    which: tuple[str, UUID],
    *,
    said: str = "",
    refused: EsrLinkError | None = None,
    typed: str = "",
) -> HTMLResponse:
    vpd, run_id = which
    require_whole_trust(person, vpd)
    async with desk.database.read([vpd]) as tx:
        run = await find_run(tx, vpd, run_id)
        counts = await counts_of(tx, vpd, run_id)
        samples = await samples_of(tx, vpd, run_id)
        names = await departments_of(tx, [vpd])
        rule = await _rule_of(tx, vpd)
    changes = sum(one.count for one in counts)
    return await desk.render(
        request,
        "rule_run.html",
        person,
        section="rule-runs",
        title="A trial of the rules" if run.dry_run else "A run of the rules",
        above=(("rule-runs", "Rules"),),
        status=refused.status if refused else 200,
        run=run,
        is_working=run.state in UNDER_WAY,
        figures=[
            Figure(label="Looked at", value=run.looked_at, unit=f"of {run.total:,}"),
            Figure(label="Would change" if run.dry_run else "Changed", value=changes),
        ],
        counts=counts,
        samples=samples,
        names=names,
        side=_side,
        sees_links=sees_names(person),
        states=_STATES,
        makes=_MAKES,
        rule=rule,
        may_apply=_may_be_applied(run, rule),
        here=f"{desk.home}rule-runs/{vpd}/{run_id}",
        flash=_SAID.get(said),
        refused=refused,
        typed=typed,
    )


def _side(one: Side) -> tuple[str, str | None, str]:
    """A link on one side of a change: its state, whose it is, and why."""
    return one.state, one.employee_number, in_words(one.reason)
