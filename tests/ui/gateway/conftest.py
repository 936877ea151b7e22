"""A site with a real gateway in it, beside a sandbox's ESR: what operators and payroll officers see and do."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.async_api import Page
from pydantic import SecretStr

from esr_gateway.bootstrap import service as definition
from esr_sandbox.run import Sandbox
from esr_sandbox.settings import SandboxSettings
from esrlink import audit
from esrlink.auth import Authenticator
from esrlink.auth.issuer import create_issuer
from esrlink.auth.sign_in import auth_router
from esrlink.db import Database, WriteTx
from esrlink.http.app import dress
from esrlink.overview import create_overview
from esrlink.runtime import Parts
from esrlink.web import Pages, mount_static
from tests.conftest import Running, RunService
from tests.integration.gateway.conftest import GatewayUnderTest, trust_settings
from tests.ui.conftest import PHONE, WIDE, _served
from tests.unit.gateway.building import Go, assignment, person, position

NOW = datetime(2026, 8, 4, 9, 0, tzinfo=UTC)
SHOTS = os.environ.get("SCREENSHOTS")
_FITS = "document.documentElement.scrollWidth <= window.innerWidth"
_TABLES_WITHOUT_CAPTION = "[...document.querySelectorAll('table')].filter(t => !t.caption?.textContent.trim()).length"
EVERYBODY = [person(str(number)) for number in range(20000001, 20000041)]
FIRST = Go([position(), *EVERYBODY, assignment("20000001"), assignment("20000002")])
BAD_ROWS = [
    person("20000002", effective_start_date="20260230"),
    person("20000003", effective_start_date="soon"),
    assignment("20000004", fte="half", position_id="POS1"),
    "ASA~too~short",
    "XXA~1~2",
    person("20000005", national_insurance_number="QQ123456C", effective_end_date="never"),
]
CHANGES = Go(
    [*BAD_ROWS, person("20000006", last_name="Adeyemi")], kind="GOC", day="20260804", before="20260803", sequence=2
)


@dataclass
class GatewaySite:
    """The site at `url`, the gateway behind it, and short words for what tests do with them."""

    url: str
    hub: Running
    sandbox: Sandbox

    @property
    def database(self) -> Database:
        return self.hub.database

    def write(self, vpd: str = "277") -> AbstractAsyncContextManager[WriteTx]:
        return self.database.write([vpd])

    async def receive(self, *files: Go) -> list[dict[str, Any]]:
        """Let ESR put these files out, and fetch them."""
        one = GatewayUnderTest(self.hub, self.sandbox)
        return await one.receive(*files)

    async def entries(self, **wanted: str) -> list[Any]:
        """The audit trail of trust 277, oldest first."""
        async with self.database.read(["277"]) as tx:
            return [*await audit.entries(tx, ["277"], audit.AuditFilter(**wanted))][::-1]

    async def sign_in(self, page: Page, name: str = "Alex Winter") -> None:
        await page.goto(f"{self.url}/sign-in")
        await page.get_by_role("link", name=name).click()
        await page.wait_for_url(f"{self.url}/")

    async def visit(self, page: Page, path: str = "") -> int:
        answer = await page.goto(f"{self.url}/esr-gateway/{path}")
        assert answer is not None
        return answer.status


@pytest.fixture
async def site(tmp_path: Path, run_service: RunService) -> AsyncIterator[GatewaySite]:
    async with Sandbox(tmp_path / "sandbox", SandboxSettings(staff={"277": 20, "312": 20})) as sandbox:
        hub = await run_service(definition, now=NOW)
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            settings = hub.settings.model_copy(
                update={
                    "public_url": url,
                    "issuer_url": "",
                    "session_secret": SecretStr("ui-tests"),
                    "data_dir": tmp_path,
                }
            )
            auth, pages = Authenticator(settings), Pages(settings)
            service = definition.build(settings, Parts(hub.database, auth, hub.clock))
            app = FastAPI(openapi_url=None)
            dress(app, name="site", settings=settings, auth=auth, pages=pages)
            app.include_router(auth_router(auth, pages))
            app.include_router(create_overview(settings, {"esr-gateway": f"{url}/esr-gateway"}))
            app.mount("/issuer", create_issuer(settings, tmp_path))
            app.mount("/esr-gateway", service.app)
            mount_static(app)
            async with _served(app, listener):
                yield GatewaySite(url, hub, sandbox)


@pytest.fixture
async def filled(site: GatewaySite, tmp_path: Path) -> GatewaySite:
    """The site with a trust, its people, and a changes file with bad rows."""
    one = GatewayUnderTest(site.hub, site.sandbox)
    settings = trust_settings(site.sandbox, tmp_path)
    answer = await site.hub.client.put("/v1/trusts/277", json=settings, headers=one.bearer())
    assert answer.status_code == 200, answer.text
    await site.receive(FIRST, CHANGES)
    return site


Good = Callable[[Page, str], Awaitable[None]]


@pytest.fixture
def is_good(axe: Callable[[Page], Awaitable[list[str]]]) -> Good:
    """Holds a page to what every page promises, on a desk and in a hand."""

    async def hold(page: Page, name: str) -> None:
        for device, size in (("phone", PHONE), ("wide", WIDE)):
            await page.set_viewport_size(size)
            if SHOTS:
                await page.screenshot(path=Path(SHOTS) / f"{name}-{device}.png", full_page=True)
            assert await page.evaluate(_FITS), f"{name} scrolls sideways: {device}"
        assert await axe(page) == [], name
        assert await page.locator("h1").count() == 1, name
        assert await page.evaluate(_TABLES_WITHOUT_CAPTION) == 0, name

    return hold
