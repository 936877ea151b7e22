"""What ESR says moves the record on, whatever the order in which it is told; nothing is paid twice."""

from __future__ import annotations

from itertools import permutations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from esrlink.contracts import Outcome
from submittals.records import store
from submittals.tables import submittal
from tests.integration.submittals.conftest import CONSULTANT, Rota, work

_WAY = (Outcome.SCHEDULED, Outcome.SENT, Outcome.ACCEPTED, Outcome.LANDED)


async def test_each_fact_moves_the_record_and_is_told_once(rota: Rota) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    for hour, outcome in enumerate(_WAY):
        fact = rota.fact(submittal_id, outcome, hour=hour, file_name="TA_277_LNK_MN2705_00000001.DAT", row_number=2)
        await rota.hub.deliver(fact)
        await rota.hub.deliver(fact)
        assert (await rota.read(submittal_id))["state"] == outcome.value
    told = [one.event.state for one in await rota.hub.emitted("submittal.settled")]
    assert told == ["scheduled", "sent", "accepted", "landed"]
    facts = (await rota.read(submittal_id))["facts"]
    assert [fact["outcome"] for fact in facts] == [outcome.value for outcome in _WAY]
    assert facts[-1]["file_name"] == "TA_277_LNK_MN2705_00000001.DAT"


@pytest.mark.parametrize("order", list(permutations((Outcome.SENT, Outcome.ACCEPTED, Outcome.LANDED))))
async def test_the_order_of_arrival_makes_no_difference(rota: Rota, order: tuple[Outcome, ...]) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.hub.deliver(*(rota.fact(submittal_id, outcome, hour=_WAY.index(outcome)) for outcome in order))
    assert (await rota.read(submittal_id))["state"] == "landed"


async def test_a_rejected_record_is_fixed_resubmitted_and_gets_its_own_instruction(rota: Rota) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.settle(submittal_id, Outcome.SENT, hour=1)
    await rota.settle(
        submittal_id, Outcome.REJECTED, hour=2, reason="The cost code is closed.", field="attendance.cost_code"
    )
    rejected = await rota.read(submittal_id)
    assert (rejected["state"], rejected["field"]) == ("rejected", "attendance.cost_code")
    assert rejected["reason"] == "The cost code is closed."
    mended = await rota.done(submittal_id, "resubmit", "admin", fields={"cost_code": "E10440"})
    assert (mended["state"], mended["version"], mended["content"]["cost_code"]) == ("pending", 2, "E10440")
    await rota.pushed_to_approval(submittal_id)
    versions = [told.event.version for told in await rota.hub.emitted("submittal.approved")]
    assert versions == [1, 2]
    assert not await rota.hub.emitted("submittal.withdrawn")
    await rota.settle(submittal_id, Outcome.LANDED, version=2, hour=5)
    assert (await rota.read(submittal_id))["state"] == "landed"


async def test_a_held_record_stays_approved_says_why_and_may_be_mended(rota: Rota) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.settle(submittal_id, Outcome.HELD, reason="The pay element has no name in ESR yet.")
    stands = await rota.read(submittal_id)
    assert (stands["state"], stands["held"]) == ("approved", True)
    assert stands["reason"] == "The pay element has no name in ESR yet."
    counts = (await rota.hub.client.get("/v1/submittals/counts", headers=rota.bearer())).json()
    assert (counts["states"], counts["held"]) == ({"approved": 1}, 1)
    await rota.taken("a", work(pay_element="HOURS"))
    assert len(await rota.hub.emitted("submittal.withdrawn")) == 1


@pytest.mark.parametrize("command", ["return", "withdraw"])
async def test_a_scheduled_record_can_be_taken_back_until_its_run_is_frozen(rota: Rota, command: str) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.settle(submittal_id, Outcome.SCHEDULED)
    taken = await rota.command(submittal_id, command, "lead", reason="The session was cancelled.")
    assert taken.status_code == 200
    assert len(await rota.hub.emitted("submittal.withdrawn")) == 1


