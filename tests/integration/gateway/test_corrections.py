"""Corrections: a pair in a later run, each half only where it belongs; and what people hold back. Nothing is paid twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from esr_gateway.to_esr import holding
from esrlink.contracts import SubmittalApproved
from tests.integration.gateway.conftest import AFTER_CUT_OFF, NOON, GatewayUnderTest, absence, attendance
from tests.integration.gateway.test_any_order import AFTER_SECOND_CUT_OFF, freeze_due, start_again
from tests.integration.gateway.test_run_states import audited
from tests.integration.gateway.test_runs import withdrawal
from tests.integration.submittals.conftest import statements

DAY = date(2026, 8, 4)
LATER = AFTER_CUT_OFF + timedelta(days=2)


def correction(of: SubmittalApproved, *, reversal: bool, **values: Any) -> SubmittalApproved:
    assert of.attendance is not None
    given = {"approved_at": LATER, **values}
    return attendance(
        of.employee_number, of.attendance.date_worked, corrects=of.submittal_id, reversal=reversal, **given
    )


async def freeze_and_send(gateway: GatewayUnderTest, now: datetime) -> None:
    """The run that is due is frozen, and ESR has its files."""
    await freeze_due(gateway, now)
    async with gateway.hub.database.write(["277"]) as tx:
        await tx.execute(text("UPDATE instruction SET state = 'sent' WHERE state = 'frozen'"))


async def lines(gateway: GatewayUnderTest) -> dict[UUID, Any]:
    async with gateway.hub.database.read(["277"]) as tx:
        return {row.submittal_id: row for row in await tx.all(text("SELECT * FROM line"))}


async def held(gateway: GatewayUnderTest) -> dict[UUID, str]:
    async with gateway.hub.database.read(["277"]) as tx:
        rows = await tx.all(text("SELECT submittal_id, code FROM instruction WHERE state = 'held'"))
    return {row.submittal_id: row.code for row in rows}


async def balanced(gateway: GatewayUnderTest) -> bool:
    return bool((await gateway.get("/v1/conservation"))["balanced"])


async def test_a_correction_is_a_reversal_and_a_replacement_that_name_what_was_sent(gateway: GatewayUnderTest) -> None:
    first = attendance("20000001", DAY)
    await gateway.hub.deliver(first)
    await freeze_and_send(gateway, AFTER_CUT_OFF)
    back, anew = correction(first, reversal=True), correction(first, reversal=False, units=2)
    await gateway.hub.deliver(anew, back)
    await freeze_due(gateway, AFTER_SECOND_CUT_OFF)
    found = await lines(gateway)
    assert {key: (row.change, row.corrects, row.amount) for key, row in found.items()} == {
        first.submittal_id: ("new", None, "450.00"),
        back.submittal_id: ("reversed", first.submittal_id, "-450.00"),
        anew.submittal_id: ("corrected", first.submittal_id, "900.00"),
    }
    assert found[back.submittal_id].row_number < found[anew.submittal_id].row_number
    async with gateway.hub.database.read(["277"]) as tx:
        departments = await tx.scalar(text("SELECT departments FROM run WHERE run_code = 'MN2706'"))
    assert [(one["new"], one["corrected"], one["reversed"], one["amount"]) for one in departments] == [
        (0, 1, 1, "450.00")
    ]


@pytest.mark.parametrize("both_wait", [True, False], ids=["with its original", "without"])
async def test_a_reversal_waits_until_its_original_was_sent(gateway: GatewayUnderTest, both_wait: bool) -> None:
    first = attendance("20000001", DAY)
    back = correction(first, reversal=True, approved_at=NOON + timedelta(hours=2))
    await gateway.hub.deliver(*([first, back] if both_wait else [back]))
    await freeze_and_send(gateway, AFTER_CUT_OFF)
    assert back.submittal_id not in await lines(gateway), "it goes in a later run than what it takes back"
    assert await held(gateway) == {back.submittal_id: "original_not_sent"}
    await freeze_due(gateway, AFTER_SECOND_CUT_OFF)
    assert (back.submittal_id in await lines(gateway)) is both_wait
    assert await balanced(gateway)


@pytest.mark.parametrize(
    ("state", "code"),
    [("rejected", "original_not_sent"), ("unknown", "original_unknown"), ("frozen", "original_not_sent")],
)
async def test_nothing_is_taken_back_that_esr_may_not_have(gateway: GatewayUnderTest, state: str, code: str) -> None:
    first = attendance("20000001", DAY)
    await gateway.hub.deliver(first)
    await freeze_due(gateway, AFTER_CUT_OFF)
    async with gateway.hub.database.write(["277"]) as tx:
        await tx.execute(text("UPDATE instruction SET state = :state"), {"state": state})
    back = correction(first, reversal=True)
    await gateway.hub.deliver(back)
    await freeze_due(gateway, AFTER_SECOND_CUT_OFF)
    assert await held(gateway) == {back.submittal_id: code}


async def test_nothing_is_taken_back_twice(gateway: GatewayUnderTest) -> None:
    first, leave = attendance("20000001", DAY), absence("20000001", date(2026, 8, 10), date(2026, 8, 12))
    await gateway.hub.deliver(first, leave)
    await freeze_and_send(gateway, AFTER_CUT_OFF)
    some = [correction(first, reversal=True) for _ in range(2)]
    gone = [
        absence("20000001", date(2026, 8, 10), None, corrects=leave.submittal_id, reversal=True, approved_at=LATER)
        for _ in range(2)
    ]
    await gateway.hub.deliver(*some, *gone)
    await freeze_and_send(gateway, AFTER_SECOND_CUT_OFF)
    reversed_ = [row.corrects for row in (await lines(gateway)).values() if row.change == "reversed"]
    assert sorted(reversed_) == sorted([first.submittal_id, leave.submittal_id])
    assert list((await held(gateway)).values()) == ["reversed_already"] * 2
    assert await balanced(gateway)


async def test_a_replacement_waits_for_its_reversal(gateway: GatewayUnderTest) -> None:
    first = attendance("20000001", DAY)
    await gateway.hub.deliver(first)
    await freeze_and_send(gateway, AFTER_CUT_OFF)
    anew = correction(first, reversal=False, units=2)
    await gateway.hub.deliver(anew)
    await freeze_due(gateway, AFTER_SECOND_CUT_OFF)
    assert await held(gateway) == {anew.submittal_id: "reversal_not_sent"}


@pytest.mark.parametrize("state", ["withdrawn", "rejected"])
async def test_a_replacement_of_what_was_never_paid_needs_no_reversal(gateway: GatewayUnderTest, state: str) -> None:
    first = attendance("20000001", DAY)
    await gateway.hub.deliver(first)
    if state == "withdrawn":
        await gateway.hub.deliver(withdrawal(first))
    await freeze_due(gateway, AFTER_CUT_OFF)
    async with gateway.hub.database.write(["277"]) as tx:
        await tx.execute(text("UPDATE instruction SET state = 'rejected' WHERE state = 'frozen'"))
    anew = correction(first, reversal=False)
    await gateway.hub.deliver(anew)
    await freeze_due(gateway, AFTER_SECOND_CUT_OFF)
    assert anew.submittal_id in await lines(gateway)


async def test_a_closing_waits_for_an_opening_that_is_held(gateway: GatewayUnderTest) -> None:
    opened = absence("20000001", DAY, None, absence_type="Leave, special")  # a comma would break the row
    closing = absence("20000001", DAY, date(2026, 8, 9), closes=opened.submittal_id)
    await gateway.hub.deliver(opened, closing)
    await freeze_due(gateway, AFTER_CUT_OFF)
    assert await held(gateway) == {
        opened.submittal_id: "character_refused",
        closing.submittal_id: "original_not_sent",
    }


async def held_back(gateway: GatewayUnderTest, one: SubmittalApproved, action: str) -> None:
    async with gateway.hub.database.write(["277"]) as tx:
        about = (tx, "277", one.submittal_id, one.version)
        now = gateway.hub.clock.now()
        match action:
            case "hold":
                await holding.hold(*about, by="paula", reason="ask the ward", now=now)
            case "release":
                await holding.release(*about, by="paula", now=now)
            case _:
                await holding.withdraw(*about, by="paula", reason="paid by cheque", now=now)


async def test_what_a_person_holds_stays_out_of_every_run_until_it_is_released(gateway: GatewayUnderTest) -> None:
    one, other = attendance("20000001", DAY), attendance("20000002", DAY)
    await gateway.hub.deliver(one, other)
    await held_back(gateway, one, "hold")
    await freeze_due(gateway, AFTER_CUT_OFF)
    await freeze_due(gateway, AFTER_SECOND_CUT_OFF)
    assert set(await lines(gateway)) == {other.submittal_id}
    assert await held(gateway) == {one.submittal_id: "held_by_person"}
    assert await balanced(gateway)
    with pytest.raises(holding.InARun):
        await held_back(gateway, other, "hold")
    assert await audited(gateway) == [("paula", "instruction.held")]


async def test_holding_and_releasing_are_told_each_time_and_a_rule_may_hold_it_after(
    gateway: GatewayUnderTest,
) -> None:
    one = attendance("20000001", DAY, rate=None)
    await gateway.hub.deliver(one)
    for action in ("hold", "release", "hold", "release"):
        await held_back(gateway, one, action)
    await freeze_due(gateway, AFTER_CUT_OFF)
    assert await gateway.outcomes(one.submittal_id) == [
        "scheduled", "held", "scheduled", "held", "scheduled", "held",
    ]  # fmt: skip
    assert await held(gateway) == {one.submittal_id: "figure_missing"}
    with pytest.raises(holding.NotHeld):
        await held_back(gateway, one, "release")


async def test_what_payroll_takes_back_goes_in_no_run_and_a_newer_version_may(gateway: GatewayUnderTest) -> None:
    one = attendance("20000001", DAY)
    await gateway.hub.deliver(one)
    await held_back(gateway, one, "withdraw")
    again = attendance("20000001", DAY, submittal_id=one.submittal_id, version=2)
    await gateway.hub.deliver(again)
    await freeze_due(gateway, AFTER_CUT_OFF)
    assert (await lines(gateway))[one.submittal_id].version == 2
    said = [e.event for e in await gateway.hub.emitted("esr.record.settled") if e.event.outcome == "held"]
    assert [(e.code, e.reason) for e in said] == [("withdrawn_by_payroll", "Payroll took it back: paid by cheque")]
    assert await balanced(gateway)


async def test_freezing_costs_the_same_statements_for_many_as_for_few(gateway: GatewayUnderTest) -> None:
    counts = []
    for size, now in ((3, AFTER_CUT_OFF), (900, AFTER_SECOND_CUT_OFF)):
        approved_at = now - timedelta(days=1)
        await gateway.hub.deliver(
            *(attendance("20000001", DAY, approved_at=approved_at) for _ in range(size)),
            *(attendance("20000002", DAY, rate=None, approved_at=approved_at) for _ in range(size)),
        )
        with statements(gateway.hub) as seen:
            await freeze_due(gateway, now)
        counts.append(len(seen))
    # Two blocks in place of one: what was paid before, and what corrections name.
    assert counts[1] <= counts[0] + 2, counts
    assert counts[0] <= 30, counts


PEOPLE = ("20000001", "20000002")
Step = tuple[str, SubmittalApproved]


@st.composite
def lives(draw: st.DrawFn) -> list[list[Step]]:
    """What happens to four records before each of two cut-offs, and after: approvals, corrections, and what people do."""
    originals = [attendance(draw(st.sampled_from(PEOPLE)), DAY, submittal_id=uuid4()) for _ in range(4)]
    acts = st.sampled_from(["hold", "release", "withdraw", "take back"])
    phases: list[list[Step]] = []
    known = list(originals)
    for when in (NOON, LATER):
        steps: list[Step] = [("approve", one) for one in originals] if when is NOON else []
        for original in originals:
            for _ in range(draw(st.integers(0, 2))):
                one = correction(original, reversal=draw(st.booleans()), approved_at=when + timedelta(hours=1))
                known.append(one)
                steps.append(("approve", one))
        steps += [(draw(acts), draw(st.sampled_from(known))) for _ in range(draw(st.integers(0, 4)))]
        phases.append(draw(st.permutations(steps)))
    return phases


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(life=lives())
async def test_whatever_is_corrected_held_and_taken_back_each_record_is_paid_once_at_most(
    gateway: GatewayUnderTest, life: list[list[Step]]
) -> None:
    await start_again(gateway)
    for steps, now in zip(life, (AFTER_CUT_OFF, AFTER_SECOND_CUT_OFF), strict=True):
        for action, one in steps:
            if action == "approve":
                await gateway.hub.deliver(one)
            elif action == "take back":
                await gateway.hub.deliver(withdrawal(one))
            else:
                try:
                    await held_back(gateway, one, action)
                except (holding.InARun, holding.NotHeld, holding.NotFound):
                    continue
        await freeze_and_send(gateway, now)
        assert await balanced(gateway)
        found = await lines(gateway)
        assert not await held_by_a_person(gateway) & set(found)
        for row in found.values():
            pair = [one for one in found.values() if one.corrects == row.submittal_id]
            assert sum(one.change == "reversed" for one in pair) <= 1, "taken back twice"
        for row in found.values():
            if row.change == "reversed":
                assert row.corrects in found
                assert found[row.corrects].file_name < row.file_name, "in a later run"
            if row.change == "corrected" and row.corrects in found:
                assert any(o.change == "reversed" and o.corrects == row.corrects for o in found.values()), "paid twice"


async def held_by_a_person(gateway: GatewayUnderTest) -> set[UUID]:
    async with gateway.hub.database.read(["277"]) as tx:
        rows = await tx.all(text("SELECT submittal_id FROM instruction WHERE held_by IS NOT NULL AND state = 'held'"))
    return {row.submittal_id for row in rows}
