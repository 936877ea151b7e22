"""Working through what waits: by keyboard, several at once with a look before, filters in the address, nothing of others."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from esrlink.auth import Role

from .conftest import OWNER, ClaimsSite, is_good


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_every_page_is_accessible_and_whole(
    device: str, site: ClaimsSite, filled: dict[str, str], wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await site.become(page, *Role, number=OWNER)
    for name, path in {
        "sub-overview": "",
        "sub-mine": "mine",
        "sub-enrich": "queues/enrich",
        "sub-mend": "queues/mend",
        "sub-validate": "queues/validate",
        "sub-approve": "queues/approve",
        "sub-chase": "chase",
        "sub-chase-person": "chase?by=person",
        "sub-payroll": "payroll",
        "sub-none-such": "queues/enrich?age=30",
        "sub-record-pending": f"records/{filled['w1']}",
        "sub-record-returned": f"records/{filled['a2']}?queue=mend",
        "sub-record-enriched": f"records/{filled['w4']}?queue=validate",
    }.items():
        assert await site.visit(page, path) == 200, name
        await is_good(page, axe, f"{name}-{device}")


async def test_records_are_validated_by_keyboard_after_a_look(
    site: ClaimsSite, filled: dict[str, str], wide: Page
) -> None:
    await site.become(wide, Role.VALIDATOR, subject="lead2")
    await site.visit(wide, "queues/validate?kind=attendance")
    await wide.keyboard.press("j")
    await expect(wide.get_by_role("link", name="Night")).to_be_focused()
    await wide.keyboard.press("x")
    await expect(wide.get_by_label("Tick Night, record w4")).to_be_checked()
    await wide.get_by_role("button", name="See what would happen").press("Enter")
    preview = wide.get_by_role("table", name="Records that were ticked")
    await expect(preview.get_by_role("row").filter(has_text="Night")).to_contain_text("Validated")
    assert (await site.rota.read(filled["w4"]))["state"] == "enriched"  # it was only looked at
    await wide.get_by_role("button", name="Validate: 1 record").press("Enter")
    await expect(wide.get_by_role("status").first).to_contain_text("1 record is validated.")
    await expect(wide.get_by_role("main")).to_contain_text("Nothing like this waits")
    assert "kind=attendance" in wide.url
    assert (await site.rota.read(filled["w4"]))["history"][-1]["by"] == "lead2"


async def test_nobody_validates_what_they_enriched_under_another_name(
    site: ClaimsSite, filled: dict[str, str], without_javascript: Page
) -> None:
    page = without_javascript
    # Their profile in anaesthetics is p1: as such they act, whatever their sign-in is called.
    await site.become(page, Role.ADMINISTRATOR, Role.VALIDATOR, subject="jd-0042", number=OWNER)
    await site.visit(page, f"records/{filled['w3']}?queue=enrich&department=clwrota%2Fanaesthetics")
    await page.get_by_role("button", name="Enrich").click()
    assert "department=clwrota%2Fanaesthetics" in page.url
    await expect(page.get_by_role("status").first).to_contain_text("1 record is enriched.")
    assert (await site.rota.read(filled["w3"]))["history"][-1]["by"] == "p1"
    await site.visit(page, f"records/{filled['w3']}?queue=validate")
    await page.get_by_role("button", name="Validate").click()
    await expect(page.get_by_role("alert")).to_contain_text("another person must")


async def test_a_returned_record_is_mended_and_sent_again_in_one_form(
    site: ClaimsSite, filled: dict[str, str], wide: Page
) -> None:
    await site.become(wide, Role.ADMINISTRATOR)
    await site.visit(wide, "queues/mend")
    await wide.get_by_role("link", name="Sickness").click()
    form = wide.get_by_role("form", name="Mend it and send it again")
    await expect(form.locator(".nhsuk-error-message")).to_contain_text("Sickness needs a reason")
    await form.get_by_role("button", name="Send it again").click()
    await expect(wide.get_by_role("alert")).to_contain_text("Sickness needs a reason")
    await form.get_by_label("Reason").select_option("S13")
    await form.get_by_role("button", name="Send it again").click()
    await expect(wide.get_by_role("status").first).to_contain_text("1 record is sent again.")
    await site.visit(wide, f"records/{filled['a2']}")
    history = wide.get_by_role("list", name="What happened to this record")
    await expect(history).to_contain_text("Reason: nothing → S13")


async def test_other_departments_and_trusts_do_not_exist(site: ClaimsSite, filled: dict[str, str], wide: Page) -> None:
    await site.become(wide, Role.ADMINISTRATOR, Role.VALIDATOR, departments=["medirota/cardiology"])
    assert await site.visit(wide, f"records/{filled['w1']}") == 404
    for path in ("queues/enrich", "queues/enrich?department=clwrota/anaesthetics", "queues/validate", "queues/mend"):
        assert await site.visit(wide, path) == 200
        await expect(wide.get_by_role("main")).not_to_contain_text("p1")
        await expect(wide.get_by_role("main")).not_to_contain_text("p2")
    await site.become(wide, Role.ADMINISTRATOR, vpds=("312",))
    assert await site.visit(wide, f"records/{filled['w1']}") == 404
    await site.visit(wide, "queues/enrich")
    await expect(wide.get_by_role("main")).to_contain_text("Every record is complete.")
