"""The loops do by themselves what the API does on demand, and one trust's trouble never stops them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from esr_gateway.trust_lock import trust_lock
from tests.integration.gateway.conftest import AFTER_CUT_OFF, GatewayUnderTest, attendance, trust_settings
from tests.integration.gateway.test_runs import DAY
from tests.unit.gateway.building import Go, person


@asynccontextmanager
async def running(gateway: GatewayUnderTest) -> AsyncIterator[list[asyncio.Task[None]]]:
    tasks = [asyncio.ensure_future(loop.run()) for loop in gateway.hub.service.loops]
    yield tasks
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - a condition in a database has no event to wait for
            await asyncio.sleep(0.05)


async def test_files_are_fetched_and_runs_closed_without_being_asked(gateway: GatewayUnderTest) -> None:
    Go([person()]).write(gateway.out)
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    async with running(gateway) as tasks:
        await until(lambda: _imported(gateway))
        await until(lambda: _sent(gateway))
        assert not any(task.done() for task in tasks)


async def test_a_trust_that_was_busy_at_its_turn_is_polled_soon_after(gateway: GatewayUnderTest) -> None:
    Go([person()]).write(gateway.out)
    async with trust_lock(gateway.hub.database, "277"):
        tasks = [asyncio.ensure_future(loop.run()) for loop in gateway.hub.service.loops if loop.name == "poll"]
        await asyncio.wait(tasks, timeout=2)  # longer than one look takes
    await until(lambda: _imported(gateway))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_server_that_is_away_does_not_end_the_loops(gateway: GatewayUnderTest, tmp_path: Path) -> None:
    mine = gateway.bearer(vpds=("300",))
    away = trust_settings(gateway.sandbox, tmp_path, port=1, poll_seconds=1)
    assert (await gateway.hub.client.put("/v1/trusts/300", json=away, headers=mine)).status_code == 200
    Go([person()]).write(gateway.out)
    async with running(gateway) as tasks:
        await until(lambda: _imported(gateway))
        await until(lambda: _degraded(gateway))
        assert not any(task.done() for task in tasks)


async def _imported(gateway: GatewayUnderTest) -> bool:
    return [one["state"] for one in (await gateway.get("/v1/files"))["files"]] == ["imported"]


async def _sent(gateway: GatewayUnderTest) -> bool:
    return [one["state"] for one in (await gateway.get("/v1/runs"))["runs"]] == ["sent"]


async def _degraded(gateway: GatewayUnderTest) -> bool:
    report = await gateway.hub.client.get("/v1/status", headers=gateway.bearer("audit:read", vpds=("300",)))
    return bool(report.json()["state"] == "degraded")
