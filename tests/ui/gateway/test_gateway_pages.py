"""The pages of what comes from ESR in a browser: accessible, whole on a phone, fresh by themselves, usable without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import update

from esr_gateway.issues import Problem, raise_issue
from esr_gateway.tables import file
from tests.unit.gateway.building import Go, person, position

from .conftest import CHANGES, NOW, GatewaySite, Good

pytestmark = pytest.mark.timeout(180)

EMPTY = {
    "": "No exchange is set up",
    "exchanges": "No exchange is set up",
    "files": "No file has come yet",
    "issues": "Nothing is wrong",
    "audit": "Nothing was recorded yet",
    "search": "What can be searched for",
    "search?text=20009999": "Nothing was found",
}
GAP = Problem("gap:1945", "gap", "bad", "Changes file 1945 has not come.", "Ask ESR for a snapshot.", "exchanges/277")
ROWS = Problem("rows:PR", "rows", "warning", "3 rows of people have an impossible date.", "Tell ESR.", "files")
HELD = Go([position(), person("20000001")], day="20260805", before="20260804", sequence=3)


async def test_an_empty_gateway_says_on_every_page_what_is_to_come(
    site: GatewaySite, wide: Page, is_good: Good
) -> None:
    await site.sign_in(wide)
    for path, words in EMPTY.items():
        assert await site.visit(wide, path) == 200, path
        await expect(wide.get_by_role("main")).to_contain_text(words)
        await is_good(wide, f"C-empty-{path.replace('?', '-') or 'overview'}")


async def test_a_filled_gateway_is_accessible_and_whole(filled: GatewaySite, wide: Page, is_good: Good) -> None:
    await filled.receive(HELD)
    async with filled.write() as tx:
        await raise_issue(tx, "277", GAP, NOW - timedelta(hours=5))
        await raise_issue(tx, "277", ROWS, NOW - timedelta(hours=2), count=3)
    await filled.sign_in(wide)
    for path in ("", "exchanges", "files", "issues", "search?text=20000002", "people/277/20000006"):
        assert await filled.visit(wide, path) == 200, path
        await is_good(wide, f"C-filled-{path.split('?')[0].replace('/', '-') or 'overview'}")
    await filled.visit(wide, "files")
    await wide.get_by_role("link", name=CHANGES.name).click()
    await expect(wide.get_by_role("heading", name="Row 2: Person")).to_be_visible()
    await is_good(wide, "C-filled-file")
    await filled.visit(wide, "files?state=held")
    await wide.get_by_role("link", name=HELD.name).click()
    await wide.get_by_text("Let this file go on", exact=True).click()
    await expect(wide.get_by_role("table", name="Some of them")).to_be_visible()
    await is_good(wide, "C-filled-file-held")
    await filled.visit(wide, "issues")
    await wide.get_by_role("link", name="Changes file 1945").click()
    await wide.get_by_text("Close it by hand", exact=True).click()
    await is_good(wide, "C-filled-issue")
    await wide.get_by_label("Why is it done with?").fill("ESR sent it by hand.")
    await wide.get_by_role("button", name="Close this issue").click()
    await expect(wide.get_by_role("main")).to_contain_text("your reason is kept")
    await filled.visit(wide, "exchanges/277")
    await wide.get_by_role("button", name="Try every step").click()
    await expect(wide.get_by_role("table", name="Each step of the trial")).to_contain_text("Sign in")
    await wide.get_by_text("Ask ESR for a snapshot", exact=True).click()
    await is_good(wide, "C-filled-exchange")
    await filled.visit(wide, "audit?check=true")
    await expect(wide.get_by_role("main")).to_contain_text("whole up to entry")
    await is_good(wide, "C-filled-audit")


async def test_news_come_by_themselves_and_disturb_nobody(filled: GatewaySite, wide: Page) -> None:
    await wide.clock.install()
    await filled.sign_in(wide)
    await filled.visit(wide, "files")
    link = wide.get_by_role("link", name=CHANGES.name)
    await link.focus()
    await wide.get_by_label("Name or SHA-256").evaluate("field => { field.value = 'half a wo' }")
    await filled.receive(HELD)
    await wide.clock.run_for(6_000)
    await expect(wide.get_by_role("link", name=HELD.name)).to_be_visible()
    await expect(link).to_be_focused()
    assert await wide.get_by_label("Name or SHA-256").input_value() == "half a wo"
    await expect(wide.locator("#announcements")).to_have_text("3 files")

    await filled.visit(wide, "files?state=held")
    await wide.get_by_role("link", name=HELD.name).click()
    await wide.get_by_text("Let this file go on", exact=True).click()
    reason = wide.get_by_label("How do you know that it is right?")
    await reason.fill("ESR has")
    async with filled.write() as tx:
        await tx.execute(update(file).where(file.c.name == HELD.name).values(reason="Another reason."))
    await wide.clock.run_for(6_000)
    await expect(wide.locator(".esr-lede")).to_contain_text("Another reason.")
    await expect(reason).to_be_visible()
    assert await reason.input_value() == "ESR has"


async def test_what_was_opened_stays_open(filled: GatewaySite, wide: Page) -> None:
    await wide.clock.install()
    await filled.sign_in(wide)
    await filled.visit(wide, "search?text=GO_277")
    first, second = wide.locator("details").nth(0), wide.locator("details").nth(1)
    await first.locator("summary").click()
    await second.locator("summary").click()
    async with filled.write() as tx:
        await tx.execute(update(file).where(file.c.name == CHANGES.name).values(seen_again=3))
    await wide.clock.run_for(11_000)
    await expect(first.locator("summary")).to_contain_text("4 steps")
    assert await first.evaluate("details => details.open") is False
    assert await second.evaluate("details => details.open") is True


async def test_a_page_that_is_paused_or_hidden_asks_for_nothing(filled: GatewaySite, wide: Page) -> None:
    await wide.clock.install()
    await filled.sign_in(wide)
    await filled.visit(wide, "issues")
    asked: list[str] = []
    wide.on("request", lambda sent: asked.append(sent.url) if sent.url.endswith("/issues") else None)
    await wide.get_by_role("button", name="Pause").click()
    await wide.clock.run_for(30_000)
    assert asked == []
    await wide.evaluate("Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })")
    await wide.get_by_role("button", name="Go on").click()
    await wide.clock.run_for(30_000)
    assert asked == []
    async with wide.expect_response(lambda answer: answer.url.endswith("/issues")):
        await wide.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    await expect(wide.locator("[data-live-words]")).to_have_text("Kept up to date.")
    assert len(asked) == 1


async def test_a_person_who_was_signed_out_is_told_so_and_the_page_rests(filled: GatewaySite, wide: Page) -> None:
    await wide.clock.install()
    await filled.sign_in(wide)
    await filled.visit(wide, "issues")
    await wide.context.clear_cookies()
    await wide.clock.run_for(6_000)
    await expect(wide.get_by_text("You are signed out: load the page again for news.")).to_be_visible()
    await expect(wide.get_by_role("button", name="Pause")).to_be_hidden()


async def test_a_held_file_is_released_by_keyboard_alone(filled: GatewaySite, wide: Page) -> None:
    await filled.receive(HELD)
    await filled.sign_in(wide)
    await filled.visit(wide)
    await wide.get_by_label("Find an ESR number").focus()
    await wide.keyboard.type(HELD.name)
    await wide.keyboard.press("Enter")
    await wide.get_by_role("link", name="Open its page").focus()
    await wide.keyboard.press("Enter")
    await wide.get_by_text("Let this file go on", exact=True).locator("xpath=..").focus()
    await wide.keyboard.press("Enter")
    await wide.keyboard.press("Tab")
    await wide.keyboard.type("ESR has confirmed it.")
    await wide.keyboard.press("Enter")
    await expect(wide.get_by_role("status").first).to_contain_text("You let the file go on")
    assert [one.actor for one in await filled.entries(action="file.released")] == ["sample-operator"]


async def test_everything_works_without_javascript(filled: GatewaySite, without_javascript: Page) -> None:
    page = without_javascript
    await filled.receive(HELD)
    await filled.sign_in(page)
    await filled.visit(page, "files?state=held")
    await expect(page.get_by_text("Load the page again for news.")).to_be_visible()
    await page.get_by_role("link", name=HELD.name).click()
    await page.get_by_text("Let this file go on", exact=True).click()
    await page.get_by_label("How do you know that it is right?").fill("ESR has confirmed it.")
    await page.get_by_role("button", name="Release this file").click()
    await expect(page.get_by_role("main")).to_contain_text("By sample-operator. ESR has confirmed it.")
