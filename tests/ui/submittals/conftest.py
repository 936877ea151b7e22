"""A site with a real submittals service in it: what clinicians, departments, validators and payroll see of their records."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.async_api import Page
from pydantic import SecretStr

from esrlink.auth import Authenticator, Role
from esrlink.auth.testing import person, session_cookie
from esrlink.http.app import dress
from esrlink.runtime import Parts
from esrlink.web import Pages, mount_static
from submittals.bootstrap import service as definition
from tests.integration.submittals.conftest import CONSULTANT, Rota, leave, rota, work
from tests.ui.conftest import _served

__all__ = ["rota"]
SHOTS = os.environ.get("SCREENSHOTS")


@dataclass
class ClaimsSite:
    """The site at `url`, and the rota that sends records to it."""

    url: str
    rota: Rota
    auth: Authenticator

    async def become(
        self,
        page: Page,
        *roles: Role,
        subject: str = "sample-person",
        number: str | None = None,
        departments: list[str] | None = None,
        vpds: tuple[str, ...] = ("277",),
    ) -> None:
        """Be somebody with these roles; `number` is their own ESR number in trust 277."""
        numbers = [f"277/{number}"] if number else []
        who = person(*roles, vpds=vpds, subject=subject, departments=departments, esr_numbers=numbers)
        cookies = session_cookie(self.auth, who)
        await page.context.add_cookies([{"name": name, "value": cookies[name], "url": self.url} for name in cookies])

    async def visit(self, page: Page, path: str = "") -> int:
        answer = await page.goto(f"{self.url}/submittals/{path}")
        assert answer is not None
        return answer.status


async def fill(rota: Rota) -> dict[str, str]:
    """Records in every queue: the ids by the record's own id."""
    found = {}
    for record_id, body in {
        "w1": work(),
        "w2": work(date_worked="2026-08-02", session="Evening list", starts="18:00", ends="22:00", note="Longer"),
        "w3": work(profile_id="p2", date_worked="2026-07-30"),
        "a1": leave(profile_id="p2", start_date="2026-08-10", end_date="2026-08-12"),
        "a2": leave(profile_id="p2", start_date="2026-07-20", end_date="2026-07-21", reason=None),
        "w4": work(profile_id="p2", date_worked="2026-07-25", session="Night"),
        "w5": work(profile_id="p2", date_worked="2026-07-26", session="Weekend"),
    }.items():
        found[record_id] = (await rota.taken(record_id, body))["submittal_id"]
    await rota.done(found["w4"], "enrich", "admin")
    await rota.done(found["w5"], "enrich", "admin")
    await rota.done(found["w5"], "validate", "lead")
    c1 = await rota.taken("c1", work(profile_id="c9", date_worked="2026-07-28"), "medirota/cardiology")
    found["c1"] = c1["submittal_id"]
    return found


@pytest.fixture
async def site(tmp_path: Path, rota: Rota) -> AsyncIterator[ClaimsSite]:
    running = rota.hub
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        own = {"public_url": url, "issuer_url": "", "session_secret": SecretStr("ui-tests"), "data_dir": tmp_path}
        settings = running.settings.model_copy(update=own)
        auth, pages = Authenticator(settings), Pages(settings)
        service = definition.build(settings, Parts(running.database, auth, running.clock))
        app = FastAPI(openapi_url=None)
        dress(app, name="site", settings=settings, auth=auth, pages=pages)
        app.mount("/submittals", service.app)
        mount_static(app)
        async with _served(app, listener):
            yield ClaimsSite(url, rota, auth)


@pytest.fixture
async def filled(site: ClaimsSite) -> dict[str, str]:
    """The site with records in every queue."""
    return await fill(site.rota)


_FITS = "document.documentElement.scrollWidth <= window.innerWidth"
# Tables become lists on a phone, so none of them must scroll there.
_CUT = "[...document.querySelectorAll('.esr-scroll')].filter(e => innerWidth < 500 && e.scrollWidth > e.clientWidth + 1).length"


async def is_good(page: Page, axe: Any, name: str) -> None:
    """Accessible, no wider than the window, with one heading of the first level."""
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    assert await axe(page) == [], name
    assert await page.evaluate(_FITS), f"{name} scrolls sideways"
    assert await page.evaluate(_CUT) == 0, f"a table of {name} is cut off"
    assert await page.locator("h1").count() == 1, name


OWNER = CONSULTANT
"""The ESR number of the person whose profiles are p1 in anaesthetics and c9 in cardiology."""
