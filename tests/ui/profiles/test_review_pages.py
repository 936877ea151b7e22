"""Deciding whose a profile is: side by side, by keyboard, without scripts, singly and several at once, with a way back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from esrlink.auth import Role
from tests.integration.profiles.conftest import Hub

from .conftest import PeopleSite, is_good


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_every_page_is_accessible_and_whole(
    device: str, site: PeopleSite, waiting: Hub, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    await site.become(page, Role.ADMINISTRATOR, vpds=("277", "312"))
    for name, path in {
        "reviews": "reviews",
        "reviews-unmatched": "reviews?state=unmatched",
        "link-possible": "links/clwrota/anaesthetics/ao7?vpd=277",
        "link-matched": "links/clwrota/anaesthetics/ao1?vpd=277",
        "link-unmatched": "links/clwrota/anaesthetics/zz1?vpd=277",
    }.items():
        assert await site.visit(page, path) == 200, name
        await is_good(page, axe, f"{name}-{device}")
    await site.visit(page, "reviews")
    await site.narrow(page, "nobodyatall")
    await is_good(page, axe, f"reviews-none-such-{device}")
    await site.visit(page, "reviews")
    for box in await page.get_by_label("Tick, to decide").all():
        await box.check()
    await page.get_by_role("button", name="See what would change").click()
    await is_good(page, axe, f"reviews-preview-{device}")
    await page.get_by_label("Why?").fill("Asked the department")
    await page.get_by_role("button", name=re.compile("^Decide \\d profile")).click()
    await expect(page.get_by_role("status").first).to_contain_text("is confirmed as")
    await is_good(page, axe, f"reviews-done-{device}")
    await page.get_by_role("link", name="See its link").first.click()
    await is_good(page, axe, f"link-by-hand-{device}")


async def test_no_word_of_a_comparison_is_broken_in_two(site: PeopleSite, waiting: Hub, wide: Page) -> None:
    await site.sign_in(wide)
    await site.visit(wide, "reviews")
    lines = "[...document.querySelectorAll('article tbody th span')].map(e => e.getClientRects().length)"
    found = await wide.evaluate(lines)
    assert len(found) > 20
    assert set(found) == {1}


async def test_an_empty_queue_says_so(site: PeopleSite, wide: Page, axe: Any) -> None:
    await site.become(wide, Role.ADMINISTRATOR, vpds=("312",))
    await site.visit(wide, "reviews")
    await expect(wide.get_by_role("main")).to_contain_text("Every profile is matched or excluded.")
    await is_good(wide, axe, "reviews-empty")


async def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the thing with this name has the focus."""
    label = "(e => (e.labels?.[0]?.textContent || e.textContent).trim().replace(/\\s+/g, ' '))(document.activeElement)"
    for _ in range(80):
        await page.keyboard.press("Tab")
        if (await page.evaluate(label)).startswith(name):
            return
    pytest.fail(f"the keyboard does not reach {name!r}")


async def test_the_next_one_is_decided_and_undone_by_keyboard_alone(site: PeopleSite, waiting: Hub, wide: Page) -> None:
    await site.sign_in(wide)
    await site.visit(wide, "reviews?product=clwrota")
    first = wide.get_by_role("article").first
    await expect(first).to_contain_text("profile ao7")
    await _tab_to(wide, "Why?")
    await wide.keyboard.type("Seen her badge")
    # Enter in the field decides nothing: which button it would press is not for a browser to say.
    await wide.keyboard.press("Enter")
    await expect(wide.get_by_role("alert")).to_contain_text("Press one of the buttons")
    await expect(first.get_by_label("Why?")).to_have_value("Seen her badge")
    await _tab_to(wide, "Why?")
    await _tab_to(wide, "Not the same as 1")
    await wide.keyboard.press("Enter")
    done = wide.get_by_role("status").first
    await expect(done).to_contain_text("Profile ao7 of Anaesthetics is not the same as 20001001.")
    assert "product=clwrota" in wide.url
    await _tab_to(wide, "Undo")
    await wide.keyboard.press("Enter")
    await expect(done).to_contain_text("is as it was before")
    await expect(first).to_contain_text("profile ao7")
    assert await waiting.state("clwrota/anaesthetics/ao7") == ("possible", "similarity", None)


