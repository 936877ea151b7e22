"""`docs/how-to/consume-events.md` is true: its consumer and its commands are run as they stand there, on a real broker."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest

from esrlink.bus.kafka import KafkaBus
from esrlink.contracts import Message, ProfileImported, RecordSettled, from_message
from tests.contract.events.golden import GOLDEN
from tests.kafka.topics import kafka_settings, make_topics, remove_topics

PAGE = (Path(__file__).parents[3] / "docs" / "how-to" / "consume-events.md").read_text(encoding="utf-8")
TOPICS = (ProfileImported.TOPIC, RecordSettled.TOPIC)
MESSAGES = [golden.message for golden in GOLDEN if golden.message.topic in TOPICS]
FACTS = [one for one in MESSAGES if one.topic == RecordSettled.TOPIC]
[CONSUMER] = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
SHELL = re.findall(r"^```sh\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


@dataclass
class Broker:
    """A broker with topics of this test's own, which begin with `prefix`."""

    servers: str
    prefix: str
    bus: KafkaBus


@pytest.fixture
async def broker(kafka: str) -> AsyncIterator[Broker]:
    prefix = f"how-to-{uuid4().hex[:12]}."
    topics = [f"{prefix}{topic}{end}" for topic in TOPICS for end in ("", ".dlq")]
    await make_topics(kafka, topics)
    bus = KafkaBus([kafka], kafka_settings(prefix=prefix))
    await bus.start()
    yield Broker(kafka, prefix, bus)
    await bus.stop()
    await remove_topics(kafka, topics)


@contextmanager
def consumer(broker: Broker, folder: Path) -> Iterator[Path]:
    """The page's consumer as a process, which is killed at the end. Gives its database."""
    script, database = folder / "consumer.py", folder / "reports.db"
    script.write_text(CONSUMER, encoding="utf-8")
    own = {"BROKERS": broker.servers, "TOPIC_PREFIX": broker.prefix, "REPORTS_DB": str(database)}
    with subprocess.Popen([sys.executable, script], env={**os.environ, **own}) as process:
        try:
            yield database
            assert process.poll() is None, "the consumer ended by itself"
        finally:
            process.kill()


def asked(database: Path, statement: str) -> list[tuple[object, ...]]:
    """What the consumer's database says; nothing while it has no tables yet."""
    if not database.exists():
        return []
    try:
        connection = sqlite3.connect(database, timeout=30)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()
    except sqlite3.OperationalError:
        return []


async def until(database: Path, statement: str, expected: object) -> None:
    """Wait until the first figure of the answer is `expected`."""
    deadline = time.monotonic() + 60
    while (answer := asked(database, statement)) != [(expected,)]:
        assert time.monotonic() < deadline, f"{statement}: {answer}, not {expected}"
        await asyncio.sleep(0.05)


async def test_the_consumer_takes_each_message_into_effect_once_and_sets_aside_what_it_cannot_read(
    broker: Broker, tmp_path: Path
) -> None:
    unknown = replace(FACTS[0], headers={**FACTS[0].headers, "ce_type": "esr.record.settled.v99"})
    broken = Message(RecordSettled.TOPIC, "277/20000001", b"\xff{", {"ce_id": "none"})
    await broker.bus.publish([*MESSAGES, unknown, broken, *MESSAGES])
    with consumer(broker, tmp_path) as database:
        await until(database, "SELECT count(*) FROM seen", len(MESSAGES))
        await until(database, "SELECT count(*) FROM set_aside", 2)

    later = [_again(one, f"0198a000-0000-7000-8000-0000000f{n:04}") for n, one in enumerate(FACTS)]
    await broker.bus.publish([*MESSAGES, *later])
    with consumer(broker, tmp_path) as database:  # it was killed, and is started again
        await until(database, "SELECT count(*) FROM seen", len(MESSAGES) + len(later))

    assert asked(database, "SELECT count(*) FROM fact") == [(len(FACTS) * 2,)]
    outcomes = {str(from_message(one).event.model_dump(mode="json")["outcome"]) for one in FACTS}
    assert {row[0] for row in asked(database, "SELECT outcome FROM fact")} == outcomes
    assert asked(database, "SELECT employee_number, family_name, gone, revision FROM person") == [
        ("20000001", "Example", 1, 13)
    ]
    whys = {row[0] for row in asked(database, "SELECT why FROM set_aside")}
    assert len(whys) == 2
    assert "unknown event type or version: esr.record.settled.v99" in whys


def _again(message: Message, event_id: str) -> Message:
    return replace(message, headers={**message.headers, "ce_id": event_id})


async def test_the_commands_show_what_the_page_says(broker: Broker, tmp_path: Path) -> None:
    if shutil.which("kcat") is None or shutil.which("jq") is None:
        told = "kcat and jq are not there (apt-get install kcat jq): the page's commands are not tried"
        pytest.fail(told) if os.environ.get("CI") == "true" else pytest.skip(told)
    (tmp_path / "kcat.conf").write_text(f"bootstrap.servers={broker.servers}\n")
    stranger = replace(FACTS[0], key="278/1", value=FACTS[0].value.replace(b'"277"', b'"278"'))
    parked = replace(FACTS[0], topic=f"{RecordSettled.TOPIC}.dlq", headers={**FACTS[0].headers, "dlq_reason": "why"})
    await broker.bus.publish([*FACTS, stranger, parked])

    everything, newest, since, person, trust, letters = await asyncio.to_thread(_run_all, broker, tmp_path)
    assert everything.count("offset ") == len(FACTS) + 1
    assert everything.count("ce_type=esr.record.settled.v1") == len(FACTS) + 1
    assert 1 <= len(newest.splitlines()) <= 5 * 4
    assert len(since.splitlines()) == len(FACTS) + 1
    assert person.count("ce_id=") == len(FACTS)
    assert "278" not in person
    assert trust.count('"submittal_id"') == len(FACTS)
    assert "dlq_reason=why" in letters


def _run_all(broker: Broker, folder: Path) -> Sequence[str]:
    topic, *commands = SHELL
    assert all(command.startswith("kcat ") for command in commands)
    setting = topic.replace("TOPIC=", f"TOPIC={broker.prefix}")
    return [
        subprocess.run(
            ["bash", "-euo", "pipefail", "-c", setting + command],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for command in commands
    ]
