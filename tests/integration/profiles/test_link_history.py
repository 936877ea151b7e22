"""What a link is and was can be told: why, by whom, from which values, and how to undo it."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from esrlink.db.migrations import downgrade, upgrade
from profile_sync.bootstrap import service

from .conftest import SCOPES, Hub, imported

AO1, AO2 = "clwrota/anaesthetics/ao1", "clwrota/anaesthetics/ao2"


async def history(hub: Hub, path: str = AO1) -> list[dict[str, Any]]:
    answer = await hub.get(f"/v1/links/{path}/history")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def explained(hub: Hub, path: str = AO1) -> dict[str, Any]:
    answer = await hub.get(f"/v1/links/{path}/explain")
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(items: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (one["revision"], one["state"], one["employee_number"], one["let_go"])
        if one["kind"] == "revision"
        else (one["decision"], one["reason"])
        for one in items
    ]


async def test_the_history_has_every_revision_and_decision_oldest_first(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    await hub.decide("unlink", reason="Two people share the number.")
    await hub.decide("undo", reason="They do not.")
    items = await history(hub)
    assert told(items) == [
        (1, "matched", "20001001", None),
        ("unlink", "Two people share the number."),
        (3, "possible", None, "20001001"),
        ("undo", "They do not."),
        (4, "matched", "20001001", None),
    ]
    assert items[2]["decision_id"] == items[1]["decision_id"]
    assert (items[0]["rule"], items[0]["reason"], items[0]["made_by"]) == ("exact_number/2", "exact_number", "rule")


async def test_a_rivals_history_names_the_decision_that_touched_it(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(AO1, employee_number="20001001")
    await hub.profile(AO2)
    await hub.decide("confirm", AO2, employee_number="20001001")
    (decision,) = [one for one in await history(hub, AO2) if one["kind"] == "decision"]
    last = (await history(hub, AO1))[-1]
    assert (last["state"], last["reason"], last["let_go"]) == ("possible", "two_profiles_one_person", "20001001")
    assert last["decision_id"] == decision["decision_id"]


async def test_a_link_that_rests_on_other_evidence_makes_no_history(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001", email="a.okafor@example.nhs.uk")
    before = await history(hub)
    await hub.people(imported(revision=2, email="a.okafor@example.nhs.uk"))
    assert await history(hub) == before


async def test_the_history_cannot_be_rewritten_even_in_the_database(hub: Hub) -> None:
    await hub.profile()
    for statement in ("UPDATE link_revision SET reason = 'other'", "DELETE FROM link_revision"):
        with pytest.raises(DBAPIError):
            async with hub.running.database.write(["277"]) as tx:
                await tx.execute(text(statement))


async def test_links_that_were_there_before_the_history_begin_it_with_what_they_were(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    await hub.decide("confirm", employee_number="20001001")
    owner_url = hub.running.owner_url
    await hub.running.database.close()
    downgrade(service.migrations, owner_url, to="0004")
    upgrade(service.migrations, owner_url, app_role="esrlink_app")
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("SELECT set_config('esrlink.vpds', '277', false)")
        assert owner.execute("SELECT revision, state, employee_number FROM link_revision").fetchall() == [
            (2, "matched", "20001001")
        ]
    assert told(await history(hub)) == [("confirm", None), (2, "matched", "20001001", None)]


async def test_a_rules_link_is_explained_by_the_rule_and_the_values_of_both_sides(hub: Hub) -> None:
    await hub.people(imported(preferred_name="Ada", previous_family_names=("Bell",)))
    await hub.profile(family_name="Bell", given_name="Ada", employee_number="20001001")
    said = await explained(hub)
    assert said["rule"]["made_by"] == said["rule"]["now"] == "exact_number/2"
    assert said["rule"]["text"].startswith("The ESR number is the person's")
    (compared,) = said["compared"]
    assert (compared["employee_number"], compared["name"]) == ("20001001", "Adaeze Okafor")
    by_name = {one["name"]: one for one in compared["parts"]}
    assert by_name["family_name"]["finding"] == "previous"
    assert (by_name["family_name"]["profile"], by_name["family_name"]["person"]) == ("Bell", ["Okafor", "Bell"])
    assert by_name["given_name"]["person"] == ["Adaeze", "Ada"]
    assert [one["decision"] for one in said["undo"]] == ["unlink", "reject"]
    assert said["undo"][0]["call"] == f"POST /v1/links/{AO1}/decisions"


async def test_a_persons_link_is_explained_by_the_decision_even_where_nothing_matches(hub: Hub) -> None:
    await hub.people(imported(family_name="Lindqvist", given_name="Maja"))
    await hub.profile()
    await hub.decide("confirm", employee_number="20001001", reason="Seen her badge.", by="coordinator.7")
    said = await explained(hub)
    assert said["rule"] is None
    assert (said["decision"]["decided_by"], said["decision"]["reason"]) == ("clwrota/coordinator.7", "Seen her badge.")
    assert {one["finding"] for one in said["compared"][0]["parts"]} == {"different"}
    assert (said["undo"][0]["decision"], said["undo"][0]["undoes"]) == ("undo", said["decision"]["decision_id"])


async def test_what_an_explanation_says_of_undoing_can_be_done(hub: Hub) -> None:
    await hub.people(imported(), imported("20001002", given_name="Robert"))
    await hub.profile()
    await hub.decide("reject", employee_number="20001002", reason="Her brother.")
    await hub.decide("confirm", employee_number="20001001")
    ways = {(one["decision"], one["employee_number"]): one for one in (await explained(hub))["undo"]}
    way = ways["undo", "20001002"]
    answer = await hub.decide("undo", undoes=way["undoes"], reason="It is him after all.")
    assert answer.status_code == 200
    assert await hub.state() == ("matched", "confirmed_by_hand", "20001001")
    again = await hub.decide("undo", undoes=way["undoes"])
    assert (again.status_code, again.json()["field"]) == (409, "undoes")


async def test_rivals_are_named(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(AO1, employee_number="20001001")
    await hub.profile(AO2, employee_number="20001001")
    said = await explained(hub)
    assert [(one["profile_id"], one["employee_number"], one["state"]) for one in said["rivals"]] == [
        ("ao2", "20001001", "possible")
    ]
    assert said["let_go"] == "20001001"


async def test_a_link_of_an_older_rule_says_so(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    with psycopg.connect(hub.running.owner_url, autocommit=True) as owner:
        owner.execute("SELECT set_config('esrlink.vpds', '277', false)")
        owner.execute("UPDATE link SET rule = 'exact_number/1'")
    rule = (await explained(hub))["rule"]
    assert (rule["made_by"], rule["now"], rule["is_current"]) == ("exact_number/1", "exact_number/2", False)


async def test_nobody_else_is_told_of_a_link(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    elsewhere = hub.running.bearer(*SCOPES, vpds=["312"])
    cardiology = hub.running.bearer(*SCOPES, departments=["medirota/cardiology"])
    for what in ("explain", "history"):
        for headers in (elsewhere, cardiology):
            assert (await hub.get(f"/v1/links/{AO1}/{what}", headers=headers)).status_code == 404
        assert (await hub.get(f"/v1/links/{AO2}/{what}")).status_code == 404
