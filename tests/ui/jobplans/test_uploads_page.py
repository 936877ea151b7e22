"""A file of job plans: taken by a person who saw what it would change, refused in words, and undone by the file before it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from esrlink.auth import Role

from .conftest import PlanSite, is_good
from .world import PLANLESS, WHOLE

GOOD = f"""line,plan,employee_number,state,effective_from,category,pas
plan,JP-1,{PLANLESS},completed,2026-04-01,,
category,JP-1,,,,DCC,7.5
plan,JP-2,{WHOLE},draft,2026-04-01,,
"""
MIXED = GOOD.replace("draft,2026-04-01", "draft,the first of April").replace("7.5", "8")


async def _send(page: Page, content: str, name: str = "plans.csv") -> None:
    file: Any = {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
    await page.get_by_label("A file of job plans, Excel or CSV").set_input_files(file)
    await page.get_by_role("button", name="See what it would change").click()


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_a_file_is_looked_at_applied_and_undone(
    device: str, site: PlanSite, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await site.become(page, Role.ADMINISTRATOR)
    await site.visit(page, "uploads")
    await is_good(page, axe, f"jp-uploads-{device}")
    await page.get_by_role("link", name="files", exact=True).click()
    await is_good(page, axe, f"jp-uploads-of-{device}")
    assert "employee_number" in await (await page.request.get(await _template(page))).text()
    await _send(page, "not,a,plan\n1,2,3\n")
    await expect(page.get_by_role("alert")).to_contain_text("The file cannot be taken")
    await _send(page, GOOD)
    await expect(page.get_by_role("heading", level=1)).to_have_text("What the file would change")
    await is_good(page, axe, f"jp-upload-{device}")
    await page.get_by_role("button", name="Apply the file").click()
    await expect(page.get_by_role("status").first).to_contain_text("The file is in effect.")
    await is_good(page, axe, f"jp-uploads-applied-{device}")
    await site.visit(page, f"people/277/{PLANLESS}")
    await expect(page.get_by_role("main")).to_contain_text("files/JP-1 version")


async def test_rows_in_error_hold_no_other_and_are_left_out_on_purpose_only(
    site: PlanSite, wide: Page, axe: Any
) -> None:
    await site.become(wide, Role.ADMINISTRATOR)
    await site.visit(wide, "uploads/277/files")
    await _send(wide, MIXED)
    rows = wide.get_by_role("table", name="Rows to look at").get_by_role("row")
    await expect(rows.filter(has_text="effective_from")).to_contain_text("Cannot be taken")
    await is_good(wide, axe, "jp-upload-errors-wide")
    await wide.get_by_role("button", name="Apply the file").click()
    await expect(wide.get_by_role("alert")).to_contain_text("Nothing was changed")
    await wide.get_by_label("Go on without").check()
    await wide.get_by_role("button", name="Apply the file").click()
    await expect(wide.get_by_role("status").first).to_contain_text("The file is in effect.")
    files = wide.get_by_role("table", name="Files of job plans, newest first").get_by_role("row")
    await expect(files.nth(1)).to_contain_text("In effect")


async def test_uploads_are_for_administrators_of_the_whole_trust(site: PlanSite, wide: Page) -> None:
    for roles, departments, status in (
        ((Role.OPERATOR,), None, 403),
        ((Role.VALIDATOR,), None, 403),
        ((Role.ADMINISTRATOR,), ["clwrota/anaesthetics"], 404),
    ):
        await site.become(wide, *roles, departments=departments)
        assert await site.visit(wide, "uploads/277/files") == status
    await site.become(wide, Role.ADMINISTRATOR)
    assert await site.visit(wide, "uploads/277/sard") == 404
    assert await site.visit(wide, "uploads/312/files") == 404
    assert await site.visit(wide, "providers/277/files") == 200
    await wide.get_by_role("link", name="Upload a file of job plans").click()
    await expect(wide.get_by_role("heading", level=1)).to_have_text("Job plans of files")


async def _template(page: Page) -> str:
    href = await page.get_by_role("link", name="as CSV", exact=True).get_attribute("href")
    assert href is not None
    return href if href.startswith("http") else f"{page.url.split('/jobplan-adapter')[0]}{href}"
