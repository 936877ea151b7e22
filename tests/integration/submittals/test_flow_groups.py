"""Validation groups in order, deputies, the trust's final approval and time off in lieu, through the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.submittals.conftest import CONSULTANT, REGISTRAR, SETTINGS, Rota, leave, link, work

HERE = {"product": "clwrota", "department": "anaesthetics"}


def group(name: str, *members: str, **values: Any) -> dict[str, Any]:
    return {**HERE, "name": name, "members": list(members), **values}


async def settle_groups(rota: Rota, *groups: dict[str, Any], **settings: Any) -> None:
    settings = SETTINGS | {"validation_groups": list(groups)} | settings
    answer = await rota.hub.client.put("/v1/trusts/277", json=settings, headers=rota.bearer())
    assert answer.status_code == 200, answer.text


async def enriched(rota: Rota, record: dict[str, Any] | None = None, record_id: str = "a") -> str:
    submittal_id = (await rota.taken(record_id, record or work()))["submittal_id"]
    await rota.done(submittal_id, "enrich", "admin")
    return str(submittal_id)


async def refusal(rota: Rota, submittal_id: str, command: str, by: str, **body: Any) -> str:
    answer = await rota.command(submittal_id, command, by, **body)
    assert answer.status_code == 409, answer.text
    return str(answer.json()["code"])


async def test_groups_validate_in_order_and_the_last_of_them_makes_it_validated(rota: Rota) -> None:
    await settle_groups(rota, group("Directors", "dir1", order=2), group("Leads", "lead1", "lead2", order=1))
    submittal_id = await enriched(rota)
    assert (await rota.read(submittal_id))["holder"]["group"] == "Leads"
    assert await refusal(rota, submittal_id, "validate", "dir1") == "not_your_turn"
    assert await refusal(rota, submittal_id, "validate", "stranger") == "not_a_validator"
    first = await rota.done(submittal_id, "validate", "lead2")
    assert (first["state"], first["holder"]["group"], first["holder"]["may"]) == ("enriched", "Directors", ["dir1"])
    assert await refusal(rota, submittal_id, "approve", "manager") == "wrong_state"
    assert await refusal(rota, submittal_id, "validate", "lead1") == "not_your_turn"
    second = await rota.done(submittal_id, "validate", "dir1")
    assert (second["state"], second["holder"]["who"]) == ("validated", "approver")
    approved = await rota.done(submittal_id, "approve", "manager")
    assert approved["holder"]["who"] == "payroll"
    (told,) = await rota.hub.emitted("submittal.approved")
    assert told.event.validated_by == ("lead2", "dir1")


@pytest.mark.parametrize(("need", "who"), [("all", ["a1", "a2", "a3"]), (2, ["a1", "a3"]), ("any", ["a2"])])
async def test_as_many_of_a_group_validate_as_the_trust_wants(rota: Rota, need: str | int, who: list[str]) -> None:
    await settle_groups(rota, group("Leads", "a1", "a2", "a3", need=need))
    submittal_id = await enriched(rota)
    for by in who[:-1]:
        assert (await rota.done(submittal_id, "validate", by))["state"] == "enriched"
        assert await refusal(rota, submittal_id, "validate", by) == "already_validated"
    assert (await rota.done(submittal_id, "validate", who[-1]))["state"] == "validated"


async def test_a_group_is_for_one_kind_of_record(rota: Rota) -> None:
    await settle_groups(rota, group("Leave desk", "desk", kind="absence"))
    submittal_id = await enriched(rota)
    assert (await rota.done(submittal_id, "validate", "anybody"))["state"] == "validated"


@pytest.mark.parametrize(("day", "code"), [(2, "not_a_validator"), (3, None), (9, None), (10, "not_a_validator")])
async def test_a_deputy_validates_between_the_days_named(rota: Rota, day: int, code: str | None) -> None:
    deputy = {"of": "lead1", "by": "deputy", "first_day": "2026-08-03", "last_day": "2026-08-09"}
    await settle_groups(rota, group("Leads", "lead1", deputies=[deputy]))
    submittal_id = await enriched(rota)
    rota.hub.clock.move_to(datetime(2026, 8, day, 8, tzinfo=UTC))
    if code is None:
        assert (await rota.done(submittal_id, "validate", "deputy"))["state"] == "validated"
    else:
        assert await refusal(rota, submittal_id, "validate", "deputy") == code


async def test_a_deputy_acts_while_the_member_is_on_approved_leave(rota: Rota) -> None:
    await rota.hub.deliver(link(REGISTRAR, "lead1"))
    deputy = {"of": "lead1", "by": "deputy", "only_when_away": True}
    await settle_groups(rota, group("Leads", "lead1", deputies=[deputy], kind="attendance"))
    submittal_id = await enriched(rota)
    away = leave(profile_id="lead1", start_date="2026-08-02", end_date=None, open=True)
    opened = (await rota.taken("away", away))["submittal_id"]
    assert (await rota.read(submittal_id))["holder"]["may"] == ["lead1"]
    assert await refusal(rota, submittal_id, "validate", "deputy") == "not_a_validator"
    await rota.pushed_to_approval(opened)
    assert (await rota.read(submittal_id))["holder"]["may"] == ["lead1", "deputy"]
    # Back since this morning: the closing says when the leave ended.
    closing = leave(profile_id="lead1", start_date="2026-08-02", end_date="2026-08-02", closes="away")
    back = (await rota.taken("back", closing))["submittal_id"]
    assert await refusal(rota, submittal_id, "validate", "deputy") == "not_a_validator"
    await rota.done(back, "withdraw", "admin", reason="Still ill.")
    assert (await rota.done(submittal_id, "validate", "deputy"))["state"] == "validated"


async def test_a_deputy_who_claims_cannot_stand_in(rota: Rota) -> None:
    deputies = [{"of": "lead1", "by": "medirota/cardiology/c9"}, {"of": "lead1", "by": "p2"}]
    await settle_groups(rota, group("Leads", "lead1", deputies=deputies))
    submittal_id = await enriched(rota)
    assert (await rota.read(submittal_id))["holder"]["may"] == ["lead1", "p2"]
    assert await refusal(rota, submittal_id, "validate", "c9") in {"not_a_validator", "claimant_cannot_validate"}
    assert await refusal(rota, submittal_id, "validate", "medirota/cardiology/c9") == "claimant_cannot_validate"
    await rota.done(submittal_id, "validate", "p2")


async def test_all_of_a_group_does_not_wait_for_the_member_who_claims(rota: Rota) -> None:
    await settle_groups(rota, group("Leads", "p1", "p2", need="all"))
    submittal_id = await enriched(rota)
    assert (await rota.done(submittal_id, "validate", "p2"))["state"] == "validated"


async def test_a_group_of_the_claimant_alone_asks_for_a_deputy(rota: Rota) -> None:
    await settle_groups(rota, group("Leads", "p1"))
    submittal_id = await enriched(rota)
    holder = (await rota.read(submittal_id))["holder"]
    assert (holder["group"], holder["may"], "deputy" in holder["says"]) == ("Leads", [], True)
    await settle_groups(rota, group("Leads", "p1", deputies=[{"of": "p1", "by": "lead2"}]))
    assert (await rota.done(submittal_id, "validate", "lead2"))["state"] == "validated"


async def test_an_edit_voids_every_groups_validation(rota: Rota) -> None:
    await settle_groups(rota, group("Leads", "lead1", order=1), group("Directors", "dir1", order=2))
    submittal_id = await enriched(rota)
    await rota.done(submittal_id, "validate", "lead1")
    await rota.taken("a", work(session="Theatre 9"))
    again = await rota.done(submittal_id, "enrich", "admin")
    assert again["holder"]["group"] == "Leads"
    assert await refusal(rota, submittal_id, "validate", "dir1") == "not_your_turn"


async def test_a_member_who_is_the_claimant_under_another_departments_profile_cannot_validate(rota: Rota) -> None:
    await settle_groups(rota, group("Leads", "medirota/cardiology/c9", "lead"))
    submittal_id = await enriched(rota)
    assert await refusal(rota, submittal_id, "validate", "medirota/cardiology/c9") == "claimant_cannot_validate"
    assert (await rota.read(submittal_id))["holder"]["may"] == ["lead"]


async def test_payroll_gives_the_final_approval_where_the_trust_wants_it(rota: Rota) -> None:
    await settle_groups(rota, final_approval=True)
    submittal_id = await enriched(rota)
    await rota.done(submittal_id, "validate", "lead")
    assert await refusal(rota, submittal_id, "release", "officer") == "wrong_state"
    endorsed = await rota.done(submittal_id, "approve", "manager")
    assert (endorsed["state"], endorsed["holder"]["who"]) == ("validated", "payroll")
    assert not await rota.hub.emitted("submittal.approved")
    assert await refusal(rota, submittal_id, "approve", "manager") == "wrong_state"
    assert await refusal(rota, submittal_id, "release", "manager") == "approver_cannot_release"
    assert await refusal(rota, submittal_id, "release", "p1") == "claimant_cannot_validate"
    released = await rota.done(submittal_id, "release", "officer")
    assert released["state"] == "approved"
    (told,) = await rota.hub.emitted("submittal.approved")
    assert (told.event.approved_by, told.event.validated_by) == ("officer", ("lead",))


async def test_time_off_in_lieu_is_recorded_and_never_told_to_payroll(rota: Rota) -> None:
    await settle_groups(rota, final_approval=True)
    submittal_id = await enriched(rota, work(in_lieu=True))
    await rota.done(submittal_id, "validate", "lead")
    done = await rota.done(submittal_id, "approve", "manager")
    assert (done["state"], done["reason"]) == ("approved", "Time off in lieu: recorded, never paid.")
    assert done["holder"]["who"] == "nobody"
    counts = await rota.hub.client.get("/v1/submittals/counts", headers=rota.bearer())
    assert counts.json()["approved_versions"] == 0
    await rota.done(submittal_id, "withdraw", "admin", reason="Entered twice.")
    counts = await rota.hub.client.get("/v1/submittals/counts", headers=rota.bearer())
    assert counts.json()["withdrawn_versions"] == 0
    assert not await rota.hub.emitted("submittal.approved")
    assert not await rota.hub.emitted("submittal.withdrawn")


async def test_a_validator_is_one_person_under_all_their_profiles(rota: Rota) -> None:
    await rota.hub.deliver(link(REGISTRAR, "c2", "medirota/cardiology"))
    await settle_groups(rota, group("Leads", "p2", "medirota/cardiology/c2", "lead", need=2))
    submittal_id = await enriched(rota)
    await rota.done(submittal_id, "validate", "p2")
    assert await refusal(rota, submittal_id, "validate", "medirota/cardiology/c2") == "already_validated"
    assert (await rota.done(submittal_id, "validate", "lead"))["state"] == "validated"


async def test_who_has_it_is_told_in_every_state(rota: Rota) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    said = [(await rota.read(submittal_id))["holder"]["who"]]
    for command, by in (("enrich", "admin"), ("validate", "lead"), ("approve", "manager")):
        said.append((await rota.done(submittal_id, command, by))["holder"]["who"])
    assert said == ["department", "validators", "approver", "payroll"]
    assert CONSULTANT
