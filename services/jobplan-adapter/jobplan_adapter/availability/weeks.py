"""One person's week by half day, from the plans that are signed off: what they should be doing, and when they are away. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from esrlink.contracts import Weekday
from jobplan_adapter.availability.half_days import Half, Turn, Week, halves_of, turn_in
from jobplan_adapter.delivery.leave import AFTERNOON, MORNING, WHOLE, Absent
from jobplan_adapter.plans.in_force import in_force_by_post
from jobplan_adapter.plans.plan import Session
from jobplan_adapter.plans.versions import HeldVersion

# Who is away in the afternoon is not there in the evening; of a session without hours only a whole day can be said.
_BITS = {Half.MORNING: MORNING, Half.AFTERNOON: AFTERNOON, Half.EVENING: AFTERNOON, Half.UNSTATED: WHOLE}


@dataclass(frozen=True, slots=True)
class Duty:
    """A session of the plan of a post, and whether it is held in the week."""

    held: HeldVersion
    session: Session
    turn: Turn


@dataclass(frozen=True, slots=True)
class HalfDay:
    """A half day with something planned, or away: both, where leave was approved over a session."""

    day: date
    half: Half
    away: bool
    duties: Sequence[Duty]


@dataclass(frozen=True, slots=True)
class PersonWeek:
    """A person's week. `plans` are the signed-off versions in force on any of its days."""

    half_days: Sequence[HalfDay]
    plans: Sequence[HeldVersion]


def week_of_person(versions: Iterable[HeldVersion], absences: Sequence[Absent], week: Week) -> PersonWeek:
    """The half days of a week that have a session or an absence, in order; a day follows the plans in force on it."""
    signed = [one for one in versions if one.signed]
    plans: list[HeldVersion] = []
    found: list[HalfDay] = []
    for place, weekday in enumerate(Weekday):
        day = week.monday + timedelta(days=place)
        chosen = list(in_force_by_post(signed, day).values())
        plans += [one for one in chosen if one not in plans]
        found += _day(day, [duty for one in chosen for duty in _duties(one, weekday, week)], absences)
    return PersonWeek(found, plans)


def _duties(held: HeldVersion, weekday: Weekday, week: Week) -> list[Duty]:
    return [
        Duty(held, session, turn)
        for session in held.content.timetable
        if session.weekday is weekday and (turn := turn_in(session, week)) is not None
    ]


def _day(day: date, duties: Sequence[Duty], absences: Sequence[Absent]) -> list[HalfDay]:
    bits = 0
    for one in absences:
        bits |= one.halves_of(day)
    found = []
    for half, own in _BITS.items():
        planned = sorted(
            (duty for duty in duties if half in halves_of(duty.session)),
            key=lambda duty: (str(duty.session.starts), duty.session.activity or ""),
        )
        away = bits & own == own
        if planned or (away and half in (Half.MORNING, Half.AFTERNOON)):
            found.append(HalfDay(day, half, away, planned))
    return found
