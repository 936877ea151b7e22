"""Two replicas on one trust, and crashes between two steps."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from esr_gateway.gateway import assemble
from esr_gateway.settings import Settings
from esr_gateway.trust_lock import TrustBusy, trust_lock
from esr_gateway.trusts import find_trust
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
