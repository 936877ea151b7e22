"""What the site of these tests holds: a trust with two providers, and people with plans of every kind."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from esrlink.contracts import ProfileImported, ProgrammedActivities, Weekday
from jobplan_adapter.people.identity import Identified, Standing
from jobplan_adapter.plans.plan import Annualised, Flexible, OnCall, Plan, Reading, Session, SignOff
from jobplan_adapter.plans.versions import apply_plans
from jobplan_adapter.polling.state import record_good
from jobplan_adapter.providers.port import Fault, Snapshot
from jobplan_adapter.trusts import TrustSettings, put_trust
from jobplan_adapter.work.records import WorkRecord, put_work

NOW = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)
YEAR = date(2026, 4, 1)

WHOLE, REVISED, UNREADABLE, TWO_POSTS, DRAFT, PLANLESS, ENDED, STRANGER = (f"2000100{n}" for n in range(1, 9))
"""ESR numbers: a plan with everything in it; one under revision; figures that cannot be read; two posts; a draft only; none;
plans that ended; work of somebody whom no provider shows."""

TRUST = {
    "ods_code": "RPG",
    "name": "Alderbrook and Marsh",
    "departments": [
        {"product": "clwrota", "department": "anaesthetics", "name": "Anaesthetics"},
        {"product": "medirota", "department": "cardiology", "name": "Cardiology"},
        {"product": "medirota", "department": "theatres", "name": "Theatres", "specialties": ["Anaesthetics"]},
    ],
    "providers": [
        {
            "name": "sard",
            "kind": "sard",
            "url": "http://127.0.0.1:9",
            "email": "a@b.example",
            "token_file": "/no/token",
        },
        {"name": "files", "kind": "upload"},
    ],
}


def read(value: str | int) -> Reading:
    return Reading(value=Decimal(value))


def pas(**figures: str) -> tuple[ProgrammedActivities, ...]:
    return tuple(
        ProgrammedActivities(category=name, pas=Decimal(value))
        if value.replace(".", "").isdigit()
        else ProgrammedActivities(category=name, pas=None, raw=value)
        for name, value in figures.items()
    )


def session(day: Weekday | None, starts: int | None, ends: int | None, activity: str, **values: Any) -> Session:
    hours = {"starts": None if starts is None else time(starts), "ends": None if ends is None else time(ends)}
    given = {"weekday": day, **hours, "activity": activity, "category": "DCC", "pas": read(1), "location": "North Wing"}
    return Session.model_validate({**given, **values})


def signed(*, complete: bool = True) -> tuple[SignOff, ...]:
    return (
        SignOff(role="Consultant", signed=True, signed_on=date(2026, 3, 2), by="Dr A. Okafor"),
        SignOff(role="Clinical Director", signed=complete, signed_on=date(2026, 3, 9) if complete else None),
    )


WEEK = (
    session(Weekday.MONDAY, 8, 12, "Theatre list, general surgery"),
    session(Weekday.MONDAY, 13, 17, "Theatre list, orthopaedics"),
    session(Weekday.TUESDAY, 8, 12, "Pre-operative assessment clinic", every_weeks=2, week_of_cycle=1),
    session(Weekday.TUESDAY, 8, 12, "Chronic pain clinic", every_weeks=2, week_of_cycle=2),
    session(Weekday.WEDNESDAY, 17, 20, "Emergency theatre", premium=True),
    session(Weekday.THURSDAY, 9, 13, "Audit, teaching and appraisal", category="SPA"),
    session(Weekday.FRIDAY, 14, 16, "Trust governance", category="ANR", pas=read("0.5")),
    session(Weekday.FRIDAY, None, None, "College examiner", category="ED", pas=read("0.25")),
    session(None, None, None, "Ward cover", raw="Moonday; as needed", every_weeks=None, pas=Reading(raw="a few")),
)


def plan(plan_id: str, owner: str, **values: Any) -> Plan:
    usual: dict[str, Any] = {
        "provider_state": "completed",
        "effective_from": YEAR,
        "completed_on": date(2026, 3, 9),
        "sign_offs": signed(),
        "contract_type": "Consultant 2003",
        "core_pas": read(10),
        "activities": pas(DCC="7.5", SPA="1.5", ANR="0.5", ED="0.5", APA="1"),
        "working_weeks": read(42),
        "specialty": "Anaesthetics",
        "directorate": "Surgery and Anaesthesia",
    }
    return Plan.model_validate({"plan_id": plan_id, "owner_id": owner, **usual, **values})


def plans() -> list[Plan]:
    on_call = OnCall(on_call=True, category="A", supplement=read(5), frequency="1 in 8")
    flexible = (Flexible(activity="Clinical administration", category="DCC", pas=read("0.5")),)
    annualised = (Annualised(activity="Outreach clinics", category="DCC", pas_a_year=read(20), year_starts=YEAR),)
    broken = {
        "core_pas": Reading(raw="ten"),
        "working_weeks": Reading(raw="most"),
        "unread": ("completion_date: soon",),
    }
    return [
        plan("101", "u1", timetable=WEEK, on_call=on_call, flexible=flexible, annualised=annualised),
        plan("102", "u2", timetable=WEEK[:4]),
        plan("103", "u3", activities=pas(DCC="seven and a half", SPA="1.5"), **broken),
        plan("104", "u4", post="Anaesthetist", activities=pas(DCC="5", SPA="1"), core_pas=read(6), timetable=WEEK[:2]),
        plan("105", "u4", post="Medical examiner", activities=pas(DCC="1", ANR="2"), core_pas=read(3)),
        plan("106", "u5", provider_state="draft", sign_offs=signed(complete=False), completed_on=None),
        plan("107", "u7", provider_state="expired", effective_from=date(2025, 4, 1)),
    ]


def revised() -> list[Plan]:
    """The same later: the plan of `REVISED` was reopened with other figures."""
    reopened = plan(
        "102",
        "u2",
        provider_state="submitted",
        sign_offs=signed(complete=False),
        activities=pas(DCC="6.5", SPA="2.5", ANR="0.5", ED="0.5", APA="1"),
        timetable=WEEK[1:5],
    )
    return [reopened if one.plan_id == "102" else one for one in plans()]


async def fill(site: Any) -> None:
    numbers = {"u1": WHOLE, "u2": REVISED, "u3": UNREADABLE, "u4": TWO_POSTS, "u5": DRAFT, "u6": PLANLESS, "u7": ENDED}
    users = [Identified(user, number, Standing.NUMBERED) for user, number in numbers.items()]
    users += [
        Identified("u8", None, Standing.NO_NUMBER, "person7@example.nhs.uk", "Given Seven", None),
        Identified("u9", "99999999", Standing.NUMBERED),
    ]
    async with site.database.write(["277"]) as tx:
        await put_trust(tx, "277", TrustSettings.model_validate(TRUST), by="a test", now=NOW)
    people = [*numbers.values(), STRANGER]
    await site.deliver(*(imported(number, n) for n, number in enumerate(people)))
    for found, when in ((plans(), NOW - timedelta(days=120)), (revised(), NOW - timedelta(minutes=20))):
        async with site.database.write(["277"]) as tx:
            await apply_plans(tx, "277", "sard", found, numbers, now=when)
            faults = [Fault("p9", "a job plan without owner or state")]
            await record_good(tx, "277", "sard", users, Snapshot((), (), faults), now=when)
    async with site.database.write(["277"]) as tx:
        await put_work(tx, "277", list(work()), now=NOW)


def imported(number: str, place: int) -> ProfileImported:
    return ProfileImported(
        vpd="277",
        employee_number=number,
        revision=1,
        as_of=NOW,
        source_file="GO_277_GDW_GDR_20260803_00000001.DAT",
        person_id=number,
        given_name=f"Given{place}",
        family_name=f"Family{place}",
        email=f"person{place}@example.nhs.uk",
    )


def work() -> Any:
    """Half-days on Mondays and Tuesdays of every second week for `WHOLE`, less for others; some for `STRANGER`."""
    for number, every in ((WHOLE, 7), (REVISED, 14), (TWO_POSTS, 21), (STRANGER, 28)):
        for n in range(0, 120, every):
            day = YEAR + timedelta(days=n + 5)
            for part, hours in (("am", None), ("pm", Decimal(4))):
                yield WorkRecord(
                    product="clwrota",
                    department="anaesthetics",
                    work_id=f"{number}-{n}-{part}",
                    employee_number=number,
                    date=day,
                    session=f"Theatre 3 {part}",
                    category="DCC",
                    pas=None if hours else Decimal(1),
                    hours=hours,
                )
