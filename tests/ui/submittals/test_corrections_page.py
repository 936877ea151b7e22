"""Correcting what was sent, on its record's page: one officer proposes, another seconds, the pair stands with its net effect."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, expect

from esrlink.auth import Role
from esrlink.contracts import Outcome

from .conftest import ClaimsSite, is_good


async def test_one_officer_proposes_and_another_seconds(
    site: ClaimsSite, filled: dict[str, str], wide: Page, phone: Page, axe: Any
) -> None:
    await site.rota.pushed_to_approval(filled["w1"])
    await site.rota.settle(filled["w1"], Outcome.SENT, pay_name="August 2026 pay", file_name="TA_277_1")
    await site.become(wide, Role.PAYROLL_OFFICER, subject="officer4")
    await site.visit(wide, f"records/{filled['w1']}")
    await expect(wide.get_by_role("list", name="What happened")).to_contain_text("August 2026 pay. File TA_277_1")
    await wide.get_by_text("Correct what was sent").click()
    form = wide.get_by_role("form", name="Correct what was sent")
    await form.get_by_label("Why is it corrected?").fill("Two lists, not one")
    await form.get_by_label("Units").fill("2")
    await form.get_by_role("button", name="Propose the correction").click()
    await expect(wide.get_by_role("alert")).to_contain_text("add a note")
    await form.get_by_label("Note: why").fill("The second list was added at noon")
    await form.get_by_role("button", name="Propose the correction").click()
    await expect(wide.get_by_role("status").first).to_contain_text("The correction is proposed.")
    await expect(wide.get_by_role("main")).to_contain_text("Net effect: 1 unit more, £500.00 more.")
    await expect(wide.get_by_role("button", name="Second it")).to_have_count(0)
    await site.become(phone, Role.PAYROLL_OFFICER, subject="officer5")
    await site.visit(phone, "corrections")
    await is_good(phone, axe, "sub-corrections-phone")
    await phone.get_by_role("link", name="Anaesthetics").click()
    await phone.wait_for_url(f"**/records/{filled['w1']}*")
    await is_good(phone, axe, "sub-correction-phone")
    await phone.get_by_role("button", name="Second it").click()
    await expect(phone.get_by_role("status").first).to_contain_text("The correction is seconded.")
    pair = phone.get_by_role("table", name="The records of the correction")
    await pair.get_by_role("link", name="Paid in its place").click()
    await expect(phone.get_by_role("heading", level=1)).to_contain_text("Theatre 3")
    await expect(phone.get_by_role("main")).to_contain_text("Approved. It goes with the next payroll run.")
    await expect(phone.get_by_role("main")).to_contain_text("Net effect: 1 unit more, £500.00 more.")
    await site.become(phone, Role.ADMINISTRATOR)
    await site.visit(phone, f"records/{filled['w1']}")
    await expect(phone.get_by_role("form", name="Correct what was sent")).to_have_count(0)
