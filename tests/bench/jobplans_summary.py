"""How fast a job plan is shown by ESR number, for `make bench-jobplans`: as many as it takes, and so many a second."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from tests.bench.jobplans_world import VPD, number_of, owners
from tests.bench.profiles_load import Request, as_many_as_it_takes, at_a_rate, connected
from tests.bench.serving import at, served

READS, RATE = int(os.environ.get("BENCH_READS", "6000")), 300
_CLIENTS, _WARM_UP = 16, 500
_MODULE = "tests.bench.jobplans_part"
_SUMMARY = f"/jobplan-adapter/v1/people/{VPD}/{{}}/job-plan"


def pairs(url: str) -> tuple[dict[str, float], dict[str, float]]:
    """What was measured of the bare endpoint and of the summary, one after the other on the same database."""
    return _measured("bare", url, "/bare/{}"), _measured("serve", url, _SUMMARY)


def _measured(part: str, url: str, path: str) -> dict[str, float]:
    """`rate`: requests a second; `processor`: the server's milliseconds for each; `p99` and `half`: at 300 a second."""

    def request(turn: int) -> Request:
        return Request("GET", path.format(number_of(turn * 7 % owners())))

    async def work(told: dict[str, Any]) -> dict[str, float]:
        async with connected(told["port"], told["headers"]["machine"], _CLIENTS) as connections:
            await as_many_as_it_takes(connections, [request(turn) for turn in range(_WARM_UP)])
            used = _processor(told)
            rate = await as_many_as_it_takes(connections, [request(turn) for turn in range(READS)])
            used = _processor(told) - used
            took = sorted(await at_a_rate(connections, RATE, READS // 2, request))
        return {"rate": rate, "processor": used / READS * 1_000, "p99": at(took, 0.99), "half": at(took, 0.5)}

    with served(_MODULE, part, url) as told:
        return asyncio.run(work(told))


def _processor(told: dict[str, Any]) -> float:
    """Processor seconds that the server has used so far: what others do on the machine is not in it."""
    fields = Path(f"/proc/{told['headers']['process']}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
