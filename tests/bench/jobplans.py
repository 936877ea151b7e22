"""jobplan-adapter under load: a plan shown by ESR number, 3,000 unchanged plans polled, and a year of a trust's delivery.

Each part is measured in a process of its own on databases of the embedded PostgreSQL; that of the first two is filled by a first
poll of a SARD over HTTP. The peer of the summary is a bare FastAPI endpoint that reads one row, on the same database in the same
run. Reads come 300 times a second whether the one before was answered or not, and each is timed from when it was due.
`BENCH_RUNS` sets the runs, `BENCH_READS` the reads of each, `BENCH_WORK` the pieces of work, `BENCH_PARTS` some of
`summary,poll,delivery`.
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
from tests.bench import jobplans_delivery
from tests.bench.jobplans_poll import seconds_of_a_poll
from tests.bench.jobplans_summary import RATE, pairs
from tests.bench.jobplans_world import LIMIT, PLANS, fill
from tests.bench.report import Figure, report
from tests.bench.serving import served

RUNS = int(os.environ.get("BENCH_RUNS", "3"))
PARTS = os.environ.get("BENCH_PARTS", "summary,poll,delivery").split(",")

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
            if "delivery" in PARTS:
                jobplans_delivery.fill(server, "year")
            for _ in range(RUNS):
                _run(sqlalchemy_url(server.app_url("plans")), sqlalchemy_url(server.app_url("year")), runs)
        finally:
            server.stop()
    report("jobplans", _figures(runs))


def _run(url: str, year: str, runs: Runs) -> None:
    def note(name: str, value: float) -> None:
        runs.setdefault(name, []).append(value)

    if "summary" in PARTS:
        bare, ours = pairs(url)
        for name, value in ours.items():
            note(name, value)
            note(f"bare {name}", bare[name])
    if "poll" in PARTS:
        note("poll", seconds_of_a_poll(url))
    if "delivery" in PARTS:
        note("delivery", jobplans_delivery.measure(year))


def _figures(runs: Runs) -> list[Figure]:
    def of(name: str) -> tuple[float, ...]:
        return tuple(runs.get(name, ()))

    if "summary" in PARTS:
        middle = {name: statistics.median(values) for name, values in runs.items()}
        sys.stdout.write(
            f"processor for a summary: {middle['processor']:.2f} ms of the service, {middle['database']:.2f} ms of PostgreSQL;"
            f" for a row: {middle['bare processor']:.2f} ms and {middle['bare database']:.2f} ms;"
            f" half of the summaries within {middle['half']:.1f} ms\n"
        )
    figures = [
        Figure(
            "job plan by ESR number", "requests/s", of("rate"), 0, "bare read", of("bare rate"),
            at_least=True, least_ratio=0.6,
        ),
        Figure(f"{RATE} job plans/s, 99 of 100", "ms", of("p99"), 10, "bare read", of("bare p99")),
        Figure(f"poll of {PLANS:,} unchanged plans, {LIMIT} requests/s", "s", of("poll"), 30),
        *jobplans_delivery.figures(of("delivery")),
    ]  # fmt: skip
    return [one for one in figures if one.runs]


if __name__ == "__main__":
    main()
