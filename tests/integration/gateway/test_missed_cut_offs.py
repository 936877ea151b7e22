"""Cut-offs that are missed, that wait, or that fall where the clocks change: caught up or raised, never skipped."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from esr_gateway.to_esr.caught_up import NotCaughtUp, OnBus
from esr_gateway.to_esr.hindrances import Despite
from esr_gateway.to_esr.missed import NothingToDecide, WaitsForPerson, decide_missed
from esr_gateway.to_esr.runs import CutOffLoop, RunCloser
from esr_gateway.to_esr.stuck_withdrawals import WithdrawalsStopped
from esr_gateway.trusts import Trust, find_trust
from esrlink.bus import Consumer
from esrlink.bus.fuse import Fuses, reset_fuse
from esrlink.bus.postgres import PostgresBus
from esrlink.bus.reasons import Reason, ReasonClass
from esrlink.contracts import to_message
from esrlink.errors import Invalid, Unavailable
from esrlink.ids import new_id
from tests.integration.gateway.conftest import AFTER_CUT_OFF, NOON, GatewayUnderTest, attendance, period
from tests.integration.gateway.test_run_states import audited, gateway_closer, issues, set_up, the_run
from tests.integration.gateway.test_runs import withdrawal

DAY = date(2026, 8, 4)
LATE = AFTER_CUT_OFF + timedelta(hours=3)


async def trust_of(gateway: GatewayUnderTest) -> Trust:
    async with gateway.hub.database.read() as tx:
        return await find_trust(tx, "277")


async def decided(gateway: GatewayUnderTest, decision: Any, run_code: str = "MN2705") -> None:
    async with gateway.hub.database.write(["277"]) as tx:
        await decide_missed(tx, "277", run_code, decision=decision, by="olive", now=gateway.hub.clock.now())


async def told(gateway: GatewayUnderTest, one: Any) -> list[tuple[str, str | None, str | None]]:
    settled = [received.event for received in await gateway.hub.emitted("esr.record.settled")]
    return [(e.outcome.value, e.pay_name, e.reason) for e in settled if e.submittal_id == one.submittal_id]


async def test_a_run_that_is_closed_late_says_so_until_it_is_sent(gateway: GatewayUnderTest) -> None:
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(LATE)
    [run] = await gateway.close_due()
    assert run["state"] == "sent"
    title = "Pay 5 was closed 3 hours after its cut-off (05 August 2026, 12:00)."
    assert await issues(gateway, "cut_off") == {title: "warning"}
    await gateway_closer(gateway).look_after(await trust_of(gateway))
    assert await issues(gateway, "cut_off") == {}


async def test_a_few_minutes_late_is_on_time(gateway: GatewayUnderTest) -> None:
    gateway.hub.clock.move_to(AFTER_CUT_OFF + timedelta(minutes=59))
    await gateway.close_due()
    assert await issues(gateway, "cut_off") == {}


async def test_a_trust_that_wants_to_be_asked_is_asked_and_nothing_goes_before(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    await set_up(gateway, tmp_path, missed_cut_off="ask")
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(LATE)
    for _ in range(3):
        answer = await gateway.close_due_answer()
        assert (answer.status_code, answer.json()["code"]) == (409, "cut_off_waits")
    assert list((await issues(gateway, "cut_off")).values()) == ["bad"]
    await decided(gateway, "send")
    [run] = await gateway.close_due()
    assert (run["state"], run["lines"]) == ("sent", 1)
    with pytest.raises(NothingToDecide):
        await decided(gateway, "roll")
    assert await audited(gateway) == [("olive", "cut_off.sent_late")]


async def test_a_later_run_does_not_take_what_waits_for_a_decision(gateway: GatewayUnderTest, tmp_path: Path) -> None:
    await set_up(gateway, tmp_path, missed_cut_off="ask")
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(datetime(2026, 9, 4, 11, 0, 1, tzinfo=UTC))
    answer = await gateway.close_due_answer()
    assert answer.json()["code"] == "cut_off_waits"
    assert (await gateway.get("/v1/runs"))["runs"] == []
    await decided(gateway, "send")
    assert [run["run_code"] for run in await gateway.close_due()] == ["MN2705", "MN2706"]


async def test_a_missed_run_that_is_rolled_tells_its_records_where_they_go(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    await set_up(gateway, tmp_path, missed_cut_off="ask")
    one = attendance("20000001", DAY)
    await gateway.hub.deliver(one)
    gateway.hub.clock.move_to(LATE)
    await gateway.close_due_answer()
    await decided(gateway, "roll")
    assert await gateway.close_due() == []
    assert await issues(gateway, "cut_off") == {}
    reason = "The cut-off of Pay 5 was missed, so it goes with Pay 6."
    assert await told(gateway, one) == [("scheduled", "Pay 5", None), ("scheduled", "Pay 6", reason)]
    with pytest.raises(NothingToDecide):
        await decided(gateway, "send")
    gateway.hub.clock.move_to(datetime(2026, 9, 4, 11, 0, 1, tzinfo=UTC))
    [run] = await gateway.close_due()
    assert (run["run_code"], run["lines"]) == ("MN2706", 1)
    assert (await gateway.get("/v1/conservation"))["balanced"]


async def test_after_the_pay_date_no_run_goes_without_a_person(gateway: GatewayUnderTest) -> None:
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(datetime(2026, 9, 28, tzinfo=UTC))
    assert (await gateway.close_due_answer()).json()["code"] == "cut_off_waits"


async def test_what_is_approved_or_comes_too_late_is_told_why(gateway: GatewayUnderTest) -> None:
    after = attendance("20000001", DAY, approved_at=AFTER_CUT_OFF)
    slow = attendance("20000001", DAY)
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    await gateway.close_due()
    await gateway.hub.deliver(after, slow)
    approved_late = "It was approved after the cut-off of Pay 5 (05 August 2026, 12:00), so it goes with Pay 6."
    assert await told(gateway, after) == [("scheduled", "Pay 6", approved_late)]
    assert await told(gateway, slow) == [
        ("scheduled", "Pay 6", "It came after Pay 5 was closed, so it goes with Pay 6.")
    ]


@pytest.mark.parametrize(
    ("cut_off", "utc"),
    [
        pytest.param("2027-03-28T00:59", "2027-03-28T00:59", id="the last minute before spring"),
        pytest.param("2027-03-28T01:30", "2027-03-28T01:30", id="the hour that spring skips"),
        pytest.param("2027-03-28T02:00", "2027-03-28T01:00", id="the first minute of summer time"),
        pytest.param("2026-10-25T01:30", "2026-10-25T00:30", id="the hour that comes twice"),
        pytest.param("2026-10-25T02:00", "2026-10-25T02:00", id="the first minute of winter time"),
        pytest.param("2028-02-29T12:00", "2028-02-29T12:00", id="a leap day"),
    ],
)
async def test_a_cut_off_where_the_clocks_change_comes_at_its_minute(
    gateway: GatewayUnderTest, tmp_path: Path, cut_off: str, utc: str
) -> None:
    await set_up(gateway, tmp_path, calendar=[{**period(5, cut_off), "pay_date": "2028-03-30"}])
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    gateway.hub.clock.move_to(moment - timedelta(seconds=1))
    assert await gateway.close_due() == []
    gateway.hub.clock.move_to(moment)
    assert [run["run_code"] for run in await gateway.close_due()] == ["MN2705"]
    assert await issues(gateway, "cut_off") == {}, "it was on time"


class Behind:
    """A consumer that has not caught up, until a test says so."""

    def __init__(self) -> None:
        self.caught_up = False
        self.asked: list[Sequence[str]] = []

    async def __call__(self, _what: str, topics: Sequence[str]) -> bool:
        self.asked.append(topics)
        return self.caught_up


def closer_behind(gateway: GatewayUnderTest, behind: Any) -> RunCloser:
    closer = gateway_closer(gateway)
    return RunCloser(closer.database, closer.archive, closer.open_exchange, closer.clock, closer.new_id, behind)


async def test_no_run_is_frozen_while_withdrawals_are_on_their_way(gateway: GatewayUnderTest) -> None:
    behind, trust = Behind(), await trust_of(gateway)
    closer = closer_behind(gateway, behind)
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    with pytest.raises(NotCaughtUp):
        await closer.close_due(trust)
    assert await issues(gateway, "cut_off") == {}, "a moment is no issue"
    gateway.hub.clock.move_to(AFTER_CUT_OFF + timedelta(minutes=6))
    with pytest.raises(NotCaughtUp):
        await closer.close_due(trust)
    assert list((await issues(gateway, "cut_off")).values()) == ["bad"]
    behind.caught_up = True
    [run_id] = await closer.close_due(trust)
    assert (await the_run(gateway)).run_id == run_id
    assert await issues(gateway, "cut_off") == {}


async def test_a_request_waits_a_while_for_what_is_on_its_way(gateway: GatewayUnderTest) -> None:
    behind, trust = Behind(), await trust_of(gateway)
    closer = closer_behind(gateway, behind)
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    closing = asyncio.create_task(closer.close_due(trust, wait=timedelta(seconds=20)))
    async with asyncio.timeout(10):
        while not behind.asked:  # noqa: ASYNC110 - the port has no signal
            await asyncio.sleep(0.01)
    behind.caught_up = True
    assert len(await closing) == 1


async def test_a_person_may_have_a_run_closed_all_the_same_and_the_reason_stays(gateway: GatewayUnderTest) -> None:
    trust = await trust_of(gateway)
    closer = closer_behind(gateway, Behind())
    fuses = Fuses("esr-gateway", gateway.hub.database)
    await fuses.blow("submittal.withdrawn", Reason(ReasonClass.DEFECT, "KeyError", "KeyError"))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    with pytest.raises(WithdrawalsStopped):
        await closer.close_due(trust)
    assert list((await issues(gateway, "cut_off")).values()) == ["bad"]
    with pytest.raises(Invalid):
        Despite("olive", " ")
    assert len(await closer.close_due(trust, despite=Despite("olive", "pay is tomorrow"))) == 1
    assert await audited(gateway) == [("olive", "run.closed_despite")]
    assert await issues(gateway, "cut_off") == {}


async def test_nobody_overrules_a_decision_that_is_still_to_be_made(gateway: GatewayUnderTest, tmp_path: Path) -> None:
    await set_up(gateway, tmp_path, missed_cut_off="ask")
    gateway.hub.clock.move_to(LATE)
    with pytest.raises(WaitsForPerson):
        await gateway_closer(gateway).close_due(await trust_of(gateway), despite=Despite("olive", "now"))


async def test_a_stopped_lane_of_approvals_holds_no_run(gateway: GatewayUnderTest) -> None:
    """What it holds goes with a later run, and says so; its topic is not waited for."""
    fuses = Fuses("esr-gateway", gateway.hub.database)
    await fuses.blow("submittal.approved", Reason(ReasonClass.DEFECT, "KeyError", "KeyError"))
    behind = Behind()
    behind.caught_up = True
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    assert len(await closer_behind(gateway, behind).close_due(await trust_of(gateway))) == 1
    assert behind.asked == [["submittal.withdrawn"]]
    async with gateway.hub.database.write() as tx:
        assert await reset_fuse(tx, "esr-gateway", "submittal.approved")


async def test_a_withdrawal_that_waits_on_the_bus_at_the_cut_off_is_not_paid(
    gateway: GatewayUnderTest, bus: PostgresBus
) -> None:
    """After a restart: the cut-off has passed, the consumer has yet to take what came in time."""
    hub = gateway.hub
    one, two = attendance("20000001", DAY), attendance("20000002", DAY)
    await hub.deliver(one, two)
    await bus.publish([to_message(withdrawal(one), event_id=new_id(), source="submittals", time=NOON)])
    closer, trust = closer_behind(gateway, OnBus(bus, "esr-gateway")), await trust_of(gateway)
    hub.clock.move_to(AFTER_CUT_OFF)
    with pytest.raises(NotCaughtUp):
        await closer.close_due(trust)
    consumer = asyncio.create_task(Consumer("esr-gateway", hub.database, bus, hub.service.handlers).run())
    [_] = await closer.close_due(trust, wait=timedelta(seconds=20))
    consumer.cancel()
    await asyncio.gather(consumer, return_exceptions=True)
    assert (await the_run(gateway)).lines == 1
    assert await gateway.outcomes(one.submittal_id) == ["scheduled"]


async def test_a_lane_that_is_stopped_later_is_not_waited_for_any_more(bus: PostgresBus) -> None:
    approval = to_message(attendance("20000001", DAY), event_id=new_id(), source="submittals", time=NOON)
    await bus.publish([approval])
    caught_up = OnBus(bus, "esr-gateway")
    assert not await caught_up("277 MN2705", ["submittal.approved", "submittal.withdrawn"])
    assert await caught_up("277 MN2705", ["submittal.withdrawn"])


async def test_a_bus_that_does_not_answer_is_not_taken_for_an_empty_one() -> None:
    class Silent:
        async def ends(self, _topics: Sequence[str]) -> Any:
            raise Unavailable("away")

    assert not await OnBus(Silent(), "esr-gateway")("277 MN2705", ["submittal.withdrawn"])  # type: ignore[arg-type]


async def test_a_cut_off_without_an_exchange_is_an_issue_until_there_is_one(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    await set_up(gateway, tmp_path, exchange=None)
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    closer = gateway_closer(gateway)
    assert await closer.close_due(await trust_of(gateway)) == []
    await closer.look_after(await trust_of(gateway))
    assert list((await issues(gateway, "cut_off")).values()) == ["bad"]
    await set_up(gateway, tmp_path)
    await closer.look_after(await trust_of(gateway))
    assert await issues(gateway, "cut_off") == {}


async def test_the_age_of_the_oldest_cut_off_without_a_run_is_measured(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    await set_up(gateway, tmp_path, missed_cut_off="ask")
    gateway.hub.clock.move_to(LATE)
    loop = asyncio.create_task(CutOffLoop(gateway_closer(gateway), timedelta(milliseconds=10)).run())
    try:
        await measured(10_801.0)
        await decided(gateway, "roll")
        await measured(0.0)
    finally:
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)


async def measured(seconds: float) -> None:
    """Until the metric says so."""
    async with asyncio.timeout(10):
        while REGISTRY.get_sample_value("esrlink_cut_off_oldest_seconds", {"service": "esr-gateway"}) != seconds:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
