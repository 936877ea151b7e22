"""The signed job plans of people: when direct clinical care is planned in a typical week, and which plan holds on a day.

Only what was signed off once is asked; a plan that is being revised holds as it was signed until another one is. The newest
word on each version wins, whatever the order of arrival.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, case, or_, text
from sqlalchemy.dialects.postgresql import insert

from esrlink.clock import LONDON
from esrlink.contracts import JobplanUpdated, PlanState
from esrlink.contracts.jobplans import Weekday
from esrlink.db import WriteTx
from esrlink.db.questions import Question
from submittals.tables import job_plan

_DIRECT_CARE = "DCC"
_WEEKDAYS = tuple(Weekday)
_TOLD_LAST = ("effective_from", "effective_to", "sessions", "told_at")
_TOLD = frozenset({PlanState.SIGNED_OFF, PlanState.EXPIRED})


@dataclass(frozen=True, slots=True)
class PlannedCare:
    """Direct clinical care in a typical week. `weekday`: 0 is Monday. An end at or before the start is on the next day."""

    weekday: int
    starts: time
    ends: time
    every_weeks: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class SignedPlan:
    """One signed version: the days on which it holds, and its planned care."""

    provider: str
    plan_id: str
    version: int
    first: date
    last: date | None
    care: tuple[PlannedCare, ...]

    def holds(self, day: date) -> bool:
        """Whether it has begun and is not over."""
        return self.first <= day and (self.last is None or day <= self.last)


def care_on(plans: Iterable[SignedPlan], day: date) -> tuple[PlannedCare, ...]:
    """The planned care of a typical week by the plans that hold on a day.

    Of one provider's plans those hold that begin last, since a later one takes the place of those before; several that begin
    alike are of several posts. Of one plan the newest version holds.
    """
    newest: dict[tuple[str, str], SignedPlan] = {}
    for plan in plans:
        known = newest.get((plan.provider, plan.plan_id))
        if plan.holds(day) and (known is None or (known.first, known.version) < (plan.first, plan.version)):
            newest[plan.provider, plan.plan_id] = plan
    begins = {plan.provider: date.min for plan in newest.values()}
    for plan in newest.values():
        begins[plan.provider] = max(begins[plan.provider], plan.first)
    return tuple(one for plan in newest.values() if plan.first == begins[plan.provider] for one in plan.care)


async def apply_plans(tx: WriteTx, events: Sequence[JobplanUpdated]) -> None:
    """Take over what was signed, and what has expired of it. All of one trust; one statement."""
    told = [event for event in events if event.state in _TOLD and event.effective_from is not None]
    newest: dict[tuple[str, str, str, int], list[JobplanUpdated]] = {}
    for event in sorted(told, key=lambda event: event.occurred_at):
        newest.setdefault((event.employee_number, event.provider, event.plan_id, event.version), []).append(event)
    if not newest:
        return
    own = job_plan.c
    statement = insert(job_plan).values([_row(some) for _, some in sorted(newest.items())])
    new = statement.excluded
    is_newer = own.told_at < new.told_at
    statement = statement.on_conflict_do_update(
        index_elements=["vpd", "employee_number", "provider", "plan_id", "version"],
        set_={
            # That it was signed is true ever after, however late the word of it comes.
            "signed": or_(own.signed, new.signed),
            **{name: case((is_newer, new[name]), else_=own[name]) for name in _TOLD_LAST},
        },
        where=or_(is_newer, and_(new.signed, ~own.signed)),
    )
    await tx.execute(statement)


def _row(some: Sequence[JobplanUpdated]) -> dict[str, Any]:
    """The row of one version by all that was told of it, oldest first."""
    last = some[-1]
    ends = last.effective_to
    if ends is None and last.state is PlanState.EXPIRED:
        ends = last.occurred_at.astimezone(LONDON).date()
    return {
        "vpd": last.vpd,
        "employee_number": last.employee_number,
        "provider": last.provider,
        "plan_id": last.plan_id,
        "version": last.version,
        "signed": any(one.state is PlanState.SIGNED_OFF for one in some),
        "effective_from": last.effective_from,
        "effective_to": ends,
        "sessions": [
            [_WEEKDAYS.index(line.weekday), f"{line.starts:%H:%M}", f"{line.ends:%H:%M}", str(line.every_weeks)]
            for line in last.timetable
            if (line.category or "").upper() == _DIRECT_CARE and line.starts is not None and line.ends is not None
        ],
        "told_at": last.occurred_at,
    }


# A department's people are planned at the same few times of the week.
@lru_cache(maxsize=4_096)
def _care(weekday: int, starts: str, ends: str, weeks: str) -> PlannedCare:
    return PlannedCare(weekday, time.fromisoformat(starts), time.fromisoformat(ends), Decimal(weeks))


_SIGNED = text("""
SELECT employee_number, provider, plan_id, version, effective_from, effective_to, sessions
  FROM job_plan WHERE vpd = :vpd AND employee_number = ANY(:employees) AND signed
""")


def plans_of(vpd: str, employees: Collection[str]) -> Question[Mapping[str, Sequence[SignedPlan]]]:
    """The signed plans of these people, by employee number."""
    return Question(_SIGNED, {"vpd": vpd, "employees": sorted(employees)}, _plans)


def _plans(rows: Sequence[Any]) -> Mapping[str, Sequence[SignedPlan]]:
    found: dict[str, list[SignedPlan]] = {}
    for row in rows:
        care = tuple(_care(*session) for session in row.sessions)
        plan = SignedPlan(row.provider, row.plan_id, row.version, row.effective_from, row.effective_to, care)
        found.setdefault(row.employee_number, []).append(plan)
    return found
