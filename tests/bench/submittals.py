"""submittals under load: batches and single puts with all rules, a validator's queue, and rules among millions of records.

Each part is a process of its own on a copy of one database of the embedded PostgreSQL: 20,000 people in thirty departments. The
peer of the single puts is a bare FastAPI endpoint that inserts one row, on the same database in the same run. `BENCH_STORED`
sets the records that are stored, `BENCH_RUNS` the runs, `BENCH_PARTS` some of `batch,put,queue,flat`.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from esrlink.embedded import EmbeddedPostgres
from tests.bench.profiles_load import Request, as_many_as_it_takes, connected, one_by_one
from tests.bench.report import Figure, report
from tests.bench.serving import at, copied, served
from tests.bench.submittals_part import BARE
from tests.bench.submittals_world import PEOPLE, VPD, fill, record

STORED = int(os.environ.get("BENCH_STORED", "2000000"))
FEW = 10_000
# As many records each as people have among two million, so that a record has the same neighbours in both.
FEW_PEOPLE = max(1, FEW * PEOPLE // STORED)
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
PARTS = os.environ.get("BENCH_PARTS", "batch,put,queue,flat").split(",")
BATCHES, BATCH = 4, 5_000
CHECKS, CHECK = 100, FEW_PEOPLE
PUTS, CLIENTS, _WARM_UP = int(os.environ.get("BENCH_PUTS", "3000")), 16, 300
MODULE = "tests.bench.submittals_part"
SERVICE = "/submittals"
QUEUE = f"{SERVICE}/queues/validate?vpd={VPD}"

Runs = dict[str, list[float]]


def main() -> None:
    """The runs, each on a copy of the same database."""
    runs: Runs = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = EmbeddedPostgres(folder / "postgres")
        try:
            asyncio.run(fill(server, "few", FEW))
            if {"queue", "flat"} & set(PARTS):
                asyncio.run(fill(server, "many", STORED))
            if "flat" in PARTS:
                asyncio.run(fill(server, "few_people", FEW, FEW_PEOPLE))
            for run in range(RUNS):
                _run(server, run, runs)
        finally:
            server.stop()
    report("submittals", _figures(runs))


def _run(server: EmbeddedPostgres, run: int, runs: Runs) -> None:
    def note(name: str, value: float) -> None:
        runs.setdefault(name, []).append(value)

    if {"batch", "put", "flat"} & set(PARTS):
        with copied(server, "few", f"few_{run}", BARE) as url:
            if {"batch", "flat"} & set(PARTS):
                note("batch", _batches(url))
            if "put" in PARTS:
                note("bare", _puts("bare", url, "/bare/"))
                note("put", _puts("serve", url, None))
    if "flat" in PARTS:
        with copied(server, "few_people", f"few_people_{run}", BARE) as url:
            note("rules", _checks(url, FEW_PEOPLE))
    if {"queue", "flat"} & set(PARTS):
        with copied(server, "many", f"many_{run}", BARE) as url:
            if "queue" in PARTS:
                note("queue", _queue(url))
            if "flat" in PARTS:
                note("rules among", _checks(url, PEOPLE))
                note("among", _batches(url))


def _batches(url: str) -> float:
    """Records a second, of whole batches; the first one warms up."""

    async def work(told: dict[str, Any]) -> float:
        async with connected(told["port"], told["headers"]["machine"], 1) as (connection,):
            requests = [_batch(number) for number in range(BATCHES + 1)]
            _all_taken(await connection.ask(requests[0]))
            begun = time.perf_counter()
            answers = [await connection.ask(request) for request in requests[1:]]
            seconds = time.perf_counter() - begun
        for answer in answers:
            _all_taken(answer)
        return BATCHES * BATCH / seconds

    with served(MODULE, "serve", url) as told:
        return asyncio.run(work(told))


def _batch(number: int) -> Request:
    records = [record(turn, number) for turn in range(number * BATCH, (number + 1) * BATCH)]
    return Request("POST", f"{SERVICE}/v1/submittals:batch?vpd={VPD}", json.dumps({"records": records}).encode())


def _all_taken(answer: bytes) -> None:
    """What is refused or returned quickly is no speed."""
    told = json.loads(answer)
    if told["taken"] != BATCH or any(one["submittal"]["state"] != "pending" for one in told["results"]):
        odd = next((one for one in told["results"] if (one.get("submittal") or {}).get("state") != "pending"), told)
        raise SystemExit(json.dumps(odd)[:2_000])


def _checks(url: str, people: int) -> float:
    """Records a second that the rules judge, with all that they read of what is stored, when nothing is written.

    Each request is about as many people as hold the few records; among many records each is about others.
    """

    async def work(told: dict[str, Any]) -> float:
        async with connected(told["port"], told["headers"]["machine"], 1) as (connection,):
            requests = [_check(number, people) for number in range(CHECKS + 10)]
            for request in requests[:10]:
                _all_good(await connection.ask(request))
            begun = time.perf_counter()
            answers = [await connection.ask(request) for request in requests[10:]]
            seconds = time.perf_counter() - begun
        for answer in answers:
            _all_good(answer)
        return CHECKS * CHECK / seconds

    with served(MODULE, "serve", url) as told:
        return asyncio.run(work(told))


def _check(number: int, people: int) -> Request:
    records = [record(turn % people, 98) for turn in range(number * CHECK, (number + 1) * CHECK)]
    return Request("POST", f"{SERVICE}/v1/submittals:check?vpd={VPD}", json.dumps({"records": records}).encode())


def _all_good(answer: bytes) -> None:
    told = json.loads(answer)
    if told["good"] != CHECK:
        odd = next(one for one in told["results"] if not (one.get("verdict") or {}).get("good"))
        raise SystemExit(json.dumps(odd)[:2_000])


def _puts(part: str, url: str, path: str | None) -> float:
    """Puts of new records a second."""
    requests = [_put(turn, path) for turn in range(50_000, 50_000 + PUTS + _WARM_UP)]

    async def work(told: dict[str, Any]) -> float:
        async with connected(told["port"], told["headers"]["machine"], CLIENTS) as connections:
            await as_many_as_it_takes(connections, requests[:_WARM_UP])
            return await as_many_as_it_takes(connections, requests[_WARM_UP:])

    with served(MODULE, part, url) as told:
        return asyncio.run(work(told))


def _put(turn: int, path: str | None) -> Request:
    body = record(turn, 99)
    place = "/".join(body.pop(name) for name in ("product", "department", "record_id"))
    where = path + place.rpartition("/")[2] if path else f"{SERVICE}/v1/submittals/{place}?vpd={VPD}"
    return Request("PUT", where, json.dumps(body).encode())


def _queue(url: str) -> float:
    """Milliseconds in which 95 of 100 pages of a validator's queue are there."""

    async def work(told: dict[str, Any]) -> list[float]:
        async with connected(told["port"], told["headers"]["person"], 1) as (someone,):
            await one_by_one(someone, [Request("GET", QUEUE)] * 3)
            return await one_by_one(someone, [Request("GET", QUEUE)] * 20)

    with served(MODULE, "serve", url) as told:
        return at(sorted(asyncio.run(work(told))), 0.95)


def _figures(runs: Runs) -> list[Figure]:
    def of(name: str) -> tuple[float, ...]:
        return tuple(runs.get(name, ()))

    figures = [
        Figure("records put in batches of 5,000, all rules", "records/s", of("batch"), 2_500, at_least=True),
        Figure("single put, all rules", "requests/s", of("put"), 0, "bare insert", of("bare"), at_least=True, least_ratio=0.5),
        Figure(f"validator's queue, {STORED:,} records, 95 of 100", "ms", of("queue"), 150),
        Figure(
            f"rules run among {STORED:,}", "records/s", of("rules among"), 0, f"among {FEW:,} of {FEW_PEOPLE}", of("rules"),
            at_least=True, least_ratio=0.9,
        ),
        Figure(
            f"records put among {STORED:,}", "records/s", of("among"), 0, f"among {FEW:,}", of("batch") if of("among") else (),
            at_least=True, least_ratio=0.8,
        ),
    ]  # fmt: skip
    return [one for one in figures if one.runs]


if __name__ == "__main__":
    main()
