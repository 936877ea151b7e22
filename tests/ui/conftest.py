"""A real browser on a real server: Debian's Chromium by Playwright, the site by uvicorn on a free port.

Fixtures for every UI test: `wide` and `phone` (a fresh page each), `axe` (accessibility faults of a page), `hub` (a site with
the overview, the try-out's issuer and services that say what the test wants), `sign_in`.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi import FastAPI, Response
from playwright.async_api import Browser, ConsoleMessage, Page, ViewportSize, async_playwright

from esrlink.auth import Authenticator
from esrlink.auth.issuer import create_issuer
from esrlink.auth.sign_in import auth_router
from esrlink.http.app import dress
from esrlink.overview import create_overview
from esrlink.settings import Mode, ServiceSettings
from esrlink.status import StatusReport
from esrlink.web import Pages, mount_static

ROOT = Path(__file__).parents[2]
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)


def _needed(path: Path, how: str) -> None:
    if path.exists():
        return
    message = f"UI TESTS DID NOT RUN: {path} is missing. {how}"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all UI tests."""
    _needed(CHROMIUM, "Install Chromium (apt install chromium), or name it in CHROMIUM.")
    _needed(AXE, "Run npm ci.")
    _needed(ROOT / "shared/esrlink/web/assets/htmx.min.js", "Run make assets.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        await browser.close()


def _is_fault(line: ConsoleMessage) -> bool:
    # Chromium logs each refused page too; tests ask for those on purpose.
    is_refusal = "Failed to load resource" in line.text and "/assets/" not in line.location["url"]
    return line.type == "error" and not is_refusal


@asynccontextmanager
async def _page(browser: Browser, viewport: ViewportSize, **options: Any) -> AsyncIterator[Page]:
    # A script error, a breach of the content security policy, a missing asset or anything asked of another server fails the
    # test, whatever the page shows.
    context = await browser.new_context(viewport=viewport, locale="en-GB", **options)
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if _is_fault(line) else None)
    page.on("request", lambda sent: None if urlsplit(sent.url).hostname == "127.0.0.1" else faults.append(sent.url))
    yield page
    await context.close()
    assert not faults, faults


@pytest.fixture
async def wide(browser: Browser) -> AsyncIterator[Page]:
    """A page on a desk."""
    async with _page(browser, WIDE) as page:
        yield page


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """A page in a hand."""
    async with _page(browser, PHONE, has_touch=True) as page:
        yield page


@pytest.fixture
async def without_javascript(browser: Browser) -> AsyncIterator[Page]:
    """A page in a browser that runs no scripts."""
    async with _page(browser, WIDE, java_script_enabled=False) as page:
        yield page


Axe = Callable[[Page], Awaitable[list[str]]]


@pytest.fixture
def axe() -> Axe:
    """Accessibility faults of a page as it stands, each as "rule: where" (WCAG 2.2 AA and axe's best practices)."""
    source = AXE.read_text("utf-8") if AXE.exists() else ""

    async def violations(page: Page) -> list[str]:
        # `evaluate` runs in the page's world without a script element, so the page's own policy stays in force.
        await page.evaluate(source)
        found = await page.evaluate("() => axe.run({ resultTypes: ['violations'] })")
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    return violations


@dataclass
class Hub:
    """A site whose services answer with the reports that are put here; a name without a report answers 503."""

    url: str
    reports: dict[str, StatusReport | None] = field(default_factory=dict)


@asynccontextmanager
async def _served(app: FastAPI, listener: socket.socket) -> AsyncIterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    async with asyncio.timeout(10):
        while not server.started:  # noqa: ASYNC110 - uvicorn offers a flag, no event
            await asyncio.sleep(0.01)
    yield
    server.should_exit = True
    await serving


SERVICES = ("esr-gateway", "profile-sync", "submittals", "jobplan-adapter")


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    """The site on a free port, with the real overview, sign-in and issuer."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    hub = Hub(f"http://127.0.0.1:{listener.getsockname()[1]}")
    settings = ServiceSettings(mode=Mode.TRYOUT, data_dir=tmp_path, public_url=hub.url, session_secret="ui-tests")
    auth, pages = Authenticator(settings), Pages(settings)
    app = FastAPI(openapi_url=None)
    dress(app, name="site", settings=settings, auth=auth, pages=pages)
    app.include_router(auth_router(auth, pages))
    app.include_router(create_overview(settings, _Reporting(hub)))
    app.mount("/issuer", create_issuer(settings, tmp_path))
    mount_static(app)

    @app.get("/{service}/v1/status")
    async def status(service: str) -> Response:
        report = hub.reports.get(service)
        return (
            Response(report.model_dump_json(), media_type="application/json") if report else Response(status_code=503)
        )

    async with _served(app, listener):
        yield hub


class _Reporting(dict[str, str]):
    """The services of the hub at the moment they are asked for, so that a test can have none or lose one."""

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub

    def keys(self) -> Any:
        return self._hub.reports.keys()

    def __contains__(self, name: object) -> bool:
        return name in self._hub.reports

    def __getitem__(self, name: str) -> str:
        return f"{self._hub.url}/{name}"


SignIn = Callable[[Page, str], Awaitable[None]]


@pytest.fixture
def sign_in(hub: Hub) -> SignIn:
    """Signs a page in as the sample person of that name, and leaves it at the overview."""

    async def as_person(page: Page, name: str) -> None:
        await page.goto(f"{hub.url}/")
        await page.get_by_role("link", name=name).click()
        await page.wait_for_url(f"{hub.url}/")

    return as_person
