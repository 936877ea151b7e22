"""A queue is walked page by page: each record once, the longest wait first, by the same few statements whatever is stored."""

from __future__ import annotations

from datetime import timedelta

import pytest

from esrlink.errors import Invalid
from submittals.lists.queues import Wanted, count_waiting, waiting
from submittals.records.state import State

from .conftest import Rota, statements, work

PENDING = Wanted((State.PENDING,))


async def _walk(rota: Rota, wanted: Wanted, *, limit: int = 3) -> list[str]:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        async with rota.hub.database.read(["277"]) as tx:
            lines, cursor = await waiting(tx, ["277"], wanted, cursor=cursor, limit=limit)
        assert len(lines) == limit or cursor is None
        found += [line.record_id for line in lines]
    return found


async def _put(rota: Rota, *ids: str, place: str = "clwrota/anaesthetics", profile: str = "p1") -> None:
    for number, record_id in enumerate(ids):
        body = work(
            profile_id=profile, session=f"List {record_id}", starts=f"{number + 6:02}:00", ends=f"{number + 7:02}:00"
        )
        body["attendance"]["date_worked"] = "2026-08-01" if place.startswith("clwrota") else "2026-08-02"
        await rota.taken(record_id, body, place)


async def test_every_record_comes_once_also_among_those_of_one_moment(rota: Rota) -> None:
    await _put(rota, "b1", "b2", "b3", "b4")  # the clock stands still: all of one moment
    rota.hub.clock.move_to(rota.hub.clock.now() + timedelta(days=3))
    await _put(rota, "c1", "c2", place="medirota/cardiology", profile="c9")
    walked = await _walk(rota, PENDING)
    assert sorted(walked[:4]) == ["b1", "b2", "b3", "b4"]
    assert sorted(walked[4:]) == ["c1", "c2"]
    assert sorted(await _walk(rota, Wanted((State.PENDING,), frozenset({"medirota/cardiology"})))) == ["c1", "c2"]
    older = Wanted((State.PENDING,), waiting_since=rota.hub.clock.now() - timedelta(days=1), kind="attendance")
    assert len(await _walk(rota, older)) == 4
    for nobodys in (Wanted((State.PENDING,), frozenset()), Wanted((State.PENDING,), kind="absence"), Wanted(())):
        assert await _walk(rota, nobodys) == []
    async with rota.hub.database.read(["312"]) as tx:
        assert await waiting(tx, ["277"], PENDING, limit=9) == ([], None)
        assert await count_waiting(tx, ["277"], PENDING) == 0


async def test_a_page_takes_as_many_statements_for_many_as_for_few(rota: Rota) -> None:
    counted = []
    for ids in (["d1"], [f"e{n}" for n in range(9)]):
        await _put(rota, *ids)
        with statements(rota.hub) as seen:
            async with rota.hub.database.read(["277"]) as tx:
                await waiting(tx, ["277"], PENDING, limit=25)
                await count_waiting(tx, ["277"], PENDING)
        counted.append(len(seen))
    assert counted == [4, 4]


@pytest.mark.parametrize("cursor", ["x", "2026-08-01_1", "2026-08-01T00:00:00_00000000-0000-0000-0000-000000000000"])
async def test_a_cursor_that_is_not_ours_is_refused(cursor: str, rota: Rota) -> None:
    async with rota.hub.database.read(["277"]) as tx:
        with pytest.raises(Invalid):
            await waiting(tx, ["277"], PENDING, cursor=cursor, limit=3)
