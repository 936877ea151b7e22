"""Putting records: what is stored, filled in, refused, and what a repeated or stale put does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.submittals.conftest import CONSULTANT, REGISTRAR, Rota, leave, link, person, statements, work


async def test_a_record_is_resolved_filled_in_and_told_its_cut_off(rota: Rota) -> None:
    answer = await rota.taken("extra-1", work())
    assert (answer["state"], answer["version"]) == ("pending", 1)
    assert (answer["employee_number"], answer["assignment_number"]) == (CONSULTANT, CONSULTANT)
    content = answer["content"]
    assert (content["pay_element"], content["unit"], content["units"]) == ("EXTRA", "sessions", "1")
    assert (content["rate"], content["amount"], content["cost_code"]) == ("500.00", "500.00", "E10110")
    assert answer["next_cut_off"].startswith("2026-09-01T11:00:00")
    assert (answer["pay_name"], answer["rolls_to"]) == ("August 2026 pay", None)
    assert [step["kind"] for step in answer["history"]] == ["submitted"]


async def test_the_default_follows_the_grade_of_the_person(rota: Rota) -> None:
    content = (await rota.taken("extra-1", work(profile_id="p2")))["content"]
    assert (content["pay_element"], content["unit"], content["units"]) == ("HOURS", "hours", "4.00")
    assert content["amount"] == "182.00"


async def test_sickness_counts_calendar_days_and_leave_counts_hours(rota: Rota) -> None:
    sick = await rota.taken("a", leave(end_part="morning"))
    assert sick["content"]["days"] == "2.5"
    # Thursday noon to Monday: half a day, a day, a week-end that is not worked, and a day.
    annual = leave(
        absence_type="Annual Leave", reason=None, start_date="2026-08-06", start_part="afternoon", end_date="2026-08-10"
    )
    assert (await rota.taken("b", annual))["content"]["hours"] == "18.75"


async def test_a_late_record_rolls_to_the_next_pay(rota: Rota) -> None:
    answer = await rota.taken("late", work(date_worked="2026-07-20"))
    assert (answer["pay_name"], answer["rolls_to"]) == ("July 2026 pay", "August 2026 pay")
    assert [finding["code"] for finding in answer["findings"]] == ["late"]
    rota.hub.clock.move_to(datetime(2026, 7, 31, 10, 59, tzinfo=UTC))
    in_time = await rota.taken("in-time", work(date_worked="2026-07-21"))
    assert (in_time["pay_name"], in_time["rolls_to"]) == ("July 2026 pay", None)


async def test_the_same_put_twice_changes_nothing_and_tells_nobody(rota: Rota) -> None:
    first = await rota.taken("extra-1", work(rate="500"))
    again = await rota.taken("extra-1", work(rate="500.00"))
    assert again == first
    assert len(await rota.hub.emitted("submittal.submitted")) == 1


async def test_the_same_put_after_enrichment_does_not_undo_it(rota: Rota) -> None:
    answer = await rota.taken("extra-1", work())
    await rota.done(answer["submittal_id"], "enrich", "admin", fields={"units": "2"}, note="Both lists.")
    again = await rota.taken("extra-1", work())
    assert (again["state"], again["version"], again["content"]["amount"]) == ("enriched", 2, "1000.00")


async def test_an_edit_voids_the_validation(rota: Rota) -> None:
    submittal_id = (await rota.taken("extra-1", work()))["submittal_id"]
    await rota.done(submittal_id, "enrich", "admin")
    await rota.done(submittal_id, "validate", "lead")
    edited = await rota.taken("extra-1", work(session="Theatre 4"))
    assert (edited["submittal_id"], edited["state"], edited["version"]) == (submittal_id, "pending", 2)
    assert edited["versions"] == [{"version": 1, "state": "superseded"}, {"version": 2, "state": "pending"}]
    refused = await rota.command(submittal_id, "approve", "manager")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")


async def test_an_edit_of_an_approved_record_takes_it_back_from_payroll(rota: Rota) -> None:
    approved = await rota.approved("extra-1", work())
    await rota.taken("extra-1", work(session="Theatre 4"))
    (told,) = await rota.hub.emitted("submittal.withdrawn")
    assert (str(told.event.submittal_id), told.event.version) == (approved["submittal_id"], approved["version"])


async def test_a_stale_version_is_refused(rota: Rota) -> None:
    await rota.taken("extra-1", work())
    await rota.taken("extra-1", work(session="Theatre 4"))
    for stale in ({"version": 1}, {}):
        headers = {} if stale else {"If-Match": '"1"'}
        refused = await rota.put("extra-1", work(session="Theatre 5") | stale, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (409 if stale else 412, "stale_version")
    fresh = await rota.put("extra-1", work(session="Theatre 5") | {"version": 2})
    assert (fresh.status_code, fresh.json()["version"]) == (200, 3)


async def test_a_record_with_errors_is_returned_at_once_with_its_reasons(rota: Rota) -> None:
    answer = await rota.taken("sick", leave(reason=None))
    assert (answer["state"], answer["field"]) == ("returned", "absence.reason")
    assert answer["reason"] == "Sickness needs a reason from S10 to S99."
    mended = await rota.taken("sick", leave(reason="S13"))
    assert (mended["state"], mended["version"], mended["reason"]) == ("pending", 2, None)


async def test_a_record_of_an_unlinked_profile_comes_back_by_itself_when_the_link_comes(rota: Rota) -> None:
    answer = await rota.taken("extra-1", work(profile_id="p3"))
    assert (answer["state"], answer["field"]) == ("returned", "profile_id")
    await rota.hub.deliver(link("20000003", "p3"))
    waiting = await rota.read(answer["submittal_id"])
    assert (waiting["state"], waiting["field"]) == ("returned", "attendance.date_worked")
    await rota.hub.deliver(person("20000003"))
    ready = await rota.read(answer["submittal_id"])
    assert (ready["state"], ready["employee_number"]) == ("pending", "20000003")
    await rota.pushed_to_approval(answer["submittal_id"])


async def test_two_departments_cannot_claim_one_persons_session(rota: Rota) -> None:
    await rota.taken("extra-1", work())
    second = await rota.taken(
        "cath-1", work(profile_id="c9", session="Cath lab", starts="11:00", ends="15:00"), "medirota/cardiology"
    )
    assert second["state"] == "returned"
    assert [f["code"] for f in second["findings"] if f["severity"] == "error"] == ["double_claim"]
    assert "Anaesthetics (CLWRota)" in second["reason"]
    other_person = await rota.taken("extra-2", work(profile_id="p2"))
    assert (other_person["state"], other_person["employee_number"]) == ("pending", REGISTRAR)


async def test_one_bad_record_never_holds_the_others(rota: Rota) -> None:
    key = {"product": "clwrota", "department": "anaesthetics"}
    records: list[Any] = [
        {**key, "record_id": "1", **work()},
        {**key, "record_id": "2", **work(units="NaN")},
        "not a record",
        {**key, "record_id": "3", **leave(reason="S01")},
        {"product": "clwrota", "department": "dermatology", "record_id": "4", **work()},
        {**key, "record_id": "5", **work(profile_id="p2")},
        {**key, "record_id": "1", **work()},
        {**key, "record_id": "6", **work()},
    ]
    answer = await rota.hub.client.post("/v1/submittals:batch", json={"records": records}, headers=rota.bearer())
    assert answer.status_code == 200, answer.text
    body = answer.json()
    got = [
        result["problem"]["status"] if result["problem"] else result["submittal"]["state"] for result in body["results"]
    ]
    assert got == ["pending", 422, 422, "returned", 404, "pending", "pending", "returned"]
    assert (body["taken"], body["refused"]) == (5, 3)
    assert body["results"][1]["problem"]["problems"][0]["field"] == "attendance.units"
    assert body["results"][7]["submittal"]["findings"][0]["code"] == "double_claim"


@pytest.mark.parametrize("size", [5, 200])
async def test_a_batch_takes_the_same_number_of_statements_whatever_its_size(rota: Rota, size: int) -> None:
    key = {"product": "clwrota", "department": "anaesthetics"}
    records = [{**key, "record_id": f"r{n}", **work(session=f"Room {n}", starts=None, ends=None)} for n in range(size)]
    for _ in range(2):
        with statements(rota.hub) as seen:
            answer = await rota.hub.client.post(
                "/v1/submittals:batch", json={"records": records}, headers=rota.bearer()
            )
        assert answer.json()["taken"] == size
        assert len(seen) <= 21, seen


async def test_more_than_five_thousand_records_are_refused_whole(rota: Rota) -> None:
    answer = await rota.hub.client.post("/v1/submittals:batch", json={"records": [0] * 5001}, headers=rota.bearer())
    assert (answer.status_code, answer.json()["problems"][0]["field"]) == (422, "records")
