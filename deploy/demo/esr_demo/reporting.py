"""Central Reporting beside the hub: it consumes the same bus in this process, and the story asks it for reports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from esr_reporting.question import Question, asked, months
from esr_reporting.report import Answer, report_named, run_report
from esr_reporting.running import builds_of, consumer_of
from esr_reporting.settings import ReportingSettings
from esrlink.clock import SystemClock
from esrlink.embedded import EmbeddedPostgres
from esrlink.tryout import TryOut

_CLOCK = SystemClock()


@dataclass(frozen=True)
class Reporting:
    """The tables, and the consumer that fills them."""

    settings: ReportingSettings
    consuming: asyncio.Task[None]

    async def ask(self, name: str, vpd: str, first: str, last: str, today: date) -> Answer:
        """A report on one trust and the months from `first` to `last`. Raises what ended the consumer, if anything did."""
        if self.consuming.done():
            self.consuming.result()
        question = Question([vpd], *months(first, last), today)
        return await asyncio.to_thread(self._ask, name, question)

    def _ask(self, name: str, question: Question) -> Answer:
        build = builds_of(self.settings, _CLOCK).current()
        report = report_named(name)
        if build is None or not build.path.exists():
            return Answer(report, (), ())
        with asked(build, question, memory=self.settings.memory) as connection:
            return run_report(report, connection)


@asynccontextmanager
async def reporting_beside(hub: TryOut, server: EmbeddedPostgres, folder: Path) -> AsyncIterator[Reporting]:
    """Central Reporting at work, with its tables in `folder`; what it had taken before a kill it has still."""
    settings = ReportingSettings(data_dir=folder)
    # Whatever bus the services of this hub use.
    bus = hub.bus(server)
    consuming = asyncio.create_task(consumer_of(settings, bus, _CLOCK).run(), name="central-reporting")
    try:
        yield Reporting(settings, consuming)
    finally:
        consuming.cancel()
        with suppress(asyncio.CancelledError):
            await consuming
        await bus.stop()


def records(answer: Answer) -> list[dict[str, Any]]:
    """The rows by name of column."""
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
