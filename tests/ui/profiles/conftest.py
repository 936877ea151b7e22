"""A site with a real profile-sync in it: what those see who look for a person."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.async_api import Page
from pydantic import SecretStr

from esrlink.auth import Authenticator, Role
from esrlink.auth.issuer import create_issuer
from esrlink.auth.sign_in import auth_router
from esrlink.auth.testing import person, session_cookie
from esrlink.contracts import Assignment, Registration
from esrlink.http.app import dress
from esrlink.overview import create_overview
from esrlink.runtime import Parts
from esrlink.web import Pages, mount_static
from profile_sync.bootstrap import service as definition
from tests.conftest import Running, RunService
from tests.integration.profiles.conftest import SCOPES, Hub, imported, trust_settings
from tests.ui.conftest import _served

SHOTS = os.environ.get("SCREENSHOTS")
GMC = "General Medical Council"


def post(number: str, start: date, end: date | None = None, **values: Any) -> Assignment:
    given = {"assignment_number": number, "effective_from": start, "effective_to": end, "status": "Active Assignment"}
    return Assignment(**{**given, "staff_group": "Medical and Dental", **values})


TRAINEE = post(
    "20001001",
    date(2020, 8, 5),
    date(2025, 8, 5),
    job_role="Specialty Registrar",
    position_title="Specialty Registrar in Anaesthetics and Intensive Care Medicine",
    organisation="277 Anaesthetics",
    grade="MN37",
    fte=Decimal("1.0"),
)
CONSULTANT = post(
    "20001001",
    date(2025, 8, 6),
    job_role="Consultant",
    position_title="Consultant Anaesthetist",
    organisation="277 Anaesthetics",
    cost_centre="E10110",
    grade="YC72",
    fte=Decimal("0.8"),
    supervisor="20001002",
    primary=True,
)
SECOND = post("20001001-2", date(2026, 9, 1), date(2027, 8, 31), job_role="Medical Examiner", fte=Decimal("0.2"))


@dataclass
class PeopleSite:
    """The site at `url`, and profile-sync behind it."""

    url: str
    hub: Running
    auth: Authenticator

    async def become(self, page: Page, *roles: Role, vpds: tuple[str, ...]) -> None:
        """Be somebody with these roles in these trusts; the samples who read names have one trust each."""
        cookies = session_cookie(self.auth, person(*roles, vpds=vpds))
        await page.context.add_cookies([{"name": name, "value": cookies[name], "url": self.url} for name in cookies])

    async def sign_in(self, page: Page, name: str = "Priya Raman") -> None:
        await page.goto(f"{self.url}/sign-in")
        await page.get_by_role("link", name=name).click()
        await page.wait_for_url(f"{self.url}/")

    async def find(self, page: Page, words: str) -> None:
        """Look for somebody by the search at the top of the page."""
        await page.get_by_role("searchbox", name="Find a person by name or number").fill(words)
        await page.get_by_role("button", name="Find", exact=True).click()
        await page.wait_for_url("**/people?look=*")

    async def narrow(self, page: Page, words: str) -> None:
        """Look at a part of the review queue by words."""
        await page.get_by_label("Name, number or profile id").fill(words)
        await page.get_by_role("button", name="Show", exact=True).click()
        await page.wait_for_url("**/reviews?*look=*")

    async def visit(self, page: Page, path: str = "") -> int:
        answer = await page.goto(f"{self.url}/profile-sync/{path}")
        assert answer is not None
        return answer.status


async def _fill(running: Running) -> None:
    """Two trusts: Adaeze Okafor with two posts, two profiles and a registration about to expire; others beside her."""
    hub = Hub(running, running.bearer(*SCOPES))
    for vpd, name in (("277", "Alderbrook and Marsh"), ("312", "Thornfield Vale")):
        headers = running.bearer(*SCOPES, vpds=[vpd])
        answer = await hub.put(f"/v1/trusts/{vpd}", {**trust_settings(), "name": name}, headers=headers)
        assert answer.status_code == 200, answer.text
    expiring = Registration(body=GMC, number="7012345", expires=date(2026, 9, 30))
    gone_by = Registration(body="Royal College of Anaesthetists", number="A1", expires=date(2025, 1, 31))
    her = {"title": "Dr", "preferred_name": "Ada", "nhs_unique_id": "N1", "registrations": (expiring, gone_by)}
    await hub.people(imported(**her, family_name="Bell", assignments=(TRAINEE,), hire_date=date(2020, 8, 5)))
    running.clock.move_to(running.clock.now() + timedelta(days=1))
    now = {"previous_family_names": ("Bell",), "email": "adaeze.okafor@example.nhs.uk", "hire_date": date(2020, 8, 5)}
    await hub.people(imported(revision=2, **her, **now, assignments=(TRAINEE, CONSULTANT, SECOND)))
    await hub.people(imported("20001002", family_name="Lindqvist", given_name="Maja", title="Dr"))
    left = {"gone": True, "leaving_date": date(2026, 6, 30), "assignments": ()}
    await hub.people(imported("20001003", family_name="Okaforson", given_name="Ben", **left))
    await hub.people(imported("30003003", vpd="312", nhs_unique_id="N1", title="Dr", source_file="GO_312.DAT"))
    await hub.people(*(imported(str(20002000 + n), family_name="Smith", given_name=f"Ann{n:02}") for n in range(30)))
    await hub.profile(employee_number="20001001", title="Dr", grade="Consultant")
    await hub.profile("medirota/cardiology/x7", employee_number="20001001", given_name="Ada")


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


@pytest.fixture
async def waiting(site: PeopleSite) -> Hub:
    """Four profiles that wait: alike, one slip from Maja Lindqvist, a number of another name, and nobody's."""
    hub = Hub(site.hub, site.hub.bearer(*SCOPES))
    await hub.profile("clwrota/anaesthetics/ao7", title="Dr", email="adaeze.okafor@example.nhs.uk", grade="Consultant")
    site.hub.clock.move_to(site.hub.clock.now() + timedelta(days=3))
    await hub.profile("medirota/cardiology/ml2", given_name="Maja", family_name="Lindqwist", grade="Consultant")
    site.hub.clock.move_to(site.hub.clock.now() + timedelta(days=5))
    await hub.profile("medirota/cardiology/x9", employee_number="20001002", given_name="Peter", family_name="Stone")
    await hub.profile("clwrota/anaesthetics/zz1", given_name="Zoltan", family_name="Zzyzx")
    return hub


@pytest.fixture
async def site(tmp_path: Path, run_service: RunService) -> AsyncIterator[PeopleSite]:
    running = await run_service(definition)
    await _fill(running)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        own = {"public_url": url, "issuer_url": "", "session_secret": SecretStr("ui-tests"), "data_dir": tmp_path}
        settings = running.settings.model_copy(update=own)
        auth, pages = Authenticator(settings), Pages(settings)
        service = definition.build(settings, Parts(running.database, auth, running.clock))
        app = FastAPI(openapi_url=None)
        dress(app, name="site", settings=settings, auth=auth, pages=pages)
        app.include_router(auth_router(auth, pages))
        app.include_router(create_overview(settings, {"profile-sync": f"{url}/profile-sync"}))
        app.mount("/issuer", create_issuer(settings, tmp_path))
        app.mount("/profile-sync", service.app)
        mount_static(app)
        async with _served(app, listener):
            yield PeopleSite(url, running, auth)
