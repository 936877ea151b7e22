"""What operators look at: accessible and whole on a desk and a phone, empty and full, each picture with its table."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from esrlink.auth import Role
from tests.integration.profiles.conftest import Hub, imported

from .conftest import PeopleSite, is_good


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_every_page_is_accessible_and_whole(
    device: str, site: PeopleSite, waiting: Hub, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await waiting.people(*(imported(str(9000 + n), nhs_unique_id="N7", family_name=f"Twice{n}") for n in range(2)))
    await site.become(page, Role.ADMINISTRATOR, vpds=("277", "312"))
    for name, path in {
        "operators-overview": "",
        "registrations": "registrations",
        "registrations-expired": "registrations?within=0&department=medirota/cardiology",
        "duplicates": "duplicates",
    }.items():
        assert await site.visit(page, path) == 200, name
        await is_good(page, axe, f"{name}-{device}")
    await site.become(page, Role.OPERATOR, vpds=("312",))
    for name, path in {
        "operators-overview-empty": "",
        "registrations-empty": "registrations",
        "duplicates-empty": "duplicates",
    }.items():
        assert await site.visit(page, path) == 200, name
        await is_good(page, axe, f"{name}-{device}")


async def test_the_picture_of_waits_says_what_its_table_says(site: PeopleSite, waiting: Hub, wide: Page) -> None:
    await site.sign_in(wide)
    await site.visit(wide)
    picture = wide.get_by_role("img", name="How long profiles have waited")
    drawn = [int(text) for text in await picture.locator("text[font-weight]").all_text_contents()]
    table = wide.get_by_role("table", name="Profiles to review, longest wait first")
    cells = [
        await row.locator("td .esr-table__value").all_inner_texts() for row in await table.locator("tbody tr").all()
    ]
    summed = [sum(int(row[n]) for row in cells) for n in range(2, 6)]
    assert drawn == summed == [2, 1, 1, 0]
    await table.get_by_role("link", name="Cardiology").click()
    await expect(wide.get_by_role("heading", level=2).first).to_have_text("2 profiles wait")


async def test_registrations_are_narrowed_and_saved_by_keyboard_without_names(site: PeopleSite, wide: Page) -> None:
    await site.sign_in(wide, "Alex Winter")
    await site.visit(wide)
    await wide.get_by_role("link", name="See them by department").focus()
    await wide.keyboard.press("Enter")
    table = wide.get_by_role("table", name="Registrations, soonest first")
    await expect(table).to_contain_text("20001001")
    await wide.get_by_label("Expires").focus()
    await wide.keyboard.press("ArrowUp")
    await wide.keyboard.press("ArrowUp")
    await wide.keyboard.press("Tab")
    await wide.keyboard.press("Tab")
    await wide.keyboard.press("Enter")
    await wide.wait_for_url("**within=30*")
    await expect(wide.get_by_role("main")).to_contain_text("None is like this")
    assert "Okafor" not in await wide.locator("body").inner_text()
    await site.visit(wide, "registrations")
    async with wide.expect_download() as saving:
        await wide.get_by_role("link", name="Download these as CSV").press("Enter")
    saved = await saving.value
    assert saved.suggested_filename == "registrations.csv"
