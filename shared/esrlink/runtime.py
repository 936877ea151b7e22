"""How a service comes together and runs: its definition, the parts it is given, and its loops.

Crash-only: a loop that ends, for whatever reason, ends the process with a non-zero status, and whoever started it starts
it again. Nothing is lost by that: the outbox, the inbox and the cursors are in the database.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, TypeVar

import structlog
import uvicorn
from fastapi import FastAPI
from sqlalchemy import MetaData
from starlette.applications import Starlette
from starlette.routing import Mount

from esrlink.auth import Authenticator
from esrlink.bus import Bus, Consumer, Handler, Housekeeping, Keep, Relay
from esrlink.bus.connect import bus_from_url
from esrlink.bus.retrying import Retrying
from esrlink.bus.retrying_loop import RetryLoop
from esrlink.clock import Clock, SystemClock
from esrlink.contracts import Event
from esrlink.db import Database
from esrlink.errors import EsrLinkError
from esrlink.ids import NewId, new_id
from esrlink.observability import metrics
from esrlink.observability.logs import places
from esrlink.settings import ServiceSettings

log = structlog.get_logger()

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loop:
    """Work that goes on for as long as the service runs."""

    name: str
    run: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a service is given rather than makes: tests and the try-out give others."""

    database: Database
    auth: Authenticator
    clock: Clock = field(default_factory=SystemClock)
    new_id: NewId = new_id
    # None where events are handed to the service some other way: then it never waits for any.
    bus: Bus | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A service that was wired: its app, what it does with events, and its own loops beside relay and consumer."""

    app: FastAPI
    handlers: Mapping[type[Event], Handler] = field(default_factory=dict)
    loops: Sequence[Loop] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """What is known of a service before it runs; each package offers one as the entry point `esrlink.services`."""

    name: str
    title: str
    settings: type[ServiceSettings]
    metadata: MetaData
    migrations: Path
    build: Callable[[Any, Parts], Service]

    @property
    def database_name(self) -> str:
        """The name of its database in the try-out."""
        return self.name.replace("-", "_")


def installed_services() -> list[Definition]:
    """All services installed beside `esrlink`, by name."""
    return sorted((point.load() for point in entry_points(group="esrlink.services")), key=lambda d: d.name)


def open_database(definition: Definition, settings: ServiceSettings, clock: Clock) -> Database:
    """The service's database by its settings."""
    return Database(
        settings.database_url.get_secret_value(),
        service=definition.name,
        clock=clock,
        pool_size=settings.pool_size,
        statement_timeout=settings.statement_timeout,
    )


def loops_of(
    definition: Definition, settings: ServiceSettings, service: Service, database: Database, bus: Bus
) -> list[Loop]:
    """Everything that a service keeps doing: publish what it committed, take events into effect, and its own work."""
    keep = Keep(settings.keep_published, settings.keep_received, settings.keep_bus_log, settings.keep_archive)
    loops = [
        Loop("relay", Relay(database, bus).run),
        Loop("housekeeping", Housekeeping(database, bus, keep).run),
        *service.loops,
    ]
    if service.handlers:
        retrying = Retrying(definition.name, database, service.handlers)
        loops.append(Loop("consumer", Consumer(definition.name, database, bus, service.handlers).run))
        loops.append(Loop("retry all", RetryLoop(retrying).run))
    return loops


@asynccontextmanager
async def wired(
    definition: Definition, settings: ServiceSettings, bus: Bus, clock: Clock
) -> AsyncIterator[tuple[Service, list[Loop]]]:
    """A service with its database open, and the loops that somebody must run."""
    database = open_database(definition, settings, clock)
    try:
        service = definition.build(settings, Parts(database, Authenticator(settings), clock, bus=bus))
        yield service, loops_of(definition, settings, service, database, bus)
    finally:
        await database.close()


async def supervise(service: str, loops: Sequence[Loop]) -> None:
    """Run loops until one ends. A loop never ends by itself, so that is an error, and it is raised."""

    async def watched(loop: Loop) -> None:
        try:
            await loop.run()
        except Exception as error:
            metrics.LOOP_RESTARTS.labels(service, loop.name).inc()
            log.error("loop.failed", service=service, loop=loop.name, error=type(error).__name__, at=places(error))  # noqa: TRY400
            raise
        raise RuntimeError(f"the loop {loop.name} of {service} ended")

    async with asyncio.TaskGroup() as group:
        for loop in loops:
            group.create_task(watched(loop), name=f"{service}.{loop.name}")


class PortTaken(EsrLinkError):
    """The address to listen on is not free."""

    code, status, title = "port_taken", 500, "The port is in use"


def listen(host: str, port: int) -> socket.socket:
    """The open socket to serve on. Raises `PortTaken`, before anything was begun that would have to be undone."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise PortTaken(
            f"Port {port} of {host} cannot be had ({error.strerror}): stop what runs there, or choose another with --port."
        ) from error
    # Connections inherit it. asyncio sets it only on sockets made for TCP by name, and without it an answer in two parts waits
    # 40 ms for the caller's acknowledgement of the first.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


class _Server(uvicorn.Server):
    """Leaves the signals to `run`: uvicorn would raise them again when it has stopped, and end us before our loops."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def run(work: Coroutine[Any, Any, T]) -> T | None:
    """Run `work` to its end and give its result; SIGINT and SIGTERM cancel it, it cleans up, and there is no result.

    A further signal changes nothing: the end is bounded in time, and a clean-up that is cut short is none.
    """

    async def until_signal() -> T | None:
        task = asyncio.ensure_future(work)

        def stop() -> None:
            if not task.cancelling():
                task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        try:
            return await task
        except asyncio.CancelledError:
            return None

    return asyncio.run(until_signal())


# Objects more than before. A batch makes tens of thousands, and hardly any of them refers to itself.
_COLLECT_EVERY = 20_000


def collect_seldom() -> None:
    """Spare the garbage collector what the process is made of, and most of its turns: they were a fifth of an import's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_EVERY, 20, 20)


async def serve(app: Starlette, loops: Mapping[str, Sequence[Loop]], listening: socket.socket) -> None:
    """Serve `app` and run the loops until cancelled. Raises when a loop fails."""
    collect_seldom()
    server = _Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=10))
    supervisors = [asyncio.create_task(supervise(name, some)) for name, some in loops.items()]
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        done, _ = await asyncio.wait([serving, *supervisors], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        server.should_exit = True
        for task in supervisors:
            task.cancel()
        await asyncio.gather(serving, *supervisors, return_exceptions=True)
        # What is still frozen when the process ends is never let go of, and extension modules complain of leaks.
        gc.unfreeze()


def under_its_name(definition: Definition, service: Service) -> Starlette:
    """The app as it is served: under `/NAME` as everywhere. A bare router, for each layer is passed by every request."""
    return Starlette(routes=[Mount(f"/{definition.name}", service.app)])


async def run_service(definition: Definition, *, host: str, port: int) -> None:
    """One service as a process of its own, with production's bus and database."""
    settings = definition.settings()
    clock = SystemClock()
    bus = bus_from_url(settings.bus_url.get_secret_value())
    listening = listen(host, port)
    async with AsyncExitStack() as stack:
        stack.callback(listening.close)
        # It connects when relay or consumer need it: while it is down, requests are answered and events wait.
        stack.push_async_callback(bus.stop)
        service, loops = await stack.enter_async_context(wired(definition, settings, bus, clock))
        await serve(under_its_name(definition, service), {definition.name: loops}, listening)
