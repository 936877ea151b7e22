"""Every page of the product, with the story's data and without any: accessible, whole on a phone, quiet in the console."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from .conftest import PLACES, Site

pytestmark = pytest.mark.timeout(240)

REFERENCES = tuple(f"{path}docs" for name, path in PLACES.items() if name != "Overview")
SHOTS = os.environ.get("SCREENSHOTS")
_TABLES_WITHOUT_CAPTION = "[...document.querySelectorAll('table')].filter(t => !t.caption?.textContent.trim()).length"
_FITS = "document.documentElement.scrollWidth <= window.innerWidth"
# A moment as machines write it, where a person reads.
_RAW_MOMENTS = r"document.querySelector('main').innerText.match(/\d{4}-\d\d-\d\dT\d\d/g)"


async def _is_good(page: Page, axe, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name.replace('/', '_')}.png", full_page=True)
    assert await axe(page) == [], name
    assert await page.evaluate(_FITS), f"{name} scrolls sideways"
    assert await page.locator("h1").count() == 1, name
    assert await page.evaluate(_TABLES_WITHOUT_CAPTION) == 0, name


@pytest.mark.parametrize("state", ["filled", "fresh"])
@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_every_page_is_accessible_and_whole(state, device, filled: Site, fresh: Site, wide, phone, axe) -> None:
    site, page = {"filled": filled, "fresh": fresh}[state], {"wide": wide, "phone": phone}[device]
    await site.visit(page, "/")
    await _is_good(page, axe, f"sign-in-{state}-{device}")
    await site.sign_in(page, "Alex Winter")
    for name, path in PLACES.items():
        assert await site.visit(page, path) == 200, name
        await expect(page.get_by_role("heading", level=1)).to_have_text(name)
        await _is_good(page, axe, f"{name}-{state}-{device}")
        assert await page.evaluate(_RAW_MOMENTS) is None, name


async def test_a_fresh_hub_says_on_every_page_what_to_do_first(fresh: Site, wide) -> None:
    await fresh.sign_in(wide, "Alex Winter")
    main = wide.get_by_role("main")
    for path, words in {
        "/": "No cut-off is known",
        "/esr-gateway/": "No exchange is set up",
        "/profile-sync/": "No department is set up",
        "/submittals/": "No records yet",
        "/jobplan-adapter/": "No job plan provider is set up yet",
    }.items():
        await fresh.visit(wide, path)
        await expect(main).to_contain_text(words)


async def test_the_overview_tells_state_files_backlog_and_the_next_cut_off(filled: Site, wide) -> None:
    await filled.sign_in(wide, "Alex Winter")
    main = wide.get_by_role("main")
    await expect(main).to_contain_text("All services are running.")
    await expect(wide.get_by_role("heading", name="Next payroll cut-offs")).to_be_visible()
    # Two services know of each cut-off; it is told once.
    await expect(wide.locator(".esr-cut-off")).to_have_count(2)
    card = wide.get_by_role("region", name="ESR gateway")
    await expect(card).to_contain_text("Up")
    await expect(card.locator(".esr-figure", has_text="Files in").locator("dd")).to_contain_text("9")
    await expect(card.locator(".esr-figure", has_text="Files out").locator("dd")).to_contain_text("4")
    await expect(card).to_contain_text("Backlog: none.")


async def test_each_file_says_how_sure_its_layout_is(filled: Site, wide) -> None:
    await filled.sign_in(wide, "Marcus Bell")
    await filled.visit(wide, "/esr-gateway/")
    files = wide.get_by_role("table", name="The newest files from ESR").get_by_role("row")
    await expect(files.filter(has_text="GO_277_GDW_GOC").first).to_contain_text("layout published")
    await expect(files.filter(has_text="CF_277_TA").first).to_contain_text("layout assumed")
    await filled.visit(wide, "/esr-gateway/runs")
    await wide.get_by_role("table", name="Closed runs").get_by_role("link", name="September 2026 pay").click()
    sent = wide.get_by_role("table", name="Files of September 2026 pay").get_by_role("row")
    await expect(sent.filter(has_text="TA_277").first).to_contain_text("layout reported")
    await expect(sent.filter(has_text="TA_277").first).to_contain_text("ESR has read it")


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_the_api_references_are_our_own_pages(device, filled: Site, wide, phone, axe) -> None:
    page = {"wide": wide, "phone": phone}[device]
    for path in REFERENCES:
        assert await filled.visit(page, path) == 200
        await expect(page.get_by_role("heading", level=1)).to_contain_text("API reference")
        assert (await page.request.get(f"{filled.url}{path.removesuffix('docs')}openapi.json")).ok
    await filled.visit(page, "/submittals/docs")
    operation = page.locator("#put_submittal")
    await operation.get_by_text("Put a record").click()
    await expect(operation.get_by_role("table", name="Parameters of PUT")).to_be_visible()
    await expect(operation.get_by_text("Scope: submittals:write")).to_be_visible()
    await expect(operation.get_by_text('"absence_type": "Sickness"').first).to_be_visible()
    await _is_good(page, axe, f"api-{device}")


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_refusals_and_the_signed_out_page_are_accessible(device, filled: Site, wide, phone, axe) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await filled.sign_in(page, "Dr Natasha Bera")
    assert await filled.visit(page, "/submittals/") == 403
    await expect(page.get_by_role("main")).to_contain_text("This is for the role")
    await _is_good(page, axe, f"forbidden-{device}")
    assert await filled.visit(page, "/submittals/no-such-page") == 404
    await _is_good(page, axe, f"not-found-{device}")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    await _is_good(page, axe, f"signed-out-{device}")
