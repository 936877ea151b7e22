"""The `Bus` port: what every broker must promise. `tests/contract/bus` is its conformance suite.

A published message is durable when `publish` returns. Messages of one topic and one partition key reach a group in the
order in which they were published; between topics there is no order. Delivery is at least once: what was polled and not
committed comes again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol

from esrlink.contracts import Message

Ends = Mapping[tuple[str, int], int]
"""By topic and lane: a place behind everything that was published so far. Lanes that hold nothing may be left out."""


class Subscription(Protocol):
    """An open membership of a consumer group."""

    async def poll(self, limit: int, timeout: timedelta) -> Sequence[Message]:
        """Up to `limit` messages that follow those polled before; empty when none came within `timeout`."""
        ...

    async def commit(self) -> None:
        """All messages polled so far are in effect: never deliver them to this group again."""
        ...


class Bus(Protocol):
    """A durable, ordered-by-key message log."""

    async def start(self) -> None:
        """Connect, unless connected; `publish` and `subscribe` do it too. Raises `Unavailable` where no broker is."""
        ...

    async def stop(self) -> None:
        """Let go of all connections, within a bounded time."""
        ...

    async def publish(self, messages: Sequence[Message]) -> None:
        """Return when every message is durable. Raises `Unavailable` when that is not known: then try all again."""
        ...

    async def forget(self, older_than: timedelta) -> None:
        """Drop messages of that age which every group has had. A broker with a retention of its own does nothing."""
        ...

    async def ends(self, topics: Sequence[str]) -> Ends:
        """Where the lanes of these topics end now."""
        ...

    async def has_taken(self, group: str, ends: Ends) -> bool:
        """Whether `group` has committed everything that was published before `ends`, whichever member it was."""
        ...

    def subscribe(self, group: str, topics: Sequence[str]) -> AbstractAsyncContextManager[Subscription]:
        """Join `group`; a new group starts at the oldest message."""
        ...
