"""The link rules on a real database: what comes later is looked at again, and what stays the same is not told twice."""

from __future__ import annotations

from typing import Any

import psycopg

from esrlink.contracts import Assignment
from esrlink.db.migrations import downgrade, upgrade
from profile_sync.bootstrap import service
from profile_sync.rules.rule_book import RULES

from .conftest import DEPARTMENTS, SCOPES, Hub, imported

AO1 = "clwrota/anaesthetics/ao1"
AMINA: dict[str, Any] = {"family_name": "Khan", "given_name": "Amina"}
AMIRA: dict[str, Any] = {"family_name": "Khan", "given_name": "Amira"}


async def test_a_mistyped_name_links_until_somebody_of_that_very_name_comes(hub: Hub) -> None:
    await hub.people(imported(**AMINA))
    await hub.profile(**AMIRA, employee_number="20001001")
    assert await hub.state() == ("matched", "number_weak_name", "20001001")
    await hub.people(imported("20001002", **AMIRA))
    assert await hub.state() == ("possible", "another_fits_better", None)
    assert (await hub.told())[1:] == [("unlinked", AO1, "20001001", 2), ("review_needed", AO1, None, 3)]
    await hub.people(imported("20001002", revision=2, family_name="Lindqvist", given_name="Maja"))
    assert await hub.state() == ("matched", "number_weak_name", "20001001")


async def test_a_number_links_until_the_e_mail_address_turns_out_to_be_a_namesakes(hub: Hub) -> None:
    await hub.people(imported(email="a.okafor@example.nhs.uk"))
    await hub.profile(employee_number="20001001", email="A.Okafor2@example.nhs.uk")
    assert await hub.state() == ("matched", "exact_number", "20001001")
    await hub.people(imported("20001002", email="a.okafor2@example.nhs.uk"))
    assert await hub.state() == ("possible", "another_fits_better", None)


