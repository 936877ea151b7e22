"""How fast a job plan is shown by ESR number, for `make bench-jobplans`: as many as it takes, and so many a second."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

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
    """`rate`: requests a second; `p99` and `half`: milliseconds at 300 a second.

    `processor` and `database`: milliseconds of processor for each, of the server and of PostgreSQL, whatever else is going on.
    """

    def request(turn: int) -> Request:
        return Request("GET", path.format(number_of(turn * 7 % owners())))

    async def work(told: dict[str, Any]) -> dict[str, float]:
        async with connected(told["port"], told["headers"]["machine"], _CLIENTS) as connections:
            await as_many_as_it_takes(connections, [request(turn) for turn in range(_WARM_UP)])
            servers = [int(told["headers"]["process"])], _backends(url)
            used = [_processor(pids) for pids in servers]
            rate = await as_many_as_it_takes(connections, [request(turn) for turn in range(READS)])
            used = [(_processor(pids) - before) / READS * 1_000 for pids, before in zip(servers, used, strict=True)]
            took = sorted(await at_a_rate(connections, RATE, READS // 2, request))
        return {
            "rate": rate,
            "processor": used[0],
            "database": used[1],
            "p99": at(took, 0.99),
            "half": at(took, 0.5),
        }

    with served(_MODULE, part, url) as told:
        return asyncio.run(work(told))


def _backends(url: str) -> list[int]:
    """The processes of PostgreSQL that serve this database."""
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        found = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in found]


def _processor(pids: Sequence[int]) -> float:
    """Processor seconds that these processes have used so far."""
    used = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / os.sysconf("SC_CLK_TCK")
