"""Approvals and withdrawals are of two topics, and the versions of one record may be of two people: any may come first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from esr_gateway.gateway import assemble
from esr_gateway.settings import Settings
from esr_gateway.to_esr import instructions
from esr_gateway.to_esr.freezing import freeze
from esr_gateway.to_esr.periods import due_periods
from esr_gateway.trusts import keep_settings
from esrlink.bus.fuse import Fuses, reset_fuse
from esrlink.bus.reasons import Reason, ReasonClass
from esrlink.contracts import Event, Outcome, SubmittalApproved, SubmittalWithdrawn, to_message
from esrlink.ids import new_id
from tests.integration.arrivals import Batches, arrivals
from tests.integration.gateway.conftest import AFTER_CUT_OFF, NOON, GatewayUnderTest, attendance
from tests.integration.gateway.test_runs import withdrawal
from tests.integration.submittals.conftest import statements

DAY = date(2026, 8, 4)
AFTER_SECOND_CUT_OFF = datetime(2026, 9, 5, tzinfo=UTC)
ANNA, BELA = "20000001", "20000002"
Paid = set[tuple[UUID, int]]


def approval(number: int = 1, version: int = 1, person: str = ANNA) -> SubmittalApproved:
    return attendance(person, DAY, submittal_id=UUID(int=number), version=version)


async def freeze_due(gateway: GatewayUnderTest, now: datetime) -> None:
    """Freeze the run that is due, without a way to ESR."""
    hub = gateway.hub
    assert isinstance(hub.settings, Settings)
    archive = assemble(hub.settings, hub.database, hub.clock, new_id).closer.archive
    hub.clock.move_to(now)
    async with hub.database.write(["277"]) as tx:
        trust = await keep_settings(tx, "277")
        [period] = await due_periods(tx, "277", now)
        await freeze(tx, trust, period, archive=archive, new_id=new_id, now=now)


async def paid(gateway: GatewayUnderTest) -> Paid:
    async with gateway.hub.database.read(["277"]) as tx:
        return {tuple(row) for row in await tx.all(text("SELECT submittal_id, version FROM line"))}


async def states(gateway: GatewayUnderTest) -> dict[tuple[UUID, int], str]:
    async with gateway.hub.database.read(["277"]) as tx:
        rows = await tx.all(text("SELECT submittal_id, version, state FROM instruction WHERE content IS NOT NULL"))
    return {(row.submittal_id, row.version): row.state for row in rows}


async def balanced(gateway: GatewayUnderTest) -> bool:
    return bool((await gateway.get("/v1/conservation"))["balanced"])


async def test_a_newer_version_takes_the_place_of_an_older_one_whose_withdrawal_is_still_to_come(
    gateway: GatewayUnderTest,
) -> None:
    first, second = approval(version=1), approval(version=2)
    await gateway.hub.deliver(first)
    await gateway.hub.deliver(second)
    await freeze_due(gateway, AFTER_CUT_OFF)
    assert await paid(gateway) == {(UUID(int=1), 2)}
    await gateway.hub.deliver(withdrawal(first))
    figures = await gateway.get("/v1/conservation")
    assert (figures["approved"], figures["withdrawn"], figures["balanced"]) == (2, 1, True)


async def test_an_approval_that_comes_after_its_successor_is_not_paid(gateway: GatewayUnderTest) -> None:
    await gateway.hub.deliver(approval(version=2, person=BELA))
    await gateway.hub.deliver(approval(version=1, person=ANNA))
    await freeze_due(gateway, AFTER_CUT_OFF)
    assert await paid(gateway) == {(UUID(int=1), 2)}


async def test_the_withdrawal_of_a_newer_version_is_news_of_the_older_one_too(gateway: GatewayUnderTest) -> None:
    await gateway.hub.deliver(approval(version=1))
    await gateway.hub.deliver(withdrawal(approval(version=2)))
    await freeze_due(gateway, AFTER_CUT_OFF)
    assert await paid(gateway) == set()
    assert await balanced(gateway)


async def test_a_newer_version_is_held_while_an_older_one_is_in_a_run(gateway: GatewayUnderTest) -> None:
    await gateway.hub.deliver(approval(version=1))
    await freeze_due(gateway, AFTER_CUT_OFF)
    await gateway.hub.deliver(approval(version=2))
    await freeze_due(gateway, AFTER_SECOND_CUT_OFF)
    assert await paid(gateway) == {(UUID(int=1), 1)}
    settled = [one.event for one in await gateway.hub.emitted("esr.record.settled")]
    [held] = [one for one in settled if one.outcome is Outcome.HELD]
    assert (held.version, held.code) == (2, "version_sent_already")
    assert await balanced(gateway)


async def test_a_newer_version_goes_once_esr_has_rejected_the_older_one(gateway: GatewayUnderTest) -> None:
    await gateway.hub.deliver(approval(version=1))
    await freeze_due(gateway, AFTER_CUT_OFF)
    async with gateway.hub.database.write(["277"]) as tx:
        await tx.execute(text("UPDATE instruction SET state = 'rejected'"))
    await gateway.hub.deliver(approval(version=2))
    await freeze_due(gateway, AFTER_SECOND_CUT_OFF)
    assert await paid(gateway) == {(UUID(int=1), 1), (UUID(int=1), 2)}


async def test_two_versions_that_two_replicas_take_at_once_see_each_other(gateway: GatewayUnderTest) -> None:
    database = gateway.hub.database
    async with database.write(["277"]) as tx:
        await instructions.take(tx, "277", [approval(version=2, person=BELA)], NOON)
        other = asyncio.create_task(gateway.hub.deliver(approval(version=1, person=ANNA)))
        await waits_for_a_lock(gateway, other)
    await other
    assert await states(gateway) == {(UUID(int=1), 1): "withdrawn", (UUID(int=1), 2): "waiting"}


async def waits_for_a_lock(gateway: GatewayUnderTest, task: asyncio.Task[None]) -> None:
    """Until `task` does, or is done."""
    waiting = text(
        "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
        " WHERE NOT granted AND datname = current_database()"
    )
    async with asyncio.timeout(10):
        while not task.done():
            async with gateway.hub.database.read() as tx:
                if await tx.scalar(waiting):
                    return
            await asyncio.sleep(0.01)


async def parked(gateway: GatewayUnderTest, one: SubmittalApproved, value: str | None = None) -> None:
    """The withdrawal of `one` comes and cannot be read, as one of a later version of our own might."""
    message = to_message(withdrawal(one), event_id=new_id(), source="submittals", time=NOON)
    said = value if value is not None else message.value.decode().replace('"reason":"booked twice"', '"why":2')
    await gateway.hub.deliver_messages(replace(message, value=said.encode()))


async def held_codes(gateway: GatewayUnderTest) -> dict[UUID, str | None]:
    settled = [one.event for one in await gateway.hub.emitted("esr.record.settled")]
    return {one.submittal_id: one.code for one in settled if one.outcome is Outcome.HELD}


async def test_a_record_whose_withdrawal_is_parked_is_held_and_the_others_go(gateway: GatewayUnderTest) -> None:
    await gateway.hub.deliver(approval(1), approval(2))
    await parked(gateway, approval(1))
    await freeze_due(gateway, AFTER_CUT_OFF)
    assert await paid(gateway) == {(UUID(int=2), 1)}
    assert await held_codes(gateway) == {UUID(int=1): "withdrawal_parked"}
    # Somebody looks, and throws it away: it goes with the next run.
    async with gateway.hub.database.write(["277"]) as tx:
        await tx.execute(text("UPDATE dead_letter SET state = 'discarded'"))
    await freeze_due(gateway, AFTER_SECOND_CUT_OFF)
    assert await paid(gateway) == {(UUID(int=1), 1), (UUID(int=2), 1)}


@pytest.mark.parametrize("value", ["", "null", '{"submittal_id": 7}', "[" * 100_000], ids=["", "null", "odd", "deep"])
async def test_a_withdrawal_that_nobody_can_read_holds_its_person_only(gateway: GatewayUnderTest, value: str) -> None:
    await gateway.hub.deliver(approval(1, person=ANNA), approval(2, person=BELA))
    await parked(gateway, approval(3, person=ANNA), value)
    await freeze_due(gateway, AFTER_CUT_OFF)
    assert await paid(gateway) == {(UUID(int=2), 1)}
    assert await held_codes(gateway) == {UUID(int=1): "withdrawal_parked"}


async def test_no_run_is_frozen_while_withdrawals_are_stopped(gateway: GatewayUnderTest) -> None:
    await gateway.hub.deliver(approval())
    fuses = Fuses("esr-gateway", gateway.hub.database)
    await fuses.blow("submittal.withdrawn", Reason(ReasonClass.DEFECT, "KeyError", "KeyError"))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    answer = await gateway.close_due_answer()
    assert (answer.status_code, answer.json()["code"]) == (409, "withdrawals_stopped")
    assert await paid(gateway) == set()
    async with gateway.hub.database.write() as tx:
        assert await reset_fuse(tx, "esr-gateway", "submittal.withdrawn")
    [run] = await gateway.close_due()
    assert (run["lines"], run["state"]) == (1, "sent")


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Three records as the submittals service may have published them: a version is approved once the last is taken back.

    The profile may have turned out to be another person's in between.
    """
    lives: list[list[Event]] = []
    for number in range(1, 4):
        life: list[Event] = []
        for version in range(1, draw(st.integers(1, 3)) + 1):
            approved = approval(number, version, draw(st.sampled_from([ANNA, BELA])))
            life += [approved, withdrawal(approved)]
        if draw(st.booleans()):
            life.pop()
        lives.append(life)
    events = []
    while lives:
        events.append(lives[draw(st.integers(0, len(lives) - 1))].pop(0))
        lives = [life for life in lives if life]
    return events


