"""The clock port: what time it is, injected wherever time matters, so that a test or the try-out can move it.

Security times (token and session expiry) do not use it: they follow the real clock.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class Clock(Protocol):
    """Gives the present moment."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


def today(clock: Clock) -> date:
    """The calendar day in Europe/London: cut-offs, leave and work are local."""
    return clock.now().astimezone(LONDON).date()


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The machine's time, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """Stands still until a test moves it."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        """The moment it was set to."""
        return self._moment

    def move_to(self, moment: datetime) -> None:
        """Set the moment."""
        self._moment = moment.astimezone(UTC)


class MovableClock:
    """The try-out's clock: it runs at the pace of the machine's, from a moment that can be moved.

    The offset is kept in a file, so that a try-out that was killed goes on at the time it had reached.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = timedelta(0)
        if path.exists():
            self._offset = timedelta(seconds=json.loads(path.read_text())["offset_seconds"])

    def now(self) -> datetime:
        """The machine's time plus the offset, in UTC."""
        return datetime.now(UTC) + self._offset

    def move_to(self, moment: datetime) -> None:
        """Make `moment` the present, and remember it."""
        self._offset = moment - datetime.now(UTC)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".tmp")
        draft.write_text(json.dumps({"offset_seconds": self._offset.total_seconds()}))
        draft.replace(self._path)
