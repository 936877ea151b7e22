"""Splitting over assignments and cost codes, and enriching a department's records at once."""

from __future__ import annotations

from typing import Any

import pytest

from esrlink.contracts import Outcome
from tests.integration.submittals.conftest import Rota, statements, work

HALVES: list[dict[str, Any]] = [{"units": "0.5"}, {"units": "0.5", "cost_code": "E10440"}]


async def post(rota: Rota, path: str, body: dict[str, Any]) -> Any:
    return await rota.hub.client.post(f"/v1/{path}", json=body, headers=rota.bearer())


async def split(rota: Rota, submittal_id: str, parts: list[dict[str, Any]]) -> Any:
    return await post(rota, f"submittals/{submittal_id}/split", {"by": "admin", "parts": parts})


async def test_a_split_record_is_withdrawn_and_its_parts_are_paid_to_their_own_cost_codes(rota: Rota) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    answer = await split(rota, submittal_id, HALVES)
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert (done["record"]["state"], done["record"]["reason"]) == ("withdrawn", "Split into 2 records: a.1 to a.2.")
    assert [(one["record_id"], one["state"], one["origin"]) for one in done["parts"]] == [
        ("a.1", "pending", submittal_id),
        ("a.2", "pending", submittal_id),
    ]
    contents = [one["content"] for one in done["parts"]]
    assert [one["cost_code"] for one in contents] == ["E10110", "E10440"]
    assert [(one["starts"], one["ends"]) for one in contents] == [("08:00:00", "10:00:00"), ("10:00:00", "12:00:00")]
    assert [one["amount"] for one in contents] == ["250.00", "250.00"]
    for part in done["parts"]:
        await rota.pushed_to_approval(part["submittal_id"])
    told = [told.event for told in await rota.hub.emitted("submittal.approved")]
    assert sum(event.attendance.units for event in told) == 1
    assert all(event.corrects is None for event in told)


async def test_a_night_is_split_at_its_own_hours_into_the_next_day(rota: Rota) -> None:
    night = work(profile_id="p2", starts="20:00", ends="04:00")
    submittal_id = (await rota.taken("night", night))["submittal_id"]
    done = (await split(rota, submittal_id, [{"units": "6"}, {"units": "2"}])).json()
    times = [(one["content"]["date_worked"], one["content"]["starts"], one["content"]["ends"]) for one in done["parts"]]
    assert times == [("2026-08-01", "20:00:00", "02:00:00"), ("2026-08-02", "02:00:00", "04:00:00")]
    assert {one["state"] for one in done["parts"]} == {"pending"}


async def test_the_parts_of_a_record_without_times_are_sessions_of_their_own(rota: Rota) -> None:
    record = work(starts=None, ends=None, units="2", note="Two lists.")
    submittal_id = (await rota.taken("a", record))["submittal_id"]
    done = (await split(rota, submittal_id, [{"units": "1"}, {"units": "1"}])).json()
    assert [one["content"]["session"] for one in done["parts"]] == [
        "Theatre 3 (part 1 of 2)",
        "Theatre 3 (part 2 of 2)",
    ]
    assert {one["state"] for one in done["parts"]} == {"pending"}


async def test_an_amount_that_somebody_set_is_shared_out_to_the_penny(rota: Rota) -> None:
    record = work(amount="100.00", note="As agreed.")
    submittal_id = (await rota.taken("a", record))["submittal_id"]
    parts = [{"units": "0.33"}, {"units": "0.33"}, {"units": "0.34"}]
    done = (await split(rota, submittal_id, parts)).json()
    assert [one["content"]["amount"] for one in done["parts"]] == ["33.00", "33.00", "34.00"]


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ([{"units": "0.5"}, {"units": "0.4"}], "parts"),
        ([{"units": "1"}], None),
        ([{"units": "0.5", "salary": 1}, {"units": "0.5"}], None),
    ],
)
async def test_parts_that_do_not_add_up_are_refused(rota: Rota, parts: list[dict[str, Any]], field: str | None) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    refused = await split(rota, submittal_id, parts)
    assert refused.status_code == 422
    assert field is None or refused.json()["field"] == field
    assert (await rota.read(submittal_id))["state"] == "pending"


async def test_what_is_with_payroll_is_not_split(rota: Rota) -> None:
    approved = await rota.approved("a", work())
    refused = await split(rota, approved["submittal_id"], HALVES)
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")


async def test_ids_that_are_taken_are_not_overwritten(rota: Rota) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    await rota.taken("a.2", work(date_worked="2026-07-30"))
    assert (await split(rota, submittal_id, HALVES)).status_code == 409


async def test_a_departments_pending_records_are_enriched_at_once_with_its_defaults(rota: Rota) -> None:
    good = [
        (await rota.taken(f"r{n}", work(session=f"R{n}", starts=None, ends=None)))["submittal_id"] for n in range(3)
    ]
    lacking = (await rota.taken("lacks", work(profile_id="p2", session="R9", starts=None, ends=None)))["submittal_id"]
    later = (await rota.taken("later", work(date_worked="2026-08-02")))["submittal_id"]
    body = {"by": "admin", "product": "clwrota", "department": "anaesthetics", "until": "2026-08-01"}
    with statements(rota.hub) as seen:
        answer = await post(rota, "submittals:enrich", body)
    assert len(seen) <= 22, seen
    assert (answer.json()["taken"], answer.json()["refused"]) == (3, 1)
    assert [(await rota.read(one))["state"] for one in (*good, lacking, later)] == [
        *["enriched"] * 3,
        "pending",
        "pending",
    ]


async def test_fix_and_resubmit_is_one_step_with_esrs_own_words_and_the_field(rota: Rota) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.settle(submittal_id, Outcome.SENT)
    await rota.settle(
        submittal_id,
        Outcome.REJECTED,
        hour=13,
        reason="ESR does not know this cost code.",
        field="attendance.cost_code",
    )
    stands = await rota.read(submittal_id)
    assert (stands["state"], stands["reason"]) == ("rejected", "ESR does not know this cost code.")
    assert (stands["field"], stands["holder"]["who"]) == ("attendance.cost_code", "department")
    again = await rota.done(submittal_id, "resubmit", "admin", fields={"cost_code": "E10440"})
    assert (again["state"], again["version"], again["reason"]) == ("pending", 2, None)
    assert again["history"][-1]["changed"] == ["cost_code"]