async def test_differences_are_told_in_words_with_their_weight(site: PeopleSite, waiting: Hub, wide: Page) -> None:
    await site.sign_in(wide)
    await site.visit(wide, "reviews")
    await site.narrow(wide, "stone")
    rows = wide.get_by_role("table").get_by_role("row")
    await expect(rows.filter(has_text="Family name")).to_contain_text("Different")
    await expect(rows.filter(has_text="Family name")).to_contain_text("strongly against (-5.6)")
    await expect(rows.filter(has_text="ESR number").first).to_contain_text("very strongly for (+14.3)")
    await expect(rows.filter(has_text="All together")).to_contain_text("under 0.1% likely")
    await site.narrow(wide, "lindqwist")
    await expect(rows.filter(has_text="Family name")).to_contain_text("one slip apart: strongly for (+6.6)")


async def test_the_queue_and_a_link_work_without_scripts(
    site: PeopleSite, waiting: Hub, without_javascript: Page
) -> None:
    page = without_javascript
    await site.sign_in(page)
    await site.visit(page, "reviews")
    await page.get_by_label("State").select_option("Unmatched")
    await page.get_by_role("button", name="Show", exact=True).click()
    card = page.get_by_role("article")
    await expect(card).to_have_count(1)
    await card.get_by_label("Why?").fill("She is called Zoltan here")
    await card.get_by_label("ESR number of the person").fill("20001003")
    await card.get_by_role("button", name="Assign this ESR number").click()
    await expect(page.get_by_role("status").first).to_contain_text("is confirmed as 20001003")
    await expect(page.get_by_role("main")).to_contain_text("Nothing that is like this waits")
    await page.get_by_role("link", name="See its link").first.click()
    await expect(page.locator(".esr-panel")).to_contain_text("She is called Zoltan here")
    await page.get_by_label("Why?").fill("It was a mistake")
    await page.get_by_role("button", name="Undo: Confirmed 20001003").click()
    await expect(page.get_by_role("status").first).to_contain_text("The decision is taken back")
    history = page.get_by_role("list", name="What happened to this link, newest first").get_by_role("listitem")
    told = [text.split("\n")[0] for text in await history.all_inner_texts()]
    assert told == ["Unmatched", "Undone 20001003", "Matched 20001003", "Confirmed 20001003", "Unmatched"]


async def test_a_links_page_is_reached_from_the_person_and_unlinks(site: PeopleSite, wide: Page) -> None:
    await site.sign_in(wide)
    await site.visit(wide, "people/277/20001001")
    links = wide.get_by_role("table", name="Profiles that are linked to this person")
    await links.get_by_role("link", name="Anaesthetics").click()
    await expect(wide.get_by_role("heading", level=1)).to_have_text("Dr Adaeze Okafor")
    await expect(wide.locator(".esr-panel")).to_contain_text("The rule exact_number/2")
    await wide.get_by_label("Why?").fill("Another doctor uses it now")
    await wide.get_by_role("button", name="Unlink").click()
    await expect(wide.locator(".esr-panel")).to_contain_text("A person took this link away")
    await expect(wide.get_by_role("list", name="What happened")).to_contain_text("Another doctor uses it now")


async def test_the_queue_and_links_are_not_for_operators(site: PeopleSite, waiting: Hub, wide: Page) -> None:
    await site.sign_in(wide, "Alex Winter")
    for path in ("reviews", "reviews.csv", "links/clwrota/anaesthetics/ao7?vpd=277"):
        assert await site.visit(wide, path) == 403
    await site.become(wide, Role.ADMINISTRATOR, vpds=("312",))
    assert await site.visit(wide, "links/clwrota/anaesthetics/ao7?vpd=277") == 404
