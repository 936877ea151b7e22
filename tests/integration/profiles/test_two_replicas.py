"""Two replicas take over people of one trust at the same moment: they wait for each other only where they must."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from esrlink.contracts import ProfileImported
from esrlink.errors import Unavailable
from profile_sync.people.applying import Turn, apply_imports
from tests.integration.profiles.conftest import Hub, imported

NOW = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)


async def applied(hub: Hub, *events: ProfileImported) -> dict[str, Turn]:
    async with hub.running.database.write(["277"]) as tx:
        return await apply_imports(tx, "277", events, now=NOW)


async def waits(hub: Hub, *tasks: asyncio.Task[dict[str, Turn]]) -> None:
    """Until each of these waits for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(10):
        while True:
            assert not [task for task in tasks if task.done()]
            async with hub.running.database.read() as tx:
                if await tx.scalar(waiting) == len(tasks):
                    return


async def test_other_people_are_taken_over_meanwhile(hub: Hub) -> None:
    await hub.people(imported("20001001"), imported("20002002"))
    async with hub.running.database.write(["277"]) as tx:
        await apply_imports(tx, "277", [imported("20001001", revision=2, title="Dr")], now=NOW)
        turns = await asyncio.wait_for(applied(hub, imported("20002002", revision=2, family_name="Rao")), 10)
    assert list(turns) == ["20002002"]


async def test_who_waits_for_the_same_person_goes_on_from_what_they_are_then(hub: Hub) -> None:
    await hub.people(imported())
    async with hub.running.database.write(["277"]) as tx:
        await apply_imports(tx, "277", [imported(revision=2, family_name="Rao")], now=NOW)
        waiting = asyncio.create_task(applied(hub, imported(revision=3, family_name="Bell")))
        older = asyncio.create_task(applied(hub, imported(revision=1, family_name="Whitcombe")))
        await waits(hub, waiting, older)
    turn = (await waiting)["20001001"]
    assert turn.before is not None
    assert (turn.before.family_name, turn.after.family_name, await older) == ("Rao", "Bell", {})


async def test_who_makes_a_person_known_second_begins_anew(hub: Hub) -> None:
    async with hub.running.database.write(["277"]) as tx:
        await apply_imports(tx, "277", [imported()], now=NOW)
        waiting = asyncio.create_task(applied(hub, imported(revision=2, family_name="Bell")))
        await waits(hub, waiting)
    with pytest.raises(Unavailable):
        await waiting
    turn = (await applied(hub, imported(revision=2, family_name="Bell")))["20001001"]
    assert turn.before is not None
    assert turn.before.family_name == "Okafor"
