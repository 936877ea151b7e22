"""A person's planned-against-delivered figures of a period, with every line of the working."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import RowMapping

from esrlink.db import ReadTx
from jobplan_adapter.delivery.absences import absences_around, away_from
from jobplan_adapter.delivery.gathering import versions_of_people
from jobplan_adapter.delivery.reckoning import Delivery, deliver
from jobplan_adapter.delivery.uncertainty import Uncertainty, of_period, week_of
from jobplan_adapter.delivery.worked import Done, Extra, rates_over
from jobplan_adapter.plans.in_force import stretches_by_post
from jobplan_adapter.work.records import work_of
from jobplan_adapter.work.standing import extras_of


@dataclass(frozen=True, slots=True)
class PersonDelivery:
    """The figures with what is not certain about them."""

    delivery: Delivery
    uncertainty: Sequence[Uncertainty]


async def delivery_of(
    tx: ReadTx, vpd: str, employee_number: str, first: date, last: date, *, allowed_leave: Sequence[str], today: date
) -> PersonDelivery:
    """A person's figures from `first` to `last`, both included. `allowed_leave`: types that working weeks allow for."""
    versions = await versions_of_people(tx, vpd, [employee_number])
    posts = stretches_by_post(versions.get(employee_number, ()), first, last)
    away = away_from(await absences_around(tx, vpd, [employee_number], first, last), allowed_leave, today)
    extras = await extras_of(tx, vpd, employee_number)
    work = [_done(row, extras) for row in await work_of(tx, vpd, employee_number, first, last)]
    paid = [
        Extra(row["date"], f"submittal {row['submittal_id']}", row["units"], row["unit"])
        for row in extras
        if first <= row["date"] <= last
    ]
    reported = {week_of(one.day, first) for one in work}
    return PersonDelivery(
        deliver(posts, away, work, paid, rates_over(posts.values(), first, last)),
        of_period(posts, away, reported, first, last, today=today),
    )


def _done(row: RowMapping, extras: Sequence[RowMapping]) -> Done:
    return Done(
        day=row["date"],
        category=row["category"],
        source=f"{row['product']}/{row['department']}/{row['work_id']}",
        pas=row["pas"],
        hours=row["hours"],
        sessions=row["sessions"],
        premium=row["premium"],
        cancelled=row["cancelled"],
        displaced_by=row["displaced_by"],
        paid_extra=any(_is_same(row, one) for one in extras),
    )


def _is_same(work: RowMapping, extra: RowMapping) -> bool:
    """The same piece of work in the same department: by the rota's id, or by its day and a session name."""
    if (work["product"], work["department"]) != (extra["product"], extra["department"]):
        return False
    same_session = work["session"] is not None and (work["date"], work["session"]) == (extra["date"], extra["session"])
    return work["work_id"] == extra["record_id"] or same_session
