"""The parts of Central Reporting put together from its settings, and what `run` keeps doing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import structlog

from esr_reporting.builds import Builds
from esr_reporting.consumer import Consumer
from esr_reporting.export import export
from esr_reporting.ledger import Ledger
from esr_reporting.settings import ReportingSettings
from esrlink.bus.port import Bus
from esrlink.clock import Clock
from esrlink.errors import Unavailable

log = structlog.get_logger()
POLL = timedelta(seconds=1)


def builds_of(settings: ReportingSettings, clock: Clock) -> Builds:
    """Where the tables are."""
    return Builds(settings.data_dir, settings.group, clock)


def consumer_of(
    settings: ReportingSettings, bus: Bus, clock: Clock, *, poll: timedelta = POLL, topics: Sequence[str] = ()
) -> Consumer:
    """A consumer on `bus`, which may read `topics` of replays beside those of the settings."""
    replays = (*settings.topics_of_replays, *topics)

    def ledger(path: Path) -> Ledger:
        return Ledger(path, clock, memory=settings.memory, replay_topics=replays)

    return Consumer(bus, builds_of(settings, clock), ledger, replay_topics=replays, poll=poll)


async def run_reporting(settings: ReportingSettings, bus: Bus, clock: Clock) -> None:
    """Consume, and export now and then, until cancelled. Raises when one of the two fails for good."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(consumer_of(settings, bus, clock).run())
            if settings.export_every:
                group.create_task(_export_now_and_then(settings, clock))
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None  # so that it is told by its own sentence


async def _export_now_and_then(settings: ReportingSettings, clock: Clock) -> None:
    while True:
        await asyncio.sleep(settings.export_every.total_seconds())
        build = builds_of(settings, clock).current()
        if build is None or not build.path.exists():
            continue
        try:
            done = await asyncio.to_thread(export, build, settings.parquet_dir, memory=settings.memory)
        except Unavailable as error:
            log.warning("reporting.export_put_off", why=error.detail)
        else:
            log.info("reporting.exported", written=done.written, unchanged=done.unchanged, removed=done.removed)
