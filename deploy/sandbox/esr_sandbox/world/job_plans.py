"""Invented job plans of doctors, as SARD would hold them, and the SARD users who own them.

SARD's employee number is an integer, so the leading zeros of some are lost: the trap that a reader has to know.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from esr_sandbox.world.people import Person
from esr_sandbox.world.world import World

_NO_PLAN = ("Specialty Registrar", "Foundation Doctor Year 2")
_STATES = ("completed", "completed", "completed", "submitted", "draft")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_HALVES = (("08:00", "12:00"), ("13:00", "17:00"))
_WORK = {
    "anaesthetics": ("Theatre list", "Pre-operative assessment clinic", "Emergency theatre"),
    "cardiology": ("Outpatient clinic", "Catheter laboratory", "Ward round"),
    "radiology": ("CT reporting", "Ultrasound list", "Multidisciplinary meeting"),
}
_TENANT = 41


@dataclass(frozen=True)
class SardUser:
    """A user account in SARD."""

    user_id: str
    attributes: dict[str, Any]


@dataclass(frozen=True)
class JobPlan:
    """One job plan in SARD, attributes as its API shows them: PA figures by category are strings."""

    plan_id: str
    owner_id: str
    attributes: dict[str, Any]


def sard_users(world: World) -> tuple[SardUser, ...]:
    """Return the users of a trust's SARD: its rota doctors, and a few accounts that are nobody's."""
    users = [_user(person) for person in _staff(world)]
    users += [
        _account("9001", None, "training.account@sard.example", dummy=True),
        _account("9002", 99999999, "test.user@sard.example", dummy=True),
        _account("9003", None, "former.doctor@sard.example", dormant=True),
        _account("9004", 88888888, "visiting.doctor@sard.example"),
    ]
    return tuple(users)


def job_plans(world: World) -> tuple[JobPlan, ...]:
    """Return the job plans: one for each consultant and SAS doctor of the departments, a second (older) one for some."""
    plans = []
    for person in _staff(world):
        if person.grade in _NO_PLAN:
            continue
        owner = _user_id(person)
        plans.append(
            JobPlan(f"{owner}1", owner, _plan(person, date(2026, 4, 1), _STATES[person.index // 8 % len(_STATES)]))
        )
        if person.index % 4 == 0:
            plans.append(JobPlan(f"{owner}0", owner, _plan(person, date(2025, 4, 1), "completed")))
    return tuple(plans)


def _staff(world: World) -> Iterator[Person]:
    return (person for person in world.in_departments() if person.index < world.staff)


def _user_id(person: Person) -> str:
    return str(1000 + person.index)


def _user(person: Person) -> SardUser:
    user = _account(
        _user_id(person), int(person.employee_number), person.email, dormant=person.leaving_date is not None
    )
    user.attributes.update(
        title=person.title,
        first_name=person.first_name,
        last_name=person.last_name,
        has_job_planning=person.grade not in _NO_PLAN,
        trust_start_date=person.hire_date.isoformat(),
        trust_end_date=person.leaving_date.isoformat() if person.leaving_date else None,
    )
    return user


def _account(user_id: str, number: int | None, email: str, *, dormant: bool = False, dummy: bool = False) -> SardUser:
    return SardUser(
        user_id,
        {
            "title": None,
            "first_name": "Account",
            "last_name": user_id,
            "ui_employee_number": number,
            "email": email,
            "dormant": dormant,
            "dummy_account": dummy,
            "has_job_planning": False,
            "trust_start_date": None,
            "trust_end_date": None,
            "tenant_id": _TENANT,
        },
    )


def _plan(person: Person, effective: date, state: str) -> dict[str, Any]:
    rng = random.Random(f"plan/{person.person_id}/{effective}")
    work = _WORK[person.departments[0]]
    dcc_sessions = rng.randrange(6, 9)
    contents = [_session(n, rng.choice(work), "DCC") for n in range(dcc_sessions)]
    contents += [_session(n, "Audit, teaching and appraisal", "SPA") for n in range(dcc_sessions, 9)]
    contents.append(_session(9, "Trust governance", "ANR"))
    on_call = person.index % 3 != 2
    dcc = Decimal(dcc_sessions) + (Decimal("0.5") if on_call else 0)
    signed = date(effective.year, 3, 1 + rng.randrange(28)).isoformat() if state == "completed" else None
    unit = person.departments[0].capitalize()
    return {
        "state": state,
        "owner_id": int(_user_id(person)),
        "effective_date": effective.isoformat(),
        "completion_date": signed,
        "consultant_sign_off": state != "draft",
        "consultant_sign_off_date": signed,
        "job_plan_signatories": [{"role": "Clinical Director", "signed_off": state == "completed", "date": signed}],
        "contract_type": "Consultant 2003" if person.grade == "Consultant" else "Specialty Doctor 2021",
        "contract_core_pas": 10,
        "contract_apas": rng.choice((0, 0, 0.5, 1, 2)),
        "contracted_dcc": str(dcc),
        "contracted_spa": str(Decimal(9 - dcc_sessions)),
        "contracted_other": "1.0",
        "working_weeks": 42,
        "job_contents": contents,
        "spa_activities": [{"activity": "Audit, teaching and appraisal", "pas": str(9 - dcc_sessions)}],
        "on_call": on_call,
        "on_call_category": "A" if on_call else None,
        "on_call_supplement": "5%" if on_call else None,
        "directorate": "Surgery and Anaesthesia" if unit == "Anaesthetics" else "Medicine and Diagnostics",
        "speciality": unit,
    }


def _session(place: int, activity: str, category: str) -> dict[str, Any]:
    start, end = _HALVES[place % 2]
    return {
        "day": _WEEKDAYS[place // 2],
        "start_time": start,
        "end_time": end,
        "activity": activity,
        "category": category,
        "pas": "1.0",
        "frequency": "weekly",
        "location": "North Wing",
    }
