"""Who sees what: roles, trusts and names on the pages of a hub with two trusts in it; by keyboard and without scripts."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from .conftest import PLACES, Site

pytestmark = pytest.mark.timeout(240)

ALL = set(PLACES)
# A page of what is somebody's own: beside the services' pages in the navigation of those whom it is for.
OWN = {"My claims": "/submittals/mine", "My job plan": "/jobplan-adapter/mine"}
SEES = {
    "Alex Winter": ALL,  # operator
    "Priya Raman": ALL,  # administrator
    "Siobhan Keane": ALL,  # auditor
    "Marcus Bell": ALL - {"Job plans"},  # payroll officer
    "Dr Ewa Lindqvist": ALL - {"ESR gateway"},  # validator
    "Dr Natasha Bera": {"Overview", "My claims", "My job plan"},  # clinician
}
# What the keyboard is on, as a reader reads it.
_FOCUSED = r"document.activeElement.textContent.trim().replace(/\s+/g, ' ')"


async def _tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate(_FOCUSED) == name:
            return
    pytest.fail(f"the keyboard does not reach {name!r}")


@pytest.mark.parametrize("person", SEES)
async def test_the_navigation_offers_exactly_the_pages_that_open(person, filled: Site, wide) -> None:
    await filled.sign_in(wide, person)
    offered = await wide.get_by_role("navigation", name="Services").get_by_role("link").all_inner_texts()
    opened = {name for name, path in {**PLACES, **OWN}.items() if await filled.visit(wide, path) == 200}
    assert set(offered) == opened == SEES[person]


async def test_an_overview_has_no_link_that_would_be_refused(filled: Site, wide) -> None:
    await filled.sign_in(wide, "Dr Natasha Bera")
    links = await wide.get_by_role("main").get_by_role("link").count()
    assert links == 0
    await expect(wide.get_by_role("region", name="Submittals")).to_contain_text("Up")


async def test_a_clinician_of_the_try_out_sees_their_claims_in_the_story(filled: Site, wide) -> None:
    await filled.sign_in(wide, "Dr Natasha Bera")
    await filled.visit(wide, "/submittals/mine")
    # One evening was claimed twice, in two departments: the second came back.
    claims = wide.get_by_role("article")
    await expect(claims.filter(has_text="Returned")).to_contain_text("Cardiology")
    await expect(claims.filter(has_text="Anaesthetics").first).to_contain_text("£")


async def test_a_person_of_one_trust_sees_nothing_of_the_other(filled: Site, wide) -> None:
    async def words() -> dict[str, str]:
        found = {}
        parts = {part: f"/esr-gateway/{part}" for part in ("exchanges", "files", "issues", "runs", "calendar")}
        for name, path in {**PLACES, **parts}.items():
            await filled.visit(wide, path)
            found[name] = await wide.locator("body").inner_text()
        await filled.visit(wide, "/esr-gateway/runs")
        await wide.get_by_role("table", name="Closed runs").get_by_role("link").first.click()
        await wide.wait_for_url("**/runs/*-*")
        found["run"] = await wide.locator("body").inner_text()
        return found

    await filled.sign_in(wide, "Grace Okonedo")
    for name, text in (await words()).items():
        assert "Thornfield Vale Hospital 312 to you as administrator" in text, name
        for foreign in ("277", "Alderbrook", "AMU", "Cardiology"):
            assert foreign not in text, (name, foreign)
    # The same words are there for the trust's own people: the check above could fail.
    await wide.get_by_role("button", name="Sign out").click()
    await filled.sign_in(wide, "Priya Raman")
    whole = " ".join((await words()).values())
    for own in ("277", "Alderbrook", "AMU", "Cardiology"):
        assert own in whole, own


async def test_the_trust_switch_narrows_every_page(filled: Site, wide) -> None:
    async def people() -> str:
        await filled.visit(wide, "/")
        card = wide.get_by_role("region", name="Profiles")
        return await card.locator(".esr-figure", has_text="People from ESR").locator("dd").inner_text()

    await filled.sign_in(wide, "Alex Winter")
    of_both = int(await people())
    await filled.visit(wide, "/esr-gateway/files")
    await expect(wide.get_by_role("main")).to_contain_text("GO_277_GDW_GDR")
    await wide.get_by_label("Trust to show").select_option("312 Thornfield Vale Hospital")
    await wide.get_by_role("button", name="Show this trust").click()
    await wide.wait_for_url(f"{filled.url}/esr-gateway/files")
    await expect(wide.get_by_role("main")).to_contain_text("GO_312_GDW_GDR")
    await expect(wide.get_by_role("main")).not_to_contain_text("277")
    assert 0 < int(await people()) < of_both
    await expect(wide.locator(".esr-cut-off")).to_have_count(1)


async def test_names_are_for_those_who_decide_about_links(filled: Site, wide) -> None:
    await filled.sign_in(wide, "Siobhan Keane")
    await filled.visit(wide, "/profile-sync/")
    table = wide.get_by_role("table", name="People with several profiles")
    await expect(table).to_be_visible()
    assert "Name" not in await table.get_by_role("columnheader").all_inner_texts()
    await expect(wide.get_by_text("Names are shown to administrators and payroll officers only.")).to_be_visible()
    await wide.get_by_role("button", name="Sign out").click()
    await filled.sign_in(wide, "Priya Raman")
    await filled.visit(wide, "/profile-sync/")
    assert "Name" in await table.get_by_role("columnheader").all_inner_texts()


async def test_the_keyboard_alone_reaches_every_page(filled: Site, wide) -> None:
    await filled.visit(wide, "/")
    await _tab_to(wide, "Priya Raman Administrator")
    await wide.keyboard.press("Enter")
    await wide.wait_for_url(f"{filled.url}/")
    for name, path in [*PLACES.items()][1:]:
        await _tab_to(wide, name)
        await wide.keyboard.press("Enter")
        await wide.wait_for_url(filled.url + path)
        await expect(wide.get_by_role("heading", level=1)).to_have_text(name)
        await wide.keyboard.press("Tab")
        await expect(wide.locator(".nhsuk-skip-link")).to_be_focused()
        await wide.keyboard.press("Enter")
        await expect(wide.locator("#maincontent")).to_be_focused()
        await filled.visit(wide, path)


async def test_a_runs_totals_are_reached_by_keyboard(filled: Site, wide) -> None:
    await filled.sign_in(wide, "Marcus Bell")
    await filled.visit(wide, "/esr-gateway/runs")
    await _tab_to(wide, "August 2026 pay")
    await wide.keyboard.press("Enter")
    totals = wide.get_by_role("table", name="Control totals of August 2026 pay by element")
    await expect(totals).to_contain_text("£")
    await _tab_to(wide, "By department")
    await wide.keyboard.press("Enter")
    totals = wide.get_by_role("table", name="Control totals of August 2026 pay by department")
    await expect(totals).to_contain_text("medirota/cardiology")


async def test_every_page_works_without_javascript(filled: Site, without_javascript: Page) -> None:
    page = without_javascript
    await filled.sign_in(page, "Alex Winter")
    for name, path in PLACES.items():
        await filled.visit(page, path)
        await expect(page.get_by_role("heading", level=1)).to_have_text(name)
    await filled.visit(page, "/esr-gateway/runs")
    await page.get_by_role("row", name="August 2026 pay").filter(has_text="277").get_by_role("link").click()
    await expect(page.get_by_role("table", name="Control totals of August 2026 pay by element")).to_be_visible()
    await filled.visit(page, "/esr-gateway/")
    await page.get_by_label("Trust to show").select_option("312")
    await page.get_by_role("button", name="Show this trust").click()
    await expect(page.get_by_role("main")).not_to_contain_text("GO_277")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
