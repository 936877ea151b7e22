"""Links on a real database: what events and puts make of them, and what the world is told."""

from __future__ import annotations

import asyncio

import pytest

from .conftest import Hub, imported, trust_settings

AO1, AO2, CARDIOLOGY = "clwrota/anaesthetics/ao1", "clwrota/anaesthetics/ao2", "medirota/cardiology/x7"


async def test_a_profile_with_the_number_of_a_known_person_is_linked_at_once(hub: Hub) -> None:
    await hub.people(imported())
    answer = await hub.profile(employee_number="20001001")
    assert answer["link"]["state"] == "matched"
    assert answer["link"]["rule"] == "exact_number/2"
    assert await hub.told() == [("linked", AO1, "20001001", 1)]


async def test_a_profile_that_came_first_is_linked_when_the_person_comes(hub: Hub) -> None:
    await hub.profile(employee_number="20001001")
    assert await hub.state() == ("unmatched", "number_unknown", None)
    await hub.people(imported())
    assert await hub.state() == ("matched", "exact_number", "20001001")
    assert await hub.told() == [("review_needed", AO1, None, 1), ("linked", AO1, "20001001", 2)]


async def test_a_name_alone_is_suggested_with_its_score_and_parts(hub: Hub) -> None:
    await hub.people(imported(preferred_name="Ada"))
    link = (await hub.profile(given_name="Ada"))["link"]
    assert (link["state"], link["employee_number"]) == ("possible", None)
    (candidate,) = link["candidates"]
    assert candidate["employee_number"] == "20001001"
    assert candidate["name"] == "Adaeze Okafor"
    assert {part["name"] for part in candidate["parts"]} == {"family_name", "given_name"}
    ((_, event),) = [(0, one.event) for one in await hub.running.emitted("profile.review_needed")]
    assert [(c.employee_number, c.rule) for c in event.candidates] == [("20001001", "similarity/2")]


