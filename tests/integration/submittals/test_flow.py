"""Enrich, validate, approve, return, withdraw, resubmit: who may, when, and what it does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from esrlink.contracts import Assignment
from tests.integration.submittals.conftest import (
    CONSULTANT,
    REGISTRAR,
    SETTINGS,
    Rota,
    leave,
    link,
    person,
    statements,
    work,
)


async def test_an_approved_record_is_published_whole(rota: Rota) -> None:
    approved = await rota.approved("extra-1", work())
    (told,) = await rota.hub.emitted("submittal.approved")
    event = told.event
    assert approved["state"] == "approved"
    assert (event.assignment_number, event.attendance.pay_element, str(event.attendance.amount)) == (
        CONSULTANT,
        "EXTRA",
        "500.00",
    )
    assert (event.enriched_by, event.validated_by, event.approved_by) == ("admin", ("lead",), "manager")
    assert (event.content_hash, event.rules_version) == (approved["content_hash"], approved["rules_version"])
    assert event.source.record_id == "extra-1"


async def test_an_approved_absence_carries_the_trusts_code_in_its_own_spelling(rota: Rota) -> None:
    await rota.approved("sick-1", leave(absence_type="SICKNESS"))
    (told,) = await rota.hub.emitted("submittal.approved")
    absence = told.event.absence
    assert (absence.absence_type, absence.reason, absence.days) == ("Sickness", "S13", 3)


@pytest.mark.parametrize(
    ("by", "who"),
    [
        ("p1", "the profile itself"),
        ("P1", "the same profile in capitals"),
        ("clwrota/anaesthetics/p1", "the same profile in full"),
        ("medirota/cardiology/C9", "the other department's profile in capitals"),
        ("medirota/cardiology/c9", "the same person's profile in another department"),
        ("admin", "the enricher"),
        ("secretary", "who entered it"),
    ],
)
@pytest.mark.parametrize("command", ["validate", "approve"])
async def test_whoever_claims_can_neither_validate_nor_approve(rota: Rota, by: str, who: str, command: str) -> None:
    answer = await rota.taken("extra-1", work() | {"claimed_by": "secretary"})
    submittal_id = answer["submittal_id"]
    await rota.done(submittal_id, "enrich", "admin")
    if command == "approve":
        await rota.done(submittal_id, "validate", "lead")
    refused = await rota.command(submittal_id, command, by)
    assert (refused.status_code, refused.json()["code"]) == (409, "claimant_cannot_validate"), who
    await rota.done(submittal_id, command, "p2")


@pytest.mark.parametrize("by", ["rules", "Rules", "clwrota/anaesthetics/rules"])
async def test_nobody_acts_under_the_name_of_the_rules(rota: Rota, by: str) -> None:
    submittal_id = (await rota.taken("extra-1", work()))["submittal_id"]
    assert (await rota.command(submittal_id, "enrich", by)).status_code == 422
    assert (await rota.put("extra-2", work(session="Two") | {"claimed_by": by})).status_code == 422


async def test_a_profile_that_is_called_rules_cannot_validate_its_own_claim(rota: Rota) -> None:
    await rota.hub.deliver(link(REGISTRAR, "rules"))
    submittal_id = (await rota.taken("extra-1", work(profile_id="rules", pay_element="HOURS")))["submittal_id"]
    record = await rota.done(submittal_id, "enrich", "admin")
    assert record["state"] == "enriched"
    assert (await rota.command(submittal_id, "validate", "p2")).json()["code"] == "claimant_cannot_validate"


async def test_the_persons_second_profile_in_the_department_is_the_claimant_too(rota: Rota) -> None:
    await rota.hub.deliver(link(CONSULTANT, "p77"))
    submittal_id = (await rota.taken("extra-1", work()))["submittal_id"]
    await rota.done(submittal_id, "enrich", "admin")
    assert (await rota.command(submittal_id, "validate", "p77")).json()["code"] == "claimant_cannot_validate"


async def test_only_named_validators_validate_where_a_department_names_them(rota: Rota) -> None:
    departments = [SETTINGS["departments"][0] | {"validators": ["lead"]}]
    await rota.hub.client.put("/v1/trusts/277", json=SETTINGS | {"departments": departments}, headers=rota.bearer())
    submittal_id = (await rota.taken("extra-1", work()))["submittal_id"]
    await rota.done(submittal_id, "enrich", "admin")
    assert (await rota.command(submittal_id, "validate", "p2")).json()["code"] == "not_a_validator"
    await rota.done(submittal_id, "validate", "lead")
    await rota.done(submittal_id, "approve", "lead")


async def test_enrichment_that_differs_from_the_rate_card_needs_a_note(rota: Rota) -> None:
    submittal_id = (await rota.taken("extra-1", work()))["submittal_id"]
    refused = await rota.command(submittal_id, "enrich", "admin", fields={"rate": "650"})
    assert (refused.status_code, refused.json()["code"]) == (409, "rules_failed")
    assert refused.json()["problems"][0]["code"] == "note_needed"
    assert (await rota.read(submittal_id))["version"] == 1
    done = await rota.done(submittal_id, "enrich", "admin", fields={"rate": "650"}, note="Agreed by the director.")
    assert (done["version"], done["content"]["amount"], done["state"]) == (2, "650.00", "enriched")


async def test_a_field_that_cannot_be_taken_is_named(rota: Rota) -> None:
    submittal_id = (await rota.taken("extra-1", work()))["submittal_id"]
    refused = await rota.command(submittal_id, "enrich", "admin", fields={"units": "lots", "salary": 1})
    assert refused.status_code == 422
    assert {problem["field"] for problem in refused.json()["problems"]} == {"fields.units", "fields.salary"}


async def test_a_record_that_is_no_longer_good_goes_back_instead_of_being_approved(rota: Rota) -> None:
    submittal_id = (await rota.taken("extra-1", work()))["submittal_id"]
    await rota.done(submittal_id, "enrich", "admin")
    await rota.done(submittal_id, "validate", "lead")
    await rota.hub.deliver(link(REGISTRAR, "p1", revision=2))
    refused = await rota.command(submittal_id, "approve", "manager")
    assert (refused.status_code, refused.json()["code"]) == (409, "rules_failed")
    stands = await rota.read(submittal_id)
    assert (stands["state"], stands["history"][-1]["by"]) == ("returned", "rules")
    assert not await rota.hub.emitted("submittal.approved")


async def test_a_record_whose_assignment_changed_goes_back_instead_of_being_paid_to_another_post(rota: Rota) -> None:
    submittal_id = (await rota.taken("extra-1", work()))["submittal_id"]
    await rota.done(submittal_id, "enrich", "admin")
    other = Assignment(assignment_number=f"{CONSULTANT}-2", effective_from=date(2020, 1, 1), status="Active Assignment")
    await rota.hub.deliver(person(CONSULTANT, revision=2, assignments=(other,)))
    assert (await rota.read(submittal_id))["findings"][0]["code"] == "assignment_changed"
    mended = await rota.done(submittal_id, "resubmit", "admin")
    assert (mended["state"], mended["assignment_number"]) == ("pending", f"{CONSULTANT}-2")


async def test_an_older_picture_of_a_person_never_replaces_a_newer_one(rota: Rota) -> None:
    await rota.hub.deliver(person(CONSULTANT, revision=5, grade="MN37"), person(CONSULTANT, revision=4))
    assert (await rota.taken("extra-1", work()))["content"]["pay_element"] == "HOURS"


async def test_returning_and_withdrawing_need_a_reason_and_take_it_back_from_payroll(rota: Rota) -> None:
    for record_id, command, day in (("a", "return", "2026-08-01"), ("b", "withdraw", "2026-08-02")):
        submittal_id = (await rota.approved(record_id, work(date_worked=day)))["submittal_id"]
        assert (await rota.command(submittal_id, command, "lead")).status_code == 422
        done = await rota.done(submittal_id, command, "lead", reason="The list was cancelled.")
        assert done["reason"] == "The list was cancelled."
    assert [told.event.reason for told in await rota.hub.emitted("submittal.withdrawn")] == [
        "The list was cancelled."
    ] * 2
    counts = (await rota.hub.client.get("/v1/submittals/counts", headers=rota.bearer())).json()
    assert counts["states"] == {"returned": 1, "withdrawn": 1}
    assert (counts["approved_versions"], counts["withdrawn_versions"]) == (2, 2)


async def test_a_withdrawn_record_frees_the_session_and_stays_withdrawn(rota: Rota) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    await rota.done(submittal_id, "withdraw", "admin", reason="Entered twice.")
    assert (await rota.taken("b", work()))["state"] == "pending"
    assert (await rota.taken("a", work()))["state"] == "withdrawn"
    refused = await rota.put("a", work(session="Theatre 9"))
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")


async def test_two_hundred_records_are_carried_through_in_a_fixed_number_of_statements(rota: Rota) -> None:
    key = {"product": "clwrota", "department": "anaesthetics"}
    records = [{**key, "record_id": f"r{n}", **work(session=f"Room {n}", starts=None, ends=None)} for n in range(200)]
    put = await rota.hub.client.post("/v1/submittals:batch", json={"records": records}, headers=rota.bearer())
    ids = [result["submittal"]["submittal_id"] for result in put.json()["results"]]
    for command, by in (("enrich", "admin"), ("validate", "lead"), ("approve", "lead")):
        commands: list[dict[str, Any]] = [{"submittal_id": key, "command": command, "by": by} for key in ids]
        with statements(rota.hub) as seen:
            answer = await rota.hub.client.post(
                "/v1/submittals:batch-commands", json={"commands": commands}, headers=rota.bearer()
            )
        assert answer.json()["taken"] == 200, answer.text[:500]
        assert len(seen) <= 21, seen
    assert len(await rota.hub.emitted("submittal.approved")) == 200


async def test_one_refused_command_never_holds_the_others(rota: Rota) -> None:
    first = (await rota.taken("a", work()))["submittal_id"]
    second = (await rota.taken("b", work(profile_id="p2")))["submittal_id"]
    commands: list[Any] = [
        {"submittal_id": first, "command": "enrich", "by": "admin"},
        {"submittal_id": first, "command": "validate", "by": "p1"},
        {"submittal_id": second, "command": "approve", "by": "lead"},
        {"submittal_id": "nonsense", "command": "approve", "by": "lead"},
        {"submittal_id": "0198f0f2-7c1e-7d60-8a4e-0d6f3c1b2a10", "command": "approve", "by": "lead"},
        {"submittal_id": first, "command": "validate", "by": "lead"},
    ]
    answer = await rota.hub.client.post(
        "/v1/submittals:batch-commands", json={"commands": commands}, headers=rota.bearer()
    )
    got = [r["problem"]["code"] if r["problem"] else r["submittal"]["state"] for r in answer.json()["results"]]
    assert got == ["enriched", "claimant_cannot_validate", "wrong_state", "invalid", "not_found", "validated"]


async def test_approving_needs_its_own_scope(rota: Rota) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    await rota.done(submittal_id, "enrich", "admin")
    headers = rota.hub.bearer("submittals:write")
    single = await rota.hub.client.post(f"/v1/submittals/{submittal_id}/validate", json={"by": "lead"}, headers=headers)
    assert single.status_code == 403
    command = {"submittal_id": submittal_id, "command": "validate", "by": "lead"}
    batch = await rota.hub.client.post("/v1/submittals:batch-commands", json={"commands": [command]}, headers=headers)
    assert batch.json()["results"][0]["problem"]["status"] == 403
    assert (await rota.read(submittal_id))["state"] == "enriched"


async def test_the_registrars_own_records_are_nobody_elses_business(rota: Rota) -> None:
    await rota.taken("a", work())
    assert (await rota.taken("b", work(profile_id="p2")))["employee_number"] == REGISTRAR
