"""What a person decides outlives the rules, can be undone, and is told."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from .conftest import Hub, imported

AO1, AO2 = "clwrota/anaesthetics/ao1", "clwrota/anaesthetics/ao2"


async def test_a_confirmed_link_is_not_changed_by_any_later_event(hub: Hub) -> None:
    await hub.people(imported(), imported("20001002", given_name="Robert"))
    await hub.profile()
    answer = await hub.decide("confirm", employee_number="20001002", reason="Seen his badge.")
    assert answer.json()["link"]["made_by"] == "person"
    await hub.people(imported(revision=2), imported("20001002", revision=2, family_name="Lindqvist", given_name="Per"))
    await hub.profile(employee_number="20001001")
    assert await hub.state() == ("matched", "confirmed_by_hand", "20001002")


async def test_not_the_same_holds_for_ever_against_numbers_names_and_registrations(hub: Hub) -> None:
    await hub.people(imported(gmc="7012345"))
    await hub.profile()
    assert (await hub.decide("reject", employee_number="20001001")).status_code == 200
    await hub.people(imported(revision=2, gmc="7012345"))
    link = (await hub.profile(employee_number="20001001", registration_number="7012345"))["link"]
    assert (link["state"], link["candidates"]) == ("unmatched", [])
    again = await hub.decide("confirm", employee_number="20001001")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


async def test_rejecting_one_of_two_leaves_the_other_even_after_it_was_accepted(hub: Hub) -> None:
    await hub.people(imported(), imported("20001002"))
    await hub.profile()
    await hub.decide("confirm", employee_number="20001001")
    await hub.decide("reject", employee_number="20001002")
    assert await hub.state() == ("matched", "confirmed_by_hand", "20001001")


async def test_unlinking_a_rule_s_link_is_told_and_no_rule_makes_it_again(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    assert (await hub.decide("unlink", reason="Two people share the number.")).status_code == 200
    assert await hub.told() == [
        ("linked", AO1, "20001001", 1),
        ("unlinked", AO1, "20001001", 2),
        ("review_needed", AO1, None, 3),
    ]
    await hub.people(imported(revision=2))
    assert await hub.state() == ("possible", "unlinked_by_hand", None)


async def test_an_excluded_profile_stays_excluded_and_its_link_ends(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    await hub.decide("exclude", reason="A rota slot.")
    await hub.people(imported(revision=2))
    assert await hub.state() == ("excluded", "excluded_by_hand", None)
    assert (await hub.told())[-1] == ("unlinked", AO1, "20001001", 2)


async def test_undo_brings_back_what_stood_before_and_publishes_an_event_for_every_link_it_touches(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(AO1, employee_number="20001001")
    await hub.profile(AO2)
    await hub.decide("confirm", AO2, employee_number="20001001")
    assert await hub.state(AO1) == ("possible", "two_profiles_one_person", None)
    before = len(await hub.told())
    answer = await hub.decide("undo", AO2)
    assert answer.json()["touched"] == [AO1, AO2]
    assert await hub.state(AO1) == ("matched", "exact_number", "20001001")
    told = (await hub.told())[before:]
    assert {(topic, path) for topic, path, _, _ in told} == {
        ("linked", AO1),
        ("unlinked", AO2),
        ("review_needed", AO2),
    }


async def test_undo_of_a_confirmation_of_a_rule_s_own_link_still_publishes(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    await hub.decide("confirm", employee_number="20001001")
    await hub.decide("undo")
    assert [(t, r) for t, _, _, r in await hub.told()] == [("linked", 1), ("linked", 2), ("linked", 3)]


async def test_undo_of_a_rejection_suggests_again(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile()
    await hub.decide("reject", employee_number="20001001")
    await hub.decide("undo")
    assert [c["employee_number"] for c in (await hub.link())["candidates"]] == ["20001001"]


async def test_a_person_confirmed_for_one_profile_cannot_be_confirmed_for_another_of_the_department(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(AO1)
    await hub.profile(AO2)
    assert (await hub.decide("confirm", AO1, employee_number="20001001")).status_code == 200
    answer = await hub.decide("confirm", AO2, employee_number="20001001")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert (await hub.get(f"/v1/links/{AO2}/decisions")).json()["items"] == []
    assert await hub.state(AO1) == ("matched", "confirmed_by_hand", "20001001")


async def test_a_confirmation_stands_against_a_rival_that_a_rule_finds(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(AO1)
    await hub.decide("confirm", AO1, employee_number="20001001")
    await hub.profile(AO2, employee_number="20001001")
    assert await hub.state(AO1) == ("matched", "confirmed_by_hand", "20001001")
    assert await hub.state(AO2) == ("possible", "two_profiles_one_person", None)


async def test_decisions_say_who_when_and_why_and_outlive_the_profile(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile()
    await hub.decide("reject", employee_number="20001001", reason="Her sister.", by="coordinator.7")
    await hub.running.client.delete(f"/v1/profiles/{AO1}", headers=hub.headers)
    assert (await hub.profile())["link"]["state"] == "unmatched"
    (item,) = (await hub.get(f"/v1/links/{AO1}/decisions")).json()["items"]
    assert item["decided_by"] == "clwrota/coordinator.7"
    assert (item["decision"], item["reason"], item["employee_number"]) == ("reject", "Her sister.", "20001001")
    assert item["decided_at"] == "2026-08-03T08:00:00Z"


async def test_decisions_cannot_be_rewritten_even_in_the_database(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile()
    await hub.decide("reject", employee_number="20001001")
    for statement in ("UPDATE link_decision SET reason = 'other'", "DELETE FROM link_decision"):
        with pytest.raises(DBAPIError):
            async with hub.running.database.write(["277"]) as tx:
                await tx.execute(text(statement))


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"decision": "confirm"}, 422, "invalid", "employee_number"),
        ({"decision": "confirm", "employee_number": "29999999"}, 404, "not_found", "employee_number"),
        ({"decision": "unlink"}, 409, "conflict", None),
        ({"decision": "undo"}, 409, "conflict", None),
        ({"decision": "confirm", "employee_number": "20001001", "revision": 9}, 409, "stale_version", "revision"),
        ({"decision": "perhaps"}, 422, "invalid", None),
    ],
    ids=["no person", "unknown person", "nothing to unlink", "nothing to undo", "stale revision", "unknown decision"],
)
async def test_a_decision_that_cannot_be_taken_is_refused_clearly(
    hub: Hub, body: dict[str, object], status: int, code: str, field: str | None
) -> None:
    await hub.people(imported())
    await hub.profile()
    before = await hub.told()
    answer = await hub.post(f"/v1/links/{AO1}/decisions", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (status, code, field)
    assert await hub.told() == before
