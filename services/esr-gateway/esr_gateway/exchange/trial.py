"""Tries an exchange step by step and tells of each step in words for someone who is not technical.

It goes the way of the service itself, with the same code. What it writes into `In/` is a few bytes under names that ESR
leaves alone (they end as a file does that is still being written), and it removes them, over a second connection if need be.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from esr_gateway.exchange import trial_words as words
from esr_gateway.exchange.connecting import LoginRefused, OtherHostKey, Watcher, connection, host_key, shown_key
from esr_gateway.exchange.credentials import key_of, password_of
from esr_gateway.exchange.port import (
    STILL_WRITTEN,
    TEMPORARY,
    ExchangeRefused,
    ExchangeUnavailable,
    FileExchange,
    RemoteFile,
)
from esr_gateway.exchange.sftp import session_over
from esr_gateway.trust_settings import ExchangeSettings

Outcome = Literal["ok", "failed", "skipped"]
STEPS = tuple(words.TITLES)
_CONTENT = b"ESR Link tries the connection. This file can be removed.\n"
_TAIL = 4096


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was tried, how it went, and what to do next (empty when there is nothing to do)."""

    name: str
    title: str
    outcome: Outcome
    sentence: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """All steps, in order. `offered_host_key` is the key that the server showed in place of the one that is set."""

    steps: Sequence[Step]
    offered_host_key: str | None = None
    offered_fingerprint: str | None = None

    @property
    def works(self) -> bool:
        """Whether no step failed and the way was gone to its end."""
        return all(step.outcome != "failed" for step in self.steps)


class _Steps:
    """The steps so far."""

    def __init__(self) -> None:
        self.done: list[Step] = []

    def ok(self, name: str, sentence: str) -> None:
        self.done.append(Step(name, words.TITLES[name], "ok", sentence))

    def lost(self, name: str, problem: ExchangeUnavailable) -> None:
        self.failed(name, problem.detail, words.LOST)

    def failed(self, name: str, sentence: str, advice: str | None = None) -> None:
        self.done.append(Step(name, words.TITLES[name], "failed", sentence, advice or words.ADVICE[name]))

    def skipped(self, name: str, sentence: str) -> None:
        self.done.append(Step(name, words.TITLES[name], "skipped", sentence))

    def skip_the_rest(self) -> None:
        tried = {step.name for step in self.done}
        for name in STEPS:
            if name not in tried:
                self.skipped(name, words.NOT_REACHED)


async def try_exchange(settings: ExchangeSettings, timeout: timedelta, mark: str) -> Trial:
    """Try every step; each ends within `timeout`. `mark` makes the names of what is written this trial's own."""
    steps, watcher = _Steps(), Watcher()
    offered: tuple[str | None, str | None] = (None, None)
    if await _found(settings, timeout, steps):
        try:
            # Before anything is sent: what the service itself needs must be there.
            host_key(settings), password_of(settings), key_of(settings)
            async with connection(settings, timeout, watcher) as opened:
                steps.ok("connect", words.connected(settings.host, settings.port))
                steps.ok("host_key", words.HOST_KEY_RIGHT)
                exchange: FileExchange = await session_over(opened, timeout)
                steps.ok("login", words.signed_in(settings.user))
                left = await _folders(settings, exchange, steps, mark)
            if left:
                await _clean_up(settings, timeout, left, steps)
        except OtherHostKey as problem:
            # A key of another kind is seen only by asking for it.
            other = problem if problem.offered else OtherHostKey(await shown_key(settings, timeout))
            _note_connection(other, settings, watcher, steps)
            offered = (other.offered, other.fingerprint)
        except (ExchangeRefused, ExchangeUnavailable) as problem:
            _note_connection(problem, settings, watcher, steps)
    steps.skip_the_rest()
    return Trial(sorted(steps.done, key=lambda step: STEPS.index(step.name)), *offered)


async def _found(settings: ExchangeSettings, timeout: timedelta, steps: _Steps) -> bool:
    try:
        async with asyncio.timeout(timeout.total_seconds()):
            await asyncio.get_running_loop().getaddrinfo(settings.host, settings.port)
    except (OSError, ValueError, TimeoutError):
        steps.failed("resolve", words.not_found(settings.host))
        return False
    steps.ok("resolve", words.found(settings.host))
    return True


