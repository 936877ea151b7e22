"""What was delivered against the plans: a person's sums line by line, a department's people by who is furthest off, files."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from esrlink.auth import Role

from .conftest import PlanSite, is_good
from .world import PLANLESS, REVISED, STRANGER, TWO_POSTS, UNREADABLE, WHOLE

MAY = "from=2026-05-01&to=2026-05-31"
PAGES = {
    "person": f"people/277/{WHOLE}/delivery",
    "posts": f"people/277/{TWO_POSTS}/delivery?{MAY}",
    "unreadable": f"people/277/{UNREADABLE}/delivery",
    "nothing": f"people/277/{PLANLESS}/delivery",
    "departments": "departments",
    "everybody": "departments/277",
    "department": f"departments/277?of=department:clwrota/anaesthetics&{MAY}&category=DCC&sort=least",
    "specialty": "departments/277?of=specialty:Anaesthetics",
    "nobody": "departments/277?of=department:medirota/cardiology",
}


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_every_page_of_delivery_is_accessible_and_whole(
    device: str, site: PlanSite, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await site.become(page, Role.ADMINISTRATOR)
    for name, path in PAGES.items():
        assert await site.visit(page, path) == 200, name
        await is_good(page, axe, f"jp-delivery-{name}-{device}")


async def test_a_departments_people_lead_to_the_sums_of_the_same_period(site: PlanSite, wide: Page) -> None:
    await site.become(wide, Role.VALIDATOR)
    await site.visit(wide, "departments")
    await wide.get_by_role("link", name="Anaesthetics", exact=True).click()
    await wide.get_by_label("First day").fill("2026-05-01")
    await wide.get_by_label("Last day").fill("2026-05-31")
    await wide.get_by_label("Sorted by").select_option("Most delivered")
    await wide.get_by_role("button", name="Show", exact=True).click()
    people = wide.get_by_role("table", name="People, planned and delivered in PAs").get_by_role("row")
    await expect(people.nth(1)).to_contain_text(WHOLE)
    await expect(people.nth(1)).to_contain_text("8.00")
    await expect(people.filter(has_text=STRANGER)).to_contain_text("no plan on some days")
    await expect(wide.get_by_role("img", name="Planned and delivered by category")).to_contain_text("DCC")
    await wide.get_by_role("link", name=WHOLE).click()
    await expect(wide).to_have_url(f"{site.url}/jobplan-adapter/people/277/{WHOLE}/delivery?{MAY}")
    figures = wide.get_by_role("table", name="The same as a table: PAs by category")
    await expect(figures.get_by_role("row", name="DCC")).to_contain_text("8.00")
    await wide.get_by_role("navigation", name="Kinds of lines").get_by_role("link", name="Delivered").click()
    lines = wide.get_by_role("table", name="Lines of the working").get_by_role("row")
    await expect(lines).to_have_count(9)
    await expect(lines.filter(has_text="4 hours / 4").first).to_contain_text("clwrota/anaesthetics/")


async def test_a_figure_that_cannot_be_read_is_no_nought_and_left_out_of_the_sums(site: PlanSite, wide: Page) -> None:
    await site.become(wide, Role.AUDITOR)
    await site.visit(wide, f"people/277/{UNREADABLE}/delivery")
    figures = wide.get_by_role("table", name="The same as a table: PAs by category")
    await expect(figures.get_by_role("row", name="DCC")).to_contain_text("Cannot be read")
    await site.visit(wide, "departments/277")
    totals = wide.get_by_role("table", name="The same as a table: PAs of all by category")
    await expect(totals.get_by_role("row", name="DCC")).to_contain_text("1 left out")


async def test_delivery_is_files_and_of_ones_own_departments(site: PlanSite, wide: Page) -> None:
    await site.become(wide, Role.VALIDATOR, departments=["clwrota/anaesthetics"])
    base = f"{site.url}/jobplan-adapter"
    file = await (await wide.request.get(f"{base}/departments/277/delivery.csv?{MAY}")).text()
    assert {one for one in (WHOLE, REVISED, TWO_POSTS, STRANGER, UNREADABLE) if one in file} == {
        *(WHOLE, REVISED, TWO_POSTS, STRANGER),
    }
    file = await (await wide.request.get(f"{base}/people/277/{WHOLE}/delivery.csv?{MAY}")).text()
    assert "delivered,DCC,2026-05-04" in file
    assert (await (await wide.request.get(f"{base}/people/277/{WHOLE}/delivery.xlsx?{MAY}")).body())[:2] == b"PK"
    for path in (
        "departments/277?of=department:medirota/cardiology",
        "departments/312",
        f"people/277/{UNREADABLE}/delivery",
    ):
        assert await site.visit(wide, path) == 404, path
    assert await site.visit(wide, f"people/277/{WHOLE}/delivery?from=2026-05-31&to=2026-05-01") == 422
    assert await site.visit(wide, "departments/277?from=yesterday") == 422


async def test_a_clinician_reads_their_own_sums_and_no_departments(site: PlanSite, phone: Page, axe: Any) -> None:
    await site.become(phone, Role.CLINICIAN, number=WHOLE)
    await site.visit(phone, "mine")
    await phone.get_by_role("link", name="Planned and delivered").click()
    await expect(phone.get_by_role("table", name="Lines of the working")).to_contain_text("PAs x")
    await is_good(phone, axe, "jp-mine-delivery-phone")
    for path in ("departments", "departments/277", "departments/277/delivery.csv", f"people/277/{WHOLE}/delivery"):
        assert await site.visit(phone, path) == 403, path
