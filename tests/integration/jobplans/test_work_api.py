"""Rota products put work: once or often, alone or by the thousand, and never for another's department."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

WORK = {"employee_number": "00000101", "date": "2026-05-04", "session": "Theatre 3", "category": "DCC", "hours": "4"}
RECORD = {"work_id": "w-1", "product": "clwrota", "department": "anaesthetics", **WORK}


async def put(hub: Any, work_id: str = "w-1", *, headers: dict[str, str] | None = None, **changes: Any) -> Any:
    known = {**hub.bearer("work:write"), **(headers or {})}
    return await hub.client.put(f"/v1/work/clwrota/anaesthetics/{work_id}", json={**WORK, **changes}, headers=known)


async def batch(hub: Any, records: list[Any], **claims: Any) -> Any:
    return await hub.client.post(
        "/v1/work:batch", json={"records": records}, headers=hub.bearer("work:write", **claims)
    )


@pytest.fixture
async def ready(hub: Any) -> Any:
    await hub.set_up()
    return hub


async def test_the_same_put_twice_is_one_piece_of_work(ready: Any) -> None:
    first, again, same = await put(ready), await put(ready), await put(ready, hours=4.0)

    assert (first.json()["outcome"], first.json()["version"]) == ("created", 1)
    assert [(one.json()["outcome"], one.json()["version"]) for one in (again, same)] == [("unchanged", 1)] * 2
    changed = await put(ready, cancelled=True)
    assert (changed.json()["outcome"], changed.json()["version"]) == ("changed", 2)


async def test_every_detail_of_a_piece_of_work_is_kept_and_a_change_of_it_is_a_change(ready: Any) -> None:
    whole = {"hours": None, "sessions": "1", "location": "Main theatres", "covered": "jd-0042", "displaced_by": "w-9"}
    await put(ready, **whole)

    assert (await put(ready, **whole)).json()["outcome"] == "unchanged"
    for name, value in (("location", "Day unit"), ("covered", None), ("displaced_by", None), ("sessions", "2")):
        whole[name] = value
        assert (await put(ready, **whole)).json()["outcome"] == "changed"
    refused = (await batch(ready, [{**RECORD, "displaced_by": "w-1"}])).json()
    assert refused["records"][0]["status"] == 422


async def test_a_stale_version_is_409_and_changes_nothing(ready: Any) -> None:
    await put(ready)
    await put(ready, hours="5", version=1)

    stale, by_header = await put(ready, hours="6", version=1), await put(ready, hours="6", headers={"If-Match": '"1"'})

    assert [(one.status_code, one.json()["code"]) for one in (stale, by_header)] == [(409, "stale_version")] * 2
    kept = (await put(ready, hours="5")).json()
    assert (kept["outcome"], kept["version"]) == ("unchanged", 2)
    assert (await put(ready, "w-2", version=3)).status_code == 409, "there is no version 3 of what does not exist"


@pytest.mark.parametrize(
    "change",
    [
        {"employee_number": "12 34"},
        {"employee_number": 101},
        {"date": "2026-02-30"},
        {"category": "Fun"},
        {"hours": "25"},
        {"hours": "-1"},
        {"hours": "NaN"},
        {"hours": None},
        {"pas": "1"},
        {"sessions": "1"},
        {"sessions": "11", "hours": None},
        {"covered": "Dr Invented Name"},
        {"displaced_by": "w-1"},
        {"session": "a\u0000b"},
        {"session": "x" * 201},
        {"surprise": True},
        {"version": 0},
    ],
    ids=lambda change: str(change)[:40],
)
async def test_a_value_that_cannot_be_taken_is_422_with_its_place(ready: Any, change: dict[str, Any]) -> None:
    answer = await put(ready, **change)

    assert answer.status_code == 422
    assert answer.json()["problems"] or answer.json()["field"]


async def test_an_unknown_trust_or_department_is_404(hub: Any) -> None:
    assert (await put(hub)).status_code == 404, "the trust is not set up"
    await hub.set_up()
    path = "/v1/work/medirota/cardiology/w-1"
    unknown = await hub.client.put(path, json=WORK, headers=hub.bearer("work:write"))
    not_theirs = hub.bearer("work:write", departments=["medirota/cardiology"])

    assert (unknown.status_code, unknown.json()["field"]) == (404, "department")
    assert (await put(hub, headers=not_theirs)).status_code == 404


async def test_a_bad_record_never_holds_up_a_good_one(ready: Any) -> None:
    await put(ready, "stale")
    records = [
        RECORD,
        {**RECORD, "work_id": "w-2", "hours": "lots"},
        {**RECORD, "work_id": "w-3", "department": "cardiology"},
        {**RECORD, "hours": "5"},
        {**RECORD, "work_id": "stale", "version": 9, "hours": "5"},
        "not even a record",
        {**RECORD, "work_id": "w-4", "pas": "1.25", "hours": None},
    ]

    answer = (await batch(ready, records)).json()

    assert [one["status"] for one in answer["records"]] == [200, 422, 404, 422, 409, 422, 200]
    assert [one["outcome"] for one in answer["records"]][::3] == ["created", "refused", "created"]
    assert answer["records"][1]["problems"][0]["field"] == "hours"
    assert answer["records"][3]["problems"][0]["code"] == "repeated"
    assert (answer["stored"], answer["unchanged"], answer["refused"]) == (2, 0, 5)
    again = (await batch(ready, records)).json()
    assert (again["stored"], again["unchanged"]) == (0, 2)


async def test_a_batch_takes_as_many_statements_for_thousands_as_for_one(ready: Any) -> None:
    records = [{**RECORD, "work_id": f"w-{n}"} for n in range(5000)]
    counts = []

    for size in (1, 5000):
        seen: list[str] = []

        def count(*args: Any, into: list[str] = seen) -> None:
            into.append(args[2])

        engine = ready.running.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", count)
        answer = await batch(ready, records[:size])
        event.remove(engine, "before_cursor_execute", count)
        assert answer.json()["refused"] == 0
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 5
    assert (await batch(ready, [*records, RECORD])).status_code == 422


async def test_the_same_id_in_two_trusts_is_two_pieces_of_work(ready: Any) -> None:
    await ready.set_up("312")
    await put(ready)

    theirs = await put(ready, headers=ready.bearer("work:write", vpds=["312"]), hours="2")

    assert (theirs.json()["outcome"], theirs.json()["version"]) == ("created", 1)
    assert (await put(ready)).json()["outcome"] == "unchanged"
    both = ready.bearer("work:write", vpds=["277", "312"])
    assert (await put(ready, headers=both)).json()["field"] == "vpd", "whose work it is must be said"
