"""The consumer on a real bus: each event once in effect, whatever dies, and nobody has to wait for it long."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from esr_reporting.opening import attach, connect
from esr_reporting.running import builds_of, run_reporting
from esr_reporting.settings import ReportingSettings
from esrlink.bus.port import Bus
from esrlink.bus.postgres import PostgresBus
from esrlink.clock import FixedClock
from esrlink.embedded import EmbeddedPostgres
from esrlink.errors import Unavailable
from tests.integration.reporting.conftest import (
    CLOCK,
    consumer,
    every_report,
    in_use,
    publish,
    running,
    taken,
    until,
    until_taken,
)
from tests.unit.reporting.telling import MEMORY, NOW, kept, ledger, message, worked
from tests.unit.reporting.test_any_order import EVENTS, content

ESRLINK = str(Path(sys.executable).parent / "esrlink")


async def test_what_is_on_the_bus_and_what_comes_later_is_taken_once(
    bus: Bus, settings: ReportingSettings, tmp_path: Path
) -> None:
    await publish(bus, EVENTS[:10])
    async with running(consumer(settings, bus)):
        await until_taken(settings, 10)
        await publish(bus, EVENTS)  # the first ten a second time
        await until_taken(settings, len(EVENTS))
    assert content(in_use(settings)) == content(kept(tmp_path / "direct", EVENTS))


async def test_a_consumer_that_was_stopped_goes_on_where_it_was(bus: Bus, settings: ReportingSettings) -> None:
    await publish(bus, EVENTS[:10])
    async with running(consumer(settings, bus)):
        await until_taken(settings, 10)
    first = in_use(settings)
    await publish(bus, EVENTS[10:])
    async with running(consumer(settings, bus)):
        await until_taken(settings, len(EVENTS))
    assert in_use(settings) == first


async def test_a_lost_file_is_made_anew_from_the_bus(bus: Bus, settings: ReportingSettings) -> None:
    await publish(bus, EVENTS)
    async with running(consumer(settings, bus)):
        await until_taken(settings, len(EVENTS))
    expected = every_report(settings)
    for path in settings.data_dir.iterdir():
        path.unlink()
    async with running(consumer(settings, bus)):
        await until_taken(settings, len(EVENTS))
    assert every_report(settings) == expected


POINTS = {
    "reporting.before_effect": "a batch is in the transaction, and nothing is committed",
    "reporting.before_effect:2": "one batch is committed, and the next one is not",
    "reporting.before_commit": "a batch is in the tables, and the bus does not know it",
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("point", POINTS)
async def test_a_process_that_is_killed_loses_and_doubles_nothing(
    bus: Bus, postgres: EmbeddedPostgres, settings: ReportingSettings, tmp_path: Path, point: str
) -> None:
    environment = {
        **os.environ,
        "ESRLINK_BUS_URL": bus._conninfo,  # type: ignore[attr-defined]
        "ESRLINK_REPORTING_DATA_DIR": str(settings.data_dir),
        "ESRLINK_REPORTING_MEMORY": MEMORY,
    }
    await publish(bus, EVENTS[:10])

    def start(**more: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([ESRLINK, "reporting", "run"], env=environment | more, stderr=subprocess.PIPE)

    doomed = start(ESRLINK_CRASH_AT=point)
    if point.endswith(":2"):
        await until(lambda: builds_of(settings, CLOCK).current() is not None and taken(settings) == 10)
        await publish(bus, EVENTS[10:])
    _, told = await asyncio.to_thread(doomed.communicate, timeout=90)
    assert doomed.returncode == -signal.SIGKILL, told
    if not point.endswith(":2"):
        await publish(bus, EVENTS[10:])
    process = start()
    try:
        await until_taken(settings, len(EVENTS))
        process.send_signal(signal.SIGTERM)
        _, told = await asyncio.to_thread(process.communicate, timeout=60)
        assert process.returncode == 0, told
    finally:
        process.kill()
    assert content(in_use(settings)) == content(kept(tmp_path / "direct", EVENTS))


class Moody:
    """A bus that does not answer the first times it is asked."""

    def __init__(self, bus: Bus, moods: int) -> None:
        self._bus, self.moods = bus, moods

    @asynccontextmanager
    async def subscribe(self, group: str, topics: Sequence[str]) -> AsyncIterator[Any]:
        if self.moods:
            self.moods -= 1
            raise Unavailable("no bus")
        async with self._bus.subscribe(group, topics) as subscription:
            yield subscription


async def test_a_bus_that_does_not_answer_is_waited_for(bus: Bus, settings: ReportingSettings) -> None:
    from esr_reporting.consumer import Consumer
    from esr_reporting.ledger import Ledger

    await publish(bus, EVENTS)
    moody = Moody(bus, 3)
    patient = Consumer(
        moody,  # type: ignore[arg-type]
        builds_of(settings, CLOCK),
        lambda path: Ledger(path, CLOCK, memory=MEMORY),
        shortest_pause=timedelta(milliseconds=1),
    )
    async with running(patient):
        await until_taken(settings, len(EVENTS))
    assert moody.moods == 0


async def test_a_cut_connection_to_the_bus_is_made_again(
    bus: PostgresBus, postgres: EmbeddedPostgres, settings: ReportingSettings
) -> None:
    import psycopg

    await publish(bus, EVENTS[:5])
    async with running(consumer(settings, bus)):
        await until_taken(settings, 5)
        async with await psycopg.AsyncConnection.connect(bus._conninfo, autocommit=True) as other:
            group = in_use(settings).group
            cut = await other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE %s",
                [f"%bus {group}%"],
            )
            assert cut.rowcount == 1
        await publish(bus, EVENTS)
        await until_taken(settings, len(EVENTS))


def test_who_reads_the_file_makes_the_consumer_wait_and_lose_nothing(tmp_path: Path) -> None:
    build = kept(tmp_path, EVENTS)
    held, done = ledger(tmp_path), threading.Event()

    def take() -> None:
        held.take([message(worked("later", "2026-08-20"))])
        held.let_go()
        done.set()

    with connect(None, memory=MEMORY) as reader:
        attach(reader, build.path, "kept")
        thread = threading.Thread(target=take)
        thread.start()
        assert not done.wait(0.3)
        assert reader.execute("SELECT count(*) FROM kept.attendance WHERE record_id = 'later'").fetchall() == [(0,)]
    assert done.wait(30)
    thread.join()
    assert content(build) == content(kept(tmp_path / "direct", [*EVENTS, worked("later", "2026-08-20")]))


def test_a_file_that_is_held_for_too_long_is_said_to_be(tmp_path: Path) -> None:
    build = kept(tmp_path, [])
    held = ledger(tmp_path)
    held.take([message(EVENTS[0])])  # and does not let go
    try:
        with connect(None, memory=MEMORY) as reader, pytest.raises(Unavailable, match="another process holds it"):
            attach(reader, build.path, "kept", patience=timedelta(0))
    finally:
        held.let_go()


async def test_what_runs_exports_now_and_then(bus: Bus, settings: ReportingSettings) -> None:
    await publish(bus, EVENTS)
    often = settings.model_copy(update={"export_every": timedelta(seconds=0.1)})
    task = asyncio.create_task(run_reporting(often, bus, FixedClock(NOW)))
    try:
        await until(lambda: (settings.parquet_dir / "attendance/vpd=277/month=2026-08/part.parquet").exists())
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_fifty_thousand_events_take_no_more_memory_than_ten_thousand(tmp_path: Path) -> None:
    script = f"""
import resource
from pathlib import Path
from tests.unit.reporting.telling import ledger, message, worked, day
from datetime import date, timedelta
held = ledger(Path({str(tmp_path)!r}))
for n in range(50):
    held.take([message(worked(f"r{{n}}-{{i}}", "2026-08-01", employee_number=str(i))) for i in range(1000)])
    if n in (9, 49):
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
held.let_go()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr
    early, late = map(int, done.stdout.split())
    assert late < early + 150, (early, late)


def test_ids_of_builds_are_never_used_twice(settings: ReportingSettings) -> None:
    builds = builds_of(settings, CLOCK)
    assert len({builds.begin().group for _ in range(20)}) == 20
    assert str(uuid4()) not in builds.begin().group