async def test_a_contradicting_name_goes_to_review_when_the_person_changes(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    await hub.people(imported(revision=2, family_name="Lindqvist", given_name="Maja"))
    assert await hub.state() == ("possible", "number_contradicted", None)
    assert (await hub.told())[1:] == [("unlinked", AO1, "20001001", 2), ("review_needed", AO1, None, 3)]


async def test_a_new_family_name_with_the_old_one_as_previous_keeps_the_link_and_tells_nobody(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    before = await hub.told()
    await hub.people(imported(revision=2, family_name="Bell", previous_family_names=("Okafor",)))
    assert await hub.state() == ("matched", "exact_number", "20001001")
    assert await hub.told() == before


async def test_a_person_may_hold_profiles_in_several_departments(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(AO1, employee_number="20001001")
    await hub.profile(CARDIOLOGY, employee_number="20001001")
    person = (await hub.get("/v1/people/277/20001001")).json()
    assert [p["department"] for p in person["profiles"]] == ["anaesthetics", "cardiology"]
    matching = (await hub.get("/v1/matching")).json()
    assert matching["people_with_several_profiles"] == 1
    assert matching["by_state"] == {"matched": 2, "possible": 0, "unmatched": 0, "excluded": 0}


async def test_two_profiles_of_one_department_that_claim_one_person_both_go_to_review(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(AO1, employee_number="20001001")
    await hub.profile(AO2, employee_number="20001001")
    assert await hub.state(AO1) == await hub.state(AO2) == ("possible", "two_profiles_one_person", None)
    assert [c["employee_number"] for c in (await hub.link(AO1))["candidates"]] == ["20001001"]
    assert ("unlinked", AO1, "20001001", 2) in await hub.told()


async def test_when_one_of_two_rivals_goes_the_other_is_linked(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(AO1, employee_number="20001001")
    await hub.profile(AO2, employee_number="20001001")
    gone = await hub.running.client.delete(f"/v1/profiles/{AO2}", headers=hub.headers)
    assert gone.status_code == 204
    assert await hub.state(AO1) == ("matched", "exact_number", "20001001")


async def test_numbers_that_two_profiles_exchange_in_one_batch_go_to_review(hub: Hub) -> None:
    await hub.people(imported(), imported("20001002"))
    await hub.profile(AO1, employee_number="20001001")
    await hub.profile(AO2, employee_number="20001002")
    key = {"product": "clwrota", "department": "anaesthetics", "family_name": "Okafor"}
    rows = [{**key, "profile_id": p, "employee_number": n} for p, n in (("ao1", "20001002"), ("ao2", "20001001"))]
    answer = await hub.post("/v1/profiles:batch", {"profiles": rows})
    assert answer.json()["stored"] == 2
    assert [await hub.state(one) for one in (AO1, AO2)] == [("possible", "number_changed", None)] * 2


async def test_another_number_goes_to_review_and_takes_the_link_away(hub: Hub) -> None:
    await hub.people(imported(), imported("20001002"))
    await hub.profile(employee_number="20001001")
    link = (await hub.profile(employee_number="20001002"))["link"]
    assert (link["state"], link["reason"]) == ("possible", "number_changed")
    assert link["candidates"][0]["employee_number"] == "20001002"
    assert (await hub.told())[1:] == [("unlinked", AO1, "20001001", 2), ("review_needed", AO1, None, 3)]
    # Neither news of the person nor the next put makes the link: only a person does.
    await hub.people(imported("20001002", revision=2, preferred_name="Ada"))
    await hub.profile(employee_number="20001002", grade="Consultant")
    assert (await hub.state())[:2] == ("possible", "number_changed")
    assert (await hub.decide("confirm", employee_number="20001002")).status_code == 200
    assert await hub.state() == ("matched", "confirmed_by_hand", "20001002")


async def test_the_former_number_links_again_without_a_review(hub: Hub) -> None:
    await hub.people(imported(), imported("20001002"))
    await hub.profile(employee_number="20001001")
    await hub.profile(employee_number="20001002")
    await hub.profile(employee_number="20001001")
    assert await hub.state() == ("matched", "exact_number", "20001001")


@pytest.mark.parametrize("between", ["20009999", None])
async def test_another_number_goes_to_review_by_way_of_an_unknown_one_too(hub: Hub, between: str | None) -> None:
    await hub.people(imported(), imported("20001002"))
    await hub.profile(employee_number="20001001")
    await hub.profile(employee_number=between)
    await hub.profile(employee_number="20001002")
    assert (await hub.state())[:2] == ("possible", "number_changed")


async def test_a_first_right_number_links_where_nothing_was_linked_before(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20009999")
    await hub.profile(employee_number="20001001")
    assert await hub.state() == ("matched", "exact_number", "20001001")


async def test_another_number_links_once_a_person_took_the_former_link_away(hub: Hub) -> None:
    await hub.people(imported(), imported("20001002"))
    await hub.profile(employee_number="20001001")
    await hub.decide("unlink")
    await hub.profile(employee_number="20001002")
    assert await hub.state() == ("matched", "exact_number", "20001002")


async def test_undoing_what_a_person_decided_brings_the_rules_own_link_back(hub: Hub) -> None:
    await hub.people(imported(), imported("20001002"))
    await hub.profile(employee_number="20001001")
    for decision in ({"decision": "confirm", "employee_number": "20001002"}, {"decision": "exclude"}):
        await hub.decide(**decision)
        await hub.decide("undo")
        assert await hub.state() == ("matched", "exact_number", "20001001")


async def test_a_placeholder_is_excluded_and_tells_nobody(hub: Hub) -> None:
    await hub.people(imported(family_name="Locum", given_name="1"))
    answer = await hub.profile(family_name="Locum 1", given_name=None)
    assert (answer["link"]["state"], answer["link"]["reason"]) == ("excluded", "placeholder")
    assert await hub.told() == []


async def test_a_deleted_profile_is_unlinked_and_its_versions_and_revisions_go_on_when_it_comes_back(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    await hub.running.client.delete(f"/v1/profiles/{AO1}", headers=hub.headers)
    assert (await hub.get(f"/v1/profiles/{AO1}")).status_code == 404
    assert (await hub.get("/v1/people/277/20001001")).json()["profiles"] == []
    answer = await hub.profile(employee_number="20001001")
    assert answer["version"] == 3
    assert await hub.told() == [
        ("linked", AO1, "20001001", 1),
        ("unlinked", AO1, "20001001", 2),
        ("linked", AO1, "20001001", 3),
    ]


async def test_a_registration_number_links_only_where_the_trust_says_so(hub: Hub) -> None:
    await hub.people(imported(gmc="7012345"))
    answer = await hub.profile(given_name=None, registration_number="7012345")
    assert (answer["link"]["state"], answer["link"]["reason"]) == ("possible", "registration")
    await hub.put("/v1/trusts/277", trust_settings(registration_rule="matched"))
    answer = await hub.profile(CARDIOLOGY, given_name=None, registration_number="701 2345".replace(" ", ""))
    assert (answer["link"]["state"], answer["link"]["employee_number"]) == ("matched", "20001001")


async def test_rivals_put_at_the_same_moment_never_both_hold_the_person(hub: Hub) -> None:
    await hub.people(imported())
    paths = [f"clwrota/anaesthetics/r{n}" for n in range(6)]
    await asyncio.gather(*(hub.profile(path, employee_number="20001001") for path in paths))
    assert {await hub.state(path) for path in paths} == {("possible", "two_profiles_one_person", None)}


async def test_reviews_give_the_longest_wait_first_page_by_page(hub: Hub) -> None:
    for n in range(5):
        await hub.profile(f"clwrota/anaesthetics/p{n}", family_name=f"Nobody{'abcde'[n]}")
    seen, cursor = [], None
    while True:
        query = f"/v1/reviews?limit=2{'&cursor=' + cursor if cursor else ''}"
        page = (await hub.get(query)).json()
        seen += [item["profile"]["profile_id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["p0", "p1", "p2", "p3", "p4"]


async def test_a_suggested_person_who_takes_another_name_is_suggested_no_longer(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile()
    await hub.people(imported(revision=2, family_name="Lindqvist", given_name="Maja"))
    assert await hub.state() == ("unmatched", "nobody_alike", None)


async def test_a_link_by_registration_ends_when_the_person_no_longer_holds_it(hub: Hub) -> None:
    await hub.put("/v1/trusts/277", trust_settings(registration_rule="matched"))
    await hub.people(imported(gmc="7012345"))
    await hub.profile(registration_number="7012345", given_name=None)
    await hub.people(imported(revision=2, family_name="Lindqvist", gmc=None))
    assert await hub.state() == ("unmatched", "nobody_alike", None)


async def test_a_link_by_registration_goes_to_review_when_a_second_person_shows_the_same(hub: Hub) -> None:
    await hub.put("/v1/trusts/277", trust_settings(registration_rule="matched"))
    await hub.people(imported(gmc="7012345"))
    await hub.profile(registration_number="7012345")
    await hub.people(imported("20001002", gmc="7012345"))
    assert await hub.state() == ("possible", "registration_of_several", None)
