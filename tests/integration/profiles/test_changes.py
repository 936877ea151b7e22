"""The change feed: no gap whatever the order of commits, each person's changes in order, only what the caller may see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from esrlink.contracts.examples import EXAMPLES
from profile_sync.changes.forgetting import forgetting_changes
from profile_sync.changes.numbering import Bell, Numbering, number
from profile_sync.changes.recording import people_recorded
from profile_sync.changes.waiting import WaitingRoom, wait_for_changes

from .conftest import SCOPES, Hub, imported

Told = list[tuple[str, str | None, int | None]]


async def changes(hub: Hub, after: str | None = None, **options: Any) -> dict[str, Any]:
    query = {"after": after} if after else {}
    answer = await hub.get("/v1/changes", params={**query, **options.pop("params", {})}, **options)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def told(answer: dict[str, Any]) -> Told:
    return [(one["topic"], one["employee_number"], one["revision"]) for one in answer["items"]]


async def cursor(hub: Hub) -> str:
    return str((await hub.get("/v1/profiles")).json()["changes"])


async def test_people_and_links_come_in_the_order_of_their_commits(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    await hub.decide("unlink")
    await hub.people(imported(revision=2, title="Dr"))
    first = await changes(hub, params={"limit": 2})
    rest = await changes(hub, first["next"])
    assert told(first) + told(rest) == [
        ("person.changed", "20001001", 1),
        ("profile.linked", "20001001", 1),
        ("profile.unlinked", "20001001", 2),
        ("profile.review_needed", None, 3),
        ("person.changed", "20001001", 2),
    ]
    assert (first["more"], rest["more"]) == (True, False)
    linked = first["items"][1]
    assert linked["profile"] == {"product": "clwrota", "department": "anaesthetics", "profile_id": "ao1"}
    assert linked["data"]["rule"].startswith("exact_number")
    assert told(await changes(hub, first["items"][0]["cursor"])) == told(first)[1:] + told(rest)
    assert (await changes(hub, rest["next"]))["items"] == []


async def test_onboarding_is_told_as_its_event(hub: Hub) -> None:
    event = next(one for one in EXAMPLES.values() if one.TOPIC == "profile.onboarded")
    async with hub.running.database.write([event.vpd]) as tx:
        tx.emit(event)
    headers = hub.running.bearer(*SCOPES, "contacts:read", vpds=[event.vpd])
    [entry] = (await changes(hub, headers=headers))["items"]
    whole = event.model_dump(mode="json")
    assert (entry["topic"], entry["employee_number"]) == ("profile.onboarded", whole["employee_number"])
    assert {**whole, **entry["data"]} == whole


async def test_what_changes_nothing_is_no_change(hub: Hub) -> None:
    await hub.people(imported(revision=2))
    await hub.profile(employee_number="20001001")
    place = await cursor(hub)
    await hub.profile(employee_number="20001001")
    await hub.people(imported(revision=1, title="Dr"))
    assert (await changes(hub, place))["items"] == []


async def test_a_row_that_was_written_first_and_is_committed_last_is_not_passed_over(hub: Hub) -> None:
    database, now = hub.running.database, hub.running.clock.now()
    async with database.write(["277"]) as slow:
        await slow.ask(people_recorded("277", [("20001001", 1)], now))  # holds the earlier number, and is open
        async with database.write(["277"]) as quick:
            await quick.ask(people_recorded("277", [("20001002", 1)], now))
        before = await changes(hub)
        assert told(before) == [("person.changed", "20001002", 1)]
    assert told(await changes(hub, before["next"])) == [("person.changed", "20001001", 1)]


async def test_a_row_that_is_rolled_back_is_never_told(hub: Hub) -> None:
    with pytest.raises(RuntimeError):
        async with hub.running.database.write(["277"]) as tx:
            await tx.ask(people_recorded("277", [("20001001", 1)], hub.running.clock.now()))
            raise RuntimeError
    assert (await changes(hub))["items"] == []


async def test_many_writers_and_a_reader_beside_them_lose_and_double_nothing(hub: Hub) -> None:
    database, now = hub.running.database, hub.running.clock.now()
    writing, seen, place = True, [], None

    async def write(person: int) -> None:
        for revision in range(1, 9):
            async with database.write(["277"]) as tx:
                await tx.ask(people_recorded("277", [(str(person), revision)], now))
                await asyncio.sleep(0)

    async def read() -> None:
        nonlocal place
        while True:
            last = not writing
            answer = await changes(hub, place, params={"limit": 7})
            place = answer["next"]
            seen.extend((int(one["employee_number"]), one["revision"]) for one in answer["items"])
            if last and not answer["items"]:
                return

    async with asyncio.TaskGroup() as group:
        reading = group.create_task(read())
        await asyncio.gather(*(write(person) for person in range(3)))
        writing = False
        await reading
    assert sorted(seen) == [(person, revision) for person in range(3) for revision in range(1, 9)]
    for person in range(3):
        assert [r for p, r in seen if p == person] == list(range(1, 9))


async def test_a_client_sees_its_trusts_and_departments_only(hub: Hub) -> None:
    await hub.people(imported(), imported("20001002"), imported("20009001", vpd="312"))
    await hub.profile("clwrota/anaesthetics/ao1", employee_number="20001001")
    await hub.profile("medirota/cardiology/x7", employee_number="20001002", given_name="Adaeze")
    here = told(await changes(hub))
    assert {number_ for _, number_, _ in here} == {"20001001", "20001002"}
    one = hub.running.bearer(*SCOPES, departments=["medirota/cardiology"])
    assert told(await changes(hub, headers=one)) == [
        ("person.changed", "20001002", 1),
        ("profile.linked", "20001002", 1),
    ]
    there = hub.running.bearer(*SCOPES, vpds=["312"])
    assert told(await changes(hub, headers=there)) == [("person.changed", "20009001", 1)]
    both = hub.running.bearer(*SCOPES, vpds=["277", "312"])
    assert len((await changes(hub, headers=both))["items"]) == 5
    assert told(await changes(hub, headers=both, params={"vpd": "312"})) == told(await changes(hub, headers=there))
    refused = await hub.get("/v1/changes?vpd=312")
    assert (refused.status_code, refused.json()["field"]) == (404, "vpd")


async def test_only_the_topics_that_were_asked_for_come(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    answer = await changes(hub, params={"topic": ["profile.linked", "profile.unlinked"]})
    assert told(answer) == [("profile.linked", "20001001", 1)]
    assert (await hub.get("/v1/changes?topic=esr.file.received")).status_code == 422


async def test_a_list_and_the_changes_behind_its_cursor_leave_nothing_out(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile("clwrota/anaesthetics/ao1", employee_number="20001001")
    first = (await hub.get("/v1/profiles?limit=1")).json()
    await hub.profile("medirota/cardiology/x7", employee_number="20001001")
    second = (await hub.get("/v1/profiles", params={"limit": 1, "cursor": "WyJhIiwgImEiLCAiYSJd"})).json()
    assert second["changes"] is None, "only the first page's cursor leaves nothing out"
    assert [one["profile"]["department"] for one in (await changes(hub, first["changes"]))["items"]] == ["cardiology"]


async def test_a_cursor_older_than_what_is_kept_is_answered_410_and_says_how_to_go_on(hub: Hub) -> None:
    await hub.people(imported())
    beginning = (await changes(hub))["items"][0]["cursor"]
    await hub.people(imported("20001002"), imported("20001003"))
    last = await cursor(hub)
    forgetting = forgetting_changes(hub.running.database, hub.running.clock, timedelta(days=30))
    hub.running.clock.move_to(hub.running.clock.now() + timedelta(days=31))
    await changes(hub)
    await forgetting.forget()
    gone = await hub.get("/v1/changes", params={"after": beginning})
    assert (gone.status_code, gone.json()["code"], gone.json()["field"]) == (410, "cursor_gone", "after")
    assert "GET /v1/profiles" in gone.json()["detail"]
    assert (await changes(hub, await cursor(hub)))["items"] == []
    await hub.people(imported("20001004"))
    assert told(await changes(hub, await cursor(hub))) == []
    assert (await hub.get("/v1/changes")).status_code == 200
    assert last != beginning


async def test_a_cursor_from_before_the_database_was_set_back_is_answered_410(hub: Hub) -> None:
    ahead = "WyJjaGFuZ2VzIiwgIjk5OSJd"  # place 999
    assert (await hub.get("/v1/changes", params={"after": ahead})).status_code == 410


@pytest.mark.parametrize("after", ["nonsense", "WyJjaGFuZ2VzIiwgIngiXQ==", "WyJhIiwgImEiLCAiYSJd"])
async def test_a_cursor_that_is_not_ours_is_refused(hub: Hub, after: str) -> None:
    answer = await hub.get("/v1/changes", params={"after": after})
    assert (answer.status_code, answer.json()["field"]) == (422, "cursor")


async def test_a_block_of_people_is_one_statement_more_whatever_their_number(hub: Hub) -> None:
    with hub.counted() as few:
        await hub.people(imported("30000000"), imported("30000001"))
    with hub.counted() as many:
        await hub.people(*(imported(str(31000000 + n)) for n in range(200)))
    inserts = [one for one in many if one.startswith("INSERT INTO change ")]
    assert len(inserts) == 1
    assert len(many) == len(few)


async def test_reading_takes_the_same_few_statements_for_one_change_and_for_a_thousand(hub: Hub) -> None:
    await hub.people(imported())
    with hub.counted() as few:
        await changes(hub)
    await hub.people(*(imported(str(31000000 + n)) for n in range(300)))
    with hub.counted() as many:
        assert len((await changes(hub, params={"limit": 1000}))["items"]) == 301
    assert len(many) == len(few) <= 9, many


@asynccontextmanager
async def numbering(hub: Hub) -> AsyncIterator[None]:
    """The loops that number changes and wake who waits, as a process runs them."""
    tasks = [asyncio.ensure_future(one.run()) for one in hub.running.service.loops if one.name == "changes"]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_waiting_client_is_answered_when_something_changes(hub: Hub) -> None:
    place = await cursor(hub)
    async with numbering(hub):
        waiting = asyncio.ensure_future(changes(hub, place, params={"wait": 30}))
        await asyncio.sleep(0)
        await hub.people(imported("20009001", vpd="312"), imported("20009002", vpd="312"))
        await hub.people(imported())
        async with asyncio.timeout(10):
            assert told(await waiting) == [("person.changed", "20001001", 1)]


async def test_a_client_waits_without_asking_the_database_again(hub: Hub) -> None:
    reads = 0

    class Found:
        changes: list[object] = []

    async def read() -> Found:
        nonlocal reads
        reads += 1
        return Found()

    bell = Bell()
    waiting = asyncio.ensure_future(wait_for_changes(bell, ["277"], 0.05, read))
    await asyncio.sleep(0)
    bell.ring(["312"])
    await waiting
    assert reads == 1


async def test_another_process_s_numbering_wakes_this_one(hub: Hub) -> None:
    bell, news = Bell(), asyncio.Event()
    database = hub.running.database
    task = asyncio.ensure_future(Numbering(database, bell).run())
    try:
        async with bell.listening(["277"]) as news:
            await hub.people(imported())
            await number(database, ["277"])  # not by the loop that listens
            async with asyncio.timeout(10):
                await news.wait()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_no_more_wait_than_there_are_seats_in_all_and_for_one_client() -> None:
    room = WaitingRoom(seats=3, each=2)
    with room.seat("a"), room.seat("a"):
        with pytest.raises(Exception, match="Too many") as refused, room.seat("a"):
            pass
        assert refused.value.headers == {"Retry-After": "5"}  # type: ignore[attr-defined]
        with room.seat("b"), pytest.raises(Exception, match="Too many"), room.seat("c"):
            pass
    with room.seat("a"), room.seat("a"):
        pass
