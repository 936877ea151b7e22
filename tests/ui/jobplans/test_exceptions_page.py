"""What somebody should look at: each kind with its people, filters in the address, files, and names for administrators only."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from esrlink.auth import Role

from .conftest import PlanSite, is_good
from .world import DRAFT, ENDED, PLANLESS, REVISED, STRANGER, UNREADABLE, WHOLE

KINDS = {
    "unmatched": {"99999999", STRANGER},  # whom one of the users may be
    "no_plan": {PLANLESS},
    "unsigned": {DRAFT, REVISED},
    "expired": {ENDED},
    "unreadable": {WHOLE, UNREADABLE},
    "work_without_plan": {STRANGER},
}


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_each_kind_lists_its_people_and_no_others(
    device: str, site: PlanSite, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await site.become(page, Role.ADMINISTRATOR)
    everybody = set().union(*KINDS.values())
    for kind, numbers in KINDS.items():
        assert await site.visit(page, f"exceptions?kind={kind}") == 200
        told = await page.get_by_role("main").get_by_role("table").inner_text()
        assert {one for one in everybody if one in told} == numbers, kind
        await is_good(page, axe, f"jp-exceptions-{kind}-{device}")


async def test_a_count_stands_beside_each_kind_and_leads_to_the_plan(site: PlanSite, wide: Page) -> None:
    await site.become(wide, Role.VALIDATOR)
    await site.visit(wide, "exceptions")
    kinds = wide.get_by_role("navigation", name="Kinds of exceptions").get_by_role("link")
    assert [text.split()[-1] for text in await kinds.all_inner_texts()] == [*"212121", "plan"]
    await kinds.filter(has_text="Not signed off").click()
    await wide.get_by_role("link", name=DRAFT).click()
    await expect(wide.get_by_role("heading", level=1)).to_have_text(f"Job plan of {DRAFT}")


async def test_the_likely_person_has_a_name_for_administrators_only(site: PlanSite, wide: Page) -> None:
    await site.become(wide, Role.ADMINISTRATOR)
    await site.visit(wide, "exceptions?kind=unmatched")
    main = wide.get_by_role("main")
    await expect(main).to_contain_text(f"{STRANGER}, Given7 Family7")
    await expect(main).to_contain_text("the same e-mail address")
    for roles, departments in (((Role.OPERATOR,), None), ((Role.ADMINISTRATOR,), ["clwrota/anaesthetics"])):
        await site.become(wide, *roles, departments=departments)
        await site.visit(wide, "exceptions?kind=unmatched")
        await expect(main).not_to_contain_text("Family7")
        await expect(main).not_to_contain_text("person7@")


async def test_exceptions_are_files_and_of_ones_own_trust_and_departments(site: PlanSite, wide: Page) -> None:
    await site.become(wide, Role.AUDITOR)
    files = f"{site.url}/jobplan-adapter/exceptions"
    every = await (await wide.request.get(f"{files}.csv")).text()
    assert f"Expired,277,{ENDED},sard,107" in every
    assert every.count("\n") == 10
    assert "Family" not in every
    one = await (await wide.request.get(f"{files}.csv?kind=no_plan&provider=none")).text()
    assert one.count("\n") == 1
    assert (await (await wide.request.get(f"{files}.xlsx?kind=unsigned")).body())[:2] == b"PK"
    await site.become(wide, Role.AUDITOR, departments=["clwrota/anaesthetics"])
    own = await (await wide.request.get(f"{files}.csv")).text()
    assert {one for one in (REVISED, WHOLE, STRANGER, DRAFT, ENDED, PLANLESS) if one in own} == {
        REVISED,
        WHOLE,
        STRANGER,
    }
    await site.become(wide, Role.AUDITOR, vpds=("312",))
    assert (await (await wide.request.get(f"{files}.csv")).text()).count("\n") == 1
    await site.visit(wide, "exceptions")
    await expect(wide.get_by_role("main")).to_contain_text("Nothing to look at")
