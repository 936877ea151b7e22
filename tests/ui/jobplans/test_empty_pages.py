"""The pages before anything is set up: each says what is missing, and what to do first; and by keyboard, and without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from esrlink.auth import Role

from .conftest import PlanSite, is_good

EMPTY = {
    "": "No job plan provider is set up yet",
    "people": "No plans yet",
    "departments": "No trust is set up",
    "exceptions": "Nothing to look at",
    "uploads": "No provider takes uploads",
    "audit": "Audit",
}


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_empty_pages_say_what_to_do_first(
    device: str, empty: PlanSite, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await empty.become(page, Role.ADMINISTRATOR, Role.AUDITOR, Role.CLINICIAN, number="20001001")
    for path, words in EMPTY.items():
        assert await empty.visit(page, path) == 200, path
        await expect(page.get_by_role("main")).to_contain_text(words)
        await is_good(page, axe, f"jp-empty-{path or 'overview'}-{device}")
    await empty.visit(page, "mine")
    await expect(page.get_by_role("main")).to_contain_text("No job plan of your ESR number is known here")
    for path in ("people/277/20001001", "people/277/20001001/delivery", "departments/277", "uploads/277/files"):
        assert await empty.visit(page, path) == 404, path


async def test_the_keyboard_and_a_browser_without_scripts_reach_every_section(
    empty: PlanSite, wide: Page, without_javascript: Page
) -> None:
    sections = ["Overview", "People", "Departments", "Exceptions", "Uploads"]
    await empty.become(without_javascript, Role.ADMINISTRATOR)
    await empty.visit(without_javascript)
    for name in sections:
        links = without_javascript.get_by_role("navigation", name="Job plans")
        await links.get_by_role("link", name=name, exact=True).click()
        await expect(links.locator("[aria-current]")).to_have_text(name)
    await empty.become(wide, Role.ADMINISTRATOR)
    await empty.visit(wide)
    await wide.get_by_role("navigation", name="Job plans").get_by_role("link", name="Overview").focus()
    for name in sections[1:]:
        await wide.keyboard.press("Tab")
        await expect(wide.locator(":focus")).to_have_text(name)
    await wide.keyboard.press("Enter")
    await expect(wide.get_by_role("heading", level=1)).to_have_text("Uploads")
