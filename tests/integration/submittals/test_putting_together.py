"""Single puts that come at once share transactions, and each is answered as if it had come alone."""

from __future__ import annotations

import asyncio

from tests.integration.submittals.conftest import Rota, statements, work

AT_ONCE = 30


async def test_puts_at_once_cost_a_few_transactions_and_each_gets_its_own_answer(rota: Rota) -> None:
    days = [f"2026-07-{n:02}" for n in range(1, AT_ONCE + 1)]
    with statements(rota.hub) as seen:
        answers = await asyncio.gather(*(rota.taken(f"t{day}", work(date_worked=day)) for day in days))
    assert [one["record_id"] for one in answers] == [f"t{day}" for day in days]
    assert [one["content"]["date_worked"] for one in answers] == days
    assert len([one for one in seen if "set_config('esrlink.vpds'" in one]) <= 5


async def test_one_that_is_refused_holds_no_other(rota: Rota) -> None:
    first = await rota.taken("kept", work())
    puts = [
        rota.put("a", work(date_worked="2026-07-02")),
        rota.put("b", work(date_worked="2026-07-03"), "clwrota/nowhere"),
        rota.put("kept", work(session="Theatre 4"), headers={"If-Match": '"9"'}),
        rota.put("c", work(date_worked="2026-07-04")),
    ]
    assert [one.status_code for one in await asyncio.gather(*puts)] == [200, 404, 412, 200]
    assert (await rota.read(first["submittal_id"]))["version"] == 1


async def test_two_that_claim_one_session_at_once_see_each_other(rota: Rota) -> None:
    mine, theirs = await asyncio.gather(rota.taken("x", work()), rota.taken("y", work()))
    assert sorted([mine["state"], theirs["state"]]) == ["pending", "returned"]


async def test_two_puts_of_one_record_at_once_are_two_versions(rota: Rota) -> None:
    answers = await asyncio.gather(rota.taken("x", work()), rota.taken("x", work(session="Theatre 4")))
    assert sorted(one["version"] for one in answers) == [1, 2]
