"""The embedded panel in a real browser: framed by a rota's page of another origin, and by nobody else's."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.async_api import Browser, Page, expect

from jobplan_adapter.embed.tokens import issue
from tests.ui.conftest import _served

from .conftest import PlanSite, is_good
from .world import PLANLESS, REVISED, TWO_POSTS, UNREADABLE, WHOLE


@pytest.fixture
async def rota() -> AsyncIterator[str]:
    """The origin of a rota product whose page frames what its address asks for."""
    app = FastAPI(openapi_url=None)

    @app.get("/")
    async def page(panel: str) -> HTMLResponse:
        return HTMLResponse(
            "<!DOCTYPE html><html lang=en><title>Rota</title><h1>Rota</h1>"
            f'<iframe src="{panel}" title="Job plan" width="360" height="600" sandbox></iframe>'
        )

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        async with _served(app, listener):
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"


async def opened(site: PlanSite, number: str, origin: str) -> str:
    """The address of a new panel."""
    now = datetime.now(UTC)
    async with site.database.write(["277"]) as tx:
        token = await issue(tx, "277", number, None, origin, now=now, ends=now + timedelta(minutes=1))
    return f"{site.url}/jobplan-adapter/embed/job-plan/{token}"


@pytest.mark.parametrize("device", ["wide", "phone"])
async def test_the_panel_is_accessible_and_whole_for_every_kind_of_plan(
    device: str, site: PlanSite, wide: Page, phone: Page, axe: Any
) -> None:
    page = {"wide": wide, "phone": phone}[device]
    for name, number in {
        "whole": WHOLE,
        "revised": REVISED,
        "unreadable": UNREADABLE,
        "posts": TWO_POSTS,
        "none": PLANLESS,
    }.items():
        await page.goto(await opened(site, number, "https://rota.example"))
        await is_good(page, axe, f"jp-panel-{name}-{device}")
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).to_have_text("This panel is closed")
    await is_good(page, axe, f"jp-panel-closed-{device}")


async def test_a_rota_of_another_origin_shows_it_in_a_sandboxed_frame(site: PlanSite, rota: str, wide: Page) -> None:
    await wide.goto(f"{rota}/?panel={await opened(site, WHOLE, rota)}")

    panel = wide.frame_locator("iframe")
    await expect(panel.get_by_role("main")).to_contain_text(f"ESR number {WHOLE}")
    await expect(panel.get_by_role("table", name="Typical week")).to_be_visible()
    # Its style took effect, although the frame may load nothing and run nothing.
    assert await panel.locator("table").first.evaluate("e => getComputedStyle(e).borderCollapse") == "collapse"
    assert await wide.context.cookies() == []


async def test_no_other_origin_can_frame_it(site: PlanSite, rota: str, browser: Browser) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    told: list[str] = []
    page.on("console", lambda line: told.append(line.text))

    await page.goto(f"{rota}/?panel={await opened(site, WHOLE, 'https://rota.example')}")

    assert any("frame-ancestors" in one for one in told), told
    assert WHOLE not in str([await frame.content() for frame in page.frames])
    await context.close()
