"""Reminders on a page: set, paused, addresses given and taken away, one who unsubscribes by their link, e-mails sent again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import update

from esrlink.auth import Role
from submittals.deadlines import addresses
from submittals.deadlines import mail as mails
from submittals.deadlines.unsubscribing import UnsubscribeLinks
from submittals.tables import mail

from .conftest import ClaimsSite, is_good


async def told(page: Page, words: str) -> None:
    await expect(page.locator(".esr-notice--good, .nhsuk-notification-banner").first).to_contain_text(words)


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_reminders_are_set_and_addresses_given_and_taken_away(
    device: str, site: ClaimsSite, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await site.become(page, Role.ADMINISTRATOR)
    assert await site.visit(page, "reminders") == 200
    await is_good(page, axe, f"sub-reminders-empty-{device}")
    await page.get_by_label("Hours before a cut-off").fill("72, soon")
    await page.get_by_role("button", name="Set the hours").click()
    await expect(page.get_by_role("alert")).to_contain_text("Say whole hours from 1 to 744")
    await page.get_by_label("Hours before a cut-off").fill("72, 4")
    await page.get_by_role("button", name="Set the hours").click()
    await told(page, "It is set when reminders are made.")
    await expect(page.get_by_role("main")).to_contain_text("72, 4 hours before each cut-off")
    await page.get_by_role("button", name="Pause the reminders").click()
    await expect(page.get_by_role("main")).to_contain_text("Paused: no reminders are made.")
    await page.get_by_label("Department").first.select_option("clwrota/anaesthetics")
    await page.get_by_label("Approver, empty").fill("lead2")
    await page.get_by_label("E-mail address").fill("lead2@trust.example")
    await page.get_by_role("button", name="Take the address", exact=True).click()
    await told(page, "The addresses are taken.")
    await page.get_by_text("Many at once, from a CSV file").click()
    bad = b"product,department,approver,address\nclwrota,anaesthetics,,no address\n"
    for content in (bad, bad.replace(b"no address", b"rota@trust.example")):
        upload = {"name": "addresses.csv", "mimeType": "text/csv", "buffer": content}
        await page.get_by_label("The file").set_input_files(upload)  # type: ignore[arg-type]
        await page.get_by_role("button", name="Take the addresses").click()
        if content is bad:
            await expect(page.get_by_role("alert")).to_contain_text("Row 2: address: this is no e-mail address")
            await page.get_by_text("Many at once, from a CSV file").click()
    listed = page.get_by_role("table", name="Addresses for reminders")
    await expect(listed.get_by_role("row").filter(has_text="lead2@trust.example")).to_contain_text("Gets reminders")
    await is_good(page, axe, f"sub-reminders-{device}")
    await page.get_by_role("button", name="Take away the address of lead2").click()
    await told(page, "The address is taken away.")
    await expect(listed).not_to_contain_text("lead2")
    assert "rota@" not in page.url


async def test_who_unsubscribes_by_the_link_stays_so_until_they_ask_again(
    site: ClaimsSite, wide: Page, phone: Page, axe: Any
) -> None:
    given = addresses.Given("clwrota", "anaesthetics", "lead2", "lead2@trust.example")
    now = site.rota.hub.clock.now()
    async with site.rota.hub.database.write(["277"]) as tx:
        await addresses.put_addresses(tx, "277", [given], new_id=uuid4, now=now)
        (known,) = await addresses.recipients(tx, "277")
        row = {"vpd": "277", "mail_id": uuid4(), "recipient_id": known.recipient_id, "subject": "7 records to do"}
        await mails.add_mail(tx, [{**row, "body": "7 records", "useless_after": now + timedelta(days=1)}], now)
        await tx.execute(update(mail).values(state="parked", outcome="recipient_refused_550", settled_at=now))
    link = UnsubscribeLinks("ui-tests", site.url).link("277", known.recipient_id)
    await phone.goto(link)
    await is_good(phone, axe, "sub-unsubscribe-phone")
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Stop reminders before pay cut-offs?")
    await phone.get_by_role("button", name="Stop the reminders").click()
    await is_good(phone, axe, "sub-unsubscribed-phone")
    await expect(phone.get_by_role("heading", level=1)).to_have_text("No more reminders")
    answer = await phone.goto(link[:-2] + "xx")
    assert answer is not None
    assert answer.status == 404
    await site.become(wide, Role.ADMINISTRATOR)
    await site.visit(wide, "reminders")
    row_of = wide.get_by_role("table", name="Addresses for reminders").get_by_role("row").filter(has_text="lead2@")
    await expect(row_of).to_contain_text("Unsubscribed")
    sent = wide.get_by_role("table", name="E-mails of").get_by_role("row").filter(has_text="7 records to do")
    await expect(sent).to_contain_text("refused, or not sent before the cut-off recipient_refused_550")
    await is_good(wide, axe, "sub-reminders-trouble-wide")
    await sent.get_by_role("button", name="Send again").click()
    await expect(sent).to_contain_text("to be sent, or put off")
    await row_of.get_by_role("button", name="They asked for them again").click()
    await expect(row_of).to_contain_text("Gets reminders")


async def test_who_works_for_a_department_sees_its_addresses_only(site: ClaimsSite, wide: Page) -> None:
    given = [
        addresses.Given("clwrota", "anaesthetics", "", "theatres@trust.example"),
        addresses.Given("medirota", "cardiology", "", "hearts@trust.example"),
    ]
    async with site.rota.hub.database.write(["277"]) as tx:
        await addresses.put_addresses(tx, "277", given, new_id=uuid4, now=site.rota.hub.clock.now())
    await site.become(wide, Role.ADMINISTRATOR, departments=["medirota/cardiology"])
    await site.visit(wide, "reminders")
    main = wide.get_by_role("main")
    await expect(main).to_contain_text("hearts@trust.example")
    await expect(main).not_to_contain_text("theatres@trust.example")
    await expect(wide.get_by_role("button", name="Set the hours")).to_have_count(0)
    await site.become(wide, Role.VALIDATOR, Role.PAYROLL_OFFICER)
    assert await site.visit(wide, "reminders") == 403