def standing(events: Sequence[Event]) -> Paid:
    """What is approved and not taken back, in the order of publication."""
    there: Paid = set()
    for event in events:
        if isinstance(event, SubmittalApproved):
            there.add((event.submittal_id, event.version))
        elif isinstance(event, SubmittalWithdrawn):
            there.discard((event.submittal_id, event.version))
    return there


async def start_again(gateway: GatewayUnderTest) -> None:
    gateway.hub.clock.move_to(NOON)
    async with gateway.hub.database.write(["277"]) as tx:
        for table in ("line", "run_file", "run", "fact", "instruction", "outbox"):
            await tx.execute(text(f"DELETE FROM {table}"))


async def deliver(gateway: GatewayUnderTest, arriving: Batches) -> None:
    for batch in arriving:
        await gateway.hub.deliver(*batch)
    async with gateway.hub.database.read(["277"]) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM dead_letter")) == 0


_SETTINGS = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@_SETTINGS
@given(data=st.data())
async def test_what_is_paid_is_the_same_whatever_the_order_of_arrival(
    gateway: GatewayUnderTest, data: st.DataObject
) -> None:
    events = data.draw(histories())
    await start_again(gateway)
    await deliver(gateway, data.draw(arrivals(events)))
    before = await states(gateway)
    # Weeks later, when nobody remembers their ids, all of them once more.
    await deliver(gateway, [events])
    assert await states(gateway) == before
    expected = standing(events)
    assert {key for key, state in before.items() if state == "waiting"} == expected
    assert set(before.values()) <= {"waiting", "withdrawn"}
    await freeze_due(gateway, AFTER_CUT_OFF)
    assert await paid(gateway) == expected
    assert await balanced(gateway)


