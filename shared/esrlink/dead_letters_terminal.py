"""Dead letters at a terminal: how a command opens its service, and how it shows what it finds.

What a stranger wrote is shown without what a terminal would obey.
"""

from __future__ import annotations

import getpass
import json
import os
import shlex
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from esrlink.telling import told_plainly

if TYPE_CHECKING:
    from esrlink.bus.dead_letters import Letter, LetterCount, Step
    from esrlink.bus.dead_letters_content import Content, EditRefused
    from esrlink.bus.fuse import Blown
    from esrlink.bus.retrying import Retrying
    from esrlink.clock import Clock
    from esrlink.db.database import WriteTx

console = Console()

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Target:
    """The service that a command is about: by the settings in the environment, or a try-out's."""

    name: str
    data_dir: Path
    tryout: bool

    def run(self, work: Callable[[Retrying], Awaitable[T]]) -> T:
        """Do `work` with the service's letters. Ends with status 1 and a sentence where that is refused, or stopped."""
        from esrlink.bus.dead_letters_content import EditRefused
        from esrlink.runtime import run

        async def all_of_it() -> list[T]:
            async with self._opened() as retrying:
                return [await work(retrying)]

        with told_plainly():
            try:
                done = run(all_of_it())
            except EditRefused as refused:
                show_refused(refused)
                raise typer.Exit(1) from None
        if done is None:
            console.print("Stopped.")
            raise typer.Exit(1)
        return done[0]

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Retrying]:
        from esrlink.auth import Authenticator
        from esrlink.bus.retrying import Retrying
        from esrlink.clock import MovableClock, SystemClock
        from esrlink.runtime import Parts, installed_services, open_database
        from esrlink.tryout import TryOut

        services = {definition.name: definition for definition in installed_services()}
        if self.name not in services:
            raise typer.BadParameter(f"no service {self.name!r}; there are: {', '.join(services)}")
        definition, server = services[self.name], None
        clock: Clock = SystemClock()
        if self.tryout:
            hub = TryOut(self.data_dir, definitions=[definition])
            server = hub.prepare()
            settings, clock = hub.settings(definition, server), MovableClock(hub.clock_file)
        else:
            settings = definition.settings()
        database = open_database(definition, settings, clock)
        try:
            service = definition.build(settings, Parts(database, Authenticator(settings), clock))
            yield Retrying(definition.name, database, service.handlers)
        finally:
            await database.close()
            if server is not None:
                server.stop()


def every_letter(retrying: Retrying) -> AbstractAsyncContextManager[WriteTx]:
    """A transaction that sees the letters of all trusts, and of none."""
    from esrlink.db.tenancy import EVERY_TRUST

    return retrying.database.write(EVERY_TRUST)


def who() -> str:
    """Who is at the terminal, for the letters' history."""
    return f"{getpass.getuser()} (command line)"


def edited(text: str) -> str | None:
    """What a person makes of `text` in $VISUAL or $EDITOR; none when they leave it as it is.

    The file is readable by its owner only and gone afterwards: the message may hold personal data.
    """
    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "message.json"
        path.write_text(text, "utf-8")
        if subprocess.run([*editor, str(path)], check=False).returncode != 0:  # noqa: S603 - the person's own editor
            return None
        found = path.read_text("utf-8")
    return None if found == text else found


def plain(text: object) -> str:
    """Text that neither the terminal nor rich takes for a command."""
    return escape("".join(one if one.isprintable() or one == "\n" else "\ufffd" for one in str(text)))


def show_letters(letters: Sequence[Letter], waiting: Iterable[LetterCount], *, is_all: bool) -> None:
    """A list of letters, and what waits by topic and class."""
    if not letters:
        console.print("No letter is like that.")
    else:
        table = Table("Letter", "State", "Topic", "Why", "Trust", "Parked", "Tried")
        for one in letters:
            why = f"{one.reason_class.value}: {plain(one.reason)}"
            table.add_row(
                str(one.id),
                one.state,
                plain(one.topic),
                why,
                one.vpd or "not known",
                _moment(one.parked_at),
                str(one.attempts),
            )
        console.print(table)
        if not is_all:
            console.print("There are more: give --limit, or narrow it with --topic, --class or --words.")
    for count in waiting:
        console.print(f"{count.count:,} of {plain(count.topic)} wait: {count.reason_class.value}")


def show_letter(letter: Letter, steps: Sequence[Step], earlier: object) -> None:
    """One letter with its history."""
    from esrlink.bus.reasons import MEANINGS

    table = Table(show_header=False)
    for name, value in (
        ("Letter", letter.id),
        ("State", letter.state),
        ("Topic", letter.topic),
        ("Reason", letter.reason),
        ("What to do", MEANINGS[letter.reason_class]),
        ("Trust", letter.vpd or "not known"),
        ("Event", letter.event_id or "not known"),
        ("Tried", letter.attempts),
        ("Edited", "yes, the original is kept" if letter.is_edited else "no"),
    ):
        table.add_row(name, plain(value))
    console.print(table)
    if earlier:
        console.print(f"An earlier letter about the same person waits as well: settle {earlier} first.")
    told = Table("When", "By", "Step", "What was said")
    for step in steps:
        told.add_row(_moment(step.at), plain(step.by), step.action, plain(step.detail))
    console.print(told)


def show_content(content: Content) -> None:
    """What is in the message."""
    table = Table("Name", "Value")
    table.add_row("key", plain(content.message.key))
    for name, value in sorted(content.message.headers.items()):
        table.add_row(plain(name), plain(value))
    console.print(table)
    console.print("As it came:", plain(pretty(content.message.value.decode("utf-8", "backslashreplace"))), sep="\n")
    if content.edited is not None:
        console.print(f"Edited, as {content.edited_type}:", plain(pretty(content.edited)), sep="\n")


def show_refused(refused: EditRefused) -> None:
    """What is wrong with an edit."""
    errors = Console(stderr=True)
    errors.print(f"[red]{plain(refused.detail)}[/red]")
    for problem in refused.problems:
        errors.print(f"[red]{plain(problem.field.removeprefix('value.'))}: {plain(problem.detail)}[/red]")


def show_fuses(fuses: Sequence[Blown]) -> None:
    """The topics that are stopped."""
    if not fuses:
        console.print("All topics are consumed.")
        return
    table = Table("Topic", "Stopped", "Failed in a row", "Why the last one failed", "Next try")
    for fuse in fuses:
        why = f"{fuse.reason_class.value}: {plain(fuse.reason)}"
        table.add_row(plain(fuse.topic), _moment(fuse.blown_at), str(fuse.failures), why, _moment(fuse.next_try_at))
    console.print(table)


def pretty(text: str) -> str:
    """JSON with an indent; other text as it is."""
    try:
        return json.dumps(json.loads(text), indent=2)
    except (ValueError, RecursionError):
        return text


def _moment(moment: datetime) -> str:
    from esrlink.clock import LONDON

    return f"{moment.astimezone(LONDON):%-d %b %Y %H:%M:%S}"
