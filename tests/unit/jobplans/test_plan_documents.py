"""A plan as it is kept: what older builds wrote still reads, and only other content is other content."""

from __future__ import annotations

import json
from datetime import date, time
from decimal import Decimal

from esrlink.contracts import Weekday
from jobplan_adapter.plans.plan import OnCall, Plan, Reading, Session
from jobplan_adapter.providers.sard_answers import read_plan

# As the build before typed timetables stored it.
WRITTEN_BEFORE = """
{"plan_id": "10011", "owner_id": "1001", "provider_state": "completed", "effective_from": "2026-04-01",
 "completed_on": "2026-03-02", "sign_offs": [{"role": "Consultant", "signed": true, "signed_on": "2026-03-02"}],
 "contract_type": "Consultant 2003", "core_pas": {"value": "10", "raw": null},
 "activities": [{"category": "DCC", "pas": "7.5", "raw": null}], "working_weeks": {"value": "42", "raw": null},
 "on_call": {"on_call": true, "category": "A", "supplement": "5%"},
 "timetable": [{"day": "Monday", "starts": "08:00", "ends": "12:00", "activity": "Theatre list", "category": "DCC",
                "pas": {"value": "1", "raw": null}, "frequency": "weekly", "location": "North Wing"},
               {"day": "Whenever", "starts": null, "ends": null, "activity": "Clinic", "category": "DCC",
                "pas": {"value": null, "raw": "?"}, "frequency": null, "location": null}],
 "spa_activities": [{"day": null, "starts": null, "ends": null, "activity": "Audit", "category": null,
                     "pas": {"value": "2", "raw": null}, "frequency": null, "location": null}],
 "specialty": "Anaesthetics", "directorate": "Surgery"}
"""
SHOWN_NOW = {
    "state": "completed",
    "owner_id": 1001,
    "effective_date": "2026-04-01",
    "completion_date": "2026-03-02",
    "consultant_sign_off": True,
    "consultant_sign_off_date": "2026-03-02",
    "contract_type": "Consultant 2003",
    "contract_core_pas": 10,
    "contracted_dcc": "7.50",
    "working_weeks": 42,
    "on_call": True,
    "on_call_category": "A",
    "on_call_supplement": "5%",
    "job_contents": [
        {
            "day": "Monday",
            "start_time": "08:00",
            "end_time": "12:00",
            "activity": "Theatre list",
            "category": "DCC",
            "pas": "1.0",
            "frequency": "weekly",
            "location": "North Wing",
        },
        {"day": "Whenever", "activity": "Clinic", "category": "DCC", "pas": "?"},
    ],
    "spa_activities": [{"activity": "Audit", "pas": "2"}],
    "speciality": "Anaesthetics",
    "directorate": "Surgery",
}


def test_a_document_that_an_older_build_wrote_is_read_as_what_its_provider_said() -> None:
    plan = Plan.model_validate(json.loads(WRITTEN_BEFORE))

    assert plan.timetable[0] == Session(
        weekday=Weekday.MONDAY,
        starts=time(8),
        ends=time(12),
        activity="Theatre list",
        category="DCC",
        pas=Reading(value=Decimal(1)),
        location="North Wing",
    )
    assert (plan.timetable[1].weekday, plan.timetable[1].raw) == (None, "Whenever")
    assert plan.on_call == OnCall(on_call=True, category="A", supplement=Reading(value=Decimal(5)))
    assert (plan.post, plan.flexible, plan.hours_per_pa, plan.hours_per_premium_pa) == (None, (), 4, 3)


def test_the_same_plan_has_the_same_hash_whichever_build_wrote_it() -> None:
    now = read_plan({"id": "10011", "type": "online_job_plans", "attributes": SHOWN_NOW})

    assert isinstance(now, Plan)
    assert Plan.model_validate(json.loads(WRITTEN_BEFORE)).content_hash() == now.content_hash()


def test_a_document_reads_back_as_it_was_written() -> None:
    plan = read_plan({"id": "10011", "type": "online_job_plans", "attributes": SHOWN_NOW})

    assert isinstance(plan, Plan)
    assert Plan.model_validate(json.loads(plan.model_dump_json())) == plan


def test_other_content_has_another_hash() -> None:
    plan = Plan(plan_id="1", owner_id="1", provider_state="draft", effective_from=date(2026, 4, 1))
    others = [
        plan.model_copy(update=change)
        for change in (
            {"post": "Deanery"},
            {"hours_per_pa": Decimal("3.75")},
            {"timetable": (Session(premium=False),)},
            {"timetable": (Session(every_weeks=None),)},
        )
    ]

    assert len({one.content_hash() for one in [plan, *others]}) == 5
