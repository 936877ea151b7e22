"""Two replicas take over people of one trust at the same moment: they wait for each other only where they must."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any, cast
from uuid import uuid4

import pytest
from sqlalchemy import text

from esrlink.contracts import ProfileImported, Received, from_message, to_message
from esrlink.db import Database
from esrlink.errors import Unavailable
from esrlink.ids import new_id
from profile_sync.events import on_profile_imported
from profile_sync.links.locks import _GATES, trust_held_for_people
from profile_sync.people.applying import Turn, apply_imports
from tests.integration.profiles.conftest import Hub, imported

NOW = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)


async def applied(hub: Hub, *events: ProfileImported) -> dict[str, Turn]:
    async with hub.running.database.write(["277"]) as tx:
        return await apply_imports(tx, "277", events, now=NOW)


def told(event: ProfileImported) -> Received[ProfileImported]:
    message = to_message(event, event_id=uuid4(), source="test", time=NOW)
    return cast("Received[ProfileImported]", from_message(message))


async def waits(hub: Hub, *tasks: asyncio.Task[Any]) -> None:
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


async def test_whom_a_profile_may_be_is_found_while_another_replica_opens_its_link(hub: Hub) -> None:
    """One finds the profile linked, and so nobody's to suggest; the other takes that link away and knows nothing of the one."""
    await hub.people(imported("20001001", family_name="Rao"), imported("20002002"))
    await hub.profile(employee_number="20002002")
    async with hub.running.database.write(["277"]) as tx:
        await on_profile_imported(hub.running.clock, new_id)(
            tx, [told(imported("20002002", revision=2, family_name="Bell"))]
        )
        suggesting = asyncio.create_task(hub.people(imported("20001001", revision=2)))
        await waits(hub, suggesting)
    await suggesting
    link = await hub.link()
    assert link["state"] == "possible"
    assert [one["employee_number"] for one in link["candidates"]] == ["20002002", "20001001"]


async def test_a_profile_that_is_put_meanwhile_waits_and_sees_the_person_whole(hub: Hub) -> None:
    async with hub.running.database.write(["277"]) as tx:
        await on_profile_imported(hub.running.clock, new_id)(tx, [told(imported())])
        put = asyncio.create_task(hub.profile(employee_number="20001001"))
        await waits(hub, put)
    assert (await put)["link"]["state"] == "matched"


async def test_more_replicas_than_gates_wait_their_turn(hub: Hub) -> None:
    url = hub.running.database.engine.url.render_as_string(hide_password=False)
    others = Database(url, service="profile-sync", pool_size=_GATES)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(others.close)
        for _ in range(_GATES):
            tx = await stack.enter_async_context(others.write(["277"]))
            await asyncio.wait_for(tx.ask(trust_held_for_people("277")), 10)
        last = asyncio.create_task(hub.people(imported()))
        await waits(hub, last)
    await last
    assert (await hub.get("/v1/people/277/20001001")).status_code == 200
