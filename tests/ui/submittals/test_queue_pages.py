"""Working through what waits: by keyboard, several at once with a look before, filters in the address, nothing of others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from esrlink.auth import Role
from tests.integration.submittals.conftest import work

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
    preview = wide.get_by_role("table", name="Records as they are and as they would be")
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


@pytest.fixture
async def crowd(site: ClaimsSite) -> ClaimsSite:
    """130 sessions that wait in one department, of which 5 cannot be enriched as they are, and one in another department."""
    key = {"product": "clwrota", "department": "anaesthetics"}
    hours = {"unit": "hours", "pay_element": "HOURS"}
    records = []
    for n in range(130):
        # Without times nobody knows how many hours it was.
        times = (
            {"starts": f"{n // 28 * 4:02d}:00", "ends": f"{n // 28 * 4 + 3:02d}:00"}
            if n >= 5
            else dict.fromkeys(("starts", "ends"))
        )
        said = work(profile_id="p2", date_worked=f"2026-07-{n % 28 + 1:02d}", session=f"S{n}", **times, **hours)
        records.append({**key, "record_id": f"n{n}", **said})
    records.append({"product": "medirota", "department": "cardiology", "record_id": "x", **work(profile_id="c9")})
    answer = await site.rota.hub.client.post(
        "/v1/submittals:batch", json={"records": records}, headers=site.rota.bearer()
    )
    assert answer.json()["refused"] == 0, answer.text
    return site


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_all_that_wait_under_a_filter_are_done_at_once_after_a_look(
    device: str, crowd: ClaimsSite, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await crowd.become(page, Role.ADMINISTRATOR, subject="boss")
    await crowd.visit(page, "queues/enrich?department=clwrota/anaesthetics")
    await page.get_by_label("All 130 that wait under this choice").check()
    await is_good(page, axe, f"sub-enrich-whole-{device}")
    await page.get_by_role("button", name="See what would happen").click()
    await is_good(page, axe, f"sub-enrich-whole-preview-{device}")
    stays = (
        page.get_by_role("table", name="What would become of them").get_by_role("row").filter(has_text="Stays as it is")
    )
    await expect(stays).to_contain_text("Say how many hours were worked.")
    await expect(stays).to_contain_text("5")
    # What comes after the look is not done with it.
    clock = crowd.rota.hub.clock
    clock.move_to(clock.now() + timedelta(seconds=1))
    await crowd.rota.taken("later", work(profile_id="p2", date_worked="2026-08-01"))
    await page.get_by_role("button", name="Enrich with the defaults: 125 records").click()
    await expect(page.get_by_role("status").first).to_contain_text("125 records are enriched.")
    states = (await crowd.rota.hub.client.get("/v1/submittals/counts", headers=crowd.rota.bearer())).json()["states"]
    assert (states["enriched"], states["pending"]) == (125, 7)


async def test_a_whole_filter_needs_the_moment_at_which_it_was_looked_at(crowd: ClaimsSite, wide: Page) -> None:
    await crowd.become(wide, Role.ADMINISTRATOR)
    await crowd.visit(wide, "queues/enrich")
    await wide.get_by_label("that wait here").check()
    await wide.get_by_role("button", name="See what would happen").click()
    await wide.locator("input[name=until]").evaluate("one => one.value = 'some day'")
    await wide.get_by_role("button", name="Enrich with the defaults").click()
    await expect(wide.get_by_role("alert")).to_contain_text("does not say when it was looked at")
    states = (await crowd.rota.hub.client.get("/v1/submittals/counts", headers=crowd.rota.bearer())).json()["states"]
    assert "enriched" not in states
