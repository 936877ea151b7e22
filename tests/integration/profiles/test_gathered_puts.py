"""Puts that come at once share transactions, and each is answered as if it had come alone."""

from __future__ import annotations

import asyncio

import pytest

from esrlink.db.gathering import Gathering
from esrlink.errors import NotFound
from esrlink.ids import new_id
from esrlink.observability.tracing import current_traceparent, new_trace, trace_id_of
from profile_sync.profiles.gathering import gathered_puts
from profile_sync.profiles.putting import Put
from profile_sync.profiles.reading import LinkedProfile
from profile_sync.rules.facts import Place, ProfileFacts

from .conftest import Hub, imported

AT_ONCE = 40


def a_put(n: int = 0, *, department: str = "anaesthetics", number: str | None = None, name: str = "Okafor") -> Put:
    return Put(Place("clwrota", department, f"g{n}"), ProfileFacts(name, "Adaeze", number))


def gathering(hub: Hub) -> Gathering[str, Put, LinkedProfile]:
    parts = hub.running
    return gathered_puts(parts.database, parts.clock, new_id)


async def test_puts_at_once_cost_a_few_transactions_and_each_gets_its_own_answer(hub: Hub) -> None:
    numbers = [f"3{n:07d}" for n in range(AT_ONCE)]
    await hub.people(*map(imported, numbers))
    with hub.counted() as seen:
        answers = await asyncio.gather(
            *(hub.profile(f"clwrota/anaesthetics/g{n}", employee_number=one) for n, one in enumerate(numbers))
        )
    assert [one["link"]["employee_number"] for one in answers] == numbers
    assert len([one for one in seen if "set_config('esrlink.vpds'" in one]) <= 4, seen


async def test_one_that_is_refused_holds_no_other(hub: Hub) -> None:
    puts = gathering(hub)
    wanted = [a_put(n, department="nowhere" if n == 3 else "anaesthetics") for n in range(8)]
    answers = await asyncio.gather(*(puts.put("277", one) for one in wanted), return_exceptions=True)
    assert [isinstance(one, NotFound) for one in answers] == [n == 3 for n in range(8)]


async def test_one_that_breaks_the_transaction_breaks_only_its_own(hub: Hub) -> None:
    puts = gathering(hub)
    wanted = [a_put(n, name="Oka\x00for" if n == 3 else "Okafor") for n in range(8)]
    answers = await asyncio.gather(*(puts.put("277", one) for one in wanted), return_exceptions=True)
    assert [isinstance(one, Exception) for one in answers] == [n == 3 for n in range(8)]


async def test_puts_of_one_profile_at_once_are_stored_one_after_the_other(hub: Hub) -> None:
    names = ["Okafor", "Bell", "Lindqvist", "Rao"]
    answers = await asyncio.gather(*(hub.profile("clwrota/anaesthetics/g0", family_name=one) for one in names))
    assert [one["version"] for one in answers] == [1, 2, 3, 4]
    assert [one["profile"]["family_name"] for one in answers] == names


async def test_a_put_that_nobody_waits_for_any_more_holds_up_no_other(hub: Hub) -> None:
    puts = gathering(hub)
    gone = asyncio.create_task(puts.put("277", a_put(0)))
    stays = asyncio.create_task(puts.put("277", a_put(1)))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).version == 1
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert (await puts.put("277", a_put(2))).version == 1


async def test_what_a_gathered_put_leads_to_goes_on_with_its_own_trace(hub: Hub) -> None:
    puts = gathering(hub)
    traces: dict[str, str | None] = {}

    async def traced(n: int) -> None:
        with new_trace():
            traces[f"clwrota/anaesthetics/g{n}"] = trace_id_of(current_traceparent())
            await puts.put("277", a_put(n))

    await asyncio.gather(*(traced(n) for n in range(5)))
    assert {one.event.profile.path: trace_id_of(one.traceparent) for one in await hub.running.emitted()} == traces
