"""`esrlink dead-letters`: what an operator does where no page reaches, on a real service's database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args
from uuid import UUID, uuid4

import pytest
from rich.console import Console
from typer.testing import CliRunner

from esrlink.bus import Consumer
from esrlink.bus.dead_letters import Letter, LetterFilter, LetterState, find_letters, history
from esrlink.bus.fuse import Fuses, blown_fuses
from esrlink.bus.reasons import ReasonClass, reason_of
from esrlink.cli import main
from esrlink.clock import SystemClock
from esrlink.contracts import CalendarChanged, Message, to_message
from esrlink.db import EVERY_TRUST, Database
from esrlink.db.urls import sqlalchemy_url
from esrlink.dead_letters_command import Kind, State
from esrlink.dead_letters_terminal import plain
from esrlink.errors import Invalid

from .test_process import ended, process, production  # noqa: F401 - a fixture

TOPIC = CalendarChanged.TOPIC


@dataclass
class Shell:
    """A terminal with the settings of the service `submittals`."""

    environment: dict[str, str]
    database: Database

    async def run(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """The exit status and what is shown; in this process, because starting one takes seconds."""
        given = {**self.environment, "COLUMNS": "250", **environment}
        runner = CliRunner()
        done = await asyncio.to_thread(runner.invoke, main, ["dead-letters", "submittals", *arguments], env=given)
        return done.exit_code, done.output

    async def park(self, *messages: Message) -> list[Letter]:
        async def refuse(*_: object) -> None:
            raise Invalid("no such [b]run[/b]")

        consumer = Consumer("submittals", self.database, None, {CalendarChanged: refuse})  # type: ignore[arg-type]
        await consumer.apply(messages)
        return await self.letters()

    async def letters(self) -> list[Letter]:
        async with self.database.read(EVERY_TRUST) as tx:
            found, _ = await find_letters(tx, LetterFilter())
        return found[::-1]

    async def actions(self, letter: UUID) -> list[str]:
        async with self.database.read(EVERY_TRUST) as tx:
            return [step.action for step in await history(tx, letter)]


@pytest.fixture
async def shell(
    production: dict[str, str],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Shell]:
    # Signals reach the main thread only, and the logs are set up for all tests of the process.
    monkeypatch.setattr("esrlink.runtime.run", asyncio.run)
    monkeypatch.setattr("esrlink.dead_letters_command.configure_logs", lambda **_: None)
    for console in ("dead_letters_command", "dead_letters_terminal"):
        monkeypatch.setattr(f"esrlink.{console}.console", Console(width=250))
    database = Database(sqlalchemy_url(production["SUBMITTALS_DATABASE_URL"]), service="submittals")
    yield Shell(production, database)
    await database.close()


def calendar(vpd: str, revision: int = 1, **headers: str) -> Message:
    event = CalendarChanged(vpd=vpd, revision=revision, cut_offs=())
    sent = to_message(event, event_id=uuid4(), source="esr-gateway", time=SystemClock().now())
    return Message(sent.topic, sent.key, sent.value, {**sent.headers, **headers})


async def test_letters_of_every_trust_are_listed_shown_retried_discarded_and_reopened(shell: Shell) -> None:
    first, second = await shell.park(calendar("277"), calendar("312"))
    status, told = await shell.run("list")
    assert status == 0, told
    assert str(first.id) in told
    assert "refused: no such [b]run[/b]" in told
    assert f"2 of {TOPIC} wait: refused" in told
    status, told = await shell.run("show", str(first.id), "--message")
    assert status == 0, told
    assert '"vpd": "277"' in told
    assert "parked" in told
    status, told = await shell.run("retry", str(first.id))
    assert (status, told.strip()) == (0, "It is in effect.")
    assert await shell.actions(first.id) == ["parked", "looked at", "applied"]
    status, told = await shell.run("retry", str(first.id))
    assert (status, "only a parked one can be retried" in told) == (1, True)
    assert (await shell.run("discard", str(second.id), "--reason", "no use"))[0] == 0
    assert [letter.state for letter in await shell.letters()] == [LetterState.APPLIED, LetterState.DISCARDED]
    assert (await shell.run("reopen", str(second.id)))[0] == 0
    status, told = await shell.run("retry", str(uuid4()))
    assert (status, "There is no such dead letter" in told) == (1, True)


async def test_an_edit_is_checked_and_a_letter_of_no_known_trust_can_be_mended(shell: Shell, tmp_path: Path) -> None:
    nameless = Message(TOPIC, "", b"\x1b[31m{", {})
    (letter,) = await shell.park(nameless)
    status, told = await shell.run("show", str(letter.id), "--message")
    assert (status, "\x1b" in told) == (0, False)
    mended = tmp_path / "mended.json"
    mended.write_text('{"vpd": "277", "revision": "many"}')
    status, told = await shell.run("edit", str(letter.id), "--file", str(mended))
    assert status == 1
    assert "revision: Input should be a valid integer" in told
    assert "cut_offs: Field required" in told
    # In the person's editor, which here writes a whole event.
    editor = tmp_path / "editor"
    editor.write_text(
        "#!/bin/sh\nprintf '%s' '" + json.dumps({"vpd": "277", "revision": 1, "cut_offs": []}) + '\' > "$1"\n'
    )
    editor.chmod(0o700)
    status, told = await shell.run("edit", str(letter.id), "--type", f"{TOPIC}.v1", VISUAL=str(editor))
    assert (status, told.strip()) == (0, "It is in effect.")
    (applied,) = await shell.letters()
    assert (applied.vpd, applied.state, applied.is_edited) == ("277", LetterState.APPLIED, True)
    (_, waiting) = await shell.park(calendar("277", 2))
    status, told = await shell.run("edit", str(waiting.id), VISUAL="true")
    assert (status, told.strip()) == (0, "Nothing was changed.")


async def test_retry_all_works_the_job_off_though_the_service_does_not_run(shell: Shell) -> None:
    await shell.park(calendar("277"), calendar("312"), calendar("415"))
    status, told = await shell.run("retry-all", "--topic", TOPIC, "--vpd", "277", "--vpd", "312")
    assert (status, "2 in effect, 0 failed again, 0 left out." in told) == (0, True), told
    status, told = await shell.run("retry-all", "--class", "refused")
    assert (status, "1 in effect" in told) == (0, True), told
    assert {letter.state for letter in await shell.letters()} == {LetterState.APPLIED}


async def test_a_stopped_topic_is_shown_and_reset(shell: Shell) -> None:
    await Fuses("submittals", shell.database).blow(TOPIC, reason_of(Invalid("no such run")))
    status, told = await shell.run("fuses")
    assert (status, TOPIC in told, "no such run" in told) == (0, True, True)
    assert (await shell.run("reset", TOPIC))[0] == 0
    async with shell.database.read() as tx:
        assert await blown_fuses(tx, "submittals") == []
    assert (await shell.run("reset", TOPIC))[0] != 0


async def test_the_command_in_a_process_of_its_own(shell: Shell) -> None:
    (letter,) = await shell.park(calendar("277"))
    with process("dead-letters", "submittals", "retry", str(letter.id), **shell.environment) as one:
        assert await ended(one) == (0, "It is in effect.\n")


async def test_a_service_that_is_not_there_is_told_with_those_that_are(production: dict[str, str]) -> None:  # noqa: F811
    with process("dead-letters", "payroll", "list", **production) as one:
        status, told = await ended(one)
    assert status == 2
    assert "submittals" in told


def test_the_options_name_what_there_is() -> None:
    assert get_args(State) == tuple(LetterState)
    assert get_args(Kind) == tuple(ReasonClass)


@pytest.mark.parametrize(
    "text", ["\x1b]0;title\x07", "[red]x[/red]", "\u202etxt.exe"], ids=["title", "markup", "reversed"]
)
def test_what_a_stranger_wrote_commands_no_terminal(text: str) -> None:
    assert plain(text) != text
    assert all(one.isprintable() for one in plain(text))
