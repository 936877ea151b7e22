"""Two replicas on one trust, and crashes between two steps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from esr_gateway.gateway import assemble
from esr_gateway.settings import Settings
from esr_gateway.to_esr.runs import RunCloser
from esr_gateway.trust_lock import TrustBusy, trust_lock
from esr_gateway.trusts import find_trust
from esrlink.db import Database
from esrlink.ids import new_id
from tests.integration.gateway.conftest import AFTER_CUT_OFF, GatewayUnderTest, attendance
from tests.integration.gateway.test_runs import DAY
from tests.unit.gateway.building import Go, assignment, person, position


async def test_only_one_works_on_a_trust_at_a_time(gateway: GatewayUnderTest) -> None:
    database = gateway.hub.database
    async with trust_lock(database, "277"):
        with pytest.raises(TrustBusy):
            async with trust_lock(database, "277"):
                pytest.fail("two at once")
        async with trust_lock(database, "312"):
            pass
    async with trust_lock(database, "277", wait=timedelta(seconds=5)):
        pass


async def test_three_closers_at_once_make_one_run_and_one_file(gateway: GatewayUnderTest) -> None:
    await gateway.hub.deliver(*(attendance("20000001", DAY) for _ in range(20)))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    await asyncio.gather(*(gateway.close_due() for _ in range(3)))
    [run] = (await gateway.get("/v1/runs"))["runs"]
    assert run["lines"] == 20
    assert len(await gateway.hub.emitted("esr.run.sent")) == 1
    assert len(list(gateway.inbox.iterdir())) == 1


@asynccontextmanager
async def replicas(gateway: GatewayUnderTest, count: int) -> AsyncIterator[list[RunCloser]]:
    """Run closers of as many replicas, each with connections of its own."""
    hub = gateway.hub
    assert isinstance(hub.settings, Settings)
    url = hub.settings.database_url.get_secret_value()
    databases = [Database(url, service="esr-gateway", clock=hub.clock, pool_size=3) for _ in range(count)]
    try:
        yield [assemble(hub.settings, database, hub.clock, new_id).closer for database in databases]
    finally:
        for database in databases:
            await database.close()


async def test_replicas_that_find_a_run_due_at_once_make_one_and_send_it_once(gateway: GatewayUnderTest) -> None:
    await gateway.hub.deliver(*(attendance("20000001", DAY) for _ in range(20)))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    async with gateway.hub.database.read() as tx:
        trust = await find_trust(tx, "277")
    async with replicas(gateway, 3) as closers:
        found = await asyncio.gather(*(one.close_due(trust, wait=timedelta(seconds=20)) for one in closers))
    assert sum(len(runs) for runs in found) == 1
    [run] = (await gateway.get("/v1/runs"))["runs"]
    assert (run["lines"], run["state"], len(run["files"])) == (20, "sent", 1)
    assert len(await gateway.hub.emitted("esr.run.sent")) == 1


async def test_even_without_the_trusts_lock_a_run_is_made_once(gateway: GatewayUnderTest) -> None:
    """A replica may lose the lock with its connection and not know it yet: then the intake's lock holds it back."""
    await gateway.hub.deliver(*(attendance("20000001", DAY) for _ in range(5)))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    async with replicas(gateway, 2) as closers:
        found = await asyncio.gather(*(one._freeze_due("277", timedelta(0), None) for one in closers))
    assert sorted(len(frozen) for frozen, _ in found) == [0, 1]
    [run] = (await gateway.get("/v1/runs"))["runs"]
    assert (run["lines"], len(run["files"])) == (5, 1)
    assert (await gateway.get("/v1/conservation"))["balanced"]


async def test_the_same_approval_delivered_twice_is_one_instruction(gateway: GatewayUnderTest) -> None:
    one = attendance("20000001", DAY)
    await gateway.hub.deliver(one)
    await gateway.hub.deliver(one)
    assert (await gateway.get("/v1/conservation"))["approved"] == 1
    assert await gateway.outcomes(one.submittal_id) == ["scheduled"]


async def test_a_file_that_was_archived_before_a_crash_is_taken_up_again(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    hub = gateway.hub
    assert isinstance(hub.settings, Settings)
    receiver = assemble(hub.settings, hub.database, hub.clock, new_id).receiver
    draft = receiver.archive.draft()
    file = Go([position(), person(), assignment()])
    draft.write_bytes(file.content)
    await receiver.archive_file("277", file.name, draft)  # and here the process dies
    [found] = await gateway.poll()
    assert (found["name"], found["state"], found["people_changed"]) == (file.name, "imported", 1)


async def test_an_import_that_breaks_in_the_middle_leaves_nothing(
    gateway: GatewayUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: str) -> None:
        raise RuntimeError("the process is gone")

    monkeypatch.setattr("esr_gateway.from_esr.importing.crash.point", die)
    Go([position(), person(), assignment()]).write(gateway.out)
    answer = await gateway.poll_answer()
    assert answer.status_code == 500
    assert await gateway.people() == []
    monkeypatch.undo()
    [found] = await gateway.poll()
    assert found["state"] == "imported"
    assert len(await gateway.people()) == 1


async def test_a_trust_that_is_set_up_is_found_by_any_replica(gateway: GatewayUnderTest) -> None:
    async with gateway.hub.database.read() as tx:
        assert (await find_trust(tx, "277")).version == 1
