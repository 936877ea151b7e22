"""A site with the gateway alone, and a few months of payroll in it: runs that were sent, one to sign, one in doubt, one open."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from playwright.async_api import Page

from esr_gateway.bootstrap import service as definition
from esr_sandbox.faults import Fault, Strikes
from esr_sandbox.run import Sandbox
from esr_sandbox.settings import SandboxSettings
from esrlink.auth import Authenticator
from esrlink.auth.issuer import create_issuer
from esrlink.auth.sign_in import auth_router
from esrlink.contracts import ProfileKey, Source, SubmittalApproved
from esrlink.http.app import dress
from esrlink.overview import create_overview
from esrlink.runtime import Parts
from esrlink.web import Pages, mount_static
from tests.conftest import Running, RunService
from tests.integration.gateway.conftest import GatewayUnderTest, absence, attendance, period, trust_settings

from .conftest import _served

CUT_OFFS = {number: f"2026-{number + 3:02d}-05T12:00" for number in range(2, 9)}
START = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
_DEPARTMENTS = (("clwrota", "anaesthetics"), ("medirota", "cardiology"), ("medirota", "radiology"))


@dataclass
class PayrollSite:
    """The site, and short words for what tests do with it."""

    url: str
    hub: Running
    sandbox: Sandbox
    gateway: GatewayUnderTest
    settings: dict[str, Any]

    @property
    def home(self) -> str:
        return f"{self.url}/esr-gateway/"

    async def sign_in(self, page: Page, name: str) -> None:
        await page.context.clear_cookies()
        await page.goto(f"{self.url}/sign-in")
        await page.get_by_role("link", name=name).click()
        await page.wait_for_url(f"{self.url}/")

    async def put(self, **changes: Any) -> None:
        self.settings |= changes
        answer = await self.hub.client.put("/v1/trusts/277", json=self.settings, headers=self.gateway.bearer())
        assert answer.status_code == 200, answer.text

    async def pass_cut_off(self, number: int) -> None:
        """Close the run of a month, as the service does it by itself."""
        local = datetime.fromisoformat(CUT_OFFS[number]) - timedelta(hours=1)  # British summer time
        self.hub.clock.move_to(local.replace(tzinfo=UTC) + timedelta(minutes=1))
        await self.gateway.close_due_answer()

    async def run_id(self, code: str) -> UUID:
        runs = (await self.gateway.get("/v1/runs"))["runs"]
        return UUID(next(run["run_id"] for run in runs if run["run_code"] == code))

    async def approve(self, month: int, count: int, **values: Any) -> list[SubmittalApproved]:
        """Records of one month, of three departments, approved in time for its run."""
        at = datetime.fromisoformat(CUT_OFFS[month]).replace(tzinfo=UTC) - timedelta(days=3)
        made = [_record(number, month, at, **values) for number in range(count)]
        await self.hub.deliver(*made)
        return made

    async def fill(self) -> None:
        """Three runs that were sent, one in doubt, one that waits for its signature, and one that is open."""
        for month in (2, 3, 4):
            sent = await self.approve(month, 12 + month)
            await self.pass_cut_off(month)
        await self._confirm("TA_277_LNK_MN2704_00000003.DAT", 11)
        await self.approve(5, 9)
        self.sandbox.faults.switch_on(Fault.LOST_RECEIPT, Strikes())
        await self.pass_cut_off(5)
        self.sandbox.esr.read_inbox("277", date(2026, 8, 6))
        await self.pass_cut_off(5)
        await self.put(sign="named_officer")
        await self.approve(6, 24)
        await self.approve(6, 2, pay_element="NIGHT")
        await self._correct(sent[0])
        await self.pass_cut_off(6)
        await self.approve(7, 7)
        await self.approve(7, 1, pay_element="NIGHT")

    async def _correct(self, one: SubmittalApproved) -> None:
        assert one.attendance is not None
        at = datetime.fromisoformat(CUT_OFFS[6]).replace(tzinfo=UTC) - timedelta(days=2)
        shared = {"assignment_number": one.assignment_number, "corrects": one.submittal_id, "source": one.source}
        day, number = one.attendance.date_worked, one.employee_number
        back = attendance(number, day, reversal=True, approved_at=at, **shared)
        again = attendance(number, day, units=Decimal(2), approved_at=at + timedelta(minutes=1), **shared)
        await self.hub.deliver(back, again)

    async def _confirm(self, name: str, rows: int) -> None:
        body = [f"CNF,{n},,{'REJ,P012,Assignment not active' if n == 4 else 'OK,,'}" for n in range(1, rows + 1)]
        lines = [f"HDR,CF_277_{name},20260706063000,277", *body, f"FTR,{rows}"]
        (self.gateway.out / f"CF_277_{name}").write_text("".join(f"{line}\n" for line in lines), "iso-8859-1")
        await self.gateway.poll()
        await self.gateway.poll()


def _record(number: int, month: int, at: datetime, **values: Any) -> SubmittalApproved:
    product, department = _DEPARTMENTS[number % 3]
    profile = ProfileKey(product=product, department=department, profile_id=f"p{number}")
    place = {"source": Source(profile=profile, record_id=f"{department[:2]}-{month}{number:03d}")}
    who, when = f"2000{number + 1:04d}", at + timedelta(minutes=number)
    first = date(2026, month + 2, 1) + timedelta(days=number)
    if number % 4 == 3 and not values:
        return absence(who, first, first + timedelta(days=2), approved_at=when, **place)
    element = values.get("pay_element", f"EL{number % 3}")
    figures: dict[str, Any] = {"units": Decimal(1 + number % 3), "rate": Decimal(300 + 60 * (number % 5))}
    if element == "EL2":
        figures["amount"] = figures["units"] * figures["rate"]
    return attendance(who, first, approved_at=when, pay_element=element, **figures, **place)


@asynccontextmanager
async def payroll_site(tmp_path: Path, run_service: RunService) -> AsyncIterator[PayrollSite]:
    """The site, its trust set up with a calendar, and nothing else in it."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with Sandbox(tmp_path / "sandbox", SandboxSettings(staff={"277": 60, "312": 20})) as sandbox:
        hub = await run_service(definition, now=START)
        settings = hub.settings.model_copy(update={"public_url": url, "issuer_url": ""})
        auth, pages = Authenticator(settings), Pages(settings)
        app = FastAPI(openapi_url=None)
        dress(app, name="site", settings=settings, auth=auth, pages=pages)
        app.include_router(auth_router(auth, pages))
        app.include_router(create_overview(settings, {"esr-gateway": f"{url}/esr-gateway"}))
        app.mount("/issuer", create_issuer(settings, tmp_path))
        app.mount("/esr-gateway", definition.build(settings, Parts(hub.database, auth, hub.clock)).app)
        mount_static(app)
        site = PayrollSite(url, hub, sandbox, GatewayUnderTest(hub, sandbox), trust_settings(sandbox, tmp_path))
        async with _served(app, listener):
            await site.put(calendar=[period(number, at) for number, at in CUT_OFFS.items()])
            yield site
