"""A trust's tables on pages: accessible, whole on a phone, without scripts; looked at before they are put, and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from esrlink.auth import Role
from tests.integration.submittals.conftest import work

from .conftest import ClaimsSite, is_good

GOOD = "element,grade,session_type,premium,rate\nEXTRA,YC72,,,520.00\nEXTRA,YC72,Theatre 3,yes,650.00\n"
BAD = GOOD + "NONE,,,,1\nEXTRA,YC73,,perhaps,about 500\n"


async def _send(page: Page, text: str, day: str = "2026-08-10") -> None:
    await page.get_by_label("In force from").fill(day)
    upload = {"name": "cards.csv", "mimeType": "text/csv", "buffer": text.encode()}
    await page.get_by_label("The table, Excel or CSV").set_input_files(upload)  # type: ignore[arg-type]
    await page.get_by_role("button", name="See what it would change").click()


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_every_page_is_accessible_and_whole(
    device: str, site: ClaimsSite, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    for day in ("2026-07-30", "2026-08-01"):
        await site.rota.taken(day, work(date_worked=day))
    await site.become(page, Role.PAYROLL_OFFICER, vpds=("277", "278"))
    assert await site.visit(page, "settings") == 200
    await expect(page.get_by_role("main")).to_contain_text("Nothing is set up yet")
    await is_good(page, axe, f"settings-{device}")
    await site.visit(page, "settings/277/absence_types")
    await is_good(page, axe, f"settings-absence-types-{device}")
    await site.visit(page, "settings/277/rate_cards")
    await _send(page, BAD)
    await expect(page.get_by_role("main")).to_contain_text("Rate must be a figure")
    await is_good(page, axe, f"settings-troubles-{device}")
    await site.visit(page, "settings/277/rate_cards")
    await _send(page, GOOD, "2026-07-01")
    await expect(page.get_by_role("main")).to_contain_text("records that still wait are judged by it")
    await is_good(page, axe, f"settings-preview-{device}")
    await page.get_by_role("button", name="Put it in force").click()
    await expect(page.locator(".esr-notice--good")).to_contain_text("The edition is put.")
    await is_good(page, axe, f"settings-put-{device}")


async def test_an_edition_is_put_and_taken_back_without_scripts(site: ClaimsSite, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await site.become(page, Role.ADMINISTRATOR)
    await site.visit(page, "settings")
    await page.get_by_role("link", name="Rate cards").click()
    await _send(page, GOOD)
    await expect(page.get_by_role("main")).to_contain_text("2 rows added, 0 changed, 0 removed")
    await page.get_by_role("button", name="Put it in force from 10 August 2026").click()
    await expect(page.get_by_role("main")).to_contain_text("To come")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="as CSV").click()
    assert (await download.value).suggested_filename == "277-rate-cards-2026-08-10.csv"
    await page.get_by_role("button", name="Take back").click()
    await expect(page.locator(".esr-notice--good")).to_contain_text("The edition is taken back.")
    await expect(page.get_by_role("button", name="Take back")).to_have_count(0)
    await context.close()


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(site: ClaimsSite, wide: Page) -> None:
    await site.become(wide, Role.ADMINISTRATOR)
    await site.visit(wide, "settings/277/rate_cards")
    await _send(wide, GOOD)
    whole = {"ods_code": "ZX1", "name": "Invented Trust", "retro_days": 10}
    answer = await site.rota.hub.client.put("/v1/trusts/277", json=whole, headers=site.rota.bearer())
    assert answer.status_code == 200
    await wide.get_by_role("button", name="Put it in force").click()
    await expect(wide.get_by_role("alert")).to_contain_text("Look again")


async def test_each_role_sees_what_is_theirs(site: ClaimsSite, wide: Page) -> None:
    async def sees(role: Role, table: str) -> tuple[int, int]:
        await site.become(wide, role)
        status = await site.visit(wide, f"settings/277/{table}")
        return status, await wide.get_by_label("In force from").count()

    assert await sees(Role.ADMINISTRATOR, "rules") == (200, 1)
    assert await sees(Role.PAYROLL_OFFICER, "rate_cards") == (200, 1)
    assert await sees(Role.PAYROLL_OFFICER, "rules") == (200, 0)
    assert await sees(Role.AUDITOR, "rate_cards") == (200, 0)
    assert (await sees(Role.VALIDATOR, "rate_cards"))[0] == 403
    await site.become(wide, Role.ADMINISTRATOR, departments=["clwrota/anaesthetics"])
    assert await site.visit(wide, "settings") == 403
    await site.become(wide, Role.ADMINISTRATOR)
    assert await site.visit(wide, "settings/278/rate_cards") == 404
    assert await site.visit(wide, "settings/277/rate_cards?from=2026-08-09") == 404


async def test_who_works_for_some_departments_is_not_led_to_pages_of_the_whole_trust(
    site: ClaimsSite, wide: Page
) -> None:
    for departments, there in ((None, 1), (["clwrota/anaesthetics"], 0)):
        await site.become(wide, Role.ADMINISTRATOR, Role.PAYROLL_OFFICER, departments=departments)
        await site.visit(wide)
        sections = wide.get_by_role("navigation", name="Submittals")
        for name in ("Settings", "Payroll"):
            await expect(sections.get_by_role("link", name=name, exact=True)).to_have_count(there)
        await expect(sections.get_by_role("link", name="To enrich")).to_have_count(1)
    assert (await wide.request.get(f"{site.url}/submittals/settings")).status == 403
