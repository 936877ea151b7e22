"""What each fault of SARD comes to: what is served, what is told, and to whom it says what to do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from esr_sandbox.faults import Fault, Refuses, RetryLater, Strikes, WrongTypes
from jobplan_adapter.polling.connecting import connector
from jobplan_adapter.polling.polls import Polls

REFUSALS: dict[Any, str] = {
    401: "e-mail address and the token file",
    403: "Ask SARD to let this account",
    404: "provider's address",
    415: "Ask SARD",
    422: "smaller page size",
}


def loop_of(hub: Any) -> Polls:
    running = hub.running
    connect = connector(running.settings, running.database)
    return Polls(running.database, running.clock, connect, tick=timedelta(seconds=1), at_once=2)


async def test_a_refusal_leaves_the_plans_served_and_says_what_to_do(polled: Any) -> None:
    plan = polled.shown("completed")
    before = (await polled.plan(polled.number_of(plan))).json()["plan"]
    for status, words in REFUSALS.items():
        polled.sandbox.faults.switch_on(Fault.SARD_REFUSES, Refuses(status=status))

        answer = await polled.poll()

        assert (answer.status_code, answer.json()["code"]) == (502, "provider_refused")
        state = await polled.provider()
        assert state["state"] == "down"
        assert f"({status})" in state["error"]
        assert words in state["error"]
    assert (await polled.plan(polled.number_of(plan))).json()["plan"] == before


async def test_an_answer_that_makes_no_sense_is_asked_for_again_and_given_up_if_it_stays(polled: Any) -> None:
    for fault in (Fault.SARD_TRUNCATED, Fault.SARD_ERROR_INSIDE):
        polled.sandbox.faults.switch_on(fault, Strikes(times=1))
        assert (await polled.poll()).status_code == 200

        polled.sandbox.faults.switch_on(fault, Strikes(times=None))
        assert (await polled.poll()).status_code == 503
        assert (await polled.provider())["plans"] > 10, "the last good ones are still there"
        polled.sandbox.faults.switch_off()


async def test_a_record_of_wrong_types_harms_only_itself_and_stays_as_it_was(polled: Any) -> None:
    plan = polled.shown("completed")
    before = (await polled.plan(polled.number_of(plan))).json()["plan"]
    polled.sandbox.faults.switch_on(Fault.SARD_WRONG_TYPES, WrongTypes(plan_id=plan.plan_id, whole=True))

    answer = (await polled.poll()).json()

    assert (answer["changed"], answer["faults"]) == (0, 1)
    assert (await polled.plan(polled.number_of(plan))).json()["plan"] == before


async def test_a_provider_whose_every_record_is_broken_loses_no_plan_and_all_are_counted(polled: Any) -> None:
    before = await polled.provider()
    polled.sandbox.faults.switch_on(Fault.SARD_WRONG_TYPES, WrongTypes(whole=True))

    answer = (await polled.poll()).json()

    after = await polled.provider()
    assert (answer["plans"], answer["changed"], answer["faults"]) == (0, 0, before["plans"])
    assert (after["plans"], after["faults"]) == (before["plans"], before["plans"])


async def test_fields_of_wrong_types_are_a_version_that_shows_what_could_not_be_read(polled: Any) -> None:
    plan = polled.shown("completed")
    polled.sandbox.faults.switch_on(Fault.SARD_WRONG_TYPES, WrongTypes(plan_id=plan.plan_id))

    assert (await polled.poll()).json()["changed"] == 1

    (event,) = [one.event for one in (await polled.running.emitted("jobplan.updated"))[-1:]]
    assert (event.plan_id, event.effective_from, event.timetable, event.specialty) == (plan.plan_id, None, (), None)
    assert [(one.pas, one.raw) for one in event.activities if one.category == "DCC"] == [(None, "[7.5]")]


async def test_a_list_that_changes_while_it_is_read_loses_no_plan(polled: Any) -> None:
    polled.sandbox.faults.switch_on(Fault.SARD_SHIFTING, Strikes(times=1))
    await polled.set_up(providers=[{**polled.trust()["providers"][0], "page_size": 10}])

    assert (await polled.poll()).json()["changed"] == 0


async def test_a_provider_that_asks_to_wait_is_left_alone_for_so_long(polled: Any) -> None:
    clock, polls = polled.running.clock, loop_of(polled)
    polled.sandbox.faults.switch_on(Fault.SARD_TOO_MANY_REQUESTS, RetryLater(times=1, retry_after=3600))
    clock.move_to(clock.now() + timedelta(minutes=10))
    await polls.poll_due()
    assert (await polled.provider())["state"] == "down"

    clock.move_to(clock.now() + timedelta(minutes=59))
    await polls.poll_due()
    assert (await polled.provider())["state"] == "down", "its own ten minutes are over, the hour is not"

    clock.move_to(clock.now() + timedelta(minutes=1))
    await polls.poll_due()
    assert (await polled.provider())["state"] == "up"
