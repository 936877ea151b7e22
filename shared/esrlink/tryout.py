"""The whole hub in one process on one port: the try-out.

Real PostgreSQL from the wheel, the bus on the same server, a token issuer with sample people, and a clock that can be
moved. The services are the same code as in production, each with its own database; between them only the bus.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI
from pydantic import AwareDatetime, BaseModel, SecretStr

from esrlink.auth.issuer import create_issuer
from esrlink.auth.session import kept_secret
from esrlink.bus.port import Bus
from esrlink.bus.postgres import PostgresBus
from esrlink.clock import MovableClock
from esrlink.db.migrations import upgrade
from esrlink.db.urls import sqlalchemy_url
from esrlink.embedded import APP_ROLE, BUS_ROLE, EmbeddedPostgres
from esrlink.runtime import Definition, Loop, Service, installed_services, listen, serve, wired
from esrlink.settings import Mode, ServiceSettings, SiteSettings
from esrlink.site import create_site

if TYPE_CHECKING:
    from esrlink.bus.kafka import KafkaSettings

# It asks nobody for a password, so it answers this machine only.
HOST = "127.0.0.1"
PORT = 8700
BUS_DATABASE = "bus"


class ClockMove(BaseModel):
    """Where to set the try-out's clock."""

    now: AwareDatetime


class ClockReading(BaseModel):
    """What the try-out's clock shows."""

    now: datetime


@dataclass
class TryOut:
    """A hub with its data in `data_dir`. Starting it again on the same folder goes on where it stopped."""

    data_dir: Path
    port: int = PORT
    # `kafka://host:port`: try it on Kafka. Never from the environment, which may name the brokers of a real site.
    kafka_url: str | None = None
    definitions: Sequence[Definition] = field(default_factory=installed_services)

    @property
    def url(self) -> str:
        """Where the hub is served."""
        return f"http://{HOST}:{self.port}"

    @property
    def clock_file(self) -> Path:
        """Where the clock's offset is kept."""
        return self.data_dir / "clock.json"

    def prepare(self) -> EmbeddedPostgres:
        """Start PostgreSQL, make the databases and bring them up to date. Quick when there is nothing to do."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        server = EmbeddedPostgres((self.data_dir / "postgres").resolve())
        server.ensure_database(BUS_DATABASE, owner=BUS_ROLE)
        for definition in self.definitions:
            server.ensure_database(definition.database_name)
            upgrade(definition.migrations, server.owner_url(definition.database_name), app_role=APP_ROLE)
        return server

    def bus(self, server: EmbeddedPostgres) -> Bus:
        """The bus of this try-out: PostgreSQL's, or Kafka with topics of its own, made when it starts."""
        if self.kafka_url is None:
            return PostgresBus(server.bus_url(BUS_DATABASE))
        from esrlink.bus.kafka import KafkaBus, servers_of

        return KafkaBus(servers_of(self.kafka_url), self._kafka())

    async def _start(self, bus: Bus) -> None:
        if self.kafka_url is not None:
            from esrlink.bus.kafka import servers_of
            from esrlink.bus.kafka.topics import apply

            await apply(servers_of(self.kafka_url), self._kafka())
        await bus.start()

    def _kafka(self) -> KafkaSettings:
        from esrlink.bus.kafka import KafkaSettings

        # Named after the folder: another try-out on the same brokers, or one that began again, has others.
        prefix = f"tryout-{kept_secret(self.data_dir / 'kafka-topics')[:8]}."
        return KafkaSettings(prefix=prefix, replication=1, partitions=4)

    def settings(self, definition: Definition, server: EmbeddedPostgres) -> ServiceSettings:
        """A service's settings for the try-out."""
        return definition.settings(
            mode=Mode.TRYOUT,
            data_dir=self.data_dir,
            public_url=self.url,
            bus_url=SecretStr(self.kafka_url) if self.kafka_url else _secret(server.bus_url(BUS_DATABASE)),
            database_url=_secret(server.app_url(definition.database_name)),
            migration_url=_secret(server.owner_url(definition.database_name)),
            session_secret=SecretStr(kept_secret(self.data_dir / "session-secret")),
            pool_size=6,
        )

    @asynccontextmanager
    async def built(self, server: EmbeddedPostgres) -> AsyncIterator[tuple[FastAPI, Mapping[str, Sequence[Loop]]]]:
        """The app of the whole site, and every service's loops."""
        clock = MovableClock(self.clock_file)
        bus = self.bus(server)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(bus.stop)
            await self._start(bus)
            services: dict[str, Service] = {}
            loops: dict[str, Sequence[Loop]] = {}
            for definition in self.definitions:
                settings = self.settings(definition, server)
                name = definition.name
                services[name], loops[name] = await stack.enter_async_context(wired(definition, settings, bus, clock))
            site_settings = SiteSettings(
                mode=Mode.TRYOUT,
                data_dir=self.data_dir,
                public_url=self.url,
                session_secret=SecretStr(kept_secret(self.data_dir / "session-secret")),
            )
            app = create_site(site_settings, {d.name: f"{self.url}/{d.name}" for d in self.definitions}, clock=clock)
            app.mount("/issuer", create_issuer(site_settings, self.data_dir))
            app.include_router(_clock_router(clock))
            for name, service in services.items():
                app.mount(f"/{name}", service.app)
            yield app, loops

    def listen(self) -> socket.socket:
        """The open socket to serve on. Raises `PortTaken`."""
        return listen(HOST, self.port)

    async def run(self) -> None:
        """Serve until stopped. Raises `PortTaken`, or when a loop of a service fails."""
        with self.listen() as listening:
            server = await asyncio.to_thread(self.prepare)
            async with self.built(server) as (app, loops):
                await serve(app, loops, listening)


def _secret(url: str) -> SecretStr:
    return SecretStr(sqlalchemy_url(url))


def _clock_router(clock: MovableClock) -> APIRouter:
    """Reading and moving the try-out's clock. It exists in the try-out only, where all people are invented."""
    router = APIRouter(prefix="/try-out", tags=["try-out"])

    @router.get("/clock", summary="What time the try-out believes it is")
    async def read_clock() -> ClockReading:
        return ClockReading(now=clock.now())

    @router.put("/clock", summary="Move the try-out's clock")
    async def move_clock(move: ClockMove) -> ClockReading:
        clock.move_to(move.now)
        return ClockReading(now=clock.now())

    return router
