"""One trust never sees another's people, profiles, links or decisions: over HTTP, on the page, in SQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from esrlink.db import tenant_table_names
from esrlink.ids import new_id
from profile_sync.api.webhooks import body_of
from profile_sync.changes.forgetting import forgetting_changes
from profile_sync.rule_runs.working import RuleRuns
from profile_sync.tables import metadata
from profile_sync.webhooks.addresses import Guard
from profile_sync.webhooks.delivering import Delivering
from profile_sync.webhooks.sending import Sender

from .cohort_site import Cohorts
from .conftest import SCOPES, Hub, imported

AO1 = "/v1/profiles/clwrota/anaesthetics/ao1"


@pytest.fixture
async def stranger(hub: Hub) -> dict[str, str]:
    """Headers of trust 312, when 277 has something of everything."""
    running = hub.running
    await hub.people(imported(gmc="7012345"), imported("20001002"))
    await hub.get("/v1/changes")
    running.clock.move_to(running.clock.now() + timedelta(days=31))
    await forgetting_changes(running.database, running.clock, timedelta(days=30)).forget()
    webhook = {"url": "http://127.0.0.1:1/", "topics": ["profile.linked"]}
    await hub.post("/v1/webhooks", webhook, headers=running.bearer("profiles:read", "webhooks:write"))
    await hub.profile(employee_number="20001001")
    await hub.profile("clwrota/anaesthetics/ao2", given_name="Ada")
    await hub.decide("reject", "clwrota/anaesthetics/ao2", employee_number="20001001")
    await hub.profile("medirota/cardiology/x7", given_name=None, registration_number="7012345")
    await hub.post("/v1/trusts/277/rule-runs", {"registration_rule": "matched"})
    await RuleRuns(hub.running.database, hub.running.clock, new_id).turn()
    sender = Sender(Guard(is_tryout=True))
    await Delivering(running.database, running.clock, sender, new_id=new_id, body_of=body_of, tries=2).turn()
    await (await Cohorts.begin(hub)).plan()
    return hub.running.bearer(*SCOPES, vpds=["312"])


async def test_a_token_of_another_trust_finds_nothing(hub: Hub, stranger: dict[str, str]) -> None:
    for path in (AO1, f"{AO1}?vpd=277", "/v1/people/277/20001001", "/v1/people/312/20001001", "/v1/reviews?vpd=277"):
        assert (await hub.get(path, headers=stranger)).status_code == 404, path
    for path in ("/v1/profiles", "/v1/reviews", "/v1/changes"):
        assert (await hub.get(path, headers=stranger)).json()["items"] == [], path
    found = await hub.post("/v1/people:search", {"search": "okafor"}, headers=stranger)
    assert found.json()["items"] == []
    assert (await hub.get("/v1/matching", headers=stranger)).json()["people"] == 0
    decision = await hub.post("/v1/links/clwrota/anaesthetics/ao1/decisions", {"decision": "exclude"}, headers=stranger)
    assert decision.status_code == 404


async def test_the_same_profile_id_in_two_trusts_is_two_profiles(hub: Hub, stranger: dict[str, str]) -> None:
    answer = await hub.put(AO1, {"family_name": "Okafor", "employee_number": "20001001"}, headers=stranger)
    assert answer.json()["link"]["state"] == "unmatched"
    assert await hub.state() == ("matched", "exact_number", "20001001")


async def test_sql_for_one_trust_sees_no_row_of_another_in_any_table(hub: Hub, stranger: dict[str, str]) -> None:
    tables = [metadata.tables[name] for name in tenant_table_names(metadata)]
    async with hub.running.database.read(["277"]) as tx:
        assert {t.name for t in tables if not await tx.all(select(t).limit(1))} == set()
    async with hub.running.database.read(["312"]) as tx:
        rows = [row for table in tables for row in await tx.all(select(table.c.vpd))]
    assert {row.vpd for row in rows} == {"312"}
    async with hub.running.database.read() as tx:
        assert [row for table in tables for row in await tx.all(select(table))] == []
