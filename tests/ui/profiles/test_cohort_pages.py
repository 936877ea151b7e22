"""Planning a changeover on pages: accessible, whole on a phone, by keyboard, without scripts, for administrators alone."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.async_api import Browser, Page, expect

from esrlink.auth import Role
from tests.integration.profiles.cohort_site import JOINER, Cohorts
from tests.integration.profiles.conftest import SCOPES, Hub

from .conftest import PeopleSite, is_good


@pytest.fixture
async def cohorts(site: PeopleSite) -> Cohorts:
    """A department around its changeover; nothing is planned yet."""
    return await Cohorts.begin(Hub(site.hub, site.hub.bearer(*SCOPES)))


async def _plan(site: PeopleSite, cohorts: Cohorts, page: Page) -> str:
    assert (await cohorts.plan()).status_code == 201
    path = f"cohorts/277/{cohorts.cohort_id}"
    await site.become(page, Role.ADMINISTRATOR, vpds=("277",))
    assert await site.visit(page, path) == 200
    return path


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_every_page_is_accessible_and_whole(
    device: str, site: PeopleSite, cohorts: Cohorts, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await site.become(page, Role.ADMINISTRATOR, vpds=("277",))
    for name, path in {"cohorts-empty": "cohorts", "cohort-new": "cohorts/new"}.items():
        assert await site.visit(page, path) == 200
        await is_good(page, axe, f"{name}-{device}")
    await page.get_by_role("button", name="Make the plan").click()
    await expect(page.locator("#name-wrong")).to_contain_text("Give the cohort a name")
    await is_good(page, axe, f"cohort-new-refused-{device}")
    path = await _plan(site, cohorts, page)
    await page.get_by_text("Change what is done of Dr Adaeze Okafor").click()
    await is_good(page, axe, f"cohort-planned-{device}")
    upload = {"name": "plan.csv", "mimeType": "text/csv", "buffer": _edited(JOINER, "link", "nobody").encode()}
    await page.get_by_label("An edited plan").set_input_files(upload)
    await page.get_by_role("button", name="See what it would change").click()
    await is_good(page, axe, f"cohort-upload-refused-{device}")
    await cohorts.edit(JOINER, action="link", profile_id="tq", note="He was here in his year off.")
    await cohorts.act("apply")
    await site.visit(page, path)
    await is_good(page, axe, f"cohort-applying-{device}")
    await cohorts.applying().work()
    await site.visit(page, path)
    await expect(page.get_by_role("main")).to_contain_text("Profile tq is linked to somebody else.")
    await is_good(page, axe, f"cohort-applied-{device}")
    await site.visit(page, "cohorts")
    await is_good(page, axe, f"cohorts-{device}")
    assert (await cohorts.plan(changeover="2031-02-03", name="Nobody")).status_code == 201
    await site.visit(page, f"cohorts/277/{cohorts.cohort_id}")
    await expect(page.get_by_role("main")).to_contain_text("Nobody comes or goes")
    await is_good(page, axe, f"cohort-nobody-{device}")


def _edited(number: str, action: str, profile_id: str) -> str:
    row = f"{number},clwrota,anaesthetics,{action},{profile_id}"
    return f"employee_number,product,department,action,profile_id\n{row}\n"


async def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the thing with this name has the focus."""
    label = "(e => (e.labels?.[0]?.textContent || e.textContent).trim().replace(/\\s+/g, ' '))(document.activeElement)"
    for _ in range(120):
        await page.keyboard.press("Tab")
        if (await page.evaluate(label)).startswith(name):
            return
    pytest.fail(f"the keyboard does not reach {name!r}")


