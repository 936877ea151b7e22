"""Gathers what a person's planned-against-delivered figures are made of: plans, leave, work and paid extra of a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import RowMapping

from esrlink.db import ReadTx
from jobplan_adapter.delivery.reckoning import Absent, Delivery, Done, Extra, deliver
from jobplan_adapter.delivery.uncertainty import Uncertainty, of_period
from jobplan_adapter.plans.in_force import stretches
from jobplan_adapter.plans.versions import versions_of
from jobplan_adapter.work.paid_time import absences_of, extras_of
from jobplan_adapter.work.records import work_of


@dataclass(frozen=True, slots=True)
class PersonDelivery:
    """The figures with what is not certain about them."""

    delivery: Delivery
    uncertainty: Sequence[Uncertainty]


async def delivery_of(
    tx: ReadTx, vpd: str, employee_number: str, first: date, last: date, *, allowed_leave: Sequence[str], today: date
) -> PersonDelivery:
    """A person's figures from `first` to `last`, both included. `allowed_leave`: types that working weeks allow for."""
    versions = await versions_of(tx, vpd, employee_number)
    allowed = {one.casefold() for one in allowed_leave}
    absences = [_absent(row, allowed, today) for row in await absences_of(tx, vpd, employee_number, first, last)]
    extras = await extras_of(tx, vpd, employee_number, first, last)
    work = [_done(row, extras) for row in await work_of(tx, vpd, employee_number, first, last)]
    paid = [Extra(row["date"], f"submittal {row['submittal_id']}", row["units"], row["unit"]) for row in extras]
    cut = stretches(versions, first, last)
    return PersonDelivery(deliver(cut, absences, work, paid), of_period(cut, absences, work, today=today))


def _absent(row: RowMapping, allowed: set[str], today: date) -> Absent:
    return Absent(
        first=row["starts"],
        last=row["ends"] or max(row["starts"], today),
        open=row["ends"] is None,
        allowed_for=row["absence_type"].casefold() in allowed,
        starts_half=row["start_part"] != "full",
        ends_half=row["end_part"] != "full",
    )


def _done(row: RowMapping, extras: Sequence[RowMapping]) -> Done:
    return Done(
        day=row["date"],
        category=row["category"],
        source=f"{row['product']}/{row['department']}/{row['work_id']}",
        pas=row["pas"],
        hours=row["hours"],
        premium=row["premium"],
        cancelled=row["cancelled"],
        paid_extra=any(_is_same(row, one) for one in extras),
    )


def _is_same(work: RowMapping, extra: RowMapping) -> bool:
    """The same piece of work in the same department: by the rota's id, or by its day and a session name."""
    if (work["product"], work["department"]) != (extra["product"], extra["department"]):
        return False
    same_session = work["session"] is not None and (work["date"], work["session"]) == (extra["date"], extra["session"])
    return work["work_id"] == extra["record_id"] or same_session
