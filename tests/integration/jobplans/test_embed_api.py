"""The embedded panel: a token opens it once, in the frame of the origin that it was asked for, and shows nothing after that."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text

from tests.integration.jobplans.held import ANN, hold, plan

ORIGIN = "https://rota.northcliffe.example"


@pytest.fixture
async def held(hub: Any) -> Any:
    """Ann has a plan, and one rota may frame it."""
    await hub.set_up(embed_origins=[ORIGIN])
    await hub.import_people(ANN)
    await hold(hub, plan("1"))
    return hub


async def wanted(hub: Any, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
    body = {"vpd": "277", "employee_number": ANN, "origin": ORIGIN, **more}
    known = headers or hub.bearer("jobplans:read")
    answer: httpx.Response = await hub.client.post("/v1/embed-tokens", json=body, headers=known)
    return answer


async def place(hub: Any) -> str:
    """The path of a new panel."""
    answer = await wanted(hub)
    assert answer.status_code == 201, answer.text
    return urlsplit(answer.json()["url"]).path.removeprefix("/jobplan-adapter")


async def test_the_panel_opens_once_with_the_plan_in_it(held: Any) -> None:
    path = await place(held)

    first, second = await held.client.get(path), await held.client.get(path)

    assert (first.status_code, second.status_code) == (200, 410)
    assert "Theatre list" in first.text
    assert ANN in first.text
    for gone in (
        second,
        await held.client.get("/embed/job-plan/277-" + "a" * 43),
        await held.client.get("/embed/job-plan/x"),
    ):
        assert gone.status_code == 410
        assert "open it again in your rota" in gone.text
        assert ANN not in gone.text


async def test_only_the_origin_that_was_named_may_frame_it(held: Any) -> None:
    path = await place(held)
    for answer in (await held.client.get(path), await held.client.get(path)):
        assert f"frame-ancestors {ORIGIN};" in answer.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert "<script" not in answer.text
        assert "<a " not in answer.text
    nobodys = await held.client.get("/embed/job-plan/277-" + "a" * 43)
    assert "frame-ancestors 'none'" in nobodys.headers["Content-Security-Policy"]


async def test_of_two_who_open_it_at_once_one_sees_the_plan(held: Any) -> None:
    for _ in range(3):
        path = await place(held)
        answers = await asyncio.gather(*(held.client.get(path) for _ in range(4)))
        assert sorted(one.status_code for one in answers) == [200, 410, 410, 410]


async def test_the_token_is_kept_as_its_hash_and_forgotten_in_time(held: Any) -> None:
    path = await place(held)
    async with held.running.database.write(["277"]) as tx:
        (row,) = await tx.all(text("SELECT * FROM embed_token"))
        assert path.rpartition("/")[2] not in str(row)
        await tx.execute(text("UPDATE embed_token SET expires_at = expires_at - interval '2 days'"))
    await place(held)
    async with held.running.database.read(["277"]) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM embed_token")) == 1


async def test_a_token_whose_time_is_over_shows_nothing(held: Any) -> None:
    path = await place(held)
    async with held.running.database.write(["277"]) as tx:
        await tx.execute(text("UPDATE embed_token SET expires_at = now() - interval '1 second'"))

    answer = await held.client.get(path)

    assert (answer.status_code, ANN in answer.text) == (410, False)


async def test_a_token_is_given_to_whom_may_read_the_plan_and_for_origins_of_the_trust(held: Any) -> None:
    stranger = await wanted(held, origin="https://elsewhere.example")
    assert (stranger.status_code, stranger.json()["field"]) == (422, "origin")
    assert (await wanted(held, employee_number="00009999")).status_code == 404
    assert (await wanted(held, headers=held.bearer("work:write"))).status_code == 403
    assert (await wanted(held, headers=held.bearer("jobplans:read", vpds=["312"]))).status_code == 404
    limited = held.bearer("jobplans:read", departments=["medirota/cardiology"])
    assert (await wanted(held, headers=limited)).status_code == 404
