"""What a chapter has at hand: the hub's clients, the sandbox, the memory, and the words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from esr_demo.hub import Client
from esr_demo.memory import Memory
from esr_demo.reporting import Reporting
from esr_demo.telling import Telling

LONDON = ZoneInfo("Europe/London")
TRUSTS = ("277", "312")
# The story's calendar. August 2026 is paid from the run that closes on 2 September at noon.
FIRST_DAY = date(2026, 8, 3)
NEXT_DAY = date(2026, 8, 4)
MONTH_END = date(2026, 8, 31)
CUT_OFF_DAY = date(2026, 9, 2)
DAY_AFTER_CUT_OFF = date(2026, 9, 3)
NEXT_CUT_OFF_DAY = date(2026, 10, 2)
DAY_AFTER_NEXT_CUT_OFF = date(2026, 10, 3)
MORNING = time(7, 30)
JUST_AFTER_NOON = time(12, 1)


@dataclass(frozen=True)
class Story:
    """The story's surroundings."""

    telling: Telling
    memory: Memory
    clients: dict[str, Client]
    http: httpx.AsyncClient
    sandbox: httpx.AsyncClient
    secrets: Path
    reporting: Reporting

    @property
    def operations(self) -> Client:
        """The people who run the hub."""
        return self.clients["operations"]

    async def move_clock(self, day: date, at: time = MORNING) -> None:
        """Make it `day`, `at` London time, for the hub; a story that is told again never turns it back."""
        moment = datetime.combine(day, at, LONDON)
        now = (await self.http.get("/try-out/clock")).raise_for_status().json()["now"]
        # The machine's own time is where a new hub's clock starts, before or after the story's days.
        if self.memory.recall("clock") and datetime.fromisoformat(now) >= moment:
            return
        answer = await self.http.put("/try-out/clock", json={"now": moment.isoformat()})
        answer.raise_for_status()
        self.memory.keep("clock", moment.isoformat())
        self.telling.say(f"[dim]The clock is moved to {moment:%A %-d %B %Y, %H:%M}.[/dim]")

    async def esr(self, vpd: str, command: str, day: date) -> Any:
        """Tell the sandbox's ESR to do something on `day`: snapshot, changes, read-inbox."""
        answer = await self.sandbox.post(f"/sandbox/esr/{vpd}/{command}", json={"date": day.isoformat()})
        answer.raise_for_status()
        return answer.json()

    async def from_sandbox(self, path: str, **query: str) -> Any:
        """Read from the sandbox's control API."""
        answer = await self.sandbox.get(f"/sandbox/{path}", params=query)
        answer.raise_for_status()
        return answer.json()
