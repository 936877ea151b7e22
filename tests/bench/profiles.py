"""profile-sync under load: people taken over, profiles put, people read, and a review queue among a million links.

Each part is measured in a process of its own on a copy of one database of the embedded PostgreSQL: 20,000 people and 30,000
profiles. Two replicas take the people over, each what a bus would hand it: its share of the keys. The peer of the puts is a bare
FastAPI endpoint that inserts one row, on the same database in the same run. Reads come 300 times a second whether the one before
was answered or not, and each is timed from when it was due. `BENCH_PEOPLE` sets the people, `BENCH_LINKS` the links of the queue,
`BENCH_REPLICAS` the replicas, `BENCH_RUNS` the runs, `BENCH_PARTS` some of `apply,put,read,reviews`.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from esrlink.embedded import EmbeddedPostgres
from tests.bench.links_hub import VPD, slug
from tests.bench.links_people import DEPARTMENTS
from tests.bench.profiles_load import Request, as_many_as_it_takes, at_a_rate, connected, one_by_one
from tests.bench.profiles_world import PRODUCT, fill, load_links, stored
from tests.bench.report import Figure, report
from tests.bench.serving import at, copied, served

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "20000"))
LINKS = int(os.environ.get("BENCH_LINKS", "1000000"))
REPLICAS = int(os.environ.get("BENCH_REPLICAS", "2"))
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
PARTS = os.environ.get("BENCH_PARTS", "apply,put,read,reviews").split(",")
PUTS, CLIENTS = int(os.environ.get("BENCH_PUTS", "4000")), 32
READS, RATE = int(os.environ.get("BENCH_READS", "6000")), 300
_WARM_UP = 300
_BARE = """
    profile_id text PRIMARY KEY, employee_number text, registration_number text, title text,
    given_name text, family_name text NOT NULL, email text, grade text
"""
MODULE = "tests.bench.profiles_part"


@dataclass
class Measured:
    """What the runs gave, by figure."""

    runs: dict[str, list[float]] = field(default_factory=dict)

    def note(self, **values: float) -> None:
        """One run's values."""
        for name, value in values.items():
            self.runs.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> tuple[float, ...]:
        return tuple(self.runs.get(name, ()))


