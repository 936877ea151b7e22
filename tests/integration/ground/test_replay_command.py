"""`esrlink replay`: what it shows, what it refuses, and what is left when it is killed half-way."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from esrlink.bus.postgres import PostgresBus
from esrlink.bus.replay_request import ReplayRequest, TooOldToReplay, moment_of
from esrlink.cli import main
from esrlink.db import Database
from esrlink.db.urls import sqlalchemy_url
from esrlink.errors import Invalid
from esrlink.settings import Mode, ServiceSettings

from .conftest import Ground
from .test_process import ended, process, production  # noqa: F401 - a fixture
from .test_relay import all_published, relay, until
from .test_replay import FACT, STATE, all_heard, consumer, emit, lose_state, state_of, withdrawn

NOW = datetime(2026, 8, 31, 12, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
async def submittals(production: dict[str, str]) -> AsyncIterator[Ground]:  # noqa: F811
    """The database of the service whose settings the command is given."""
    url = sqlalchemy_url(production["SUBMITTALS_DATABASE_URL"])
    database = Database(url, service="submittals")
    yield Ground(database, "", url)
    await database.close()


async def outbox_rows(submittals: Ground, where: str = "true") -> int:
    async with submittals.database.read() as tx:
        return int(await tx.scalar(text(f"SELECT count(*) FROM outbox WHERE {where}")))


def yesterday() -> str:
    return f"{datetime.now(LONDON) - timedelta(days=1):%Y-%m-%d}"


async def test_killed_half_way_and_started_again_everything_takes_effect_once_and_in_order(
    ground: Ground,
    submittals: Ground,
    bus: PostgresBus,
    production: dict[str, str],  # noqa: F811
) -> None:
    people, versions = 40, 30  # a whole batch and a part of one
    arguments = ("replay", FACT, "--from", yesterday())
    async with relay(submittals, bus), consumer(ground, bus, "a"), consumer(ground, bus, "b"):
        async with submittals.database.write() as tx:
            for version in range(1, versions + 1):
                tx.emit(*(withdrawn(f"{n}", version) for n in range(people)))
        await until(all_published(submittals))
        await until(lambda: all_heard(bus, "a", "b"))
    expected = {f"{n}": ",".join(map(str, range(1, versions + 1))) for n in range(people)}
    assert await state_of(ground, "b") == expected
    await lose_state(ground, "b")
    async with relay(submittals, bus), consumer(ground, bus, "a"), consumer(ground, bus, "b"):
        with process(*arguments, **production, ESRLINK_CRASH_AT="replay.batch") as killed:
            status, _ = await ended(killed)
        assert status == -9
        assert await outbox_rows(submittals, "headers ? 'ce_replay'") == 1_000
        with process(*arguments, **production) as again:
            status, told = await ended(again)
        assert (status, "1,200 events were published again" in told) == (0, True), told
        await until(lambda: all_heard(bus, "a", "b"))
    assert await state_of(ground, "a") == expected
    assert await state_of(ground, "b") == expected


async def test_a_dry_run_counts_by_trust_and_publishes_nothing(
    submittals: Ground,
    bus: PostgresBus,
    production: dict[str, str],  # noqa: F811
) -> None:
    async with relay(submittals, bus):
        await emit(submittals, withdrawn("1", 1), withdrawn("1", 2), withdrawn("2", 1, "312"))
        await until(all_published(submittals))
    with process("replay", FACT, "--from", yesterday(), "--dry-run", **production) as started:
        status, told = await ended(started)
    assert status == 0, told
    assert re.search(r"277 .* 2 .*\n.*312 .* 1 ", told), told
    assert await outbox_rows(submittals) == 3


async def test_a_replay_that_nobody_publishes_asks_whether_the_service_runs(
    submittals: Ground,
    bus: PostgresBus,
    production: dict[str, str],  # noqa: F811
) -> None:
    async with relay(submittals, bus):
        await emit(submittals, withdrawn("1", 1))
        await until(all_published(submittals))
    with process("replay", FACT, "--from", yesterday(), **production) as started:
        assert started.stdout is not None
        lines = iter(started.stdout.readline, "")
        async with asyncio.timeout(30):
            while "is submittals running?" not in (line := await asyncio.to_thread(next, lines)):
                assert line
        async with relay(submittals, bus):
            status, told = await ended(started)
    assert status == 0, told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no.such.topic", "--from", "2026-08-03"], "submittal.approved"),
        ([f"{FACT}.dlq", "--from", "2026-08-03"], "no such topic"),
        ([FACT, "--from", "last week"], "2026-08-03T14:00"),
        ([FACT, "--from", "9999-12-31", "--to", "9999-12-31"], "2026-08-03T14:00"),
        ([FACT, "--from", "2026-08-03", "--vpd", "27"], "three digits"),
    ],
    ids=["unknown topic", "dead letters", "no date", "past the calendar", "no vpd"],
)
def test_an_option_that_cannot_be_read_is_told(production: dict[str, str], arguments: list[str], said: str) -> None:  # noqa: F811
    # In this process, since each of its own takes seconds.
    done = CliRunner().invoke(main, ["replay", *arguments], env={**production, "COLUMNS": "300"})
    assert (done.exit_code, type(done.exception)) == (2, SystemExit)
    assert said in " ".join(done.output.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([FACT, "--from", "2020-08-03"], "--to-topic"),
        ([FACT, "--from", "2026-08-03", "--to", "2026-08-02", "--to-topic", "x"], "no time between"),
        ([FACT, "--from", "2026-08-03", "--to-topic", STATE], "Choose a new name"),
    ],
    ids=["too old", "no time", "taken name"],
)
async def test_a_wrong_option_is_refused_in_a_sentence(
    submittals: Ground,
    production: dict[str, str],  # noqa: F811
    arguments: list[str],
    said: str,
) -> None:
    with process("replay", *arguments, **production, COLUMNS="300") as started:
        status, told = await ended(started)
    assert status == 1
    assert said in " ".join(told.split())
    assert "Traceback" not in told
    assert await outbox_rows(submittals) == 0


async def test_it_works_on_the_try_out(open_tmp: Path) -> None:
    folder = open_tmp / "replayed"
    options = ["--from", yesterday(), "--tryout", "--data-dir", str(folder)]
    with process("replay", "profile.linked", *options) as started:
        status, told = await ended(started)
    assert (status, "No published event fits." in told) == (0, True), told


def settings() -> ServiceSettings:
    return ServiceSettings(mode=Mode.TRYOUT, keep_received=timedelta(days=60), keep_bus_log=timedelta(days=30))


def test_what_inboxes_may_have_forgotten_is_not_published_on_its_own_topic() -> None:
    """A message that waits on the bus as long as it may must be known still when it is read at last."""
    oldest = NOW - timedelta(days=30)
    ReplayRequest(FACT, oldest, NOW).check(settings(), NOW)
    with pytest.raises(TooOldToReplay, match="1 August 2026 13:00"):
        ReplayRequest(FACT, oldest - timedelta(seconds=1), NOW).check(settings(), NOW)
    ReplayRequest(FACT, oldest - timedelta(days=900), NOW, to_topic="replay.x").check(settings(), NOW)
    with pytest.raises(TooOldToReplay):
        ReplayRequest(FACT, oldest - timedelta(days=1), NOW, to_topic=FACT).check(settings(), NOW)


def test_a_state_may_be_published_again_however_old_it_is() -> None:
    """Only its newest event of each key is, and a consumer knows by the revision that it has it."""
    ReplayRequest(STATE, NOW - timedelta(days=900), NOW).check(settings(), NOW)


@pytest.mark.parametrize(
    "name", [STATE, f"{FACT}.dlq", "anything.dlq", "", "ü", "a b", "a/b", "..", "x" * 201, "a\n"], ids=range(10)
)
def test_a_replay_goes_to_no_topic_that_others_read_or_that_a_broker_would_refuse(name: str) -> None:
    with pytest.raises(Invalid):
        ReplayRequest(FACT, NOW - timedelta(days=1), NOW, to_topic=name).check(settings(), NOW)


@pytest.mark.parametrize(
    ("given", "is_end", "moment"),
    [
        ("2026-08-03", False, "2026-08-02T23:00:00+00:00"),
        ("2026-08-03", True, "2026-08-03T23:00:00+00:00"),
        ("2026-10-25", False, "2026-10-24T23:00:00+00:00"),
        ("2026-10-25", True, "2026-10-26T00:00:00+00:00"),
        ("2026-08-03T14:00", True, "2026-08-03T13:00:00+00:00"),
        ("2026-08-03T14:00Z", False, "2026-08-03T14:00:00+00:00"),
        ("2026-08-03T14:00+02:00", False, "2026-08-03T12:00:00+00:00"),
    ],
)
def test_a_day_is_londons_and_the_last_one_is_included(given: str, is_end: bool, moment: str) -> None:
    assert moment_of(given, is_end=is_end).astimezone(UTC).isoformat() == moment
