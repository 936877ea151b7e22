"""SARD's JSON:API resources become plans; what cannot be read harms only itself."""

import json
import re
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from esrlink.contracts import Weekday
from jobplan_adapter.plans.plan import OTHER, OnCall, Plan, Reading, Session
from jobplan_adapter.providers.port import Fault, ProviderRefused, ProviderUnavailable, ProviderUser
from jobplan_adapter.providers.sard_answers import read_page, read_plan, read_user, refusal


def resource(**attributes: Any) -> dict[str, Any]:
    stated = {"owner_id": 1001, "state": "completed", "effective_date": "2026-04-01", "contracted_dcc": "7.5"}
    return {"id": "10011", "type": "online_job_plans", "attributes": stated | attributes}


def read(**attributes: Any) -> Plan:
    found = read_plan(resource(**attributes))
    assert isinstance(found, Plan)
    return found


def test_figures_that_come_as_texts_are_decimals_by_category() -> None:
    plan = read(contracted_spa="1.5", contracted_other="1.0", contract_apas=0.5, contract_core_pas=10)

    figures = {one.category: one.pas for one in plan.activities}
    assert figures == {"DCC": Decimal("7.5"), "SPA": Decimal("1.5"), OTHER: Decimal(1), "APA": None}
    # 0.5 came as a float here; on the wire numbers are read as decimals:
    page = read_page(json.dumps({"data": [resource(contract_apas=0.5, contract_core_pas=10)]}).encode())
    wired = read_plan(page.resources[0])
    assert isinstance(wired, Plan)
    assert wired.total_pas == Decimal("10.5")


def test_an_unreadable_figure_is_none_with_its_raw_text_and_the_total_stays_unknown() -> None:
    plan = read(contracted_dcc="n/a", contract_core_pas="ten")

    assert plan.activities[0].pas is None
    assert plan.activities[0].raw == "n/a"
    assert plan.total_pas is None


def test_a_plan_without_an_owner_is_a_fault_of_its_own() -> None:
    assert read_plan(resource(owner_id=None)) == Fault("10011", "a job plan without owner or state")


@pytest.mark.parametrize("bad", [None, 7, "text", [], {}, {"id": "1"}, {"id": {}, "attributes": []}])
def test_a_resource_of_another_shape_is_a_fault_and_no_crash(bad: Any) -> None:
    assert isinstance(read_plan(bad), Fault)
    assert isinstance(read_user(bad, identity_field="x"), Fault)


def test_wrong_types_inside_a_plan_leave_only_those_fields_out_and_stay_in_sight() -> None:
    plan = read(
        effective_date=20260401, job_contents={"a": 1}, job_plan_signatories=["x"], working_weeks="42", speciality=["y"]
    )

    assert plan.effective_from is None
    assert plan.timetable == (Session(raw='{"a": 1}'),)
    assert plan.specialty is None
    assert plan.unread == ("effective_date: 20260401", 'speciality: ["y"]')
    assert plan.working_weeks.value == Decimal(42)
    assert plan.activities[0].pas == Decimal("7.5")


def test_a_timetable_line_is_typed_and_what_cannot_be_read_of_it_stays_as_it_was_written() -> None:
    line = {"day": "Monday", "start_time": "08:00", "end_time": "12:00", "pas": "1.0", "frequency": "fortnightly"}
    readable, odd, nothing = read(
        job_contents=[line, {**line, "day": "Maandag", "end_time": "25:00", "frequency": "monthly", "pas": "?"}, 7]
    ).timetable

    assert readable == Session(
        weekday=Weekday.MONDAY, starts=time(8), ends=time(12), pas=Reading(value=Decimal(1)), every_weeks=Decimal(2)
    )
    assert (odd.weekday, odd.starts, odd.ends, odd.every_weeks) == (None, time(8), None, None)
    assert odd.raw == "Maandag; 25:00; monthly"
    assert odd.pas == Reading(raw="?")
    assert nothing == Session(raw="7")
    assert [one.planned is None for one in (readable, odd, nothing)] == [False, True, True]


def test_the_on_call_supplement_is_a_percentage_and_no_pa() -> None:
    plan = read(on_call=True, on_call_category="A", on_call_supplement="5%")

    assert plan.on_call == OnCall(on_call=True, category="A", supplement=Reading(value=Decimal(5)))
    assert read(on_call_supplement="as agreed").on_call.supplement == Reading(raw="as agreed")


def test_texts_that_the_database_cannot_keep_are_cleaned() -> None:
    assert read(speciality="Anaes\x00thetics\ud800").specialty == "Anaesthetics"


def test_the_identity_field_is_the_one_that_the_trust_named() -> None:
    attributes = {"payroll_ref": "A12", "ui_employee_number": 1, "dormant": True, "email": "a@b", "last_name": "Smith"}

    assert read_user({"id": 7, "attributes": attributes}, identity_field="payroll_ref") == ProviderUser(
        "7", "A12", dormant=True, dummy=False, email="a@b", family_name="Smith"
    )


def test_the_owners_signature_and_the_others_are_kept_with_their_dates() -> None:
    plan = read(
        consultant_sign_off=True,
        consultant_sign_off_date="2026-03-02",
        job_plan_signatories=[{"role": "Clinical Director", "signed_off": False, "date": None}],
    )

    assert [(one.role, one.signed, one.signed_on) for one in plan.sign_offs] == [
        ("Consultant", True, date(2026, 3, 2)),
        ("Clinical Director", False, None),
    ]


@pytest.mark.parametrize("body", [b"", b'{"data": [{"id": "1", "attr', b"<html>", b"\xff\xfe", b"[" * 100_000])
def test_an_answer_that_breaks_off_may_be_whole_next_time(body: bytes) -> None:
    with pytest.raises(ProviderUnavailable):
        read_page(body)


@pytest.mark.parametrize("body", [b"[]", b'{"data": {}}', b'{"data": null}', b'"text"', b"{}"])
def test_json_of_another_shape_will_not_get_better_by_itself(body: bytes) -> None:
    with pytest.raises(ProviderRefused):
        read_page(body)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 415, 422, 302, 429, 500, 503])
def test_every_refusal_says_to_an_administrator_what_to_do(status: int) -> None:
    assert re.search(r"\b(Check|Ask|ask|Set|lower|tell)\b", refusal(status).detail)
    assert f"{status}" in refusal(status).detail


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        ([{"status": "500"}], ProviderUnavailable),
        ([{"status": "401"}], ProviderRefused),
        ("broken", ProviderRefused),
        ([{"status": {"code": 1}}], ProviderRefused),
    ],
)
def test_an_error_inside_a_200_is_an_error(errors: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        read_page(json.dumps({"data": [], "errors": errors}).encode())
