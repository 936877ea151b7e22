"""Starts the hub, the sandbox and Central Reporting in this process, tells the story over HTTP, and serves on.

Everything is kept under one folder. A story that was killed at any point goes on when it is started again: every call it
makes is idempotent, and the chapters that were told are remembered.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from rich.console import Console

from esr_demo.chapters import CHAPTERS
from esr_demo.hub import Client, Refused
from esr_demo.memory import Memory
from esr_demo.reporting import Reporting, reporting_beside
from esr_demo.story import Story
from esr_demo.telling import Telling, Unexpected
from esr_sandbox.errors import SandboxError
from esr_sandbox.run import Sandbox
from esrlink import crash
from esrlink.clock import MovableClock
from esrlink.embedded import EmbeddedPostgres
from esrlink.errors import EsrLinkError
from esrlink.observability.logs import configure_logs
from esrlink.runtime import serve
from esrlink.tryout import TryOut

_UP_WITHIN_SECONDS = 30.0
_CALL_SECONDS = 60.0
_LONGEST_CHAPTER = timedelta(hours=1)


async def run_demo(
    console: Console, folder: Path, *, port: int, once: bool, fresh: bool, bus: str | None = None
) -> bool:
    """Run the story to its end, then serve until stopped unless `once`. Returns whether every check held."""
    configure_logs("ERROR", human=True)
    begun = time.monotonic()
    console.print("[bold]ESR Link: the story[/bold]  (all people in it are invented)")
    hub = TryOut(folder / "hub", port=port, kafka_url=bus)
    try:
        # First of all: a story that still runs on this folder is found out before anything of it is touched.
        with hub.listen() as listening:
            if fresh or (once and is_told(folder)):
                _begin_again(folder)
            told = Memory(folder / "story.json")
            _take_up_clock(hub, told)
            with console.status("Starting PostgreSQL, the services and the sandbox"):
                server = await asyncio.to_thread(hub.prepare)
            async with (
                Sandbox(folder / "sandbox") as sandbox,
                _served(hub, server, listening) as serving,
                reporting_beside(hub, server, folder / "reporting") as reporting,
            ):
                good = await _told(console, hub, sandbox, reporting, told, folder)
                seconds = time.monotonic() - begun
                console.print(f"\n{'Everything held' if good else '[red]Not everything held[/red]'} ({seconds:.0f} s).")
                if good and not once:
                    console.print(f"\nThe hub is at [bold]{hub.url}[/bold]; sign in as anyone. Stop with Ctrl-C.")
                    await serving
                return good
    except (SandboxError, EsrLinkError) as error:
        console.print(f"[red]{error.sentence if isinstance(error, SandboxError) else error.detail}[/red]")
        return False


def is_told(folder: Path) -> bool:
    """Whether the story that is kept in `folder` came to its end."""
    return bool(Memory(folder / "story.json").recall("finished"))


def _begin_again(folder: Path) -> None:
    """Stop what still runs on the folder and put it away as a whole: half of it would be no story."""
    if not folder.exists():
        return
    postgres, old = folder / "hub" / "postgres", folder.with_name(f"{folder.name}.old")
    if postgres.exists():
        EmbeddedPostgres(postgres).stop()
    shutil.rmtree(old, ignore_errors=True)
    folder.rename(old)
    shutil.rmtree(old, ignore_errors=True)


def _take_up_clock(hub: TryOut, told: Memory) -> None:
    """Between two starts no time passes in an unfinished story: a weekend's pause must not run past a cut-off."""
    if (moved := told.recall("clock")) and not told.recall("finished"):
        clock = MovableClock(hub.clock_file)
        latest = datetime.fromisoformat(moved) + _LONGEST_CHAPTER
        if clock.now() > latest:
            clock.move_to(latest)


@asynccontextmanager
async def _served(hub: TryOut, server: EmbeddedPostgres, listening: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    """The hub, answering."""
    async with hub.built(server) as (app, loops):
        serving = asyncio.create_task(serve(app, loops, listening))
        try:
            await _answers(hub, serving)
            yield serving
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


async def _answers(hub: TryOut, serving: asyncio.Task[None]) -> None:
    deadline = time.monotonic() + _UP_WITHIN_SECONDS
    async with httpx.AsyncClient(base_url=hub.url) as http:
        while time.monotonic() < deadline:
            if serving.done():
                serving.result()
            try:
                if (await http.get("/try-out/clock")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)
    raise SandboxError("not-up", f"The hub did not answer within {_UP_WITHIN_SECONDS:.0f} s.")


async def _told(
    console: Console, hub: TryOut, sandbox: Sandbox, reporting: Reporting, memory: Memory, folder: Path
) -> bool:
    telling = Telling(console)
    async with (
        httpx.AsyncClient(base_url=hub.url, timeout=_CALL_SECONDS) as http,
        httpx.AsyncClient(base_url=sandbox.http_url, timeout=_CALL_SECONDS) as esr,
    ):
        clients = {name: Client(http, name) for name in ("clwrota", "medirota", "operations", "central-reporting")}
        story = Story(telling, memory, clients, http, esr, folder / "secrets", reporting)
        for number, chapter in enumerate(CHAPTERS, start=1):
            if memory.recall(chapter.title):
                console.print(f"\n[dim]{number}. {chapter.title} (told before)[/dim]")
                continue
            telling.chapter(number, chapter.title)
            try:
                await chapter.tell(story)
            except (Unexpected, Refused, httpx.HTTPError) as error:
                console.print(f"   [red]✗ {type(error).__name__}: {error}[/red]", highlight=False)
                return False
            memory.keep(chapter.title, value=True)
            crash.point(f"story.chapter-{number}")
    memory.keep("finished", value=True)
    return True
