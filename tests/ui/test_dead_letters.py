"""The pages of dead letters as an operator meets them: what waits, why, what can be done; wide, on a phone, without scripts."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from playwright.async_api import Page, expect

from esrlink.auth import Authenticator, Principal
from esrlink.auth.issuer import create_issuer
from esrlink.auth.sign_in import auth_router
from esrlink.bus import Consumer, backlog
from esrlink.bus.fuse import Fuses
from esrlink.bus.reasons import reason_of
from esrlink.bus.retrying import Retrying
from esrlink.bus.retrying_loop import RetryLoop
from esrlink.clock import SystemClock
from esrlink.contracts import Message, ProfileImported, Received, to_message
from esrlink.db import Database, WriteTx
from esrlink.errors import Ambiguous, Invalid
from esrlink.http import create_app
from esrlink.http.app import dress
from esrlink.overview import create_overview
from esrlink.runtime import installed_services
from esrlink.settings import Mode, ServiceSettings
from esrlink.status import StatusReport
from esrlink.web import Pages, mount_static
from tests.conftest import RunService

from .conftest import _served

SHOTS = os.environ.get("SCREENSHOTS")
TOPIC = ProfileImported.TOPIC
(PROFILES,) = (service for service in installed_services() if service.name == "profile-sync")
_FITS = "document.documentElement.scrollWidth <= window.innerWidth"


class Refusing:
    """Refuses every event until it is mended."""

    def __init__(self) -> None:
        self.errors: dict[str, Exception] = {}
        self.is_mended = False

    async def __call__(self, _: WriteTx, received: Sequence[Received[Any]]) -> None:
        for one in received:
            if not self.is_mended and one.event.revision == 1:
                raise self.errors.get(one.event.employee_number, Invalid("The second assignment starts after it ends."))


@dataclass
class Site:
    """A site with one service, whose events fail until they are mended."""

    url: str
    database: Database
    handler: Refusing

    @property
    def letters(self) -> str:
        return f"{self.url}/profile-sync/dead-letters"

    def message(self, number: str, **headers: str) -> Message:
        event = ProfileImported(
            vpd="277", employee_number=number, revision=1, as_of="2026-08-03T00:00:00Z", source_file="f",  # type: ignore[arg-type]
            person_id="1", family_name="Example",
        )  # fmt: skip
        sent = to_message(event, event_id=uuid4(), source="esr-gateway", time=SystemClock().now())
        return Message(sent.topic, sent.key, sent.value, {**sent.headers, **headers})

    async def park(self, *messages: Message) -> None:
        await Consumer("profile-sync", self.database, None, {ProfileImported: self.handler}).apply(messages)  # type: ignore[arg-type]

    async def park_some(self) -> None:
        self.handler.errors["20001003"] = ValueError()
        self.handler.errors["20001004"] = Ambiguous("It was sent, and no receipt came.")
        unreadable, nameless = self.message("20001005"), self.message("20001006")
        await self.park(
            *(self.message(number) for number in ("20001001", "20001002", "20001003", "20001004", "20001001")),
            self.message("20001007", ce_type=f"{TOPIC}.v2"),
            Message(unreadable.topic, unreadable.key, b'{"vpd": "277", "employee_number": ', unreadable.headers),
            Message(nameless.topic, "", b"\x00\xff", {}),
        )

    async def sign_in(self, page: Page, name: str) -> None:
        await page.goto(f"{self.url}/sign-in")
        await page.get_by_role("link", name=name).click()
        await page.wait_for_url(f"{self.url}/")


@pytest.fixture
async def site(tmp_path: Path, run_service: RunService) -> AsyncIterator[Site]:
    running = await run_service(PROFILES)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings = ServiceSettings(mode=Mode.TRYOUT, data_dir=tmp_path, public_url=url, session_secret="ui-tests")
    auth, pages, handler = Authenticator(settings), Pages(settings), Refusing()

    async def status(principal: Principal) -> StatusReport:
        async with running.database.read(principal.vpds) as tx:
            behind = await backlog(tx, service="profile-sync")
        return StatusReport(service="profile-sync", title="Profiles", version="0", backlog=behind)

    service = create_app(
        name="profile-sync", title="Profiles", description="", settings=settings, database=running.database, auth=auth,
        pages=pages, routers=[], status=status, handlers={ProfileImported: handler},
    )  # fmt: skip
    app = FastAPI(openapi_url=None)
    dress(app, name="site", settings=settings, auth=auth, pages=pages)
    app.include_router(auth_router(auth, pages))
    app.include_router(create_overview(settings, {"profile-sync": f"{url}/profile-sync"}))
    app.mount("/issuer", create_issuer(settings, tmp_path))
    app.mount("/profile-sync", service)
    mount_static(app)
    async with _served(app, listener):
        yield Site(url, running.database, handler)


async def _is_good(page: Page, axe: Any, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    assert await axe(page) == [], name
    assert await page.evaluate(_FITS), f"{name} scrolls sideways"
    assert await page.locator("h1").count() == 1, name


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_every_page_is_accessible_and_whole(device: str, site: Site, wide: Page, phone: Page, axe: Any) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await site.sign_in(page, "Alex Winter")
    await page.goto(site.letters)
    await expect(page.get_by_role("main")).to_contain_text("No message waits")
    await _is_good(page, axe, f"letters-empty-{device}")
    await site.park_some()
    await Fuses("profile-sync", site.database).blow(TOPIC, reason_of(Invalid("The assignment starts after it ends.")))
    await page.goto(site.letters)
    await page.get_by_role("button", name="Retry all of them").click()
    await expect(page.get_by_role("heading", name="Retrying 7 letters")).to_be_visible()
    await _is_good(page, axe, f"letters-{device}")
    await page.goto(f"{site.letters}?q=starts+after")
    await page.get_by_role("link", name="The second assignment").first.click()
    await expect(page.get_by_role("main")).to_contain_text("an earlier message about the same person waits")
    await page.get_by_text("Discard it").click()
    await _is_good(page, axe, f"letter-{device}")
    await page.get_by_role("link", name="See or edit what is in it").click()
    await page.get_by_label("The message, as JSON").fill('{"vpd": "277"}')
    await page.get_by_role("button", name="Save and retry").click()
    await expect(page.get_by_role("alert")).to_contain_text("employee_number: Field required")
    await _is_good(page, axe, f"message-refused-{device}")
    await page.goto(f"{site.url}/")
    await _is_good(page, axe, f"letters-overview-{device}")


async def test_a_letter_is_found_from_the_overview_and_retried(site: Site, wide: Page) -> None:
    await site.park(site.message("20001001"))
    await site.sign_in(wide, "Alex Winter")
    await expect(wide.get_by_role("main")).to_contain_text("1 message parked")
    await wide.get_by_role("link", name="See why messages of Profiles are parked").click()
    await wide.get_by_role("link", name="The second assignment").click()
    await wide.get_by_role("button", name="Retry it now").click()
    await expect(wide.get_by_role("main")).to_contain_text(
        "It failed again: The second assignment starts after it ends."
    )
    site.handler.is_mended = True
    await wide.get_by_role("button", name="Retry it now").click()
    await expect(wide.get_by_role("status").filter(has_text="The message is in effect now.")).to_be_visible()
    history = wide.get_by_role("table", name="What happened to this letter").get_by_role("row")
    await expect(history).to_have_count(4)  # with its head
    await wide.reload()
    await expect(history).to_have_count(4)


async def test_everything_works_without_javascript(site: Site, without_javascript: Page) -> None:
    page = without_javascript
    await site.park(site.message("20001001"), site.message("20001002"))
    await Fuses("profile-sync", site.database).blow(TOPIC, reason_of(Invalid("no")))
    await site.sign_in(page, "Alex Winter")
    await page.goto(site.letters)
    await page.get_by_role("button", name="Let it go on now").click()
    await expect(page.get_by_role("main")).to_contain_text("The topic goes on within seconds.")
    await expect(page.get_by_role("main")).not_to_contain_text("is not consumed")
    await page.get_by_role("link", name="The second assignment").first.click()
    await page.get_by_text("Discard it").click()
    await page.get_by_role("button", name="Discard this letter").click()
    await expect(page.get_by_label("Why shall it not take effect?")).to_be_focused()  # a reason is needed
    await page.get_by_label("Why shall it not take effect?").fill("The department sent it again")
    await page.get_by_role("button", name="Discard this letter").click()
    await expect(page.get_by_role("main")).to_contain_text("The letter is discarded.")
    await expect(page.get_by_role("main")).to_contain_text("The department sent it again")
    await page.get_by_role("button", name="Reopen it").click()
    await page.get_by_role("link", name="See or edit what is in it").click()
    editor = page.get_by_label("The message, as JSON")
    value = json.loads(await editor.input_value())
    await editor.fill(json.dumps({**value, "vpd": "312"}))
    await page.get_by_role("button", name="Save and retry").click()
    await expect(page.get_by_role("alert")).to_contain_text("The trust must stay the same.")
    await editor.fill(json.dumps({**value, "revision": 2}))
    await page.get_by_role("button", name="Save and retry").click()
    await expect(page.get_by_role("main")).to_contain_text("The message is in effect now.")
    await page.get_by_role("link", name="See what is in it").click()
    await expect(page.get_by_role("region", name="As it came")).to_contain_text('"revision": 1')
    await expect(page.get_by_role("region", name="Edited: this one is retried")).to_contain_text('"revision": 2')


async def test_a_retry_of_all_shows_how_far_it_has_come_and_can_be_stopped(site: Site, wide: Page) -> None:
    await site.park(*(site.message(str(20001001 + n)) for n in range(5)))
    await site.sign_in(wide, "Alex Winter")
    await wide.goto(site.letters)
    await wide.get_by_role("button", name="Retry all of them").click()
    await wide.get_by_role("button", name="Stop it").click()
    await expect(wide.get_by_role("heading", name="The retry of 5 letters was stopped after 0.")).to_be_visible()
    await wide.get_by_label("Topic to retry").select_option(TOPIC)
    await wide.get_by_role("button", name="Retry all of them").click()
    await expect(wide.get_by_role("heading", name=f"Retrying 5 letters of {TOPIC}")).to_be_visible()
    site.handler.is_mended = True
    await RetryLoop(Retrying("profile-sync", site.database, {ProfileImported: site.handler})).work_off()
    # Without loading the page again.
    await expect(wide.get_by_role("heading", name=f"The retry of 5 letters of {TOPIC} is finished.")).to_be_visible()
    await expect(wide.get_by_role("main")).to_contain_text("5 in effect, 0 failed again, 0 left out.")


async def test_the_keyboard_alone_settles_a_letter(site: Site, wide: Page) -> None:
    async def tab_to(name: str) -> None:
        for _ in range(60):
            await wide.keyboard.press("Tab")
            focused = await wide.evaluate(r"document.activeElement.textContent.trim().replace(/\s+/g, ' ')")
            if focused.startswith(name):
                return
        pytest.fail(f"the keyboard does not reach {name!r}")

    await site.park(site.message("20001001"))
    await site.sign_in(wide, "Alex Winter")
    await wide.goto(f"{site.url}/profile-sync/dead-letters")
    await tab_to("The second assignment")
    await wide.keyboard.press("Enter")
    await wide.wait_for_url(f"{site.letters}/*")
    await tab_to("Discard it")
    await wide.keyboard.press("Enter")
    await wide.keyboard.press("Tab")
    await wide.keyboard.type("The department sent it again")
    await wide.keyboard.press("Enter")
    await expect(wide.get_by_role("main")).to_contain_text("The letter is discarded.")


async def test_an_auditor_reads_and_cannot_act_and_nobody_else_sees_the_page(site: Site, wide: Page) -> None:
    await site.park_some()
    await site.sign_in(wide, "Siobhan Keane")
    await wide.goto(site.letters)
    await expect(wide.get_by_role("button", name="Retry all of them")).to_have_count(0)
    await wide.get_by_role("link", name="The second assignment").first.click()
    await expect(wide.get_by_role("main")).to_contain_text("Settling it is for operators.")
    assert await wide.get_by_role("main").get_by_role("button").count() == 0
    address = wide.url
    await wide.get_by_role("button", name="Sign out").click()
    await site.sign_in(wide, "Priya Raman")
    assert await wide.get_by_role("main").get_by_role("link", name="See why").count() == 0
    for path in (site.letters, address, f"{address.partition('?')[0]}/message"):
        answer = await wide.goto(path)
        assert answer is not None
        assert answer.status == 403


async def test_a_letter_of_no_known_trust_says_where_it_can_be_settled(site: Site, wide: Page) -> None:
    await site.park(Message(TOPIC, "", b"\x00", {}))
    await site.sign_in(wide, "Alex Winter")
    await wide.goto(site.letters)
    await wide.get_by_role("table", name="Dead letters, newest first").get_by_role("link").click()
    await expect(wide.get_by_role("main")).to_contain_text("on the command line: esrlink dead-letters")
    assert await wide.get_by_role("main").get_by_role("button").count() == 0
    answer = await wide.goto(f"{wide.url.partition('?')[0]}/message")
    assert answer is not None
    assert answer.status == 403
