"""From zero again: the same tables and the same reports, byte for byte; and nothing is forgotten silently."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from esr_reporting.consumer import Consumer
from esr_reporting.opening import connect
from esr_reporting.rebuild import Incomplete, Rebuilt, rebuild
from esr_reporting.running import builds_of, run_reporting
from esr_reporting.settings import ReportingSettings
from esrlink.bus.port import Bus
from esrlink.bus.postgres import PostgresBus
from tests.integration.reporting.conftest import (
    CLOCK,
    POLL,
    consumer,
    every_report,
    in_use,
    publish,
    running,
    until,
    until_taken,
)
from tests.unit.reporting.telling import MEMORY, message, worked
from tests.unit.reporting.test_any_order import EVENTS, content

QUIET = timedelta(seconds=0.3)


async def rebuilt(settings: ReportingSettings, filler: Consumer, *, anyway: bool = False) -> Rebuilt:
    return await rebuild(builds_of(settings, CLOCK), filler, memory=MEMORY, quiet=QUIET, poll=POLL, anyway=anyway)


async def filled(settings: ReportingSettings, bus: Bus) -> str:
    """Tables of all events; every report."""
    await publish(bus, EVENTS)
    async with running(consumer(settings, bus)):
        await until_taken(settings, len(EVENTS))
    return every_report(settings)


async def test_a_rebuild_gives_the_same_tables_and_reports_byte_for_byte(bus: Bus, settings: ReportingSettings) -> None:
    expected = await filled(settings, bus)
    old = in_use(settings)
    tables = content(old)
    done = await rebuilt(settings, consumer(settings, bus))
    assert done.missing == {}
    assert done.rows["attendance"] == 3
    assert in_use(settings) != old
    assert not old.path.exists()
    assert content(in_use(settings)) == tables
    assert every_report(settings) == expected


async def test_a_consumer_that_runs_goes_over_to_the_new_tables_and_misses_nothing(
    bus: Bus, settings: ReportingSettings
) -> None:
    await publish(bus, EVENTS)
    async with running(consumer(settings, bus)):
        await until_taken(settings, len(EVENTS))
        await rebuilt(settings, consumer(settings, bus))
        await publish(bus, [worked("after", "2026-08-20")])
        await until_taken(settings, len(EVENTS) + 1)


async def test_a_rebuild_stops_when_the_bus_has_forgotten_and_goes_on_with_a_replay(
    bus: PostgresBus, settings: ReportingSettings
) -> None:
    expected = await filled(settings, bus)
    old = in_use(settings)
    async with await psycopg.AsyncConnection.connect(bus._conninfo, autocommit=True) as connection:
        await connection.execute("DELETE FROM bus_log WHERE topic IN ('submittal.approved', 'esr.run.sent')")
    with pytest.raises(Incomplete, match=r"attendance: 3 rows \(submittal.approved\).*run: 1 rows \(esr.run.sent\)"):
        await rebuilt(settings, consumer(settings, bus))
    assert in_use(settings) == old
    begun = builds_of(settings, CLOCK).unfinished()
    replayed = [
        message(event, ce_replay="true") for event in EVENTS if event.TOPIC in {"submittal.approved", "esr.run.sent"}
    ]
    await bus.publish([type(one)("reporting.rebuild", one.key, one.value, one.headers) for one in replayed])
    done = await rebuilt(settings, consumer(settings, bus, "reporting.rebuild"))
    assert done.missing == {}
    assert in_use(settings) == begun
    assert every_report(settings) == expected


async def test_a_person_may_decide_to_do_without_what_the_bus_has_forgotten(
    bus: PostgresBus, settings: ReportingSettings
) -> None:
    await filled(settings, bus)
    async with await psycopg.AsyncConnection.connect(bus._conninfo, autocommit=True) as connection:
        await connection.execute("DELETE FROM bus_log WHERE topic = 'esr.run.sent'")
    done = await rebuilt(settings, consumer(settings, bus), anyway=True)
    assert done.missing == {"run": 1}
    assert (in_use(settings).group, done.rows["run"]) == (in_use(settings).group, 0)


async def test_tables_of_another_release_are_not_touched_and_a_rebuild_mends_them(
    bus: Bus, settings: ReportingSettings
) -> None:
    from esr_reporting.ledger import OtherLayout

    expected = await filled(settings, bus)
    with connect(in_use(settings).path, memory=MEMORY) as connection:
        connection.execute("UPDATE about SET layout = 'of long ago'")
        connection.execute("ALTER TABLE absence DROP COLUMN sessions")
    with pytest.raises(OtherLayout, match="esrlink reporting rebuild"):
        await run_reporting(settings, bus, CLOCK)
    await rebuilt(settings, consumer(settings, bus))
    assert every_report(settings) == expected


async def test_a_rebuild_that_another_release_began_is_begun_again(bus: Bus, settings: ReportingSettings) -> None:
    await filled(settings, bus)
    builds = builds_of(settings, CLOCK)
    begun = builds.begin()
    with connect(begun.path, memory=MEMORY) as connection:
        connection.execute("CREATE TABLE about AS SELECT 'of long ago' AS layout")
    await rebuilt(settings, consumer(settings, bus))
    assert in_use(settings) != begun
    await until(lambda: not begun.path.exists())
