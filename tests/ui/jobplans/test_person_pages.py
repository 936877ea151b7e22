"""A person on the pages: the week as a picture and as a table, what cannot be read, several posts, versions, their own plan."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from esrlink.auth import Role
from jobplan_adapter.plans.versions import apply_plans
from jobplan_adapter.trusts import TrustSettings, put_trust

from .conftest import PlanSite, is_good
from .world import DRAFT, NOW, PLANLESS, REVISED, TRUST, TWO_POSTS, UNREADABLE, WHOLE, plan

PAGES = {
    "whole": f"people/277/{WHOLE}",
    "revised": f"people/277/{REVISED}",
    "unreadable": f"people/277/{UNREADABLE}",
    "posts": f"people/277/{TWO_POSTS}",
    "draft": f"people/277/{DRAFT}",
    "none": f"people/277/{PLANLESS}",
    "before": f"people/277/{WHOLE}?on=2020-01-01",
    "versions": f"people/277/{REVISED}/versions",
    "no-versions": f"people/277/{PLANLESS}/versions",
    "people": "people",
    "nobody": "people?state=in_discussion&specialty=Radiology",
}


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_every_page_of_a_person_is_accessible_and_whole(
    device: str, site: PlanSite, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await site.become(page, Role.ADMINISTRATOR)
    for name, path in PAGES.items():
        assert await site.visit(page, path) == 200, name
        await is_good(page, axe, f"jp-person-{name}-{device}")


async def test_a_person_is_found_by_number_with_and_without_zeros_and_a_name_stands_in_no_address(
    site: PlanSite, wide: Page
) -> None:
    await site.become(wide, Role.VALIDATOR)
    await site.visit(wide, "people")
    await wide.get_by_role("textbox", name="ESR number").fill("Okafor, Adaeze")
    await wide.get_by_role("button", name="Find this person").click()
    await expect(wide.get_by_role("alert")).to_contain_text("no ESR number")
    assert "kafor" not in wide.url
    await wide.get_by_role("textbox", name="ESR number").fill("12")
    await wide.keyboard.press("Enter")
    await expect(wide.get_by_role("alert")).to_contain_text("No person of that ESR number")
    await wide.get_by_role("textbox", name="ESR number").fill(WHOLE)
    await wide.keyboard.press("Enter")
    await expect(wide.get_by_role("heading", level=1)).to_have_text(f"Job plan of {WHOLE}")


async def test_the_week_stands_in_the_picture_and_in_the_table_and_nothing_unreadable_is_nought(
    site: PlanSite, wide: Page
) -> None:
    await site.become(wide, Role.AUDITOR)
    await site.visit(wide, f"people/277/{WHOLE}")
    await expect(wide.get_by_role("img", name="A typical week")).to_contain_text("DCC premium")
    week = wide.get_by_role("table", name="The same as a table: the typical week").get_by_role("row")
    await expect(week.filter(has_text="Emergency theatre")).to_contain_text("17:00 to 20:00")
    await expect(week.filter(has_text="Chronic pain clinic")).to_contain_text("Every 2 weeks, week 2")
    await expect(week.filter(has_text="Ward cover")).to_contain_text("it says “a few”")
    await expect(wide.get_by_role("table", name="Who signs this plan")).to_contain_text("Dr A. Okafor")
    main = wide.get_by_role("main")
    for words in ("5% of pay", "1 in 8", "Clinical administration", "Outreach clinics"):
        await expect(main).to_contain_text(words)
    await site.visit(wide, f"people/277/{UNREADABLE}")
    figures = wide.get_by_role("table", name="PAs a week by category")
    await expect(figures.get_by_role("row", name="DCC")).to_contain_text("it says “seven and a half”")
    await expect(main).to_contain_text("states no readable working weeks")
    await expect(main.get_by_text("completion_date: soon")).to_be_visible()


async def test_posts_stand_apart_and_summed_and_a_revision_beside_the_plan_in_force(site: PlanSite, wide: Page) -> None:
    await site.become(wide, Role.ADMINISTRATOR)
    await site.visit(wide, f"people/277/{TWO_POSTS}")
    await expect(wide.get_by_role("heading", name="Post: Medical examiner")).to_be_visible()
    sums = wide.get_by_role("table", name="PAs a week of all posts by category")
    await expect(sums.get_by_role("row", name="DCC")).to_contain_text("6")
    await site.visit(wide, f"people/277/{REVISED}")
    beside = wide.get_by_role("table", name="PAs a week in force, and as they are being prepared")
    await expect(beside.get_by_role("row", name="DCC")).to_contain_text("Differs")
    await wide.get_by_role("link", name="Compare the two line by line").click()
    differs = wide.get_by_role("table", name="What differs between the two versions").get_by_role("row")
    await expect(differs.filter(has_text="DCC, PAs a week")).to_contain_text("6.5")
    await expect(differs.filter(has_text="Theatre list, general surgery")).to_contain_text("Dropped")
    await expect(wide.get_by_role("img", name="A typical week")).to_have_count(2)
    file = await wide.request.get(f"{site.url}/jobplan-adapter/people/277/{REVISED}/versions.csv")
    assert "sard,102,2,under_revision,no,yes,2026-04-01" in await file.text()
    file = await wide.request.get(f"{site.url}/jobplan-adapter/people.xlsx?state=under_revision")
    assert (await file.body())[:2] == b"PK"
    file = await wide.request.get(f"{site.url}/jobplan-adapter/people/277/{WHOLE}/week.csv")
    assert "sard/101 version 1,Monday,08:00 to 12:00,no" in await file.text()
    assert "a few,,North Wing,Moonday; as needed" in await file.text()
    file = await wide.request.get(f"{site.url}/jobplan-adapter/providers.csv")
    assert "277,sard,up" in await file.text()


async def test_a_clinician_sees_their_own_plan_on_a_phone_and_nobody_elses(
    site: PlanSite, phone: Page, axe: Any
) -> None:
    await site.become(phone, Role.CLINICIAN, number=WHOLE)
    assert await site.visit(phone, "mine") == 200
    await is_good(phone, axe, "jp-mine-phone")
    await expect(phone.get_by_role("heading", level=1)).to_have_text("My job plan")
    await expect(phone.get_by_role("navigation", name="Services").get_by_role("link")).to_contain_text(
        ["Overview", "My claims", "My job plan"]
    )
    await phone.get_by_role("link", name="Versions").click()
    await expect(phone.get_by_role("main")).to_contain_text("sard/101 version 1")
    for path in (
        "",
        "people",
        f"people/277/{WHOLE}",
        f"people/277/{REVISED}/versions",
        "people.csv",
        "providers/277/sard",
    ):
        assert await site.visit(phone, path) == 403, path
    assert await site.visit(phone, "mine/312/versions") == 404
    await site.become(phone, Role.CLINICIAN)
    await site.visit(phone, "mine")
    await expect(phone.get_by_role("main")).to_contain_text("Your ESR number is not known here")


async def test_others_trusts_and_departments_are_not_there(site: PlanSite, wide: Page) -> None:
    await site.become(wide, Role.ADMINISTRATOR, vpds=("312",))
    assert await site.visit(wide, f"people/277/{WHOLE}") == 404
    await site.become(wide, Role.VALIDATOR, departments=["medirota/cardiology"])
    assert await site.visit(wide, f"people/277/{WHOLE}") == 404
    await site.visit(wide, "people")
    await expect(wide.get_by_role("main")).to_contain_text("No plans yet")
    await site.become(wide, Role.VALIDATOR, departments=["clwrota/anaesthetics"])
    assert await site.visit(wide, f"people/277/{WHOLE}") == 200
    await site.visit(wide, "people")
    plans = wide.get_by_role("table", name="Job plans by ESR number").get_by_role("row")
    await expect(plans.filter(has_text=WHOLE)).to_have_count(1)
    await expect(plans.filter(has_text=DRAFT)).to_have_count(0)
    # Nobody has worked in the theatres, and their specialty is everybody's.
    await site.become(wide, Role.VALIDATOR, departments=["medirota/theatres"])
    assert await site.visit(wide, f"people/277/{DRAFT}") == 200
    await site.visit(wide, "people")
    await expect(plans.filter(has_text=DRAFT)).to_have_count(1)
    await site.visit(wide, "exceptions?kind=unsigned")
    await expect(wide.get_by_role("main")).to_contain_text(DRAFT)


async def test_who_works_for_two_trusts_sees_a_plan_of_each(site: PlanSite, phone: Page, axe: Any) -> None:
    async with site.database.write(["312"]) as tx:
        await put_trust(
            tx, "312", TrustSettings.model_validate({**TRUST, "name": "Thornfield Vale"}), by="a test", now=NOW
        )
        await apply_plans(tx, "312", "sard", [plan("900", "u1", post="Visiting")], {"u1": "30003001"}, now=NOW)
    await site.become(phone, Role.CLINICIAN, vpds=("277", "312"), number=WHOLE, others=("312/30003001",))
    await site.visit(phone, "mine")
    await expect(phone.get_by_role("heading", name="Post: Visiting")).to_be_visible()
    await expect(phone.get_by_role("main")).to_contain_text("ESR number 30003001, Thornfield Vale")
    await is_good(phone, axe, "jp-mine-two-trusts-phone")