async def test_a_changeover_is_planned_edited_and_applied_by_keyboard_alone(
    site: PeopleSite, cohorts: Cohorts, wide: Page
) -> None:
    await site.become(wide, Role.ADMINISTRATOR, vpds=("277",))
    await site.visit(wide, "cohorts")
    await _tab_to(wide, "Plan a changeover")
    await wide.keyboard.press("Enter")
    await expect(wide.get_by_role("heading", level=1)).to_have_text("Plan a changeover")
    await _tab_to(wide, "Name")
    await wide.keyboard.type("August changeover")
    await _tab_to(wide, "Changeover day")
    await wide.keyboard.type("08082026")  # within days of it, and the same wherever the month stands
    await _tab_to(wide, "Anaesthetics")
    await wide.keyboard.press("Space")
    await _tab_to(wide, "Make the plan")
    await wide.keyboard.press("Enter")
    await expect(wide.get_by_role("heading", level=1)).to_have_text("August changeover")
    await _tab_to(wide, "Change what is done of Dr Per Nygaard")
    await wide.keyboard.press("Enter")
    await _tab_to(wide, "Leave this person out")
    await wide.keyboard.press("Space")
    await _tab_to(wide, "Save")
    await wide.keyboard.press("Enter")
    await expect(wide.get_by_role("status").first).to_contain_text("The row is changed.")
    await _tab_to(wide, "I have looked through the plan")
    await wide.keyboard.press("Space")
    await _tab_to(wide, "Apply the plan")
    await wide.keyboard.press("Enter")
    await expect(wide.get_by_role("status").first).to_contain_text("is being applied")
    await cohorts.applying().work()
    assert len(await cohorts.onboarded()) == 4


async def test_without_scripts_a_plan_goes_out_to_excel_and_comes_back(
    site: PeopleSite, cohorts: Cohorts, browser: Browser
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await _plan(site, cohorts, page)
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="Download for Excel").click()
    download = await waiting.value
    book = load_workbook(io.BytesIO((await download.path()).read_bytes()))
    sheet = book.active
    assert sheet is not None
    heading = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        if row[0].value == JOINER:
            row[heading.index("profile_id")].value = "ao-1"
    edited = io.BytesIO()
    book.save(edited)
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    await page.get_by_label("An edited plan").set_input_files(
        {"name": "plan.xlsx", "mimeType": workbook, "buffer": edited.getvalue()}
    )
    await page.get_by_role("button", name="See what it would change").click()
    await expect(page.get_by_role("main")).to_contain_text("1 row would change, 4 rows are as in the plan.")
    await page.get_by_role("button", name="Take 1 change").click()
    await expect(page.get_by_role("main")).to_contain_text("The edited plan is taken.")
    assert (await cohorts.rows())[JOINER]["profile_id"] == "ao-1"
    await page.get_by_label("I have looked through the plan").check()
    await page.get_by_role("button", name="Apply the plan").click()
    await expect(page.get_by_role("main")).to_contain_text("Applied: 0 of 5 rows.")
    await cohorts.applying().work()
    await page.reload()
    await page.get_by_text("Undo the cohort").first.click()
    await page.get_by_label(re.compile("Tell the rota products that 5 rows")).check()
    await page.get_by_role("button", name="Undo the cohort").click()
    await cohorts.applying().work()
    assert [one[3] for one in await cohorts.onboarded()] == [False] * 5 + [True] * 5
    await context.close()


async def test_an_edit_of_a_row_that_somebody_else_changed_is_refused_in_words(
    site: PeopleSite, cohorts: Cohorts, wide: Page
) -> None:
    await _plan(site, cohorts, wide)
    await cohorts.edit(JOINER, note="I was first.")
    await wide.get_by_text("Change what is done of Dr Adaeze Okafor").click()
    row = wide.get_by_role("row").filter(has_text="Dr Adaeze Okafor")
    await row.get_by_label("What to do").select_option("leave")
    await row.get_by_role("button", name="Save").click()
    await expect(wide.get_by_role("alert")).to_contain_text("You read version 1; the row is at version 2.")


async def test_cohorts_are_for_administrators_of_the_trust(site: PeopleSite, cohorts: Cohorts, wide: Page) -> None:
    path = await _plan(site, cohorts, wide)
    await site.become(wide, Role.PAYROLL_OFFICER, vpds=("277",))
    assert await site.visit(wide, path) == 403
    await site.visit(wide, "people")
    await expect(wide.get_by_role("navigation", name="Profiles")).not_to_contain_text("Cohorts")
    await site.become(wide, Role.ADMINISTRATOR, vpds=("312",))
    assert await site.visit(wide, path) == 404
    await site.visit(wide, "cohorts")
    await expect(wide.get_by_role("main")).to_contain_text("No cohort yet")
