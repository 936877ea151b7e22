"""Single changes share a transaction with those whose requests have arrived, and wait for nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from esrlink.db.gathering import Gathering, Waiting


class Stores:
    """Notes which went together; each is answered with itself."""

    def __init__(self) -> None:
        self.together: list[list[int]] = []

    async def __call__(self, _lane: str, batch: Sequence[Waiting[int, int]]) -> list[int]:
        self.together.append([one.ask for one in batch])
        return [one.ask for one in batch]


async def test_those_whose_requests_have_arrived_go_with_the_first() -> None:
    stores = Stores()
    puts = Gathering(stores, lambda ask: ask)

    async def request(turns: int) -> int:
        for _ in range(turns):
            await asyncio.sleep(0)  # it is being read
        return await puts.put("277", turns)

    assert await asyncio.gather(*map(request, range(8))) == list(range(8))
    assert stores.together == [list(range(8))]


async def test_one_by_itself_waits_for_nobody() -> None:
    stores = Stores()
    puts = Gathering(stores, lambda ask: ask)
    assert await puts.put("277", 1) == 1
    assert await puts.put("277", 2) == 2
    assert stores.together == [[1], [2]]


async def test_a_crowd_goes_in_parts() -> None:
    stores = Stores()
    puts = Gathering(stores, lambda ask: ask)
    assert await asyncio.gather(*(puts.put("277", n) for n in range(450))) == list(range(450))
    assert [len(one) for one in stores.together] == [200, 200, 50]