@pytest.mark.parametrize("outcome", [Outcome.SENT, Outcome.ACCEPTED, Outcome.LANDED, Outcome.UNKNOWN])
async def test_what_is_on_its_way_cannot_be_changed_any_more(rota: Rota, outcome: Outcome) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.settle(submittal_id, outcome)
    edit = await rota.put("a", work(session="Theatre 9"))
    assert (edit.status_code, edit.json()["code"]) == (409, "already_sent")
    for command in ("return", "withdraw"):
        refused = await rota.command(submittal_id, command, "lead", reason="Wrong.")
        assert (refused.status_code, refused.json()["code"]) == (409, "already_sent")
    assert (await rota.read(submittal_id))["state"] == outcome.value


async def test_a_change_that_crossed_the_sending_is_never_paid_on_top(rota: Rota) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.taken("a", work(session="Theatre 9"))
    await rota.pushed_to_approval(submittal_id)
    # The run had been frozen with version 1 when the change came.
    await rota.settle(submittal_id, Outcome.SENT, version=1)
    stands = await rota.read(submittal_id)
    assert (stands["state"], stands["history"][-1]["kind"]) == ("sent", "withdrawn")
    assert [told.event.version for told in await rota.hub.emitted("submittal.withdrawn")] == [1, 2]


@pytest.mark.parametrize("before", [Outcome.SCHEDULED, Outcome.HELD])
async def test_a_change_that_payroll_has_already_is_not_paid_on_top_either(rota: Rota, before: Outcome) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.taken("a", work(session="Theatre 9"))
    await rota.pushed_to_approval(submittal_id)
    await rota.settle(submittal_id, before, version=2, hour=2)
    await rota.settle(submittal_id, Outcome.SENT, version=1, hour=1)
    stands = await rota.read(submittal_id)
    assert (stands["state"], stands["history"][-1]["kind"]) == ("sent", "withdrawn")
    assert [told.event.version for told in await rota.hub.emitted("submittal.withdrawn")] == [1, 2]


async def test_that_it_was_sent_is_known_even_if_the_change_that_crossed_it_is_nobodys_yet(rota: Rota) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    edited = await rota.taken("a", work(profile_id="unlinked"))
    assert (edited["state"], edited["employee_number"]) == ("returned", None)
    await rota.settle(submittal_id, Outcome.SENT, version=1)
    assert (await rota.read(submittal_id))["state"] == "sent"
    (told,) = await rota.hub.emitted("submittal.settled")
    assert (told.event.employee_number, told.event.state) == (CONSULTANT, "sent")
    assert (await rota.command(submittal_id, "resubmit", "admin")).json()["code"] == "already_sent"


async def test_a_session_that_was_sent_cannot_be_claimed_again(rota: Rota) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.settle(submittal_id, Outcome.LANDED)
    again = await rota.taken("b", work())
    assert [finding["code"] for finding in again["findings"]] == ["duplicate_of_sent"]


async def test_the_state_kept_for_queries_is_the_derived_one(rota: Rota) -> None:
    ids = [
        (await rota.approved(f"r{n}", work(session=f"Room {n}", starts=None, ends=None)))["submittal_id"]
        for n in range(4)
    ]
    await rota.taken("returned", work(cost_code="NOPE"))
    await rota.settle(ids[0], Outcome.HELD, reason="Waits.")
    await rota.settle(ids[1], Outcome.REJECTED, reason="No.", field="attendance.rate")
    await rota.done(ids[2], "withdraw", "lead", reason="Off.")
    async with rota.hub.database.read(["277"]) as tx:
        rows = await tx.all(select(submittal))
        for row in rows:
            record = await store.read_one(tx, row.id)
            assert record is not None
            standing = record.standing
            assert (row.state, row.outcome, row.reason, row.field, row.sent, row.version) == (
                standing.state,
                standing.outcome,
                standing.reason,
                standing.field,
                standing.sent,
                standing.version,
            )
    assert sorted(row.state for row in rows) == ["approved", "approved", "rejected", "returned", "withdrawn"]


@pytest.mark.parametrize("table", ["decision", "submittal_version", "settlement"])
@pytest.mark.parametrize("change", ["UPDATE {} SET version = 9", "DELETE FROM {}"])
async def test_what_was_decided_is_never_changed_afterwards(rota: Rota, table: str, change: str) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.settle(submittal_id, Outcome.SENT)
    with pytest.raises(DBAPIError, match="append-only"):
        async with rota.hub.database.write(["277"]) as tx:
            await tx.execute(text(change.format(table)))
