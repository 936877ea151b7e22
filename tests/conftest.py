"""Real parts for all tests: a PostgreSQL of their own, and services wired on fresh databases."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select
from xdist.scheduler import LoadScopeScheduling

from esrlink.auth.testing import TestIssuer
from esrlink.bus import Consumer
from esrlink.bus.kafka import KafkaBus
from esrlink.bus.postgres import PostgresBus
from esrlink.clock import FixedClock
from esrlink.contracts import Event, Message, Received, from_message, to_message
from esrlink.db import Database, outbox
from esrlink.db.migrations import upgrade
from esrlink.db.urls import sqlalchemy_url
from esrlink.embedded import APP_ROLE, EmbeddedPostgres
from esrlink.runtime import Definition, Parts, Service
from esrlink.settings import Mode, ServiceSettings
from tests.kafka.finding import NO_KAFKA, shared_broker
from tests.kafka.topics import kafka_settings, make_topics, remove_topics

# The browser tests share two hubs that take a while to fill: they are one piece of work for one worker. (pytest-xdist's own
# mark for this, `xdist_group`, does nothing under pytest 9.2, whose node ids it cannot change.)
_TOGETHER = "tests/ui/"


class _Scheduling(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return _TOGETHER if nodeid.startswith(_TOGETHER) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Give each test to the next free worker, but the browser tests all to one."""
    return _Scheduling(config, log)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly when Kafka's tests were left out: green without them is half a promise."""
    left_out = [report for report in terminalreporter.stats.get("skipped", []) if NO_KAFKA in str(report.longrepr)]
    if left_out:
        terminalreporter.write_line(
            f"!!! {len(left_out)} TESTS OF KAFKA WERE NOT RUN: {NO_KAFKA} !!!", red=True, bold=True
        )


NOW = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def open_tmp() -> Iterator[Path]:
    """A folder that another system user may enter: run by root, PostgreSQL runs as a user of its own.

    pytest's own `tmp_path` is closed to others, and closed again whenever a second run of pytest starts.
    """
    with tempfile.TemporaryDirectory(prefix="esrlink-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="session")
def postgres(open_tmp: Path) -> Iterator[EmbeddedPostgres]:
    """A server for this test run; it need not survive a power cut."""
    server = EmbeddedPostgres(open_tmp / "postgres", settings={"fsync": "off", "synchronous_commit": "off"})
    yield server
    server.stop()


@dataclass
class Running:
    """A wired service on a database of its own, without its loops: a test moves events by hand."""

    definition: Definition
    settings: ServiceSettings
    service: Service
    database: Database
    owner_url: str
    issuer: TestIssuer
    clock: FixedClock
    client: httpx.AsyncClient
    bus: PostgresBus | None = None
    _seen: int = field(default=0)

    def bearer(self, *scopes: str, vpds: Sequence[str] = ("277",), **claims: Any) -> dict[str, str]:
        """The Authorization header of a machine client with these scopes."""
        return self.issuer.bearer(*scopes, vpds=vpds, **claims)

    async def deliver(self, *events: Event) -> None:
        """Hand events to the service's consumer, as the bus would."""
        await self.deliver_messages(
            *(to_message(event, event_id=uuid4(), source="test", time=self.clock.now()) for event in events)
        )

    async def deliver_messages(self, *messages: Message) -> None:
        """Hand raw messages to the service's consumer."""
        consumer = Consumer(self.definition.name, self.database, None, self.service.handlers)  # type: ignore[arg-type]
        await consumer.apply(messages)

    async def emitted(self, topic: str | None = None) -> list[Received[Any]]:
        """All events that the service committed to its outbox so far, oldest first."""
        async with self.database.read() as tx:
            rows = await tx.all(select(outbox).order_by(outbox.c.seq))
        return [
            from_message(Message(row.topic, row.key, row.value, row.headers))
            for row in rows
            if topic is None or row.topic == topic
        ]


RunService = Callable[..., Awaitable[Running]]


@pytest.fixture(scope="session")
def templates(postgres: EmbeddedPostgres) -> Callable[[Definition], str]:
    """Migrated databases to copy: a copy takes a few milliseconds, the migrations do not."""
    made: set[str] = set()

    def template_of(definition: Definition) -> str:
        name = f"template_{definition.database_name}"
        if name not in made:
            postgres.ensure_database(name)
            upgrade(definition.migrations, postgres.owner_url(name), app_role=APP_ROLE)
            made.add(name)
        return name

    return template_of


@pytest.fixture
async def run_service(
    postgres: EmbeddedPostgres, templates: Callable[[Definition], str], tmp_path: Path
) -> AsyncIterator[RunService]:
    """Makes `Running` services: `await run_service(definition, now=…, setting=value…)`."""
    async with AsyncExitStack() as stack:

        async def run(definition: Definition, *, now: datetime = NOW, **values: Any) -> Running:
            template = await asyncio.to_thread(templates, definition)
            name = f"{definition.database_name}_{uuid4().hex[:12]}"
            await asyncio.to_thread(postgres.ensure_database, name, template=template)
            stack.push_async_callback(asyncio.to_thread, postgres.drop_database, name)
            issuer = TestIssuer()
            settings = definition.settings(
                mode=Mode.TRYOUT,
                data_dir=tmp_path / definition.name,
                public_url="http://hub.test",
                issuer_url=issuer.url,
                session_secret="a secret for tests only, long enough to be one",
                database_url=sqlalchemy_url(postgres.app_url(name)),
                **values,
            )
            clock = FixedClock(now)
            database = Database(
                sqlalchemy_url(postgres.app_url(name)), service=definition.name, clock=clock, pool_size=5
            )
            stack.push_async_callback(database.close)
            service = definition.build(settings, Parts(database, issuer.authenticator(settings), clock))
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(service.app, raise_app_exceptions=False), base_url="http://hub.test"
            )
            await stack.enter_async_context(client)
            return Running(definition, settings, service, database, postgres.owner_url(name), issuer, clock, client)

        yield run


@pytest.fixture
async def bus(postgres: EmbeddedPostgres) -> AsyncIterator[PostgresBus]:
    """The PostgreSQL bus on a database of its own."""
    name = f"bus_{uuid4().hex[:12]}"
    await asyncio.to_thread(postgres.ensure_database, name)
    bus = PostgresBus(postgres.owner_url(name))
    await bus.start()
    yield bus
    await bus.stop()
    await asyncio.to_thread(postgres.drop_database, name)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Apache Kafka, `host:port`; all workers of a run share it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with shared_broker(folder / "shared-kafka") as bootstrap:
        if bootstrap is None:
            if os.environ.get("CI") == "true":
                pytest.fail(NO_KAFKA)
            pytest.skip(NO_KAFKA)
        yield bootstrap


@pytest.fixture
async def kafka_bus(kafka: str) -> AsyncIterator[KafkaBus]:
    """The Kafka bus with topics of its own: `t`, `a`, `b`, `c`, of four partitions each."""
    prefix = f"test-{uuid4().hex[:12]}."
    topics = [f"{prefix}{name}" for name in "tabc"]
    await make_topics(kafka, topics)
    bus = KafkaBus([kafka], kafka_settings(prefix=prefix))
    await bus.start()
    yield bus
    await bus.stop()
    await remove_topics(kafka, topics)
