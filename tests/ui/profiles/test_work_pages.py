"""Watching webhooks and runs of the rules, and the audit trail: accessible, whole on a phone, by keyboard, without scripts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from esrlink.auth import Role
from esrlink.ids import new_id
from profile_sync.api.webhooks import body_of
from profile_sync.rule_runs.working import RuleRuns
from profile_sync.webhooks.addresses import Guard
from profile_sync.webhooks.delivering import Delivering
from profile_sync.webhooks.sending import Sender
from tests.integration.profiles.conftest import Hub, imported

from .conftest import PeopleSite, is_good

ADDRESS = "http://127.0.0.1:1/rota-products/hooks/esr-link?key=s3cret"


async def _hook(site: PeopleSite) -> str:
    """A webhook with deliveries of which each was given up; the path of its page."""
    hub, headers = Hub(site.hub), site.hub.bearer("profiles:read", "webhooks:write")
    made = await hub.post("/v1/webhooks", {"url": ADDRESS, "topics": ["profile.linked"]}, headers=headers)
    writer = Hub(site.hub, site.hub.bearer("profiles:read", "profiles:write"))
    for n in range(3):
        await writer.profile(
            f"clwrota/anaesthetics/w{n}", family_name="Smith", given_name=f"Ann0{n}", employee_number=f"2000200{n}"
        )
    site.hub.clock.move_to(site.hub.clock.now() + timedelta(hours=1))
    sender = Sender(Guard(is_tryout=True))
    await Delivering(site.hub.database, site.hub.clock, sender, new_id=new_id, body_of=body_of, tries=1).turn()
    return f"webhooks/277/{made.json()['webhook_id']}"


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_every_page_is_accessible_and_whole_empty_and_full(
    device: str, site: PeopleSite, waiting: Hub, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    everything = (Role.ADMINISTRATOR, Role.OPERATOR, Role.AUDITOR)
    await site.become(page, *everything, vpds=("277", "312"))
    for name in ("webhooks", "rule-runs"):
        assert await site.visit(page, name) == 200
        await is_good(page, axe, f"{name}-empty-{device}")
    hook = await _hook(site)
    for name, path in {"webhooks": "webhooks", "webhook": hook, "webhook-none": f"{hook}?state=delivered"}.items():
        assert await site.visit(page, path) == 200
        await is_good(page, axe, f"{name}-{device}")
        assert "s3cret" not in await page.content()
    await waiting.people(imported("20009001", given_name="Ngozi", gmc="7019999"))
    await waiting.profile("clwrota/anaesthetics/reg1", given_name=None, registration_number="7019999")
    await site.visit(page, "rule-runs")
    await page.get_by_label("A registration number with the same family name makes").select_option(
        "a link, to try it out"
    )
    await page.get_by_role("button", name="Start a trial").click()
    await expect(page.get_by_role("main")).to_contain_text("looked at")
    await is_good(page, axe, f"rule-run-waiting-{device}")
    await RuleRuns(site.hub.database, site.hub.clock, new_id).turn()
    for name, path in {"profiles-at-work": "", "rule-runs": "rule-runs", "audit": "audit?check=true"}.items():
        assert await site.visit(page, path) == 200
        await is_good(page, axe, f"{name}-{device}")
    await site.visit(page, "rule-runs")
    await page.get_by_role("link", name="Trial").first.click()
    await expect(page.get_by_role("table", name="Of every kind of change some")).to_contain_text("20009001")
    await is_good(page, axe, f"rule-run-{device}")


async def test_a_webhook_is_sent_to_again_and_removed_without_scripts(
    site: PeopleSite, without_javascript: Page
) -> None:
    page = without_javascript
    await site.sign_in(page)
    await _hook(site)
    await site.visit(page, "webhooks")
    await page.get_by_role("link", name="clwrota").click()
    deliveries = page.get_by_role("table", name="Deliveries, newest first")
    await expect(deliveries.get_by_text("Parked", exact=True)).to_have_count(3)
    await page.get_by_role("button", name="Send what is parked again").click()
    await expect(page.get_by_role("status").first).to_contain_text("in the queue again")
    await expect(deliveries.get_by_text("Waiting", exact=True)).to_have_count(3)
    await page.get_by_text("Remove the webhook").first.click()
    await page.get_by_label("Take it away with its deliveries").check()
    await page.get_by_role("button", name="Remove the webhook").click()
    await expect(page.get_by_role("main")).to_contain_text("No webhook yet")


async def test_the_rules_are_tried_and_run_by_keyboard(site: PeopleSite, wide: Page) -> None:
    await site.sign_in(wide)
    await site.visit(wide, "rule-runs")
    await wide.get_by_role("button", name="Start a trial").press("Enter")
    await expect(wide.get_by_role("progressbar")).to_be_visible()
    runs = RuleRuns(site.hub.database, site.hub.clock, new_id)
    await runs.turn()
    assert await wide.locator("#run[data-live]").count() == 1
    await wide.reload()
    await expect(wide.get_by_role("progressbar")).to_have_count(0)
    await wide.get_by_label("Why?").fill("The trial was looked at")
    await wide.get_by_role("button", name="Run the rules for real").press("Enter")
    await expect(wide.get_by_role("main")).to_contain_text("It takes effect.")
    await runs.turn()
    await wide.get_by_role("navigation", name="Profiles").get_by_role("link", name="Rules").press("Enter")
    told = wide.get_by_role("table", name="Runs of the rules, newest first").get_by_role("row")
    await expect(told).to_have_count(3)


async def test_an_operator_watches_and_is_offered_nothing_to_press(site: PeopleSite, wide: Page) -> None:
    hook = await _hook(site)
    await site.sign_in(wide, "Alex Winter")
    for path in ("webhooks", hook, "rule-runs"):
        assert await site.visit(wide, path) == 200
        assert await wide.get_by_role("main").locator("form[method=post]").count() == 0, path
    await wide.context.clear_cookies()
    await site.sign_in(wide, "Marcus Bell")
    for path in ("webhooks", hook, "rule-runs", "audit"):
        assert await site.visit(wide, path) == 403
