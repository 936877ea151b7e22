"""Polling a provider: what it changes, what it leaves, and what is served while the provider is down."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from esr_sandbox.faults import Fault, Hang, Reopened, RetryLater, Strikes, Unreadable
from esr_sandbox.world.job_plans import job_plans
from esrlink.contracts import JobplanUpdated
from jobplan_adapter.polling.connecting import connector
from jobplan_adapter.polling.polls import Polls


async def test_a_first_poll_matches_users_to_people_of_esr_and_keeps_every_plan(hub: Any) -> None:
    await hub.set_up()
    await hub.import_people()

    answer = (await hub.poll()).json()

    plans = job_plans(hub.sandbox.esr.world("277"))
    assert answer["plans"] == answer["changed"] == len(plans)
    assert answer["matched"] == answer["users"] - 1, "the visiting doctor's number is not one that ESR knows"
    assert len(await hub.running.emitted("jobplan.updated")) == len(plans)


async def test_leading_zeros_that_sard_lost_are_restored(polled: Any) -> None:
    lost = [p for p in job_plans(polled.sandbox.esr.world("277")) if polled.number_of(p).startswith("0")]
    assert lost, "the sandbox plants numbers with leading zeros"

    answer = await polled.plan(polled.number_of(lost[0]))

    assert answer.status_code == 200
    assert answer.json()["plan"]["plan_id"] in {plan.plan_id for plan in lost}


async def test_unmatched_users_are_listed_with_the_reason_and_dormant_and_dummy_ones_are_not(polled: Any) -> None:
    answer = await polled.client.get("/v1/providers/277/sard/unmatched", headers=polled.bearer("jobplans:read"))

    assert answer.json() == [
        {"user_id": "9004", "employee_number": "88888888", "reason": "unknown_to_esr", "likely": None}
    ]


async def test_a_person_whom_esr_shows_later_is_matched_without_another_poll(polled: Any) -> None:
    before = await polled.provider()
    await polled.import_people("88888888")
    after = await polled.provider()

    assert (before["unmatched"], after["unmatched"]) == (1, 0)
    assert after["match_rate"] == 1.0


async def test_an_unchanged_poll_makes_no_version_and_no_event_and_few_statements(polled: Any) -> None:
    events, statements = len(await polled.running.emitted()), []

    def count(*args: Any) -> None:
        statements.append(args[2])

    engine = polled.running.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    answer = (await polled.poll()).json()
    event.remove(engine, "before_cursor_execute", count)

    assert answer["changed"] == 0
    assert len(await polled.running.emitted()) == events
    async with polled.running.database.read(["277"]) as tx:
        assert await tx.scalar(text("SELECT max(version) FROM plan_version")) == 1
    assert len(statements) <= 12


async def test_a_reopened_plan_is_under_revision_with_its_last_signed_figures(polled: Any) -> None:
    plan = polled.shown("completed")
    number = polled.number_of(plan)
    signed = (await polled.plan(number)).json()
    already = len(await polled.running.emitted())
    polled.sandbox.faults.switch_on(Fault.SARD_REOPENED, Reopened(plan_id=plan.plan_id))

    assert (await polled.poll()).json()["changed"] == 1

    answer = (await polled.plan(number)).json()
    assert answer["state"] == "under_revision"
    assert answer["plan"]["version"] == 1
    assert answer["plan"]["activities"] == signed["plan"]["activities"]
    assert (answer["revision"]["version"], answer["revision"]["state"]) == (2, "under_revision")
    assert [one["code"] for one in answer["uncertainty"]] == ["under_revision"]
    (emitted,) = [one.event for one in (await polled.running.emitted())[already:]]
    assert isinstance(emitted, JobplanUpdated)
    assert (emitted.employee_number, emitted.version, emitted.state) == (number, 2, "under_revision")

    polled.sandbox.faults.switch_off()
    await polled.poll()
    again = (await polled.plan(number)).json()
    assert (again["state"], again["plan"]["version"], again["revision"]) == ("signed_off", 3, None)


async def test_a_figure_that_cannot_be_read_is_shown_as_such_and_never_as_zero(hub: Any) -> None:
    hub.sandbox.faults.switch_on(Fault.SARD_UNREADABLE, Unreadable(text="tbc"))
    await hub.set_up()
    await hub.poll()

    answer = (await hub.plan(hub.number_of(hub.shown("completed")))).json()

    dcc = answer["plan"]["activities"][0]
    assert dcc == {"category": "DCC", "pas": None, "raw": "tbc"}
    assert {one["code"] for one in answer["uncertainty"]} == {"unreadable_figure"}
    updated = [one.event for one in await hub.running.emitted("jobplan.updated")]
    assert all(one.activities[0].pas is None for one in updated)


@pytest.mark.parametrize(
    ("fault", "parameters"),
    [
        (Fault.SARD_ERROR, Strikes(times=None)),
        (Fault.SARD_TOO_MANY_REQUESTS, RetryLater(times=None, retry_after=0)),
        (Fault.SARD_HANG, Hang(times=2, seconds=0.8)),
    ],
    ids=["500", "429", "hang"],
)
async def test_a_provider_that_is_down_leaves_the_last_good_plans_served_with_their_age(
    polled: Any, fault: Fault, parameters: Any
) -> None:
    number = polled.number_of(polled.shown("completed"))
    before = (await polled.plan(number)).json()
    polled.running.clock.move_to(polled.running.clock.now() + timedelta(hours=2))
    polled.sandbox.faults.switch_on(fault, parameters)

    refused = await polled.poll()

    assert (refused.status_code, refused.json()["code"]) == (503, "provider_unavailable")
    after = (await polled.plan(number)).json()
    assert after["plan"] == before["plan"]
    assert after["sources"][0]["state"] == "down"
    assert after["sources"][0]["age_seconds"] == 7200
    assert "SARD" in after["sources"][0]["error"]

    polled.sandbox.faults.switch_off()
    assert (await polled.poll()).status_code == 200
    assert (await polled.provider())["state"] == "up"


async def test_a_token_that_is_refused_is_told_in_words_and_not_retried_into_success(hub: Any) -> None:
    hub.token_file.write_text("wrong")
    await hub.set_up()

    answer = await hub.poll()

    assert (answer.status_code, answer.json()["code"]) == (502, "provider_refused")
    assert "token file" in (await hub.provider())["error"]
    assert "wrong" not in answer.text


async def test_a_token_file_that_is_missing_is_told_in_words(hub: Any) -> None:
    hub.token_file.unlink()
    await hub.set_up()

    assert "token file" in (await hub.poll()).json()["detail"]


async def test_a_provider_that_lost_most_plans_at_once_is_not_believed(polled: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("esr_sandbox.sard.job_plans", lambda world: job_plans(world)[:3])

    answer = await polled.poll()

    assert answer.status_code == 502
    assert "take_away" in answer.json()["detail"]
    assert (await polled.plan(polled.number_of(polled.shown("completed")))).json()["state"] == "signed_off"
    meant = await polled.client.post(
        "/v1/providers/277/sard/poll", params={"take_away": True}, headers=polled.bearer("exchange:operate")
    )
    assert meant.json()["plans"] == 3


async def test_a_plan_that_is_gone_is_told_and_no_longer_in_force(polled: Any, monkeypatch: Any) -> None:
    plan = polled.shown("completed")
    monkeypatch.setattr(
        "esr_sandbox.sard.job_plans", lambda world: [p for p in job_plans(world) if p.plan_id != plan.plan_id]
    )

    assert (await polled.poll()).json()["changed"] == 1

    answer = (await polled.plan(polled.number_of(plan))).json()
    assert (answer["state"], answer["plan"]) == ("none", None)
    assert (await polled.running.emitted("jobplan.updated"))[-1].event.state == "expired"


async def test_two_replicas_never_poll_one_provider_at_once(polled: Any) -> None:
    """Each poll takes its time; were two under way together, SARD would see their requests interleaved."""
    database, clock = polled.running.database, polled.running.clock
    under_way, most = 0, 0

    def slow(connect: Any) -> Any:
        def connected(vpd: str, provider: Any) -> Any:
            opened = connect(vpd, provider)

            class Watched:
                async def __aenter__(self) -> Any:
                    nonlocal under_way, most
                    under_way += 1
                    most = max(most, under_way)
                    await asyncio.sleep(0.02)
                    return await opened.__aenter__()

                async def __aexit__(self, *error: Any) -> Any:
                    nonlocal under_way
                    under_way -= 1
                    return await opened.__aexit__(*error)

            return Watched()

        return connected

    replicas = [
        Polls(
            database,
            clock,
            slow(connector(polled.running.settings, polled.running.database)),
            tick=timedelta(1),
            at_once=1,
        )
        for _ in range(2)
    ]
    await asyncio.gather(*(one.poll_now("277", "sard") for one in replicas))
    assert most == 1

    clock.move_to(clock.now() + timedelta(hours=1))
    await asyncio.gather(*(one.poll_due() for one in replicas))
    assert most == 1


async def test_the_loop_polls_a_provider_when_it_is_due_and_not_before(polled: Any) -> None:
    polls = Polls(
        polled.running.database,
        polled.running.clock,
        connector(polled.running.settings, polled.running.database),
        tick=timedelta(seconds=1),
        at_once=2,
    )
    before = (await polled.provider())["last_good_at"]

    polled.running.clock.move_to(polled.running.clock.now() + timedelta(seconds=599))
    await polls.poll_due()
    assert (await polled.provider())["last_good_at"] == before

    polled.running.clock.move_to(polled.running.clock.now() + timedelta(seconds=1))
    await polls.poll_due()
    assert (await polled.provider())["age_seconds"] == 0


async def test_a_provider_that_is_down_does_not_end_the_loop(polled: Any) -> None:
    polled.sandbox.faults.switch_on(Fault.SARD_ERROR, Strikes(times=None))
    polled.running.clock.move_to(polled.running.clock.now() + timedelta(hours=1))
    polls = Polls(
        polled.running.database,
        polled.running.clock,
        connector(polled.running.settings, polled.running.database),
        tick=timedelta(seconds=1),
        at_once=2,
    )

    await polls.poll_due()

    assert (await polled.provider())["state"] == "down"


async def test_one_provider_that_breaks_us_does_not_stop_the_polls_of_the_others(polled: Any) -> None:
    def broken(vpd: str, provider: Any) -> Any:
        raise RuntimeError("a fault that nobody thought of")

    polled.running.clock.move_to(polled.running.clock.now() + timedelta(hours=1))
    polls = Polls(polled.running.database, polled.running.clock, broken, tick=timedelta(seconds=1), at_once=2)

    await polls.poll_due()

    state = await polled.provider()
    assert state["state"] == "down"
    assert "RuntimeError" in state["error"]
    assert "nobody" not in state["error"]


async def test_a_provider_that_was_taken_out_is_watched_no_more_and_its_plans_stay(polled: Any) -> None:
    number = polled.number_of(polled.shown("completed"))

    await polled.set_up(providers=[])

    assert (await polled.client.get("/v1/providers", headers=polled.bearer("jobplans:read"))).json() == []
    assert (await polled.poll()).status_code == 404
    assert (await polled.plan(number)).json()["state"] == "signed_off"
