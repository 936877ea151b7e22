"""Waiting for changes, without asking again and again and without a database connection."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from esrlink.errors import Unavailable
from profile_sync.changes.numbering import Bell


class _Found(Protocol):
    @property
    def changes(self) -> list[object]: ...


F = TypeVar("F", bound=_Found)


class WaitingRoom:
    """How many may wait in this process: `seats` in all, `each` of one caller."""

    def __init__(self, seats: int, each: int) -> None:
        self._seats = seats
        self._each = each
        self._taken: Counter[str] = Counter()

    @contextmanager
    def seat(self, caller: str) -> Iterator[None]:
        """Wait within this. Raises `Unavailable` when there is no seat: an empty answer would be asked again at once."""
        if self._taken.total() >= self._seats or self._taken[caller] >= self._each:
            raise Unavailable(
                "Too many requests wait for changes already. Ask again in a few seconds, or without `wait`.",
                headers={"Retry-After": "5"},
            )
        self._taken[caller] += 1
        try:
            yield
        finally:
            self._taken[caller] -= 1
            if not self._taken[caller]:
                del self._taken[caller]


async def wait_for_changes(bell: Bell, vpds: Iterable[str], seconds: float, read: Callable[[], Awaitable[F]]) -> F:
    """What `read` gives as soon as it holds changes, or what it gave last when the time is over.

    It is called once, and again whenever the bell rings for one of these trusts.
    """
    loop = asyncio.get_running_loop()
    ends = loop.time() + seconds
    async with bell.listening(vpds) as news:
        while True:
            news.clear()
            found = await read()
            if found.changes:
                return found
            try:
                async with asyncio.timeout(ends - loop.time()):
                    await news.wait()
            except TimeoutError:
                return found
