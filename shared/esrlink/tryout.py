"""The whole hub in one process on one port: the try-out and the single site.

Real PostgreSQL from the wheel, the bus on the same server, a token issuer with sample people, and a clock that can be
moved. The services are the same code as in production, each with its own database; between them only the bus.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fastapi import APIRouter, FastAPI
from pydantic import AwareDatetime, BaseModel, SecretStr

from esrlink.auth.issuer import create_issuer
from esrlink.bus.postgres import PostgresBus
from esrlink.clock import MovableClock
from esrlink.db.migrations import upgrade
from esrlink.db.urls import sqlalchemy_url
from esrlink.embedded import APP_ROLE, EmbeddedPostgres
from esrlink.runtime import Definition, Loop, Service, installed_services, serve, wired
from esrlink.settings import Mode, ServiceSettings, SiteSettings
from esrlink.site import create_site

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
    host: str = "127.0.0.1"
    port: int = PORT
    definitions: Sequence[Definition] = field(default_factory=installed_services)

    @property
    def url(self) -> str:
        """Where the hub is served."""
        return f"http://{self.host}:{self.port}"

    def prepare(self) -> EmbeddedPostgres:
        """Start PostgreSQL, make the databases and bring them up to date. Quick when there is nothing to do."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        server = EmbeddedPostgres((self.data_dir / "postgres").resolve())
        server.ensure_database(BUS_DATABASE)
        for definition in self.definitions:
            server.ensure_database(definition.database_name)
            upgrade(definition.migrations, server.owner_url(definition.database_name), app_role=APP_ROLE)
        return server

    def settings(self, definition: Definition, server: EmbeddedPostgres) -> ServiceSettings:
        """A service's settings for the try-out."""
        return definition.settings(
            mode=Mode.TRYOUT,
            data_dir=self.data_dir,
            public_url=self.url,
            bus_url=server.owner_url(BUS_DATABASE),
            database_url=_secret(server.app_url(definition.database_name)),
            migration_url=_secret(server.owner_url(definition.database_name)),
            session_secret=self._session_secret(),
            pool_size=6,
        )

    def _session_secret(self) -> str:
        path = self.data_dir / "session-secret"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(32))
        return path.read_text()

    @asynccontextmanager
    async def built(self, server: EmbeddedPostgres) -> AsyncIterator[tuple[FastAPI, Mapping[str, Sequence[Loop]]]]:
        """The app of the whole site, and every service's loops."""
        clock = MovableClock(self.data_dir / "clock.json")
        bus = PostgresBus(server.owner_url(BUS_DATABASE))
        async with AsyncExitStack() as stack:
            await bus.start()
            stack.push_async_callback(bus.stop)
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
                session_secret=self._session_secret(),
            )
            app = create_site(site_settings, {d.name: f"{self.url}/{d.name}" for d in self.definitions}, clock=clock)
            app.mount("/issuer", create_issuer(site_settings, self.data_dir))
            app.include_router(_clock_router(clock))
            for name, service in services.items():
                app.mount(f"/{name}", service.app)
            yield app, loops

    async def run(self) -> None:
        """Serve until stopped. Raises when a loop of a service fails."""
        server = await asyncio.to_thread(self.prepare)
        async with self.built(server) as (app, loops):
            await serve(app, loops, host=self.host, port=self.port)


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
