"""How the story is told and checked: headings, progress bars, tables, and checks that say what they found."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

T = TypeVar("T")
# On a busy laptop the slowest wait (2,300 people through the bus) takes some seconds; this is for a hub that is stuck.
PATIENCE_SECONDS = 90.0


class Unexpected(Exception):
    """The story did not go as it must."""


class Telling:
    """Writes to a console; collects what was checked."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.checked = 0

    def chapter(self, number: int, title: str) -> None:
        """Begin a chapter."""
        self.console.print(f"\n[bold]{number}. {title}[/bold]")

    def say(self, sentence: str) -> None:
        """Tell one thing."""
        self.console.print(f"   {sentence}", highlight=False)

    def check(self, sentence: str, good: bool, found: object = None) -> None:
        """Tell a thing that must be so. Raises `Unexpected` when it is not."""
        if not good:
            raise Unexpected(f"{sentence} - but it is not so. Found: {found!r}")
        self.checked += 1
        self.console.print(f"   [green]✓[/green] {sentence}", highlight=False)

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Show figures."""
        if title:
            self.say(title)
        table = Table(box=None, padding=(0, 2))
        for column in columns:
            table.add_column(column)
        for row in rows:
            table.add_row(*(str(cell) for cell in row))
        self.console.print(table)

    @asynccontextmanager
    async def progress(self, what: str, total: int) -> AsyncIterator[Callable[[int], None]]:
        """A bar that moves as work is done: call what is given with the count done so far."""
        columns = (TextColumn("   {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=True) as progress:
            task = progress.add_task(what, total=total)
            yield lambda done: progress.update(task, completed=done)

    async def wait_for(self, what: str, look: Callable[[], Awaitable[int]], total: int) -> None:
        """Wait until `look` gives `total`, with a bar. Raises `Unexpected` when it takes too long."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        async with self.progress(what, total) as moved:
            while (now := await look()) < total:
                moved(now)
                if time.monotonic() > deadline:
                    raise Unexpected(f"{what}: {now} of {total} after {PATIENCE_SECONDS:.0f} s")
                await asyncio.sleep(0.1)
            moved(now)
        self.check(f"{what}: {total:,}", now == total, now)


async def all_of(
    work: Sequence[Callable[[], Awaitable[T]]], moved: Callable[[int], None], *, at_once: int = 8
) -> list[T]:
    """Do all of `work`, some at once, and give the results in the order of `work`."""
    gate, done = asyncio.Semaphore(at_once), 0

    async def one(piece: Callable[[], Awaitable[T]]) -> T:
        nonlocal done
        async with gate:
            result = await piece()
        done += 1
        moved(done)
        return result

    return list(await asyncio.gather(*(one(piece) for piece in work)))
