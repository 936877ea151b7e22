"""The bus on a real Apache Kafka: the relay against a bare producer, the consumer with its effect, and the time between.

Each figure is measured in a process of its own, on the same broker and the same messages: what the relay publishes from
the outbox, the bare producer (aiokafka, idempotent, `acks=all`, lingering 5 ms, batches as large as ours) sends from
memory, and the consumer takes into effect in a table. The time from commit to consumed is measured over three processes:
one commits 1,000 events a second, another leads the relay's lanes, the third consumes.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from uuid import uuid4

from esrlink.contracts import ProfileImported
from esrlink.db import Database
from esrlink.embedded import EmbeddedPostgres
from tests.bench.report import Figure, report
from tests.faults.flow import Writer, make_database
from tests.kafka.finding import NO_KAFKA, shared_broker
from tests.kafka.topics import make_topics

EVENTS = int(os.environ.get("BENCH_EVENTS", "60000"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "20"))
RUNS = 3
PEOPLE = 2_000
# The transactions of the first second: processes that have just started are not what is measured.
_WARM_UP = 100


def main() -> None:
    """Three paired runs, each on a database and topics of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        postgres = EmbeddedPostgres(folder / "postgres")
        try:
            with shared_broker(folder / "kafka") as bootstrap:
                if bootstrap is None:
                    raise SystemExit(NO_KAFKA)
                runs = [_run(postgres, bootstrap) for _ in range(RUNS)]
        finally:
            postgres.stop()
    bare, relay, consumer, middle, late = (tuple(run[at] for run in runs) for at in range(5))
    report(
        "bus",
        [
            Figure(
                "relay: outbox to Kafka",
                "events/s",
                relay,
                15_000,
                "bare producer",
                bare,
                at_least=True,
                least_ratio=0.7,
            ),
            Figure("consumer with an effect in the database", "events/s", consumer, 5_000, at_least=True),
            Figure("commit to consumed at 1,000 events/s, median", "ms", middle, 50),
            Figure("commit to consumed at 1,000 events/s, 99 of 100", "ms", late, 50),
        ],
    )


def _run(postgres: EmbeddedPostgres, bootstrap: str) -> tuple[float, ...]:
    name, prefix = f"bench_{uuid4().hex[:8]}", f"bench-{uuid4().hex[:8]}."
    url = make_database(postgres, name)
    asyncio.run(make_topics(bootstrap, [f"{prefix}{p}{ProfileImported.TOPIC}" for p in ("", "bare.")], partitions=12))
    asyncio.run(_fill(url))
    environment = {
        "FLOW_DATABASE_URL": url,
        "ESRLINK_BUS_URL": f"kafka://{bootstrap}",
        "ESRLINK_KAFKA_PREFIX": prefix,
        "BENCH_EVENTS": str(EVENTS),
        "BENCH_SECONDS": str(SECONDS),
    }
    bare = _measured("bare", environment)["rate"]
    relay = _measured("relay", environment)["rate"]
    consumer = _measured("consumer", environment)["rate"]
    times = _times(environment)
    postgres.drop_database(name)
    return bare, relay, consumer, times["median"], times["late"]


async def _fill(url: str) -> None:
    database = Database(url, service="bench", pool_size=2)
    writer = Writer(database, PEOPLE)
    while writer.committed < EVENTS:
        await writer.commit(min(1_000, EVENTS - writer.committed))
    await database.close()


def _started(part: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.bus_part", part],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )


def _measured(part: str, environment: dict[str, str]) -> dict[str, Any]:
    with _started(part, environment) as process:
        out, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{part} failed with {process.returncode}")
    told: dict[str, Any] = json.loads(out.splitlines()[-1])
    return told


def _times(environment: dict[str, str]) -> dict[str, float]:
    """Milliseconds from a commit to the commit of its effect. The leader starts first, so that it holds the lanes."""
    with _started("leader", environment) as leader, _started("late-consumer", environment) as consumer:
        assert leader.stdout is not None
        assert consumer.stdout is not None
        try:
            leader.stdout.readline()
            consumer.stdout.readline()
            committed = _measured("writer", environment)["committed"]
            took = json.loads(consumer.stdout.readline())["took"]
        finally:
            leader.kill()
            consumer.kill()
    milliseconds = sorted((moment - committed[turn]) * 1_000 for moment, turn in took if turn >= _WARM_UP)
    return {"median": statistics.median(milliseconds), "late": milliseconds[int(len(milliseconds) * 0.99)]}


if __name__ == "__main__":
    main()
