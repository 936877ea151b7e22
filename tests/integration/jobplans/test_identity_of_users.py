"""Users whom ESR does not know: whom they may be, why, and what is kept of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from esr_sandbox.world.job_plans import job_plans, sard_users
from esrlink.contracts import ProfileImported
from jobplan_adapter.people.unmatched import unmatched_users

VISITING = "visiting.doctor@sard.example"


async def unmatched(hub: Any) -> list[Any]:
    async with hub.running.database.read(["277"]) as tx:
        return await unmatched_users(tx, "277", "sard")


async def show(hub: Any, number: str, **values: Any) -> None:
    event: dict[str, Any] = {
        "vpd": "277",
        "employee_number": number,
        "revision": 2,
        "as_of": hub.running.clock.now(),
        "source_file": "GO_277_GDW_GDR_20260803_00000001.DAT",
        "person_id": number,
        "family_name": "Invented",
    }
    await hub.running.deliver(ProfileImported.model_validate({**event, **values}))


async def test_the_likely_person_is_named_with_the_reason(polled: Any) -> None:
    for revision, (values, why) in enumerate(
        [
            ({"email": "Visiting.Doctor@SARD.example"}, "email"),
            ({"email": "visiting.doctor@trust.nhs.example"}, "email_name"),
            ({"given_name": "Account", "family_name": "9004"}, None),
            ({}, None),
        ],
        start=2,
    ):
        await show(polled, "77777777", revision=revision, **values)

        (user,) = await unmatched(polled)

        assert (user.user_id, user.reason) == ("9004", "unknown_to_esr")
        assert (user.likely and (user.likely.employee_number, user.likely.why)) == (why and ("77777777", why))
        answer = await polled.client.get("/v1/providers/277/sard/unmatched", headers=polled.bearer("jobplans:read"))
        assert answer.json()[0]["likely"] == (why and {"employee_number": "77777777", "why": why})
        assert VISITING not in answer.text


async def test_a_name_suggests_whom_and_two_of_one_name_suggest_nobody(hub: Any, monkeypatch: Any) -> None:
    def renamed(world: Any) -> Any:
        users = sard_users(world)
        users[-1].attributes.update(first_name="Zoë", last_name="O'Brien")
        return users

    monkeypatch.setattr("esr_sandbox.sard.sard_users", renamed)
    await hub.set_up()
    await hub.import_people()
    await show(hub, "77777777", given_name="ZOE ANN", family_name="OBRIEN")
    await hub.poll()
    (user,) = await unmatched(hub)
    assert (user.likely.employee_number, user.likely.why) == ("77777777", "name")

    await show(hub, "66666666", given_name="Zoe", family_name="O'Brien")
    (user,) = await unmatched(hub)
    assert user.likely is None


async def test_a_person_whom_another_user_stands_for_or_who_is_gone_is_not_suggested(polled: Any) -> None:
    taken = polled.number_of(polled.shown("completed"))
    await show(polled, taken, email=VISITING)
    assert (await unmatched(polled))[0].likely is None

    await show(polled, "77777777", email=VISITING)
    assert (await unmatched(polled))[0].likely.employee_number == "77777777"
    await show(polled, "77777777", email=VISITING, revision=3, gone=True)
    assert (await unmatched(polled))[0].likely is None


async def test_addresses_and_names_are_kept_of_unmatched_users_only(polled: Any) -> None:
    kept = text("SELECT user_id FROM provider_user WHERE email IS NOT NULL OR name IS NOT NULL OR name_key IS NOT NULL")
    async with polled.running.database.read(["277"]) as tx:
        assert [row.user_id for row in await tx.all(kept)] == ["9004"]

    await polled.import_people("88888888")
    await polled.poll()
    async with polled.running.database.read(["277"]) as tx:
        assert not await tx.all(kept)


async def test_a_plan_whose_owner_got_another_number_is_told_of_both_people(polled: Any, monkeypatch: Any) -> None:
    plan = polled.shown("completed")
    before = polled.number_of(plan)

    def renumbered(world: Any) -> Any:
        users = sard_users(world)
        next(u for u in users if u.user_id == plan.owner_id).attributes["ui_employee_number"] = 77777777
        return users

    already = len(await polled.running.emitted("jobplan.updated"))
    monkeypatch.setattr("esr_sandbox.sard.sard_users", renumbered)
    assert (await polled.poll()).json()["changed"] == 1

    told = [one.event for one in (await polled.running.emitted("jobplan.updated"))[already:]]
    assert {(one.employee_number, one.state, bool(one.activities)) for one in told} == {
        ("77777777", "signed_off", True),
        (before, "expired", False),
    }


async def test_a_user_that_cannot_be_read_keeps_its_number_and_its_plans(polled: Any, monkeypatch: Any) -> None:
    plan = polled.shown("completed")

    def broken(user: Any) -> dict[str, Any]:
        attributes = "lost" if user.user_id == plan.owner_id else user.attributes
        return {"id": user.user_id, "type": "users", "attributes": attributes}

    monkeypatch.setattr("esr_sandbox.sard._user_resource", broken)
    answer = (await polled.poll()).json()

    assert (answer["changed"], answer["faults"]) == (0, 1)
    assert (await polled.plan(polled.number_of(plan))).json()["state"] == "signed_off"


async def test_a_build_that_reads_more_of_a_plan_makes_no_version_of_what_did_not_change(polled: Any) -> None:
    """As after an upgrade: every stored hash is another's, and every document as it was."""
    async with polled.running.database.write(["277"]) as tx:
        await tx.execute(text("UPDATE plan SET content_hash = 'of an older build'"))

    assert (await polled.poll()).json()["changed"] == 0

    async with polled.running.database.read(["277"]) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM plan WHERE content_hash = 'of an older build'")) == 0
        assert await tx.scalar(text("SELECT count(*) FROM plan")) == len(job_plans(polled.sandbox.esr.world("277")))