def main() -> None:
    """Three paired runs, each on a copy of the same database."""
    measured = Measured()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = EmbeddedPostgres(folder / "postgres")
        try:
            news = asyncio.run(fill(server, "template", PEOPLE, PEOPLE * 3 // 2))
            shares = stored(folder, news, REPLICAS)
            events = [json.loads(one.value) for one in news]
            people = [one["employee_number"] for one in events if one["revision"] > 1]  # who is there already
            for run in range(RUNS):
                _run(server, f"run_{run}", shares, people, measured)
            if "reviews" in PARTS:
                _reviews(server, measured)
        finally:
            server.stop()
    report("profiles", _figures(measured))


def _run(
    server: EmbeddedPostgres, name: str, shares: Sequence[Path], people: Sequence[str], measured: Measured
) -> None:
    with copied(server, "template", name, _BARE) as url:
        if "apply" in PARTS:
            rate, processor = _applied(url, shares)
            measured.note(apply=rate, processor=processor)
            with psycopg.connect(server.owner_url(name)) as owner:
                if owner.execute("SELECT count(*) FROM inbox").fetchone() != (PEOPLE,):
                    raise SystemExit("not all of the news is in effect")
    with copied(server, "template", name, _BARE) as url:
        if "put" in PARTS:
            measured.note(bare=_puts("bare", url, "/bare/", people), put=_puts("serve", url, _path(0), people))
        if "read" in PARTS:
            with served(MODULE, "serve", url) as told:
                took = sorted(asyncio.run(_reads(told, people)))
            measured.note(read=at(took, 0.99), read_median=at(took, 0.5))


def _reviews(server: EmbeddedPostgres, measured: Measured) -> None:
    with copied(server, "template", "reviews", _BARE) as url:
        load_links(server.owner_url("reviews"), LINKS)
        for _ in range(RUNS):
            with served(MODULE, "serve", url) as told:
                first, deep, page = asyncio.run(_queue(told))
            measured.note(queue=at(sorted(first), 0.95), deep=at(sorted(deep), 0.95), page=at(sorted(page), 0.95))


def _path(turn: int) -> str:
    return f"/profile-sync/v1/profiles/{PRODUCT}/{slug(DEPARTMENTS[turn % len(DEPARTMENTS)])}/"


def _puts(part: str, url: str, path: str, people: Sequence[str]) -> float:
    """Puts of new profiles a second; two in three name a person by number."""
    requests = [_put(turn, path if part == "bare" else _path(turn), people) for turn in range(PUTS + _WARM_UP)]

    async def work(told: dict[str, Any]) -> float:
        async with connected(told["port"], told["headers"]["machine"], CLIENTS) as connections:
            await as_many_as_it_takes(connections, requests[:_WARM_UP])
            return await as_many_as_it_takes(connections, requests[_WARM_UP:])

    with served(MODULE, part, url) as told:
        return asyncio.run(work(told))


def _put(turn: int, path: str, people: Sequence[str]) -> Request:
    body = {
        "family_name": ("Okafor", "Whitcombe", "Lindqvist", "Rao", "Adeyemi")[turn % 5],
        "given_name": ("Adaeze", "Robert", "Maja", "Per", "Sunita", "Tom", "Ngozi")[turn % 7],
        "employee_number": people[turn % len(people)] if turn % 3 else None,
        "email": f"b{turn}@alderbrook.example",
        "grade": "Consultant",
    }
    return Request("PUT", f"{path}z{turn}", json.dumps(body).encode())


async def _reads(told: dict[str, Any], people: Sequence[str]) -> list[float]:
    def request(turn: int) -> Request:
        return Request("GET", f"/profile-sync/v1/people/{VPD}/{people[turn * 7 % len(people)]}")

    async with connected(told["port"], told["headers"]["machine"], CLIENTS) as connections:
        known = [request(turn) for turn in range(_WARM_UP)]
        await as_many_as_it_takes(connections, known)
        return await at_a_rate(connections, RATE, READS, request)


async def _queue(told: dict[str, Any]) -> tuple[list[float], list[float], list[float]]:
    """Seconds of the first page of the queue by API, of those that follow, and of the page that people see."""
    path = "/profile-sync/v1/reviews?limit=100"
    async with connected(told["port"], told["headers"]["machine"], 1) as (machine,):
        await one_by_one(machine, [Request("GET", path)] * 3)
        first = await one_by_one(machine, [Request("GET", path)] * 20)
        cursor, deep = "", []
        for _ in range(20):
            answer = json.loads(await machine.ask(Request("GET", path + cursor)))
            cursor = f"&cursor={answer['next']}"
            deep += await one_by_one(machine, [Request("GET", path + cursor)])
    async with connected(told["port"], told["headers"]["person"], 1) as (someone,):
        page = Request("GET", f"/profile-sync/reviews?vpd={VPD}")
        await one_by_one(someone, [page] * 3)
        return first, deep, await one_by_one(someone, [page] * 20)


def _applied(url: str, shares: Sequence[Path]) -> tuple[float, float]:
    """Events a second from when all replicas begin to when the last ends, and their processor seconds for each thousand."""
    with ExitStack() as stack:
        replicas = [stack.enter_context(_process("apply", url, str(share))) for share in shares]
        for replica in replicas:
            _told(replica)
        begun = time.perf_counter()
        for replica in replicas:
            assert replica.stdin is not None
            replica.stdin.write("begin\n")
            replica.stdin.flush()
        done = [_told(replica) for replica in replicas]
        seconds = time.perf_counter() - begun
    count = sum(one["count"] for one in done)
    return count / seconds, sum(one["processor"] for one in done) / count * 1_000


@contextmanager
def _process(*command: str) -> Iterator[subprocess.Popen[str]]:
    """A measured process."""
    line = [sys.executable, "-m", MODULE, *command]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _told(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The next line that it says."""
    assert process.stdout is not None
    told: dict[str, Any] = json.loads(process.stdout.readline())
    return told


def _figures(measured: Measured) -> list[Figure]:
    rate = f"{RATE} reads/s of a person by ESR number"
    links = f"{LINKS:,} links"
    applied = f"esr.profile.imported applied, {PEOPLE:,} people, {REPLICAS} replicas"
    figures = [
        Figure(applied, "events/s", measured["apply"], 5_000, at_least=True),
        Figure(
            "profile put, new and linked", "requests/s", measured["put"], 0, "bare insert", measured["bare"],
            at_least=True, least_ratio=0.6,
        ),
        Figure(f"{rate}, 99 of 100", "ms", measured["read"], 15),
        Figure(f"review queue by API, {links}, 95 of 100", "ms", measured["queue"], 150),
        Figure("the pages that follow", "ms", measured["deep"], 150),
        Figure(f"review page, {links}, 95 of 100", "ms", measured["page"], 150),
    ]  # fmt: skip
    if "apply" in PARTS:
        sys.stdout.write(
            f"{statistics.median(measured['processor']):.2f} processor seconds of the replicas for 1,000 events\n"
        )
    if "read" in PARTS:
        sys.stdout.write(f"{statistics.median(measured['read_median']):.1f} ms: half of the reads\n")
    return [one for one in figures if one.runs]


if __name__ == "__main__":
    main()
