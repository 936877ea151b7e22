"""People come from ESR by event: the newest revision wins, and many cost no more statements than one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, text

from esrlink.contracts import ProfileImported


def imported(number: int, revision: int = 1, *, gone: bool = False, vpd: str = "277") -> ProfileImported:
    return ProfileImported.model_validate(
        {
            "vpd": vpd,
            "employee_number": f"{number:08d}",
            "revision": revision,
            "gone": gone,
            "as_of": "2026-08-03T06:00:00Z",
            "source_file": "GO_277_GDW_GDR_20260803_00000001.DAT",
            "person_id": str(number),
            "family_name": "Invented",
        }
    )


async def test_the_newest_revision_wins_whatever_the_order_of_arrival(hub: Any) -> None:
    await hub.running.deliver(imported(1, 3, gone=True), imported(1, 2))
    await hub.running.deliver(imported(1, 1))

    async with hub.running.database.read(["277"]) as tx:
        rows = await tx.all(text("SELECT employee_number, revision, gone FROM person"))
    assert [tuple(row) for row in rows] == [("00000001", 3, True)]


async def test_two_hundred_people_take_as_many_statements_as_one(hub: Any) -> None:
    engine, counts = hub.running.database.engine.sync_engine, []
    for people in ([imported(1)], [imported(n) for n in range(2, 202)]):
        seen: list[str] = []

        def count(*args: Any, into: list[str] = seen) -> None:
            into.append(args[2])

        event.listen(engine, "before_cursor_execute", count)
        await hub.running.deliver(*people)
        event.remove(engine, "before_cursor_execute", count)
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 4


async def test_an_event_of_one_trust_leaves_the_others_alone(hub: Any) -> None:
    await hub.running.deliver(imported(1), imported(1, vpd="312"))

    async with hub.running.database.read(["312"]) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM person")) == 1
