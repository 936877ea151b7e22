"""The overview asks all services and never lets one of them spoil the page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from esrlink.overview import reports
from esrlink.overview.reports import ServiceView, ask_all, cut_offs, names, summary
from esrlink.status import CutOff, StatusReport

GOOD = StatusReport(service="submittals", title="Submittals", version="1")


async def _answer(request: httpx.Request) -> httpx.Response:
    match request.url.host:
        case "good":
            return httpx.Response(200, text=GOOD.model_dump_json(), request=request)
        case "hidden":
            return httpx.Response(403)
        case "broken":
            return httpx.Response(500)
        case "rubbish":
            return httpx.Response(200, text="<html>")
        case "hangs":
            await asyncio.Event().wait()
    raise httpx.ConnectError("refused")


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(_answer)) as client:
        yield client


@pytest.mark.parametrize(
    ("host", "state", "words"),
    [
        ("good", "up", ""),
        ("hidden", "hidden", "not for your role"),
        ("broken", "down", "answered with an error (500)"),
        ("rubbish", "down", "cannot be read"),
        ("hangs", "down", "did not answer within"),
        ("gone", "down", "cannot be reached"),
    ],
)
async def test_whatever_a_service_does_it_is_said_in_words(host, state, words, http, monkeypatch) -> None:
    monkeypatch.setattr(reports, "TIME_OUT", 0.05)
    [view] = await ask_all(http, {"submittals": f"http://{host}/submittals"}, {})
    assert (view.title, view.state) == ("Submittals", state)
    assert words in view.problem


async def test_services_stand_in_the_order_of_the_navigation(http) -> None:
    names = ["submittals", "another", "jobplan-adapter", "esr-gateway"]
    views = await ask_all(http, {name: f"http://gone/{name}" for name in names}, {})
    assert [view.name for view in views] == ["esr-gateway", "submittals", "jobplan-adapter", "another"]


async def test_the_persons_own_session_is_handed_on() -> None:
    seen: list[str] = []

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.url} {request.headers['cookie']}")
        return httpx.Response(403)

    async with httpx.AsyncClient(transport=httpx.MockTransport(note)) as client:
        await ask_all(client, {"submittals": "http://hub.test/submittals/"}, {"esrlink_session": "abc"})
    assert seen == ["http://hub.test/submittals/v1/status esrlink_session=abc"]


async def test_one_trust_is_asked_for_by_name() -> None:
    seen: list[str] = []

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(403)

    async with httpx.AsyncClient(transport=httpx.MockTransport(note)) as client:
        await ask_all(client, {"submittals": "http://hub.test/submittals"}, {}, "312")
    assert seen == ["http://hub.test/submittals/v1/status?vpd=312"]


def test_a_cut_off_that_two_services_know_is_told_once_and_the_first_comes_first() -> None:
    def view(name: str, *cuts: CutOff) -> ServiceView:
        return ServiceView(name, name, GOOD.model_copy(update={"next_cut_offs": list(cuts), "trusts": {"404": "Far"}}))

    now = datetime(2026, 8, 3, 17, tzinfo=UTC)
    first = CutOff(vpd="312", trust="Thornfield", at=now, pay="August")
    second = CutOff(vpd="277", trust="Alderbrook", at=now + timedelta(days=1), pay="August")
    views = [view("a", second, first), view("b", first), ServiceView("c", "c", None)]
    assert cut_offs(views) == [first, second]
    assert names(views) == {"277": "Alderbrook", "312": "Thornfield", "404": "Far"}


@pytest.mark.parametrize(
    ("states", "said", "tone"),
    [
        ([], "No services are set up yet.", "neutral"),
        (["up", "up"], "All services are running.", "good"),
        (["up", "degraded"], "S1 is degraded.", "warning"),
        (["down", "down", "down"], "S0, S1 and S2 are down.", "bad"),
        (["down", "degraded"], "S0 is down; S1 is degraded.", "bad"),
    ],
)
def test_one_sentence_says_how_all_is(states, said, tone) -> None:
    views = [
        ServiceView(f"s{i}", f"S{i}", None if state == "down" else GOOD.model_copy(update={"state": state}))
        for i, state in enumerate(states)
    ]
    assert summary(views) == (said, tone)