@_SETTINGS
@given(data=st.data())
async def test_a_run_that_closes_between_pays_no_record_twice(gateway: GatewayUnderTest, data: st.DataObject) -> None:
    events = data.draw(histories())
    arriving = data.draw(arrivals(events))
    cut = data.draw(st.integers(0, len(arriving)))
    await start_again(gateway)
    await deliver(gateway, arriving[:cut])
    await freeze_due(gateway, AFTER_CUT_OFF)
    first = await paid(gateway)
    heard = [event for batch in arriving[:cut] for event in batch]
    for submittal_id, version in first:
        newer = [e for e in heard if getattr(e, "submittal_id", None) == submittal_id and e.version > version]  # type: ignore[attr-defined]
        assert not newer
        assert not any(
            isinstance(e, SubmittalWithdrawn) and (e.submittal_id, e.version) == (submittal_id, version) for e in heard
        )
    await deliver(gateway, arriving[cut:])
    await freeze_due(gateway, AFTER_SECOND_CUT_OFF)
    everything = await paid(gateway)
    assert len({submittal_id for submittal_id, _ in everything}) == len(everything)
    # Whatever stands is paid, unless a version before it had gone already: then it is held, in plain sight.
    now = await states(gateway)
    for submittal_id, version in standing(events):
        gone = any(one == submittal_id and earlier < version for one, earlier in first)
        assert now[submittal_id, version] == ("held" if gone else "frozen")
    assert everything - first <= standing(events)
    assert await balanced(gateway)


@pytest.mark.parametrize("size", [2, 500])
async def test_approvals_and_withdrawals_cost_the_same_whatever_their_number(
    gateway: GatewayUnderTest, size: int
) -> None:
    some = [approval(n) for n in range(1, size + 1)]
    with statements(gateway.hub) as seen:
        await gateway.hub.deliver(*some)
    assert len(seen) <= 12, seen
    with statements(gateway.hub) as seen:
        await gateway.hub.deliver(*(withdrawal(one) for one in some))
    assert len(seen) <= 5, seen


async def test_topics_that_take_turns_in_a_batch_cost_no_more_than_one_after_the_other(
    gateway: GatewayUnderTest,
) -> None:
    some = [approval(n) for n in range(1, 51)]
    with statements(gateway.hub) as seen:
        await gateway.hub.deliver(*(event for one in some for event in (one, withdrawal(one))))
    assert len(seen) <= 15, seen
    assert set((await states(gateway)).values()) == {"withdrawn"}
