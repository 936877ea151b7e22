"""Looking for a person and reading their page: accessible, whole on a phone, by keyboard, without scripts, for names' readers."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from esrlink.auth import Role

from .conftest import PeopleSite, is_good

# Every text of the picture stands inside it, and no two beside each other on one line touch.
_TEXTS_INSIDE = """() => {
  const box = document.querySelector('main svg[role=img]').getBoundingClientRect();
  const texts = [...document.querySelectorAll('main svg[role=img] text')].map(t => t.getBoundingClientRect());
  const out = texts.filter(t => t.left < box.left - 1 || t.right > box.right + 1).length;
  const over = texts.some((a, i) => texts.some((b, j) => i < j && a.left < b.right && b.left < a.right
    && a.top < b.bottom - 2 && b.top < a.bottom - 2));
  return [out, over];
}"""
ADA = "people/277/20001001"


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_every_page_is_accessible_and_whole(
    device: str, site: PeopleSite, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await site.become(page, Role.ADMINISTRATOR, vpds=("277", "312"))
    for name, path in {
        "profiles": "",
        "people-empty": "people",
        "people-forgotten": "people?look=0123456789ab",
        "person": ADA,
        "person-then": f"{ADA}?on=2021-01-01",
        "person-gone": "people/277/20001003",
        "person-other-trust": "people/312/30003003",
    }.items():
        assert await site.visit(page, path) == 200, name
        await is_good(page, axe, f"{name}-{device}")
        if name.startswith("person") and name != "person-gone":
            assert await page.evaluate(_TEXTS_INSIDE) == [0, False], name
    for name, words in {"found": "okafor", "many": "smith", "nobody": "zzyzx", "short": "o"}.items():
        await site.find(page, words)
        await is_good(page, axe, f"people-{name}-{device}")


async def test_a_person_is_found_by_a_name_with_a_slip_and_read_by_keyboard_alone(site: PeopleSite, wide: Page) -> None:
    await site.sign_in(wide)
    await site.visit(wide)
    await wide.get_by_role("searchbox", name="Find a person by name or number").focus()
    await wide.keyboard.type("Okfaor Ada")
    await wide.keyboard.press("Enter")
    await expect(wide.get_by_role("heading", level=1)).to_have_text("People")
    row = wide.get_by_role("table", name="People found for Okfaor Ada").get_by_role("row").filter(has_text="20001001")
    await expect(row).to_contain_text("Name, with a slip")
    await row.get_by_role("link", name="Adaeze Okafor").focus()
    await wide.keyboard.press("Enter")
    await expect(wide.get_by_role("heading", level=1)).to_have_text("Dr Adaeze Okafor")
    await wide.get_by_label("As at").focus()
    await wide.keyboard.type("01012021")
    await wide.get_by_role("button", name="Show the person as at this day").press("Enter")
    await wide.wait_for_url("**on=2021-01-01")
    await expect(wide.locator(".esr-panel").first).to_contain_text("Specialty Registrar")


async def test_the_picture_has_a_table_twin_with_every_dated_row(site: PeopleSite, wide: Page) -> None:
    await site.sign_in(wide)
    await site.visit(wide, ADA)
    picture = wide.get_by_role("img", name="Assignments on a time line")
    await expect(picture).to_be_visible()
    rows = wide.get_by_role("table", name="The same as a table: all dated rows").locator("tbody tr")
    assert await rows.count() == await picture.locator("rect").count() == 3
    assert await picture.locator("text").filter(has_text="today").count() == 1
    held = rows.filter(has_text="In force").filter(has_text="Consultant Anaesthetist")
    for words in (
        "277 Anaesthetics",
        "cost centre E10110",
        "YC72",
        "FTE 0.8",
        "Maja Lindqvist",
        "until further notice",
    ):
        await expect(held).to_contain_text(words)


async def test_the_page_tells_what_expires_what_is_linked_and_what_esr_changed(site: PeopleSite, wide: Page) -> None:
    await site.sign_in(wide)
    await site.visit(wide, ADA)
    main = wide.get_by_role("main")
    await expect(main).to_contain_text(
        "Registration 7012345 with the General Medical Council expires on 30 September 2026."
    )
    await expect(main).to_contain_text(
        "Registration A1 with the Royal College of Anaesthetists expired on 31 January 2025."
    )
    links = wide.get_by_role("table", name="Profiles that are linked to this person")
    for words in (
        "Anaesthetics",
        "CLWRota, profile ao1",
        "Cardiology",
        "Medirota, profile x7",
        "by the rule exact_number/2",
    ):
        await expect(links).to_contain_text(words)
    history = wide.get_by_role("table", name="Revisions of this person, newest first")
    for words in (
        "Family name: Bell → Okafor",
        "Assignment 20001001-2 from 1 September 2026 came.",
        "The first that is known",
    ):
        await expect(history).to_contain_text(words)


async def test_one_human_in_two_trusts_is_shown_to_a_reader_of_both_and_to_nobody_else(
    site: PeopleSite, wide: Page
) -> None:
    await site.become(wide, Role.ADMINISTRATOR, vpds=("277", "312"))
    others = wide.get_by_role("table", name="Other ESR numbers with the same NHS Unique ID, in your trusts")
    await site.visit(wide, ADA)
    await others.get_by_role("link", name="30003003").click()
    await expect(others).to_contain_text("20001001")
    await wide.context.clear_cookies()
    await site.sign_in(wide, "Grace Okonedo")
    assert await site.visit(wide, ADA) == 404
    await site.visit(wide, "people/312/30003003")
    await expect(wide.get_by_role("heading", level=1)).to_have_text("Dr Adaeze Okafor")
    body = await wide.locator("body").inner_text()
    assert [word for word in ("277", "20001001", "Alderbrook", "other ESR numbers") if word in body] == []
    await site.find(wide, "okafor")
    await expect(wide.locator("tbody tr")).to_have_count(1)


async def test_names_are_not_for_operators(site: PeopleSite, wide: Page) -> None:
    await site.sign_in(wide, "Alex Winter")
    for path in ("people", "people?look=0123456789ab", ADA):
        assert await site.visit(wide, path) == 403
    await site.visit(wide)
    assert await wide.get_by_role("searchbox").count() == 0


async def test_many_people_come_page_by_page_without_scripts(site: PeopleSite, without_javascript: Page) -> None:
    page = without_javascript
    await site.sign_in(page)
    await site.visit(page, "people")
    await site.find(page, "smith")
    await expect(page.locator("tbody tr")).to_have_count(25)
    await page.get_by_role("button", name="More people").click()
    await expect(page.locator("tbody tr")).to_have_count(5)
    await page.get_by_role("button", name="Best matches").click()
    await expect(page.locator("tbody tr")).to_have_count(25)
    await page.go_back()
    await expect(page.locator("tbody tr")).to_have_count(5)
    assert "smith" not in page.url.lower()


async def test_a_name_that_was_typed_stands_in_no_address_and_the_way_back_works(site: PeopleSite, wide: Page) -> None:
    asked: list[str] = []
    wide.on("request", lambda sent: asked.append(sent.url))
    await site.sign_in(wide)
    await site.visit(wide)
    await site.find(wide, "Okfaor Ada")
    found = wide.get_by_role("link", name="Adaeze Okafor")
    await found.click()
    await expect(wide.get_by_role("heading", level=1)).to_have_text("Dr Adaeze Okafor")
    await wide.go_back()
    await expect(wide.get_by_role("table", name="People found for Okfaor Ada")).to_be_visible()
    await expect(wide.get_by_role("searchbox")).to_have_value("Okfaor Ada")
    await wide.reload()
    await expect(found).to_be_visible()
    await site.find(wide, "smith")
    await wide.go_back()
    await expect(found).to_be_visible()
    await site.visit(wide, "reviews")
    await wide.get_by_label("State").select_option("Possible")
    await site.narrow(wide, "Okafor")
    assert "state=possible" in wide.url
    await expect(wide.get_by_label("Name, number or profile id")).to_have_value("Okafor")
    assert [url for url in asked if any(word in url.lower() for word in ("okfaor", "okafor", "smith"))] == []


async def test_an_address_that_leads_nowhere_says_so(site: PeopleSite, wide: Page) -> None:
    await site.sign_in(wide)
    nowhere = {f"{ADA}?on=soon": 422, "people/277/99999999": 404, "people/404/20001001": 404}
    nowhere["people?look=0123456789ab0123456789ab"] = 422
    assert {path: await site.visit(wide, path) for path in nowhere} == nowhere
