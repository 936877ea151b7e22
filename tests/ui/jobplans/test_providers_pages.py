"""How the providers do, on the overview and on the page of each, and asking one now."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from esrlink.auth import Role

from .conftest import PlanSite, is_good


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_providers_show_state_age_match_rate_and_what_cannot_be_read(
    device: str, site: PlanSite, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await site.become(page, Role.OPERATOR)
    assert await site.visit(page) == 200
    await is_good(page, axe, f"jp-overview-{device}")
    await page.get_by_role("link", name="sard", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Provider sard")
    await expect(page.locator(".esr-figure", has_text="Match rate")).to_contain_text("77.8%")
    faults = page.get_by_role("table", name="Records of the last good answer that cannot be read")
    await expect(faults).to_contain_text("without owner or state")
    await is_good(page, axe, f"jp-provider-{device}")


async def test_an_operator_asks_a_provider_now_and_is_told_what_is_wrong(site: PlanSite, wide: Page, axe: Any) -> None:
    await site.become(wide, Role.AUDITOR)
    await site.visit(wide, "providers/277/sard")
    await expect(wide.get_by_role("button", name="Poll now")).to_have_count(0)
    await site.become(wide, Role.OPERATOR)
    await site.visit(wide, "providers/277/sard")
    await wide.get_by_role("button", name="Poll now").click()
    await expect(wide.get_by_role("status").first).to_contain_text("did not answer")
    await expect(wide.get_by_role("main")).to_contain_text("The token file of the provider cannot be read.")
    await is_good(wide, axe, "jp-provider-down")
    assert await site.visit(wide, "providers/312/sard") == 404
    assert await site.visit(wide, "providers/277/none") == 404
