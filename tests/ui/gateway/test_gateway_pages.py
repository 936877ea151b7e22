"""Every page of what comes from ESR, with data and without: accessible, whole on a phone, and saying what to do next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from esr_gateway.issues import Problem, raise_issue

from .conftest import CHANGES, NOW, GatewaySite, Good

pytestmark = pytest.mark.timeout(120)

EMPTY = {
    "": "No exchange is set up",
    "files": "No file has come yet",
    "issues": "Nothing is wrong",
    "audit": "Nothing was recorded yet",
    "search": "What can be searched for",
    "search?text=20009999": "Nothing was found",
}
GAP = Problem("gap:1945", "gap", "bad", "Changes file 1945 has not come.", "Ask ESR for a snapshot.", "exchanges/277")
ROWS = Problem("rows:PR", "rows", "warning", "3 rows of people have an impossible date.", "Tell ESR.", "files")


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_an_empty_gateway_says_on_every_page_what_is_to_come(
    device: str, site: GatewaySite, wide: Page, phone: Page, is_good: Good
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await site.sign_in(page)
    for path, words in EMPTY.items():
        assert await site.visit(page, path) == 200, path
        await expect(page.get_by_role("main")).to_contain_text(words)
        await is_good(page, f"C-empty-{path.replace('?', '-') or 'overview'}-{device}")


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_a_filled_gateway_is_accessible_and_whole(
    device: str, filled: GatewaySite, wide: Page, phone: Page, is_good: Good
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    async with filled.write() as tx:
        await raise_issue(tx, "277", GAP, NOW - timedelta(hours=5))
        await raise_issue(tx, "277", ROWS, NOW - timedelta(hours=2), count=3)
    await filled.sign_in(page)
    for path in ("", "files", "issues", "search?text=GO_277"):
        assert await filled.visit(page, path) == 200, path
        await is_good(page, f"C-filled-{path.split('?')[0] or 'overview'}-{device}")
    await filled.visit(page, "files")
    await page.get_by_role("link", name=CHANGES.name).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(CHANGES.name)
    await expect(page.get_by_role("heading", name="Row 2: Person")).to_be_visible()
    await is_good(page, f"C-filled-file-{device}")
    await filled.visit(page, "issues")
    await page.get_by_role("link", name="Changes file 1945").click()
    await page.get_by_text("Close it by hand", exact=True).click()
    await is_good(page, f"C-filled-issue-{device}")
    await page.get_by_label("Why is it done with?").fill("ESR sent it by hand.")
    await page.get_by_role("button", name="Close this issue").click()
    await expect(page.get_by_role("main")).to_contain_text("your reason is kept")
    await filled.visit(page, "audit?check=true")
    await expect(page.get_by_role("main")).to_contain_text("whole up to entry 1")
    await is_good(page, f"C-filled-audit-{device}")
