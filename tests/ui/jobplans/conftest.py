"""A site with a real jobplan-adapter in it, filled once for each module: people with plans of every kind, and work."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from playwright.async_api import Page
from pydantic import SecretStr

from esrlink.auth import Authenticator, Role
from esrlink.auth.testing import person, session_cookie
from esrlink.bus import Consumer
from esrlink.clock import FixedClock
from esrlink.contracts import Event, to_message
from esrlink.db import Database
from esrlink.db.urls import sqlalchemy_url
from esrlink.embedded import EmbeddedPostgres
from esrlink.http.app import dress
from esrlink.runtime import Definition, Parts, Service
from esrlink.settings import Mode
from esrlink.web import Pages, mount_static
from jobplan_adapter.bootstrap import service as definition
from tests.ui.conftest import _served
from tests.ui.jobplans.world import NOW, fill

SHOTS = os.environ.get("SCREENSHOTS")


@dataclass
class PlanSite:
    """The site at `url`, and jobplan-adapter behind it."""

    url: str
    service: Service
    database: Database
    clock: FixedClock
    auth: Authenticator

    async def become(
        self,
        page: Page,
        *roles: Role,
        vpds: tuple[str, ...] = ("277",),
        departments: list[str] | None = None,
        number: str | None = None,
        others: tuple[str, ...] = (),
    ) -> None:
        """Be somebody with these roles; `number` is their own ESR number in trust 277, `others` those elsewhere."""
        own = [*([f"277/{number}"] if number else []), *others]
        cookies = session_cookie(self.auth, person(*roles, vpds=vpds, departments=departments, esr_numbers=own))
        await page.context.add_cookies([{"name": name, "value": cookies[name], "url": self.url} for name in cookies])

    async def visit(self, page: Page, path: str = "") -> int:
        answer = await page.goto(f"{self.url}/jobplan-adapter/{path}")
        assert answer is not None
        return answer.status

    async def deliver(self, *events: Event) -> None:
        """Hand events to the service's consumer, as the bus would."""
        consumer = Consumer(definition.name, self.database, None, self.service.handlers)  # type: ignore[arg-type]
        await consumer.apply([to_message(one, event_id=uuid4(), source="test", time=NOW) for one in events])


@pytest.fixture(scope="module")
async def empty(
    postgres: EmbeddedPostgres, templates: Callable[[Definition], str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[PlanSite]:
    """The site before any trust is set up."""
    name = f"{definition.database_name}_{uuid4().hex[:12]}"
    template = await asyncio.to_thread(templates, definition)
    await asyncio.to_thread(postgres.ensure_database, name, template=template)
    clock, address = FixedClock(NOW), sqlalchemy_url(postgres.app_url(name))
    database = Database(address, service=definition.name, clock=clock, pool_size=5)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = definition.settings(
            mode=Mode.TRYOUT,
            data_dir=tmp_path_factory.mktemp("jobplans"),
            public_url=url,
            issuer_url="",
            session_secret=SecretStr("ui-tests"),
            database_url=address,
            retry_attempts=1,
            request_timeout=0.5,
        )
        auth, pages = Authenticator(settings), Pages(settings)
        service = definition.build(settings, Parts(database, auth, clock))
        app = FastAPI(openapi_url=None)
        dress(app, name="site", settings=settings, auth=auth, pages=pages)
        app.mount("/jobplan-adapter", service.app)
        mount_static(app)
        async with _served(app, listener):
            yield PlanSite(url, service, database, clock, auth)
    await database.close()
    await asyncio.to_thread(postgres.drop_database, name)


@pytest.fixture(scope="module")
async def site(empty: PlanSite) -> PlanSite:
    """The site with trust 277 in it."""
    await fill(empty)
    return empty


_FITS = "document.documentElement.scrollWidth <= window.innerWidth"
_TABLES_WITHOUT_CAPTION = "[...document.querySelectorAll('table')].filter(t => !t.caption?.textContent.trim()).length"
# Tables become lists on a phone, so none of them must scroll there.
_CUT = "[...document.querySelectorAll('.esr-scroll')].filter(e => innerWidth < 500 && e.scrollWidth > e.clientWidth + 1).length"


async def is_good(page: Page, axe: Any, name: str) -> None:
    """Accessible, no wider than the window, with one heading of the first level and a caption for each table."""
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    assert await axe(page) == [], name
    assert await page.evaluate(_FITS), f"{name} scrolls sideways"
    assert await page.evaluate(_CUT) == 0, f"a table of {name} is cut off"
    assert await page.locator("h1").count() == 1, name
    assert await page.evaluate(_TABLES_WITHOUT_CAPTION) == 0, name
