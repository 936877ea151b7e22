"""Events are applied set-based: what they cost in statements does not grow with their number."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from esrlink.contracts import Outcome, ProfileKey, ProfileUnlinked
from tests.integration.submittals.conftest import Rota, link, person, statements, work
from tests.integration.submittals.test_job_plans import delivery, plan


@pytest.mark.parametrize("size", [2, 150])
async def test_people_and_links_cost_the_same_whatever_their_number(rota: Rota, size: int) -> None:
    people = [person(f"3{n:07d}") for n in range(size)]
    with statements(rota.hub) as seen:
        await rota.hub.deliver(*people)
    assert len(seen) <= 7, seen
    with statements(rota.hub) as seen:
        await rota.hub.deliver(*(link(one.employee_number, f"x{one.employee_number}") for one in people))
    assert len(seen) <= 6, seen


@pytest.mark.parametrize("size", [2, 60])
async def test_facts_cost_the_same_whatever_their_number(rota: Rota, size: int) -> None:
    key = {"product": "clwrota", "department": "anaesthetics"}
    records = [{**key, "record_id": f"r{n}", **work(session=f"Room {n}", starts=None, ends=None)} for n in range(size)]
    put = await rota.hub.client.post("/v1/submittals:batch", json={"records": records}, headers=rota.bearer())
    ids = [result["submittal"]["submittal_id"] for result in put.json()["results"]]
    for command, by in (("enrich", "admin"), ("validate", "lead"), ("approve", "lead")):
        commands = [{"submittal_id": one, "command": command, "by": by} for one in ids]
        await rota.hub.client.post("/v1/submittals:batch-commands", json={"commands": commands}, headers=rota.bearer())
    with statements(rota.hub) as seen:
        await rota.hub.deliver(*(rota.fact(one, Outcome.SENT) for one in ids))
    assert len(seen) <= 13, seen
    counts = (await rota.hub.client.get("/v1/submittals/counts", headers=rota.bearer())).json()
    assert counts["states"] == {"sent": size}


@pytest.mark.parametrize("size", [2, 150])
async def test_job_plans_and_deliveries_cost_the_same_whatever_their_number(rota: Rota, size: int) -> None:
    numbers = [f"3{n:07d}" for n in range(size)]
    with statements(rota.hub) as seen:
        await rota.hub.deliver(*(plan(number) for number in numbers))
    assert len(seen) <= 5, seen
    with statements(rota.hub) as seen:
        await rota.hub.deliver(*(delivery(number) for number in numbers))
    assert len(seen) <= 5, seen


async def test_an_unlinked_profile_is_a_record_that_waits_again(rota: Rota) -> None:
    unlinked = ProfileUnlinked(
        vpd="277",
        employee_number="20000001",
        link_id=uuid4(),
        revision=2,
        profile=ProfileKey(product="clwrota", department="anaesthetics", profile_id="p1"),
        made_by="person",
        reason="Another person of the same name.",
        occurred_at=datetime(2026, 8, 3, tzinfo=UTC),
    )
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    await rota.done(submittal_id, "enrich", "admin")
    # The older link arrives last, and changes nothing.
    await rota.hub.deliver(unlinked, link("20000001", "p1"))
    refused = await rota.command(submittal_id, "validate", "lead")
    assert refused.json()["problems"][0]["code"] == "person_not_linked"
    assert (await rota.read(submittal_id))["state"] == "returned"
    await rota.hub.deliver(link("20000001", "p1", revision=3))
    assert (await rota.read(submittal_id))["state"] == "pending"
