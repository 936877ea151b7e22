"""jobplan-adapter under load: a job plan shown by ESR number, and 3,000 unchanged plans polled.

Each part is measured in a process of its own on one database of the embedded PostgreSQL, filled by a first poll of a SARD over
HTTP. The peer of the summary is a bare FastAPI endpoint that reads one row, on the same database in the same run. Reads come
300 times a second whether the one before was answered or not, and each is timed from when it was due. `BENCH_RUNS` sets the
runs, `BENCH_READS` the reads of each, `BENCH_PARTS` some of `summary,poll`.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
from pathlib import Path

from esrlink.db.urls import sqlalchemy_url
from esrlink.embedded import EmbeddedPostgres
from tests.bench.jobplans_poll import seconds_of_a_poll
from tests.bench.jobplans_summary import RATE, pairs
from tests.bench.jobplans_world import LIMIT, PLANS, fill
from tests.bench.report import Figure, report
from tests.bench.serving import served

RUNS = int(os.environ.get("BENCH_RUNS", "3"))
PARTS = os.environ.get("BENCH_PARTS", "summary,poll").split(",")

Runs = dict[str, list[float]]


def main() -> None:
    """The runs, all on one database: none of them changes it."""
    runs: Runs = {}
    with tempfile.TemporaryDirectory() as name, served("tests.bench.jobplans_part", "sard") as sard:
        folder = Path(name)
        folder.chmod(0o755)
        token = folder / "token"
        token.write_text("bench")
        server = EmbeddedPostgres(folder / "postgres")
        try:
            asyncio.run(fill(server, "plans", f"http://127.0.0.1:{sard['port']}", token))
            url = sqlalchemy_url(server.app_url("plans"))
            for _ in range(RUNS):
                _run(url, runs)
        finally:
            server.stop()
    report("jobplans", _figures(runs))


def _run(url: str, runs: Runs) -> None:
    def note(name: str, value: float) -> None:
        runs.setdefault(name, []).append(value)

    if "summary" in PARTS:
        bare, ours = pairs(url)
        for name, value in ours.items():
            note(name, value)
            note(f"bare {name}", bare[name])
    if "poll" in PARTS:
        note("poll", seconds_of_a_poll(url))


def _figures(runs: Runs) -> list[Figure]:
    def of(name: str) -> tuple[float, ...]:
        return tuple(runs.get(name, ()))

    if "summary" in PARTS:
        ours, bare = (statistics.median(of(name)) for name in ("processor", "bare processor"))
        sys.stdout.write(
            f"{ours:.2f} ms of the service's processor for a summary, {bare:.2f} ms of the bare endpoint's for a row;"
            f" half of the summaries within {statistics.median(of('half')):.1f} ms\n"
        )
    figures = [
        Figure(
            "job plan by ESR number", "requests/s", of("rate"), 0, "bare read", of("bare rate"),
            at_least=True, least_ratio=0.6,
        ),
        Figure(f"{RATE} job plans/s, 99 of 100", "ms", of("p99"), 10, "bare read", of("bare p99")),
        Figure(f"poll of {PLANS:,} unchanged plans, {LIMIT} requests/s", "s", of("poll"), 30),
    ]  # fmt: skip
    return [one for one in figures if one.runs]


if __name__ == "__main__":
    main()
