"""What a person's job plans ask for in the plan year, and what was given so far: for whoever judges paid extra work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from esrlink.contracts import JobplanDelivery
from esrlink.contracts.jobplans import DeliveredCategory
from esrlink.db import ReadTx, WriteTx
from submittals.records.record import Record
from submittals.rules.case import in_words
from submittals.tables import job_plan_delivery

_DIRECT_CARE = "DCC"
_NOTHING = DeliveredCategory(category=_DIRECT_CARE, planned=None, delivered=Decimal(0))
_FIGURES = ("pas_owed", "pas_given", "sessions_owed", "sessions_given")
_HALF = Decimal("0.5")

_UNCERTAIN: Mapping[str, str] = {
    "plan_missing": "no plan is in force for a part of it",
    "plan_unsigned": "a plan is not signed off",
    "under_revision": "a plan is being revised",
    "unreadable_figure": "a figure of a plan cannot be read",
    "no_figures": "a plan has no figures",
    "work_not_reported": "no work was reported for some weeks",
    "absence_open": "an absence has no end yet",
}


@dataclass(frozen=True, slots=True)
class Owed:
    """Direct clinical care from the first day of the plan year until a day: in PAs, and in sessions where the plan says any."""

    first: date
    until: date
    pas_owed: Decimal | None
    pas_given: Decimal
    sessions_owed: Decimal | None
    sessions_given: Decimal
    uncertainty: tuple[str, ...] = ()

    @property
    def behind(self) -> bool:
        """Whether less was given than is owed."""
        owed, given, _ = self._told()
        return owed is not None and given < owed

    @property
    def words(self) -> str:
        """Owed so far 40 sessions, given 36, in sentences."""
        owed, given, unit = self._told()
        days = f"(from {in_words(self.first)} until {in_words(self.until)})"
        if owed is None:
            figures = f"what is owed cannot be told, given {_figure(given)} {unit}"
        else:
            figures = f"owed so far {_figure(owed)} {unit}, given {_figure(given)}"
        doubts = [_UNCERTAIN.get(code, code.replace("_", " ")) for code in self.uncertainty]
        uncertain = f" Uncertain: {'; '.join(doubts)}." if doubts else ""
        return f"Direct clinical care by the job plan: {figures} {days}.{uncertain}"

    def _told(self) -> tuple[Decimal | None, Decimal, str]:
        if self.sessions_owed is not None:
            return self.sessions_owed, self.sessions_given, "sessions"
        return self.pas_owed, self.pas_given, "PAs"


def _figure(value: Decimal) -> str:
    """A figure to the half: what is owed pro rata has many decimals, and nobody gives a third of a session."""
    halves = (value / _HALF).quantize(Decimal(1), ROUND_HALF_UP) * _HALF
    return f"{halves.normalize():f}"


async def apply_delivery(tx: WriteTx, events: Sequence[JobplanDelivery]) -> None:
    """Take over the figures. All of one trust; one statement."""
    newest = {event.employee_number: event for event in sorted(events, key=lambda event: event.occurred_at)}
    statement = insert(job_plan_delivery).values([_row(event) for _, event in sorted(newest.items())])
    names = ("first", "until", *_FIGURES, "uncertainty", "told_at")
    statement = statement.on_conflict_do_update(
        index_elements=["vpd", "employee_number"],
        set_={name: statement.excluded[name] for name in names},
        where=job_plan_delivery.c.told_at < statement.excluded.told_at,
    )
    await tx.execute(statement)


def _row(event: JobplanDelivery) -> dict[str, Any]:
    care = next((one for one in event.categories if one.category.upper() == _DIRECT_CARE), _NOTHING)
    return {
        "vpd": event.vpd,
        "employee_number": event.employee_number,
        "first": event.first,
        "until": event.until,
        "pas_owed": care.planned,
        "pas_given": care.delivered,
        "sessions_owed": care.sessions_planned,
        "sessions_given": care.sessions_delivered,
        "uncertainty": list(dict.fromkeys(event.uncertainty)),
        "told_at": event.occurred_at,
    }


async def owed_for(tx: ReadTx, record: Record) -> Owed | None:
    """What the person owes whose extra work this is; none for leave, and where no figures ever came. One statement at most."""
    number = record.version.employee_number
    if record.kind != "attendance" or number is None:
        return None
    own = job_plan_delivery.c
    columns = (own.first, own.until, *(own[name] for name in _FIGURES), own.uncertainty)
    rows = await tx.mappings(select(*columns).where(own.vpd == record.vpd, own.employee_number == number))
    row = next(iter(rows), None)
    return None if row is None else Owed(**{**row, "uncertainty": tuple(row["uncertainty"])})
