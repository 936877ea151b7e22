"""What went wrong with links in HAPI FHIR MDM, by the reports of its users: each must not go wrong here."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
from sqlalchemy import select

from esrlink.ids import new_id
from profile_sync.rule_runs.working import RuleRuns
from profile_sync.tables import link

from .conftest import Hub, imported
from .test_any_order import as_consumers_see

AO1, AO2 = "clwrota/anaesthetics/ao1", "clwrota/anaesthetics/ao2"


async def history(hub: Hub, path: str = AO1) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await hub.get(f"/v1/links/{path}/history")).json()["items"]
    return items


async def run_rules(hub: Hub) -> None:
    answer = await hub.post("/v1/trusts/277/rule-runs", {"dry_run": False, "reason": "New rules."})
    assert answer.status_code == 202, answer.text
    runs = RuleRuns(hub.running.database, hub.running.clock, new_id)
    while await runs.turn():
        pass


async def test_one_profile_is_never_linked_twice_whoever_links_it_at_the_same_moment(hub: Hub) -> None:
    await hub.people(*(imported(f"2000100{n}") for n in range(1, 5)))
    await hub.profile()
    deciding = (hub.decide("confirm", employee_number=f"2000100{n}") for n in range(1, 5))
    putting = (hub.profile(employee_number=f"2000100{n}") for n in range(1, 5))
    coming = (hub.people(imported(f"2000100{n}", revision=2)) for n in range(1, 5))
    await asyncio.gather(*deciding, *putting, *coming)
    async with hub.running.database.read(["277"]) as tx:
        (row,) = await tx.all(select(link))
    assert (row.state, row.made_by) == ("matched", "person")
    told = await hub.told()
    assert as_consumers_see(told) == {AO1: (row.employee_number, row.revision)}
    # No two transactions made their change of one and the same state.
    assert [revision for *_, revision in told] == list(range(1, row.revision + 1))
    assert sum(one["kind"] == "decision" for one in await history(hub)) == 4


async def test_a_second_candidate_is_rejected_after_the_first_was_accepted(hub: Hub) -> None:
    await hub.people(imported(), imported("20001002"), imported("20001003"))
    await hub.profile()
    await hub.decide("confirm", employee_number="20001001")
    revision = (await hub.link())["revision"]
    answer = await hub.decide("reject", employee_number="20001002", reason="Her cousin.", revision=revision)
    assert answer.status_code == 200, answer.text
    assert await hub.state() == ("matched", "confirmed_by_hand", "20001001")
    await hub.decide("undo", undoes=(await history(hub))[1]["decision_id"], reason="Not hers either.")
    assert [one["employee_number"] for one in (await hub.link())["candidates"]] == ["20001001", "20001003"]


async def test_an_unlink_is_always_told_whoever_made_the_link_and_so_is_its_undoing(hub: Hub) -> None:
    await hub.people(imported(), imported("20001002"))
    await hub.profile(AO1, employee_number="20001001")
    await hub.profile(AO2)
    await hub.decide("confirm", AO2, employee_number="20001002")
    for path, number in ((AO1, "20001001"), (AO2, "20001002")):
        for decision, topic in (
            ("unlink", "unlinked"),
            ("undo", "linked"),
            ("exclude", "unlinked"),
            ("undo", "linked"),
        ):
            told = len(await hub.told())
            assert (await hub.decide(decision, path, reason="To see.")).status_code == 200
            events = [(one, where, whose) for one, where, whose, _ in (await hub.told())[told:]]
            assert (topic, path, number) in events, (decision, events)
            held = {where for where, _ in as_consumers_see(await hub.told()).items()}
            assert (path in held) is (topic == "linked")


async def test_a_person_links_a_profile_by_hand_that_carries_no_matching_data(hub: Hub) -> None:
    await hub.people(imported(family_name="Lindqvist", given_name="Maja", gmc="7012345"))
    link = (await hub.profile(family_name="Ó", given_name=None))["link"]
    assert (link["state"], link["candidates"]) == ("unmatched", [])
    answer = await hub.decide("confirm", employee_number="20001001", reason="Seen her badge.")
    assert (answer.status_code, answer.json()["touched"]) == (200, [AO1])
    await hub.people(imported(revision=2, family_name="Berg", given_name="Eva"))
    await hub.profile(family_name="Zhang", given_name="Wei", employee_number="29999999")
    await run_rules(hub)
    assert await hub.state() == ("matched", "confirmed_by_hand", "20001001")
    assert [(topic, whose) for topic, _, whose, _ in await hub.told()] == [
        ("review_needed", None),
        ("linked", "20001001"),
    ]


async def test_links_outlive_a_new_version_of_the_rule_that_made_them(hub: Hub) -> None:
    await hub.people(imported(), imported("20001002", family_name="Lindqvist", given_name="Maja"))
    await hub.profile(AO1, employee_number="20001001")
    await hub.profile(AO2, employee_number="20001002", family_name="Lindqvist", given_name="Maja")
    with psycopg.connect(hub.running.owner_url, autocommit=True) as owner:
        owner.execute("SELECT set_config('esrlink.vpds', '277', false)")
        owner.execute("UPDATE link SET rule = 'exact_number/0', reason = 'exact_number' WHERE profile_id = 'ao1'")
        # An older rule linked this one: the number is now a stranger's.
        owner.execute("UPDATE link SET rule = 'exact_number/0' WHERE profile_id = 'ao2'")
        owner.execute("UPDATE profile SET family_name = 'Okafor', given_name = 'Bea' WHERE profile_id = 'ao2'")
    before, told = await hub.link(AO1), len(await hub.told())
    await run_rules(hub)
    after = await hub.link(AO1)
    assert after == {**before, "rule": "exact_number/2"}
    assert await hub.state(AO2) == ("possible", "number_contradicted", None)
    assert [event[:3] for event in (await hub.told())[told:]] == [
        ("unlinked", AO2, "20001002"),
        ("review_needed", AO2, None),
    ]


async def test_the_history_goes_on_after_a_profile_was_deleted_and_put_back(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    await hub.decide("unlink", reason="Two people share the number.")
    before = await history(hub)
    await hub.running.client.delete(f"/v1/profiles/{AO1}", headers=hub.headers)
    assert (await hub.get(f"/v1/links/{AO1}/explain")).status_code == 404
    gone = await history(hub)
    assert (gone[:-1], gone[-1]["reason"]) == (before, "profile_deleted")
    await hub.profile(employee_number="20001001")
    assert (await hub.state())[:2] == ("possible", "unlinked_by_hand")
    back = await history(hub)
    assert back[:-1] == gone
    assert {one["link_id"] for one in back if one["kind"] == "revision"} == {gone[0]["link_id"]}
    await hub.decide("undo", reason="They do not.")
    assert await hub.state() == ("matched", "exact_number", "20001001")