def _note_connection(
    problem: ExchangeRefused | ExchangeUnavailable, settings: ExchangeSettings, watcher: Watcher, steps: _Steps
) -> None:
    """Say at which step the connection ended."""
    done = {step.name for step in steps.done}
    if "login" in done:
        return  # the folders' steps have told
    if "host_key" in done:  # signed in, and no SFTP behind it
        steps.failed("login", problem.detail, words.NO_SFTP)
    elif isinstance(problem, OtherHostKey):
        steps.ok("connect", words.connected(settings.host, settings.port))
        steps.failed("host_key", problem.detail)
    elif isinstance(problem, LoginRefused):
        steps.ok("connect", words.connected(settings.host, settings.port))
        steps.ok("host_key", words.HOST_KEY_RIGHT)
        steps.failed("login", problem.detail)
    elif isinstance(problem, ExchangeRefused):  # our own settings: nothing was tried
        steps.failed("login", problem.detail, words.SECRET)
    elif watcher.answered:
        steps.failed("connect", words.not_ssh(settings.port), words.NOT_SSH)
    else:
        steps.failed("connect", words.no_answer(settings.host, settings.port))


async def _folders(settings: ExchangeSettings, exchange: FileExchange, steps: _Steps, mark: str) -> list[str]:
    """Try both folders; return the names that may be left in `In/`."""
    try:
        there = await _list(steps, "list_out", exchange, settings.out_folder)
        await _list(steps, "list_in", exchange, settings.in_folder)
        await _read(steps, exchange, settings.out_folder, there)
    except ExchangeUnavailable:
        return []  # there is no connection to go on with
    return await _write(steps, exchange, settings.in_folder, mark)


async def _list(steps: _Steps, name: str, exchange: FileExchange, folder: str) -> Sequence[RemoteFile]:
    try:
        found = await exchange.listing(folder)
    except ExchangeUnavailable as problem:
        steps.lost(name, problem)
        raise
    except ExchangeRefused as problem:
        steps.failed(name, problem.detail, words.no_folder(folder))
        return ()
    steps.ok(name, words.listed(folder, len(found)))
    return found


async def _read(steps: _Steps, exchange: FileExchange, folder: str, there: Sequence[RemoteFile]) -> None:
    whole = [one for one in there if one.size and not one.name.startswith(".") and not one.name.endswith(STILL_WRITTEN)]
    if not whole:
        steps.skipped("read", words.nothing_to_read(folder))
        return
    smallest = min(whole, key=lambda one: one.size)
    try:
        await exchange.tail(folder, smallest.name, _TAIL)
    except ExchangeUnavailable as problem:
        steps.lost("read", problem)
        raise
    except ExchangeRefused as problem:
        steps.failed("read", problem.detail)
    else:
        steps.ok("read", words.read(smallest.name))


async def _write(steps: _Steps, exchange: FileExchange, folder: str, mark: str) -> list[str]:
    first, second = f"ESRLINK_TRIAL_{mark}_1{TEMPORARY}", f"ESRLINK_TRIAL_{mark}_2{TEMPORARY}"
    with tempfile.TemporaryDirectory() as ours:
        source = Path(ours) / "trial"
        source.write_bytes(_CONTENT)
        try:
            await exchange.upload(folder, first, source)
        except ExchangeUnavailable as problem:
            steps.lost("write", problem)
            return [first]
        except ExchangeRefused as problem:
            steps.failed("write", problem.detail, words.cannot_write(folder))
            return await _remove(exchange, folder, [first], lambda _: None)
    steps.ok("write", words.written(folder))
    try:
        await exchange.rename(folder, first, second)
    except ExchangeUnavailable as problem:
        steps.lost("rename", problem)
        return [first, second]
    except ExchangeRefused as problem:
        steps.failed("rename", problem.detail)
    else:
        steps.ok("rename", words.RENAMED)
    return await _remove(exchange, folder, [first, second], lambda problem: _note_removal(steps, folder, problem))


def _note_removal(steps: _Steps, folder: str, problem: ExchangeRefused | None) -> None:
    if problem is None:
        steps.ok("delete", words.removed(folder))
    else:
        steps.failed("delete", problem.detail)


async def _remove(
    exchange: FileExchange, folder: str, names: Sequence[str], note: Callable[[ExchangeRefused | None], None]
) -> list[str]:
    """Remove; return what may be left because the connection was lost. What the server refuses to remove, it always will."""
    refusal: ExchangeRefused | None = None
    for name in names:
        try:
            await exchange.remove(folder, name)
        except ExchangeUnavailable:
            return list(names)
        except ExchangeRefused as problem:
            refusal = problem
    note(refusal)
    return []


async def _clean_up(settings: ExchangeSettings, timeout: timedelta, left: Sequence[str], steps: _Steps) -> None:
    """Once more, over a new connection: nothing is to be left in ESR's folder."""
    try:
        async with connection(settings, timeout) as opened:
            exchange = await session_over(opened, timeout)
            for name in left:
                await exchange.remove(settings.in_folder, name)
    except (ExchangeRefused, ExchangeUnavailable) as problem:
        steps.failed("delete", f"{problem.detail} {words.left_behind(settings.in_folder, left)}")
    else:
        steps.ok("delete", words.removed(settings.in_folder))
