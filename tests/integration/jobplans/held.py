"""Plans put straight into a running service's database, for tests of what is read from there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from esrlink.contracts import ProgrammedActivities, Weekday
from jobplan_adapter.plans.plan import OnCall, Plan, Reading, Session, SignOff
from jobplan_adapter.plans.versions import apply_plans

ANN, BEN, CAT = "00000101", "00000102", "00000103"


def session(weekday: Weekday | None, starts: str | None, ends: str | None, activity: str, **more: Any) -> Session:
    """A line of a timetable; one PA of DCC unless it is said."""
    given = {"category": "DCC", "pas": Reading(value=Decimal(1)), **more}
    hours = [None if text is None else time.fromisoformat(text) for text in (starts, ends)]
    return Session(weekday=weekday, starts=hours[0], ends=hours[1], activity=activity, **given)


WEEK = (
    session(Weekday.MONDAY, "08:00", "12:00", "Theatre list", location="North Wing"),
    session(Weekday.MONDAY, "13:00", "17:00", "Clinic"),
    session(Weekday.WEDNESDAY, "08:00", "17:00", "All-day list"),
    session(Weekday.THURSDAY, "18:00", "22:00", "Evening list", premium=True),
    session(Weekday.FRIDAY, "08:00", "12:00", "Odd weeks list", every_weeks=Decimal(2), week_of_cycle=1),
    session(Weekday.FRIDAY, "13:00", "17:00", "Some weeks list", every_weeks=Decimal(2)),
)


def plan(owner: str = "1", plan_id: str | None = None, *, signed: bool = True, **more: Any) -> Plan:
    """A plan of 10 PAs from April 2026, signed off unless it is said."""
    given: dict[str, Any] = {
        "provider_state": "completed" if signed else "draft",
        "effective_from": date(2026, 4, 1),
        "sign_offs": (
            SignOff(role="Clinical Director", signed=signed, signed_on=date(2026, 3, 2) if signed else None),
        ),
        "core_pas": Reading(value=Decimal(10)),
        "activities": (
            ProgrammedActivities(category="DCC", pas=Decimal("7.5")),
            ProgrammedActivities(category="SPA", pas=Decimal("2.5")),
        ),
        "working_weeks": Reading(value=Decimal(42)),
        "on_call": OnCall(on_call=True, category="A", supplement=Reading(value=Decimal(5)), frequency="1 in 8"),
        "timetable": WEEK,
        "specialty": "Anaesthetics",
        **more,
    }
    return Plan(plan_id=plan_id or f"p{owner}", owner_id=owner, **given)


async def hold(hub: Any, *plans: Plan, provider: str = "sard", vpd: str = "277") -> None:
    """Let a provider show these plans and no others. Owner "1" is Ann, "2" is Ben, "3" is Cat; ESR shows all three."""
    numbers: dict[str, str | None] = {"1": ANN, "2": BEN, "3": CAT}
    running = hub.running
    async with running.database.write([vpd]) as tx:
        await apply_plans(tx, vpd, provider, plans, numbers, now=running.clock.now())


@contextmanager
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The SQL statements that are run meanwhile, by whichever way, but for the pool's own and those that state the trusts."""
    seen: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def noted(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        if "set_config" not in str(query) and query != ";":
            seen.append(str(query))
        return await execute(self, query, *rest, **more)

    with monkeypatch.context() as patched:
        patched.setattr(psycopg.AsyncCursor, "execute", noted)
        yield seen
