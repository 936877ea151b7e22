"""Job plans of many people at once: an answer for each number, by one statement."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.integration.jobplans.held import ANN, BEN, CAT, hold, plan, statements


@pytest.fixture
async def held(hub: Any) -> Any:
    """Ann and Ben have plans, Cat has none."""
    await hub.set_up()
    await hub.import_people(ANN, BEN, CAT)
    await hold(hub, plan("1"), plan("2"))
    return hub


async def batch(hub: Any, *numbers: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
    known = headers or hub.bearer("jobplans:read")
    body = {"employee_numbers": list(numbers), **more}
    answer: httpx.Response = await hub.client.post("/v1/job-plans:batch", json=body, headers=known)
    return answer


async def test_each_number_is_answered_in_its_place(held: Any) -> None:
    answer = await batch(held, BEN, "9999", ANN, CAT, "not a number", BEN)

    plans = answer.json()["plans"]
    assert [(one["employee_number"], one["status"]) for one in plans] == [
        (BEN, 200), ("9999", 404), (ANN, 200), (CAT, 200), ("not a number", 422), (BEN, 200),
    ]  # fmt: skip
    single = await held.plan(ANN)
    assert (plans[2]["job_plan"], plans[2]["etag"]) == (single.json(), single.headers["ETag"])
    assert plans[3]["job_plan"]["state"] == "none"


async def test_what_is_held_already_is_not_sent_again(held: Any) -> None:
    tags = {one["employee_number"]: one["etag"] for one in (await batch(held, ANN, BEN)).json()["plans"]}
    await hold(held, plan("1"), plan("2", signed=False))

    again = (await batch(held, ANN, BEN, held=tags)).json()["plans"]

    assert [(one["status"], one["job_plan"] is None) for one in again] == [(304, True), (200, False)]


async def test_five_hundred_cost_one_statement_and_more_are_refused(held: Any, monkeypatch: Any) -> None:
    numbers = [f"{n:08d}" for n in range(500)]
    with statements(monkeypatch) as seen:
        answer = await batch(held, *numbers)
    assert (answer.status_code, len(seen)) == (200, 1), seen
    assert sum(one["status"] == 200 for one in answer.json()["plans"]) == 3
    assert (await batch(held, *numbers, "9999")).status_code == 422
    assert (await batch(held)).status_code == 422


async def test_another_trusts_people_are_nobody(held: Any) -> None:
    await held.set_up("312", providers=[], departments=[])

    other = await batch(held, ANN, headers=held.bearer("jobplans:read", vpds=["312"]))

    assert [one["status"] for one in other.json()["plans"]] == [404]
    limited = await batch(held, ANN, headers=held.bearer("jobplans:read", departments=["medirota/cardiology"]))
    assert [one["status"] for one in limited.json()["plans"]] == [404]
    assert (await batch(held, ANN, headers=held.bearer("work:write"))).status_code == 403
