"""What the departments put for August 2026: 200 records, most of them good, some wrong in ways that happen.

`trap` says what is meant to become of a record that is not simply good: which rule returns it, or which of ESR's own
rules, unknown to the hub, rejects it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from esr_demo.rota import Doctor, Profile

TOTAL = 200
RETURNED_BY_RULES = (
    "no_reason",
    "overlapping_leave",
    "work_during_leave",
    "double_claim",
    "leaver",
    "not_started",
    "too_old",
    "nobody",
)
# What is found only by somebody who has heard of the person from ESR, or has heard that there is none.
TOLD_BY_ESR = {"nobody": "person_not_linked", "leaver": "leaver", "not_started": "outside_employment"}
REJECTED_BY_ESR = ("closed_cost_code", "long_unknown_sickness")
WITHDRAWN = "withdrawn_later"
# The first so many run into each other on purpose, so they are put one after the other.
IN_ORDER = 16


@dataclass(frozen=True)
class Claim:
    """A record to put, for a profile; `trap` is none for a record that is good all the way."""

    profile: Profile
    record_id: str
    kind: str
    content: dict[str, Any]
    trap: str | None = None

    @property
    def path(self) -> str:
        """`product/department/record_id`."""
        return f"{self.profile.product}/{self.profile.department}/{self.record_id}"

    @property
    def body(self) -> dict[str, Any]:
        """What is put."""
        return {"kind": self.kind, "profile_id": self.profile.profile_id, self.kind: self.content}

    @property
    def whole(self) -> dict[str, Any]:
        """What is put, with its source key: as a batch takes it."""
        product, department, record_id = self.path.split("/")
        return {"product": product, "department": department, "record_id": record_id, **self.body}


def evening(day: date, **more: Any) -> dict[str, Any]:
    """An extra session from six to ten."""
    return {"date_worked": day.isoformat(), "session": "Evening list", "starts": "18:00", "ends": "22:00", **more}


def leave(kind: str, first: date, days: int, **more: Any) -> dict[str, Any]:
    """Leave of some whole days."""
    last = first + timedelta(days=days - 1)
    return {"absence_type": kind, "start_date": first.isoformat(), "end_date": last.isoformat(), **more}


def claims_of(profiles: list[Profile], weekend_element: str, closed_cost_code: str) -> list[Claim]:
    """The 200 records, the traps first; the same at every telling."""
    linked = [p for p in profiles if p.doctor and "employee_number" in p.body]
    steady = [p for p in linked if p.doctor and not p.doctor.leaver and not p.doctor.future_starter]
    one_place = [p for p in steady if p.doctor and len(p.doctor.departments) == 1]
    claims = [*_traps(profiles, linked, steady, one_place, closed_cost_code)]
    good = _good(one_place[10:], weekend_element)
    while len(claims) < TOTAL:
        claims.append(next(good))
    return claims


def _traps(
    profiles: list[Profile], linked: list[Profile], steady: list[Profile], free: list[Profile], closed: str
) -> Iterator[Claim]:
    """One record for each trap, with the good records that some of them run into."""
    august = date(2026, 8, 1)
    yield Claim(free[0], "T01", "absence", leave("Sickness", august + timedelta(days=9), 2), "no_reason")
    yield Claim(free[1], "T02", "absence", leave("Annual Leave", august + timedelta(days=9), 5))
    yield Claim(
        free[1],
        "T03",
        "absence",
        leave("Study Leave", august + timedelta(days=12), 3, reason="Course"),
        "overlapping_leave",
    )
    yield Claim(free[2], "T04", "absence", leave("Annual Leave", august + timedelta(days=16), 5))
    yield Claim(free[2], "T05", "attendance", evening(august + timedelta(days=18)), "work_during_leave")
    first, second = _two_places(steady)
    yield Claim(first, "T06", "attendance", evening(august + timedelta(days=10)))
    yield Claim(second, "T07", "attendance", evening(august + timedelta(days=10)), "double_claim")
    leaver = next(p for p in linked if p.doctor and p.doctor.leaver)
    yield Claim(leaver, "T08", "attendance", evening(august + timedelta(days=5)), "leaver")
    starter = next(p for p in linked if p.doctor and p.doctor.future_starter)
    yield Claim(starter, "T09", "attendance", evening(august + timedelta(days=5)), "not_started")
    yield Claim(free[3], "T10", "attendance", evening(date(2026, 1, 12)), "too_old")
    stranger = next(p for p in profiles if p.profile_id == "card-902")
    yield Claim(stranger, "T11", "attendance", evening(august + timedelta(days=5)), "nobody")
    yield Claim(
        free[4], "T12", "attendance", evening(august + timedelta(days=11), cost_code=closed), "closed_cost_code"
    )
    yield Claim(
        free[5],
        "T13",
        "absence",
        leave("Sickness", august + timedelta(days=9), 9, reason="S99"),
        "long_unknown_sickness",
    )
    yield Claim(free[6], "T14", "attendance", evening(august + timedelta(days=12)), WITHDRAWN)
    open_ended = {"absence_type": "Sickness", "reason": "S28", "start_date": "2026-08-24", "open": True}
    yield Claim(free[7], "T15", "absence", open_ended)
    half_day = leave("Special Leave", august + timedelta(days=6), 1, reason="Carer Leave", end_part="morning")
    yield Claim(free[8], "T16", "absence", half_day)


def _two_places(steady: list[Profile]) -> tuple[Profile, Profile]:
    """Two profiles of one doctor in two departments."""
    by_doctor: dict[str, Profile] = {}
    for profile in steady:
        doctor: Doctor | None = profile.doctor
        if doctor is None:
            continue
        if doctor.number in by_doctor:
            return by_doctor[doctor.number], profile
        by_doctor[doctor.number] = profile
    raise LookupError("no doctor with two profiles")


def _good(profiles: list[Profile], weekend_element: str) -> Iterator[Claim]:
    """More than enough good records: each doctor works evenings and some weekend days, and has leave in between."""
    reasons = ("S13", "S25", "S11", "S16")
    for week in range(4):
        for place, profile in enumerate(profiles):
            number = f"{week}{place:03d}"
            monday = date(2026, 8, 3) + timedelta(weeks=week)
            worked = evening(monday + timedelta(days=place % 4))
            yield Claim(profile, f"E{number}", "attendance", worked)
            if (place + week) % 3 < 2:
                day = monday + timedelta(days=5 + (place + week) % 3)
                worked = {"date_worked": day.isoformat(), "session": "Weekend list", "starts": "08:00", "ends": "16:00"}
                yield Claim(profile, f"W{number}", "attendance", worked | {"pay_element": weekend_element})
            if (place + week) % 4 == 1:
                yield _off(profile, number, monday + timedelta(days=place % 4 + 1), reasons[place % 4], place)


def _off(profile: Profile, number: str, first: date, reason: str, place: int) -> Claim:
    if place % 2:
        return Claim(profile, f"A{number}", "absence", leave("Annual Leave", first, 1))
    return Claim(profile, f"S{number}", "absence", leave("Sickness", first, 1, reason=reason))
