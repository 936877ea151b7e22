"""The example that the template of an uploaded file shows: two invented people, and every kind of line."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from esrlink.contracts import ProgrammedActivities, Weekday
from jobplan_adapter.plans.plan import Annualised, Flexible, OnCall, Plan, Reading, Session, SignOff
from jobplan_adapter.providers.port import ProviderUser

EXAMPLE_PEOPLE = (
    ProviderUser(
        "A-101",
        "00000101",
        email="alex.example@northcliffe.example",
        given_name="Alex",
        family_name="Example",
    ),
    ProviderUser("A-999", None, dummy=True),
)

_DCC, _SPA = "DCC", "SPA"


def _pas(value: str) -> Reading:
    return Reading(value=Decimal(value))


EXAMPLE_PLANS = (
    Plan(
        plan_id="JP-101-2026",
        owner_id="A-101",
        provider_state="completed",
        post="Consultant anaesthetist",
        effective_from=date(2026, 4, 1),
        effective_to=date(2027, 3, 31),
        completed_on=date(2026, 3, 12),
        contract_type="Consultant 2003",
        core_pas=_pas("10"),
        working_weeks=_pas("42"),
        hours_per_pa=Decimal(4),
        hours_per_premium_pa=Decimal(3),
        specialty="Anaesthetics",
        directorate="Surgery",
        activities=(
            ProgrammedActivities(category=_DCC, pas=Decimal("7.5")),
            ProgrammedActivities(category=_SPA, pas=Decimal("1.5")),
            ProgrammedActivities(category="ANR", pas=Decimal(1)),
            ProgrammedActivities(category="APA", pas=Decimal(1)),
        ),
        sign_offs=(
            SignOff(role="Consultant", signed=True, signed_on=date(2026, 3, 2), by="Alex Example"),
            SignOff(role="Clinical Director", signed=True, signed_on=date(2026, 3, 12)),
        ),
        timetable=(
            Session(
                weekday=Weekday.MONDAY,
                starts=time(8),
                ends=time(18),
                activity="Theatre list",
                category=_DCC,
                pas=_pas("2.5"),
                premium=False,
                location="North Wing",
            ),
            Session(
                weekday=Weekday.SATURDAY,
                starts=time(8),
                ends=time(14),
                activity="Trauma list",
                category=_DCC,
                pas=_pas("0.5"),
                every_weeks=Decimal(4),
                week_of_cycle=2,
                premium=True,
            ),
        ),
        spa_activities=(Session(activity="Audit and appraisal", category=_SPA, pas=_pas("1.5")),),
        flexible=(Flexible(activity="Pre-operative assessment", category=_DCC, pas=_pas("1")),),
        annualised=(
            Annualised(activity="Teaching", category=_SPA, pas_a_year=_pas("20"), year_starts=date(2026, 9, 1)),
        ),
        on_call=OnCall(on_call=True, category="A", supplement=_pas("5"), frequency="1 in 8"),
    ),
)
