"""The payroll overview and the chase lists: the same figures as chart, table, CSV and workbook, and for whom they are."""

from __future__ import annotations

import csv
import io
from typing import Any

from openpyxl import load_workbook
from playwright.async_api import Page, expect

from esrlink.auth import Role
from esrlink.contracts import Outcome
from tests.integration.submittals.conftest import leave

from .conftest import ClaimsSite, is_good


async def test_what_each_pay_holds_is_told_alike_by_chart_table_and_files(
    site: ClaimsSite, filled: dict[str, str], wide: Page, phone: Page, axe: Any
) -> None:
    # A session of July that is approved in August is late for July's pay; one of August is in time.
    await site.rota.pushed_to_approval(filled["w1"])
    await site.rota.done(filled["w5"], "approve", "manager")
    await site.rota.pushed_to_approval(filled["w3"])
    await site.rota.settle(filled["w3"], Outcome.REJECTED, reason="ESR knows no such element.")
    await site.become(wide, Role.PAYROLL_OFFICER)
    await site.visit(wide, "payroll")
    rows = wide.get_by_role("table", name="The same as a table").get_by_role("row")
    july = await rows.filter(has_text="July 2026 pay").get_by_role("cell").all_inner_texts()
    august = await rows.filter(has_text="August 2026 pay").get_by_role("cell").all_inner_texts()
    assert july == ["5", "0", "1", "3\n3 missed the cut-off", "1", "£182.00", "£1,046.00"]
    assert august == ["3", "1", "0", "2", "0", "£500.00", "£1,000.00"]
    await expect(wide.locator("svg desc").first).to_have_text(
        "July 2026 pay: 5. August 2026 pay: 3. The table below says the same."
    )
    await wide.get_by_role("link", name="July 2026 pay").click()
    elements = wide.get_by_role("table", name="Money of the July 2026 pay by pay element")
    await expect(elements.get_by_role("row").filter(has_text="Extra hours")).to_contain_text("£546.00")
    told = await (await wide.request.get(f"{site.url}/submittals/payroll.csv")).text()
    lines = list(csv.DictReader(io.StringIO(told)))
    of_july = [line for line in lines if line["pay"] == "July 2026 pay"]
    assert sum(int(line["records"]) for line in of_july) == 5
    assert sum(float(line["amount"]) for line in of_july) == 1046
    workbook = load_workbook(io.BytesIO(await (await wide.request.get(f"{site.url}/submittals/payroll.xlsx")).body()))
    assert workbook.active is not None
    assert workbook.active.max_row == len(lines) + 1
    await site.become(phone, Role.PAYROLL_OFFICER)
    await site.visit(phone, "payroll")
    await is_good(phone, axe, "sub-payroll-full-phone")


async def test_money_of_a_trust_is_for_payroll_and_those_who_check(
    site: ClaimsSite, filled: dict[str, str], wide: Page
) -> None:
    await site.become(wide, Role.ADMINISTRATOR, Role.VALIDATOR, Role.CLINICIAN)
    for path in ("payroll", "payroll.csv", "payroll.xlsx"):
        assert (await wide.request.get(f"{site.url}/submittals/{path}")).status == 403
    await site.become(wide, Role.PAYROLL_OFFICER, vpds=("312",))
    await site.visit(wide, "payroll")
    await expect(wide.get_by_role("main")).to_contain_text("No trust is set up")
    await site.visit(wide, "chase")
    await expect(wide.get_by_role("main")).not_to_contain_text("Anaesthetics")


async def test_a_chase_list_leads_to_what_waits(site: ClaimsSite, filled: dict[str, str], wide: Page) -> None:
    await site.become(wide, Role.ADMINISTRATOR)
    await site.visit(wide, "chase?by=department")
    row = wide.get_by_role("row").filter(has_text="Cardiology")
    await row.get_by_role("link", name="1").first.click()
    await expect(wide).to_have_url(f"{site.url}/submittals/queues/enrich?department=medirota%2Fcardiology")
    await expect(wide.get_by_role("heading", name="1 record waits")).to_be_visible()


async def test_an_open_absence_is_chased_until_somebody_says_more(
    site: ClaimsSite, wide: Page, phone: Page, axe: Any
) -> None:
    await site.become(wide, Role.ADMINISTRATOR)
    await site.visit(wide, "chase/absences")
    await expect(wide.get_by_role("main")).to_contain_text("No absence is open")
    body = leave(profile_id="p2", start_date="2026-07-01", end_date=None, open=True, return_to_work="2026-08-01")
    await site.rota.taken("o1", body)
    await site.become(phone, Role.VALIDATOR)
    await site.visit(phone, "chase")
    await phone.get_by_role("link", name="Open absences").click()
    await is_good(phone, axe, "sub-open-absences-phone")
    row = phone.get_by_role("table", name="Open absences of").get_by_role("row").last
    await expect(row).to_contain_text("The person was expected back")
    await row.get_by_role("link").click()
    await expect(phone.get_by_role("heading", level=1)).to_contain_text("from 1 July 2026, open")
    await site.become(phone, Role.ADMINISTRATOR)
    await phone.reload()
    await phone.get_by_text("It goes on", exact=True).click()
    await phone.get_by_label("Expected back on").fill("2026-08-20")
    await phone.get_by_role("button", name="Record how long it goes on").click()
    await expect(phone.get_by_role("status").first).to_contain_text("how long the absence goes on")
    await site.visit(phone, "chase/absences")
    await expect(row).to_contain_text("20 August 2026")
    await row.get_by_role("link").click()
    await phone.get_by_label("First day back at work").last.fill("2026-08-03")
    await phone.get_by_role("button", name="Close the absence").click()
    await expect(phone.get_by_role("heading", level=1)).to_contain_text("1 July 2026 to 2 August 2026")
    await site.visit(phone, "chase/absences")
    await expect(phone.get_by_role("main")).to_contain_text("No absence is open")
