"""The pages of what goes to ESR, as a payroll officer meets them: wide, on a phone, by keyboard, without scripts."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.conftest import RunService

from .payroll_site import PayrollSite, payroll_site

pytestmark = pytest.mark.timeout(240)
SHOTS = os.environ.get("SCREENSHOTS")
_FITS = "document.documentElement.scrollWidth <= window.innerWidth"
_RAW_MOMENTS = r"document.querySelector('main').innerText.match(/\d{4}-\d\d-\d\dT\d\d/g)"


@pytest.fixture
async def site(tmp_path: Path, run_service: RunService) -> AsyncIterator[PayrollSite]:
    async with payroll_site(tmp_path, run_service) as site:
        yield site


async def _opens(page: Page, url: str) -> None:
    answer = await page.goto(url)
    assert answer is not None
    assert answer.status == 200, url


async def _is_good(page: Page, axe: Any, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    assert await axe(page) == [], name
    assert await page.evaluate(_FITS), f"{name} scrolls sideways"
    assert await page.locator("h1").count() == 1, name
    assert await page.evaluate(_RAW_MOMENTS) is None, name


async def test_every_page_is_accessible_and_whole(site: PayrollSite, wide: Page, phone: Page, axe: Any) -> None:
    devices = {"1280": wide, "390": phone}
    for page in devices.values():
        await site.sign_in(page, "Marcus Bell")
    paths = {"runs": "runs", "calendar": "calendar", "preview": "runs/open/277/MN2702"}
    for width, page in devices.items():
        for name, path in paths.items():
            await page.goto(site.home + path)
            await _is_good(page, axe, f"F-{name}-empty-{width}")
    await site.fill()
    to_sign, in_doubt = await site.run_id("MN2706"), await site.run_id("MN2705")
    sent = await site.run_id("MN2704")
    one = (await site.gateway.get(f"/v1/runs/{sent}/lines"))["lines"][3]
    doubted = next(
        file for file in (await site.gateway.get(f"/v1/runs/{in_doubt}"))["files"] if file["state"] == "unknown"
    )
    paths = {
        "runs": "runs",
        "calendar": "calendar",
        "preview": "runs/open/277/MN2707",
        "run-frozen": f"runs/{to_sign}",
        "run-departments": f"runs/{to_sign}?by=department",
        "run-in-doubt": f"runs/{in_doubt}",
        "run-sent": f"runs/{sent}",
        "lines": f"runs/{sent}/lines",
        "lines-none": f"runs/{sent}/lines?text=nobody",
        "sign": f"runs/{to_sign}/sign",
        "file-in-doubt": f"run-files/{doubted['file_name']}",
        "file-sent": "run-files/TA_277_LNK_MN2704_00000003.DAT",
        "record": f"records/{one['submittal_id']}/{one['version']}",
        "supplementary": "runs/supplementary",
    }
    for width, page in devices.items():
        for name, path in paths.items():
            await _opens(page, site.home + path)
            await _is_good(page, axe, f"F-{name}-{width}")


async def test_an_officer_signs_without_scripts_and_the_run_is_sent(
    site: PayrollSite, without_javascript: Page
) -> None:
    page = without_javascript
    await site.put(sign="named_officer")
    await site.approve(2, 5)
    await site.pass_cut_off(2)
    await site.sign_in(page, "Marcus Bell")
    await page.goto(site.home + "runs")
    await page.get_by_role("link", name="Look and sign").click()
    await page.get_by_label("I have looked at the totals of Pay 2").check()
    await page.get_by_role("button", name="Sign and send").click()
    await expect(page.get_by_role("status").first).to_have_text("You have signed. The files are being sent now.")
    await expect(page.get_by_role("main")).to_contain_text("by sample-277-payroll-officer")
    await site.gateway.close_due()
    await page.reload()
    await expect(page.locator("[aria-current=step]")).to_contain_text("Sent")


async def test_a_calendar_is_checked_and_taken_by_keyboard(site: PayrollSite, wide: Page, tmp_path: Path) -> None:
    head = "period_type,run,tax_year,period,pay_name,starts,ends,cut_off,pay_date\n"
    good, wrong = tmp_path / "good.csv", tmp_path / "wrong.csv"
    good.write_text(f"{head}M,N,27,9,December pay,2026-12-01,2026-12-31,2026-12-04 12:00,2026-12-23\n")
    wrong.write_text(f"{head}M,N,27,9,December pay,2026-12-01,2026-12-31,2026-12-32 12:00,2026-12-23\n")
    await site.sign_in(wide, "Marcus Bell")
    for file in (wrong, good):
        await wide.goto(site.home + "calendar")
        await wide.locator("summary", has_text="Send a new calendar for trust 277").press("Enter")
        await wide.get_by_label("CSV file").set_input_files(file)
        await wide.get_by_role("button", name="Check the file").press("Enter")
        await expect(wide.get_by_role("heading", level=1)).to_have_text("Check of a calendar")
        if file is wrong:
            await expect(wide.get_by_role("table", name="Rows to look at")).to_contain_text("2026-12-32")
            await expect(wide.get_by_role("button", name="Take this calendar")).to_have_count(0)
    await expect(wide.get_by_role("table", name="Added")).to_contain_text("December pay")
    await wide.get_by_role("button", name="Take this calendar").press("Enter")
    await expect(wide.get_by_role("status").first).to_contain_text("The calendar is taken.")
    await expect(wide.get_by_role("table", name="Pay periods of trust 277")).to_contain_text("MN2709")
