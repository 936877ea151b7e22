"""The page of one payroll file: how it was sent, what ESR says of it, and, while it is in doubt, who found what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from esr_gateway.dashboard.desk import Desk, Viewer
from esr_gateway.dashboard.run_desk import Decider, may
from esr_gateway.to_esr.resolving import LEAST_EVIDENCE, MOST_EVIDENCE, Verdict, resolve
from esr_gateway.to_esr.run_file_look import look_at_file
from esrlink.auth import Principal
from esrlink.errors import Conflict, EsrLinkError, Invalid
from esrlink.web.desk import Said, told

FileName = Annotated[str, Path(max_length=200, pattern=r"^[^\x00/]+$")]
_SAID = {
    "waits": "Your finding is kept. The file stays in doubt until another person says the same.",
    "sent": "Two people say that ESR has it: the file counts as sent.",
    "not_sent": "Two people say that ESR does not have it: the file is sent again.",
}


def router(desk: Desk) -> APIRouter:
    """The page at `/run-files/{file_name}`, and its form."""
    page = APIRouter(prefix="/run-files/{file_name}")

    @page.get("")
    async def file(request: Request, person: Viewer, file_name: FileName, said: Said = None) -> HTMLResponse:
        return await _page(desk, request, person, file_name, flash=told(said, _SAID))

    @page.post("/resolve", response_model=None)
    async def resolve_it(
        request: Request,
        person: Decider,
        file_name: FileName,
        verdict: Annotated[Verdict | None, Form()] = None,
        evidence: Annotated[str, Form(max_length=10_000)] = "",
    ) -> HTMLResponse | RedirectResponse:
        if verdict is None:
            undecided = Invalid("Choose whether ESR has the file.", field="verdict")
            return await _page(desk, request, person, file_name, refused=undecided, typed=evidence)
        try:
            async with desk.database.read(person.vpds) as tx:
                vpd = (await look_at_file(tx, file_name)).file.vpd
            now = desk.parts.clock.now()
            async with desk.database.write([vpd]) as tx:
                decision = await resolve(
                    tx, vpd, file_name, person=person.subject, verdict=verdict, evidence=evidence, now=now
                )
        except (Invalid, Conflict) as refused:
            return await _page(desk, request, person, file_name, refused=refused, typed=evidence, chosen=verdict)
        return desk.to(f"run-files/{file_name}", said=decision)

    return page


async def _page(
    desk: Desk,
    request: Request,
    person: Principal,
    file_name: str,
    *,
    flash: str | None = None,
    refused: EsrLinkError | None = None,
    typed: str = "",
    chosen: str | None = None,
) -> HTMLResponse:
    async with desk.database.read(person.vpds) as tx:
        look = await look_at_file(tx, file_name)
    return await desk.render(
        request,
        "run_file.html",
        person,
        section="runs",
        title=file_name,
        above=(("runs", "Payroll runs"), (f"runs/{look.run.run_id}", look.run.pay_name)),
        flash=flash,
        status=200 if refused is None else refused.status,
        look=look,
        file=look.file,
        run=look.run,
        refused=refused,
        typed=typed,
        chosen=chosen,
        me=person.subject,
        least=LEAST_EVIDENCE,
        most=MOST_EVIDENCE,
        **may(person),
    )
