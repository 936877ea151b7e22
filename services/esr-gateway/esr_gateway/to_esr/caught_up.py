"""Whether everything that was on the bus at a cut-off has been taken: after a restart the consumer may be behind.

A run that was frozen before would pay what was withdrawn in time, and leave out what was approved in time. So the freeze waits
until the service's consumers, of whatever replica, have come past the place where the lanes ended at its first look.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from esrlink.bus import Bus
from esrlink.bus.port import Ends
from esrlink.errors import Conflict, Unavailable


class NotCaughtUp(Conflict):
    """Approvals and withdrawals are still on their way."""

    code, title = "not_caught_up", "Approvals and withdrawals are still coming in"


class CaughtUp(Protocol):
    """Says whether what was on the bus when it was first asked about `what` has been taken since."""

    async def __call__(self, what: str, topics: Sequence[str]) -> bool:
        """Whether it has; it is not known while the bus does not answer."""
        ...


class OnBus:
    """Asks the bus how far the consumer group is."""

    def __init__(self, bus: Bus, group: str) -> None:
        self._bus = bus
        self._group = group
        self._ends: dict[tuple[str, tuple[str, ...]], Ends] = {}

    async def __call__(self, what: str, topics: Sequence[str]) -> bool:
        """Whether the group is past the place where the topics ended at the first question.

        Another list of topics is another question: a lane that has been stopped since is not waited for.
        """
        question = (what, tuple(topics))
        try:
            if question not in self._ends:
                self._ends[question] = await self._bus.ends(topics)
            if not await self._bus.has_taken(self._group, self._ends[question]):
                return False
        except Unavailable:
            return False
        self._ends = {asked: ends for asked, ends in self._ends.items() if asked[0] != what}
        return True


async def without_bus(what: str, topics: Sequence[str]) -> bool:  # noqa: ARG001 - a `CaughtUp`
    """Where events are handed to the service some other way, nothing is on its way."""
    return True
