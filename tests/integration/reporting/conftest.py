"""Central Reporting on a real bus."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from esr_reporting.builds import Build
from esr_reporting.consumer import Consumer
from esr_reporting.output import as_csv
from esr_reporting.report import all_reports
from esr_reporting.running import builds_of, consumer_of
from esr_reporting.settings import ReportingSettings
from esr_reporting.status import status_of
from esrlink.bus.port import Bus
from esrlink.clock import FixedClock
from esrlink.contracts import Event
from tests.unit.reporting.telling import MEMORY, NOW, ask, message

POLL = timedelta(seconds=0.05)
CLOCK = FixedClock(NOW)


@pytest.fixture
def settings(tmp_path: Path) -> ReportingSettings:
    return ReportingSettings(data_dir=tmp_path / "reporting", memory=MEMORY)


def consumer(settings: ReportingSettings, bus: Bus, *topics: str) -> Consumer:
    return consumer_of(settings, bus, CLOCK, poll=POLL, topics=topics)


async def publish(bus: Bus, events: Sequence[Event], **headers: str) -> None:
    await bus.publish([message(event, **headers) for event in events])


@asynccontextmanager
async def running(consumer: Consumer) -> AsyncIterator[None]:
    """The consumer at work; it must still be when the test is done with it."""
    task = asyncio.create_task(consumer.run())
    try:
        yield
        assert not task.done(), task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def taken(settings: ReportingSettings) -> int:
    """How many events have been taken."""
    return sum(topic.events for topic in status_of(builds_of(settings, CLOCK), memory=MEMORY).topics)


async def until(look: Callable[[], bool], seconds: float = 100) -> None:
    """Poll to a deadline, off the event loop."""
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(look):
        assert time.monotonic() < deadline, "it did not come to pass"
        await asyncio.sleep(0.02)


async def until_taken(settings: ReportingSettings, count: int) -> None:
    await until(lambda: taken(settings) >= count)
    assert taken(settings) == count


def in_use(settings: ReportingSettings) -> Build:
    build = builds_of(settings, CLOCK).current()
    assert build is not None
    return build


def every_report(settings: ReportingSettings) -> str:
    """All reports as CSV, one after the other."""
    build = in_use(settings)
    return "\n".join(as_csv(ask(build, report.name, "2026-01", "2026-12")) for report in all_reports())
