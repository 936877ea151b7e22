"""Whoever validates extra work sees what its person owes by the job plan, and that it lies in it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from esrlink.auth import Role
from tests.integration.submittals.conftest import work
from tests.integration.submittals.test_job_plans import MONDAY, delivery, plan

from .conftest import ClaimsSite, is_good


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_a_validator_sees_what_is_owed_and_given(
    device: str, site: ClaimsSite, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await site.rota.hub.deliver(plan(), delivery(uncertainty=("work_not_reported",)))
    moved = (await site.rota.taken("moved", work(date_worked=MONDAY)))["submittal_id"]
    await site.become(page, Role.VALIDATOR, subject="lead2")
    await site.visit(page, f"records/{moved}")
    main = page.get_by_role("main")
    await expect(main).to_contain_text("it looks like planned work that was moved, not extra.")
    await expect(main).to_contain_text("owed so far 40 sessions, given 36")
    await is_good(page, axe, f"sub-job-plan-{device}")
