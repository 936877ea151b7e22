"""How long a poll of unchanged plans takes at the provider's limit, for `make bench-jobplans`."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from tests.bench.jobplans_world import PLANS, PROVIDER, VPD
from tests.bench.profiles_load import Request, connected
from tests.bench.serving import served

_POLL = Request("POST", f"/jobplan-adapter/v1/providers/{VPD}/{PROVIDER}/poll")


def seconds_of_a_poll(url: str) -> float:
    """Seconds of one poll that finds nothing new."""

    async def work(told: dict[str, Any]) -> float:
        async with connected(told["port"], told["headers"]["machine"], 1) as (connection,):
            begun = time.perf_counter()
            answer = json.loads(await connection.ask(_POLL))
            seconds = time.perf_counter() - begun
        if (answer["plans"], answer["changed"]) != (PLANS, 0):
            raise SystemExit(f"the poll found {answer}")
        return seconds

    with served("tests.bench.jobplans_part", "serve", url) as told:
        return asyncio.run(work(told))
