"""A fact is written down once, moves its instruction on and never back, and many cost no more statements than a few."""

from __future__ import annotations

from collections.abc import Sequence

from esr_gateway.to_esr.run_files import note_sent
from esr_gateway.to_esr.settling import Fact, settle
from esrlink.contracts import Outcome, SubmittalApproved
from tests.integration.gateway.conftest import AFTER_CUT_OFF, GatewayUnderTest, attendance
from tests.integration.gateway.sending import NAME, rows
from tests.integration.gateway.test_any_order import freeze_due
from tests.integration.gateway.test_runs import DAY, closed
from tests.integration.submittals.conftest import statements


def fact(one: SubmittalApproved, outcome: Outcome, reason: str | None = None) -> Fact:
    return Fact(
        one.submittal_id, one.version, one.employee_number, outcome, reason=reason, file_name=NAME, row_number=1
    )


async def told(gateway: GatewayUnderTest, facts: Sequence[Fact]) -> int:
    async with gateway.hub.database.write(["277"]) as tx:
        return await settle(tx, "277", facts, gateway.hub.clock.now())


async def state(gateway: GatewayUnderTest) -> tuple[str, str | None]:
    [row] = await rows(gateway, "SELECT state, reason FROM instruction")
    return row.state, row.reason


async def test_of_facts_that_come_together_the_furthest_counts_and_all_are_told(gateway: GatewayUnderTest) -> None:
    one = attendance("20000001", DAY)
    await closed(gateway, one)
    outcomes = [Outcome.LANDED, Outcome.ACCEPTED, Outcome.REJECTED]
    assert await told(gateway, [fact(one, outcome, f"as {outcome}") for outcome in outcomes]) == 3
    assert await state(gateway) == ("landed", "as landed")
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "sent", "landed", "accepted", "rejected"]


async def test_what_esr_showed_later_counts_more_than_what_it_said(gateway: GatewayUnderTest) -> None:
    cases = [
        (Outcome.MISSING, Outcome.LANDED, "landed"),
        (Outcome.MISSING, Outcome.DIFFERS, "differs"),
        (Outcome.MISSING, Outcome.REJECTED, "rejected"),
        (Outcome.REJECTED, Outcome.MISSING, "rejected"),
        (Outcome.REJECTED, Outcome.LANDED, "landed"),
        (Outcome.LANDED, Outcome.MISSING, "landed"),
        (Outcome.ACCEPTED, Outcome.UNKNOWN, "accepted"),
    ]
    ones = [attendance(f"2000000{n}", DAY) for n in range(len(cases))]
    await closed(gateway, *ones)
    await told(gateway, [fact(one, first) for one, (first, _, _) in zip(ones, cases, strict=True)])
    await told(gateway, [fact(one, then) for one, (_, then, _) in zip(ones, cases, strict=True)])
    found = await rows(gateway, "SELECT state FROM instruction ORDER BY employee_number")
    assert [row.state for row in found] == [stands for _, _, stands in cases]


async def test_the_same_fact_again_changes_and_publishes_nothing(gateway: GatewayUnderTest) -> None:
    one = attendance("20000001", DAY)
    await closed(gateway, one)
    assert await told(gateway, [fact(one, Outcome.ACCEPTED, "first")] * 2) == 1
    assert await told(gateway, [fact(one, Outcome.ACCEPTED, "again")]) == 0
    assert await state(gateway) == ("accepted", "first")
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "sent", "accepted"]


async def test_a_file_of_many_lines_is_settled_by_as_few_statements_as_one_of_two(gateway: GatewayUnderTest) -> None:
    many = [attendance(f"2{n:07d}", DAY) for n in range(60)]
    await gateway.hub.deliver(*many)
    await freeze_due(gateway, AFTER_CUT_OFF)
    with statements(gateway.hub) as seen:
        async with gateway.hub.database.write(["277"]) as tx:
            await note_sent(tx, "277", NAME, gateway.hub.clock.now())
    assert len(seen) <= 9, seen
    with statements(gateway.hub) as seen:
        assert await told(gateway, [fact(one, Outcome.ACCEPTED) for one in many]) == len(many)
    assert len(seen) <= 4, seen
    sent = [one.event for one in await gateway.hub.emitted("esr.record.settled") if one.event.outcome == "sent"]
    assert [event.row_number for event in sent] == list(range(1, 61)), "in the order of the file"
    assert {(event.submittal_id, event.employee_number) for event in sent} == {
        (one.submittal_id, one.employee_number) for one in many
    }