async def test_a_link_that_rests_on_other_evidence_is_the_same_link_and_tells_nobody(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001", email="a.okafor@example.nhs.uk")
    before, told = await hub.link(), await hub.told()
    await hub.people(imported(revision=2, email="a.okafor@example.nhs.uk", previous_family_names=("Bell",)))
    assert await hub.link() == before
    assert await hub.told() == told


async def test_a_newer_rule_that_makes_the_same_link_keeps_it_and_tells_nobody(hub: Hub) -> None:
    await hub.people(imported())
    before = (await hub.profile(employee_number="20001001", email="a.okafor@example.nhs.uk"))["link"]
    with psycopg.connect(hub.running.owner_url, autocommit=True) as owner:
        owner.execute("SELECT set_config('esrlink.vpds', '277', false)")
        owner.execute("UPDATE link SET rule = 'exact_number/1'")
        owner.execute('UPDATE link_candidate SET parts = \'[{"name": "family_name", "weight": 3, "agreement": 1}]\'')
    assert (await hub.link())["rule"] == "exact_number/1"
    told = await hub.told()
    # What a rule can see of the person must change: else they are not looked at again.
    await hub.people(imported(revision=2, email="a.okafor@example.nhs.uk"))
    assert await hub.link() == before
    assert await hub.told() == told


async def test_suggestions_are_put_in_order_by_the_department(hub: Hub) -> None:
    def posted(number: str, organisation: str) -> Any:
        post = {"assignment_number": number, "effective_from": "2020-01-01", "status": "Active Assignment"}
        return imported(number, assignments=(Assignment.model_validate({**post, "organisation": organisation}),))

    await hub.people(
        posted("20001001", "277 Cardiology Medical Staff"), posted("20001002", "277 Anaesthetics - Doctors")
    )
    candidates = (await hub.profile())["link"]["candidates"]
    assert [one["employee_number"] for one in candidates] == ["20001002", "20001001"]
    findings = [{part["name"]: part["finding"] for part in one["parts"]}["department"] for one in candidates]
    assert findings == ["same", "different"]


async def test_a_profile_whose_names_are_swapped_short_and_mistyped_finds_its_person(hub: Hub) -> None:
    await hub.people(imported(family_name="Hetherington", given_name="Robert"))
    for given, family in (
        ("Hetherington", "Robert"),
        ("Bob", "Hetherington"),
        ("Rob", "Hetherigton"),
        ("R.", "Hetherington"),
    ):
        answer = await hub.profile(given_name=given, family_name=family, email="r@example.net")
        assert [one["employee_number"] for one in answer["link"]["candidates"]] == ["20001001"], (given, family)


async def test_people_and_profiles_that_were_there_before_these_keys_find_each_other(hub: Hub) -> None:
    await hub.people(imported(given_name="Robert", assignments=imported().assignments))
    await hub.profile(given_name="Bob")
    await hub.profile("clwrota/anaesthetics/ao2", given_name=None, family_name="Okafor")
    owner_url = hub.running.owner_url
    await hub.running.database.close()
    downgrade(service.migrations, owner_url, to="0003")
    upgrade(service.migrations, owner_url, app_role="esrlink_app")
    with psycopg.connect(owner_url) as owner:
        owner.execute("SELECT set_config('esrlink.vpds', '277', false)")
        people = {row[0] for row in owner.execute("SELECT key FROM person_key")}
        profiles = {tuple(row) for row in owner.execute("SELECT profile_id, key FROM profile_key")}
    assert {"k:okafor:r", "g:robert:ok", "g:robert:o-r", "s:o216:r.", "s:o216:ro"} <= people
    finding = {"k:okafor:b", "k:okafor:r", "g:bob:ok", "g:bob:o-r", "s:o216:bo"}
    assert {*(("ao1", key) for key in finding), ("ao2", "f:okafor")} <= profiles
    assert not {("ao1", key) for key in ("f:okafor", "s:o216:b.")} & profiles


async def test_two_numbers_with_one_registration_or_one_unique_id_are_listed_and_not_merged(hub: Hub) -> None:
    await hub.people(
        imported(gmc="7012345", nhs_unique_id="N1"),
        imported("20001002", gmc="7012345", nhs_unique_id="N1", family_name="Bell"),
        imported("20001003", nhs_unique_id="N2"),
        imported("20001004", nhs_unique_id="N2"),
        imported("20001005", nhs_unique_id="N3"),
    )
    await hub.people(imported("30003003", vpd="312", gmc="7012345", nhs_unique_id="N3"))
    answer = (await hub.get("/v1/duplicates")).json()
    assert answer["total"] == 2
    assert [([p["employee_number"] for p in one["people"]], one["shared"]) for one in answer["items"]] == [
        (["20001001", "20001002"], ["nhs_unique_id", "registration"]),
        (["20001003", "20001004"], ["nhs_unique_id"]),
    ]
    assert "N1" not in str(answer)
    elsewhere = await hub.get("/v1/duplicates", headers=hub.running.bearer(*SCOPES, vpds=["312"]))
    assert elsewhere.json() == {"items": [], "total": 0}


async def test_each_of_two_numbers_of_one_human_links_by_itself(hub: Hub) -> None:
    await hub.people(imported(gmc="7012345"), imported("20001002", gmc="7012345"))
    paths = [f"{one['product']}/{one['department']}/x1" for one in DEPARTMENTS]
    await hub.profile(paths[0], employee_number="20001001", registration_number="7012345")
    await hub.profile(paths[1], employee_number="20001002", registration_number="7012345")
    assert [(await hub.state(path))[2] for path in paths] == ["20001001", "20001002"]


async def test_the_rules_and_weights_are_told(hub: Hub) -> None:
    answer = (await hub.get("/v1/rules")).json()
    assert [one["rule"] for one in answer["rules"]] == [one.rule for one in RULES]
    assert {one["part"] for one in answer["weights"]} >= {"family_name", "given_name", "email", "department", "grade"}
    assert (await hub.running.client.get("/v1/rules")).status_code == 401
