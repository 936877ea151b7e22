"""The overview and the sign-in, as a person meets them."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from esrlink.status import Backlog, CutOff, Figure, Notice, StatusReport

SHOTS = os.environ.get("SCREENSHOTS")


def _report(service: str, title: str, **parts: Any) -> StatusReport:
    return StatusReport(service=service, title=title, version="0.1.0", **parts)


def full_reports() -> dict[str, StatusReport | None]:
    soon = datetime.now(UTC) + timedelta(hours=5)
    return {
        "esr-gateway": _report(
            "esr-gateway",
            "ESR gateway",
            figures=[
                Figure(label="Files in", value=4, href="/esr-gateway/files"),
                Figure(label="Files out", value=2, href="/esr-gateway/runs"),
                Figure(label="Rows set aside", value=17, tone="warning", href="/esr-gateway/files"),
                Figure(label="People published", value=2300),
            ],
            next_cut_offs=[
                CutOff(vpd="277", trust="Northcliffe University Hospitals", at=soon, pay="August 2026 pay"),
                CutOff(vpd="312", trust="Vale of Arden", at=soon + timedelta(days=4), pay="August 2026 pay"),
            ],
        ),
        "profile-sync": _report(
            "profile-sync",
            "Profiles",
            figures=[
                Figure(label="Matched", value=412, tone="good"),
                Figure(label="Possible", value=23, tone="warning", href="/profile-sync/review"),
                Figure(label="Unmatched", value=6, tone="bad"),
            ],
        ),
        "submittals": _report(
            "submittals",
            "Submittals",
            state="degraded",
            figures=[Figure(label="Waiting for approval", value=38), Figure(label="Returned", value=5, tone="warning")],
            backlog=Backlog(outbox_waiting=1240, outbox_oldest_seconds=412, parked=2),
            notices=[Notice(tone="bad", text="2 messages are parked.", href="/submittals/parked")],
        ),
        "jobplan-adapter": _report(
            "jobplan-adapter",
            "Job plans",
            figures=[
                Figure(label="Plans held", value=268),
                Figure(label="Hours delivered", value=1841.5, unit="hours"),
            ],
        ),
    }


async def _keep(page: Page, name: str) -> None:
    """Keeps a picture when SCREENSHOTS names a folder, for a person to look at."""
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


async def _tab_to(page: Page, name: str) -> None:
    for _ in range(40):
        await page.keyboard.press("Tab")
        focused = await page.evaluate("document.activeElement.textContent.trim()")
        if name in focused and len(focused) < 80:
            return
    pytest.fail(f"the keyboard does not reach {name!r}")


async def test_a_person_signs_in_and_out_with_the_keyboard_alone(hub, wide) -> None:
    hub.reports = full_reports()
    await wide.goto(f"{hub.url}/?from=bookmark")
    await expect(wide).to_have_title(re.compile("Choose who to be"))
    await _tab_to(wide, "Marcus Bell")
    await wide.keyboard.press("Enter")
    await wide.wait_for_url(f"{hub.url}/?from=bookmark")
    await expect(wide.get_by_role("banner")).to_contain_text("Marcus Bell")
    await _tab_to(wide, "Sign out")
    await wide.keyboard.press("Enter")
    await expect(wide.get_by_role("heading", level=1)).to_have_text("You are signed out")
    await wide.goto(f"{hub.url}/")
    await expect(wide).to_have_title(re.compile("Choose who to be"))


async def test_the_first_tab_offers_to_skip_to_the_content(hub, wide, sign_in) -> None:
    await sign_in(wide, "Alex Winter")
    await wide.reload()
    await wide.keyboard.press("Tab")
    await wide.keyboard.press("Enter")
    await expect(wide.locator("#maincontent")).to_be_focused()


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_the_overview_is_accessible_full_empty_and_with_a_service_down(
    hub, device, wide, phone, sign_in, axe
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await page.goto(f"{hub.url}/")
    await _keep(page, f"sign-in-{device}")
    assert await axe(page) == []
    await sign_in(page, "Alex Winter")
    for name, reports in {
        "empty": {},
        "full": full_reports(),
        "down": {**full_reports(), "profile-sync": None},
    }.items():
        hub.reports = reports
        await page.goto(f"{hub.url}/")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
        await _keep(page, f"overview-{name}-{device}")
        assert await axe(page) == [], name
        # The page itself never scrolls sideways; wide tables do so inside their own region.
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


async def test_a_service_that_does_not_answer_is_said_in_words(hub, wide, sign_in) -> None:
    hub.reports = {**full_reports(), "profile-sync": None}
    await sign_in(wide, "Alex Winter")
    card = wide.get_by_role("region", name="Profiles")
    await expect(card).to_contain_text("Down")
    await expect(card).to_contain_text("It answered with an error (503).")
    await expect(card).to_contain_text("Nothing is lost")
    await expect(wide.get_by_text("Profiles is down; Submittals is degraded.").first).to_be_visible()


async def test_a_hub_without_services_says_how_to_begin(hub, wide, sign_in) -> None:
    await sign_in(wide, "Alex Winter")
    await expect(wide.get_by_role("main")).to_contain_text("Nothing runs here yet")


async def test_the_figures_refresh_themselves_and_a_change_is_announced(hub, wide, sign_in) -> None:
    hub.reports = full_reports()
    await sign_in(wide, "Alex Winter")
    hub.reports["profile-sync"] = None
    await expect(wide.get_by_role("region", name="Profiles")).to_contain_text("Down", timeout=15_000)
    await expect(wide.locator("#announcements")).to_have_text("Profiles is down; Submittals is degraded.")


async def test_a_person_of_two_trusts_chooses_which_one_to_see(hub, wide, sign_in) -> None:
    hub.reports = full_reports()
    await sign_in(wide, "Alex Winter")
    await expect(wide.get_by_role("main")).to_contain_text("Northcliffe")
    await wide.get_by_label("Trust to show").select_option("312")
    await wide.get_by_role("button", name="Show").click()
    await expect(wide.get_by_role("main")).to_contain_text("Vale of Arden")
    await expect(wide.get_by_role("main")).not_to_contain_text("Northcliffe")


async def test_everything_works_without_javascript(hub, without_javascript, sign_in) -> None:
    hub.reports = full_reports()
    await sign_in(without_javascript, "Alex Winter")
    await expect(without_javascript.get_by_role("region", name="Submittals")).to_contain_text("Waiting for approval")
    await without_javascript.get_by_role("button", name="Sign out").click()
    await expect(without_javascript.get_by_role("heading", level=1)).to_have_text("You are signed out")


async def test_an_unknown_address_is_a_page_with_a_way_on(hub, phone, sign_in, axe) -> None:
    await sign_in(phone, "Alex Winter")
    await phone.goto(f"{hub.url}/no-such-page")
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Not found")
    await _keep(phone, "not-found-phone")
    assert await axe(phone) == []
    await phone.get_by_role("link", name="Go to the overview").click()
    await phone.wait_for_url(f"{hub.url}/")


async def test_the_accessibility_check_finds_a_planted_fault(hub, wide, sign_in, axe) -> None:
    await sign_in(wide, "Alex Winter")
    await wide.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x>')")
    assert any(fault.startswith("image-alt") for fault in await axe(wide))
