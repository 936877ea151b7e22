"""Extra work is split on its page over posts and cost codes, by those who may."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from esrlink.auth import Role

from .conftest import ClaimsSite, is_good


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_a_record_is_split_and_what_cannot_be_is_said_beside_what_was_typed(
    device: str, site: ClaimsSite, filled: dict[str, str], wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await site.become(page, Role.ADMINISTRATOR, subject="boss")
    await site.visit(page, f"records/{filled['w1']}")
    await page.get_by_text("Split it over posts and cost codes", exact=True).click()
    form = page.get_by_role("form", name="Split it over posts and cost codes")
    first, second = (form.get_by_role("group", name=f"Part {number}") for number in (1, 2))
    await first.get_by_label("Units").fill("0.5")
    await form.get_by_role("button", name="Split it").click()
    await expect(page.get_by_role("alert")).to_contain_text("two parts or more")
    await second.get_by_label("Units").fill("0.6")
    await form.get_by_role("button", name="Split it").click()
    await expect(page.get_by_role("alert")).to_contain_text("The parts must add up to 1")
    await expect(first.get_by_label("Units")).to_have_value("0.5")
    await is_good(page, axe, f"sub-split-{device}")
    await second.get_by_label("Units").fill("0.5")
    await second.get_by_label("Assignment").select_option("20000001")
    await second.get_by_label("Cost code").fill("E10220")
    await form.get_by_role("button", name="Split it").click()
    await expect(page.get_by_role("status").first).to_contain_text("Its parts go through the flow by themselves")
    assert (await site.rota.read(filled["w1"]))["state"] == "withdrawn"
    listed = (await site.rota.hub.client.get("/v1/submittals", headers=site.rota.bearer())).json()["submittals"]
    parts = [await site.rota.read(one["submittal_id"]) for one in listed if one["record_id"].startswith("w1.")]
    assert [(one["content"]["units"], one["content"]["cost_code"]) for one in parts] == [
        ("0.5", "E10110"),
        ("0.5", "E10220"),
    ]


async def test_nobody_is_offered_to_split_what_they_may_not(
    site: ClaimsSite, filled: dict[str, str], wide: Page
) -> None:
    for role, record in ((Role.VALIDATOR, "w1"), (Role.ADMINISTRATOR, "a1")):
        await site.become(wide, role)
        await site.visit(wide, f"records/{filled[record]}")
        await expect(wide.get_by_text("Split it over posts and cost codes", exact=True)).to_have_count(0)
