"""Repeating a request is safe, and what crosses on the way ends in the same place: keys, entity tags, early withdrawals."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from esrlink.contracts import Outcome
from submittals.flow.forgetting import ForgettingAnswers
from tests.conftest import NOW
from tests.integration.submittals.conftest import Rota, leave, statements, work

KEY = {"Idempotency-Key": "claims-of-monday"}
HERE = {"product": "clwrota", "department": "anaesthetics"}


async def post(rota: Rota, path: str, body: dict[str, Any], **headers: str) -> Any:
    return await rota.hub.client.post(f"/v1/{path}", json=body, headers=rota.bearer() | headers)


async def test_the_same_put_with_its_key_gets_the_same_answer_whatever_happened_since(rota: Rota) -> None:
    first = await rota.put("a", work(), headers=KEY)
    await rota.done(first.json()["submittal_id"], "enrich", "admin")
    again = await rota.put("a", work(), headers=KEY)
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["ETag"] == first.headers["ETag"] == '"1"'


async def test_another_put_with_the_key_is_refused(rota: Rota) -> None:
    await rota.put("a", work(), headers=KEY)
    for refused in (
        await rota.put("a", work(session="Other"), headers=KEY),
        await rota.put("b", work(), headers=KEY),
    ):
        assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_command_sent_again_with_its_key_gets_the_same_answer_and_decides_once(rota: Rota) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    await rota.done(submittal_id, "enrich", "admin")
    path = f"submittals/{submittal_id}/validate"
    first, second = await asyncio.gather(*(post(rota, path, {"by": "lead"}, **KEY) for _ in range(2)))
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    refused = await post(rota, path, {"by": "other"}, **KEY)
    assert refused.json()["code"] == "idempotency_key_reused"


async def test_a_refusal_is_repeated_as_well(rota: Rota) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    path = f"submittals/{submittal_id}/validate"
    first = await post(rota, path, {"by": "lead"}, **KEY)
    await rota.done(submittal_id, "enrich", "admin")
    again = await post(rota, path, {"by": "lead"}, **KEY)
    assert (first.status_code, first.json()["code"]) == (409, "wrong_state")
    assert {**again.json(), "trace": None} == {**first.json(), "trace": None}


async def test_a_batch_sent_again_with_its_key_gets_the_same_answers(rota: Rota) -> None:
    records = {"records": [{**HERE, "record_id": "a", **work()}, {**HERE, "record_id": "b", **leave(reason="S01")}]}
    first = await post(rota, "submittals:batch", records, **KEY)
    ids = [one["submittal"]["submittal_id"] for one in first.json()["results"]]
    await rota.done(ids[0], "enrich", "admin")
    assert (await post(rota, "submittals:batch", records, **KEY)).json() == first.json()
    commands = {"commands": [{"submittal_id": ids[0], "command": "validate", "by": "lead"}]}
    key = {"Idempotency-Key": "validations"}
    told = [await post(rota, "submittals:batch-commands", commands, **key) for _ in range(2)]
    assert told[0].json() == told[1].json()
    assert told[0].json()["taken"] == 1


async def test_a_key_is_one_clients_own(rota: Rota) -> None:
    await rota.put("a", work(), headers=KEY)
    other = rota.hub.bearer("submittals:write", sub="another-client") | KEY
    answer = await rota.hub.client.put("/v1/submittals/clwrota/anaesthetics/b", json=work(), headers=other)
    assert answer.status_code == 200


async def test_a_key_is_forgotten_after_a_day(rota: Rota) -> None:
    await rota.put("a", work(), headers=KEY)
    forgetting = ForgettingAnswers(rota.hub.database, rota.hub.clock)
    assert await forgetting.forget() == 0
    rota.hub.clock.move_to(NOW + timedelta(days=1, minutes=1))
    assert (await rota.put("b", work(session="Other", starts="13:00", ends="17:00"), headers=KEY)).status_code == 200
    rota.hub.clock.move_to(NOW + timedelta(days=2, minutes=2))
    assert await forgetting.forget() == 1


async def test_a_command_on_a_version_that_is_no_longer_the_current_one_is_refused(rota: Rota) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    await rota.taken("a", work(session="Theatre 4"))
    path = f"submittals/{submittal_id}/enrich"
    stale = await post(rota, path, {"by": "admin"}, **{"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"], stale.headers["ETag"]) == (412, "stale_version", '"2"')
    in_body = await post(rota, path, {"by": "admin", "version": 1})
    assert (in_body.status_code, in_body.json()["code"]) == (409, "stale_version")
    fresh = await post(rota, path, {"by": "admin"}, **{"If-Match": '"2"'})
    assert (fresh.status_code, fresh.headers["ETag"]) == (200, '"2"')


async def withdrawn_early(rota: Rota, record_id: str, **options: Any) -> Any:
    path = f"submittals/clwrota/anaesthetics/{record_id}/withdraw"
    return await post(rota, path, {"by": "admin", "reason": "The list was cancelled."}, **options)


async def test_a_withdrawal_wins_whichever_came_first(rota: Rota) -> None:
    early = await withdrawn_early(rota, "a")
    assert (early.status_code, early.json()) == (200, {"waiting": True, "submittal": None})
    record = await rota.taken("a", work())
    assert (record["state"], record["reason"]) == ("withdrawn", "The list was cancelled.")
    assert [step["by"] for step in record["history"]] == ["p1", "admin"]
    await rota.taken("b", work())
    late = await withdrawn_early(rota, "b")
    assert (late.json()["waiting"], late.json()["submittal"]["state"]) == (False, "withdrawn")
    again = await withdrawn_early(rota, "b")
    assert again.json() == late.json()
    # What was withdrawn stands in nobody's way.
    assert (await rota.taken("c", work()))["state"] == "pending"


async def test_a_withdrawal_and_its_record_at_the_same_time_end_withdrawn(rota: Rota) -> None:
    await asyncio.gather(rota.put("a", work()), withdrawn_early(rota, "a"))
    assert (await rota.taken("a", work()))["state"] == "withdrawn"


async def test_a_refused_put_leaves_the_withdrawal_waiting(rota: Rota) -> None:
    await withdrawn_early(rota, "a")
    assert (await rota.put("a", work() | {"version": 3})).status_code == 409
    assert (await rota.taken("a", work()))["state"] == "withdrawn"


async def test_a_withdrawal_in_a_department_that_is_not_there_is_refused(rota: Rota) -> None:
    path = "submittals/clwrota/dermatology/a/withdraw"
    assert (await post(rota, path, {"by": "admin", "reason": "No."})).status_code == 404


async def test_what_was_sent_cannot_be_withdrawn_by_its_source_key_either(rota: Rota) -> None:
    approved = await rota.approved("a", work())
    await rota.settle(approved["submittal_id"], Outcome.SENT)
    refused = await withdrawn_early(rota, "a")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_sent")


@pytest.mark.parametrize("size", [3, 60])
async def test_a_key_costs_the_same_few_statements_whatever_the_batch(rota: Rota, size: int) -> None:
    records = [{**HERE, "record_id": f"r{n}", **work(session=f"Room {n}", starts=None, ends=None)} for n in range(size)]
    with statements(rota.hub) as seen:
        await post(rota, "submittals:batch", {"records": records}, **KEY)
    assert len(seen) <= 24, seen
