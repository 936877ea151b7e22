"""A clinician's own claims, on a phone: every department's, nobody else's, and what may be done with them."""

from __future__ import annotations

from playwright.async_api import Page, expect

from esrlink.auth import Role

from .conftest import OWNER, ClaimsSite


async def test_a_clinician_sees_and_mends_their_own_claims_and_no_others(
    site: ClaimsSite, filled: dict[str, str], phone: Page
) -> None:
    await site.become(phone, Role.CLINICIAN, subject="doctor", number=OWNER)
    await site.visit(phone, "mine")
    claims = phone.get_by_role("article")
    await expect(claims).to_have_count(3)
    await expect(claims.filter(has_text="Cardiology")).to_contain_text("It missed the July 2026 pay.")
    for path in (f"records/{filled['w3']}", f"records/{filled['a1']}"):
        assert await site.visit(phone, path) == 404
    for path in ("", "queues/enrich", "payroll", "chase"):
        assert await site.visit(phone, path) == 403
    await site.visit(phone, "mine")
    await phone.get_by_role("link", name="Evening list").click()
    await phone.get_by_label("Rate in pounds per unit").fill("650")
    await phone.get_by_label("Note: why a figure differs").fill("")
    await phone.get_by_role("button", name="Enrich").click()
    await expect(phone.get_by_role("alert")).to_contain_text("add a note")
    await phone.get_by_label("Note: why a figure differs").fill("Agreed for the weekend")
    await phone.get_by_role("button", name="Enrich").click()
    await expect(phone.get_by_role("status").first).to_contain_text("The record is enriched.")
    await expect(phone.get_by_role("table", name="What the rate card gives")).to_contain_text("£650.00")
    await expect(phone.get_by_role("main")).to_contain_text("£150.00 more than the default")
    await expect(phone.get_by_role("button", name="Validate")).to_have_count(0)
    assert (await site.rota.read(filled["w2"]))["history"][-1]["by"] == "p1"


async def test_who_has_no_esr_number_is_told_so(site: ClaimsSite, filled: dict[str, str], phone: Page) -> None:
    await site.become(phone, Role.CLINICIAN, subject="stranger")
    await site.visit(phone, "mine")
    await expect(phone.get_by_role("main")).to_contain_text("Your ESR number is not known here")
    assert await site.visit(phone, f"records/{filled['w1']}") == 404
