"""The audit trail of submittals: an entry for every step, in a chain that shows whether one was changed."""

from __future__ import annotations

import asyncio

import psycopg
from sqlalchemy import select

from esrlink import audit
from esrlink.audit import audit_entry
from submittals.bootstrap import service as definition
from tests.integration.submittals.conftest import Rota, leave, work


async def _entries(rota: Rota) -> list[tuple[str, str, dict[str, object]]]:
    async with rota.hub.database.read(["277"]) as tx:
        rows = await tx.all(select(audit_entry).order_by(audit_entry.c.number))
    return [(row.actor, row.action, row.detail) for row in rows if row.action.startswith("submittal.")]


async def test_every_step_says_who_through_which_client_what_and_what_changed(rota: Rota) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    await rota.done(submittal_id, "enrich", "admin", fields={"units": "2"}, note="Both lists.")
    await rota.done(submittal_id, "validate", "lead")
    await rota.done(submittal_id, "approve", "manager")
    await rota.done(submittal_id, "withdraw", "admin", reason="It says something of a person.")
    entries = await _entries(rota)
    assert [action for _, action, _ in entries] == [
        f"submittal.{kind}" for kind in ("submitted", "enriched", "validated", "approved", "withdrawn")
    ]
    assert [detail["by"] for _, _, detail in entries] == ["p1", "admin", "lead", "manager", "admin"]
    assert len({actor for actor, _, _ in entries}) == 1
    assert entries[1][2]["changed"] == ["amount", "note", "units"]
    assert entries[4][2]["took_back"] is True
    assert "of a person" not in str(entries)


async def test_what_a_rule_decided_is_in_the_trail_as_well(rota: Rota) -> None:
    await rota.taken("sick", leave(reason=None))
    assert [(actor, action) for actor, action, _ in await _entries(rota)][1] == ("rules", "submittal.returned")


async def test_a_refused_command_leaves_no_entry(rota: Rota) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    await rota.command(submittal_id, "approve", "manager")
    assert len(await _entries(rota)) == 1


async def test_the_chain_is_whole_after_requests_at_the_same_time_and_shows_a_change(rota: Rota) -> None:
    await asyncio.gather(*(rota.put(f"r{n}", work(session=f"Room {n}", starts=None, ends=None)) for n in range(6)))
    headers = rota.hub.bearer("audit:read")
    chain = (await rota.hub.client.get("/v1/audit/chain", headers=headers)).json()
    assert chain["whole"] is True
    with psycopg.connect(rota.hub.owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE audit_entry DISABLE TRIGGER only_added")
        owner.execute("UPDATE audit_entry SET actor = 'nobody' WHERE number = 3")
    async with rota.hub.database.read(["277"]) as tx:
        broken = await audit.verify(tx, "277")
    assert isinstance(broken, audit.BrokenChain)
    assert broken.number == 3


def test_the_command_that_verifies_finds_the_trail_of_submittals() -> None:
    # `esrlink audit verify` follows every service whose tables have a trail.
    assert "audit_entry" in definition.metadata.tables
