"""What every `JobPlanProvider` promises; each implementation runs all of it against a real provider.

What is promised of faults of a network is for those that are asked over one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from esr_sandbox.faults import Fault, Hang, Reopened, RetryLater, Strikes, Unreadable
from esr_sandbox.run import Sandbox
from esr_sandbox.world.job_plans import job_plans, sard_users
from esr_sandbox.world.world import World
from jobplan_adapter.providers.port import ProviderRefused, ProviderUnavailable


def world(sandbox: Sandbox) -> World:
    return sandbox.esr.world("277")


async def test_a_snapshot_is_whole_however_many_pages_it_takes(open_provider: Any, sandbox: Sandbox) -> None:
    async with open_provider() as provider:
        snapshot = await provider.snapshot()

    assert {user.user_id for user in snapshot.users} == {user.user_id for user in sard_users(world(sandbox))}
    assert {plan.plan_id for plan in snapshot.plans} == {plan.plan_id for plan in job_plans(world(sandbox))}
    assert len(snapshot.plans) > 10, "one page would prove nothing"
    assert not snapshot.faults


async def test_reading_twice_gives_the_same_content(open_provider: Any) -> None:
    async with open_provider() as provider:
        first, second = await provider.snapshot(), await provider.snapshot()

    assert [one.content_hash() for one in first.plans] == [one.content_hash() for one in second.plans]


async def test_dormant_and_dummy_accounts_are_told_apart_from_live_ones(open_provider: Any) -> None:
    async with open_provider() as provider:
        users = {user.user_id: user for user in (await provider.snapshot()).users}

    assert users["9001"].dummy
    assert users["9003"].dormant
    assert not users["9004"].dummy
    assert not users["9004"].dormant


async def test_figures_keep_their_value_and_their_categories(open_provider: Any, sandbox: Sandbox) -> None:
    async with open_provider() as provider:
        plans = {plan.plan_id: plan for plan in (await provider.snapshot()).plans}

    for shown in job_plans(world(sandbox)):
        figures = {one.category: one.pas for one in plans[shown.plan_id].activities}
        assert str(figures["DCC"]) == str(float(shown.attributes["contracted_dcc"])).removesuffix(".0")
        assert plans[shown.plan_id].working_weeks.value == 42


async def test_timetable_supplement_and_signatures_come_typed(open_provider: Any, sandbox: Sandbox) -> None:
    async with open_provider() as provider:
        plans = {plan.plan_id: plan for plan in (await provider.snapshot()).plans}

    for shown in job_plans(world(sandbox)):
        plan, stated = plans[shown.plan_id], shown.attributes
        lines = [(one.weekday, one.starts and f"{one.starts:%H:%M}", one.pas.value, one.raw) for one in plan.timetable]
        assert lines == [(s["day"].lower(), s["start_time"], Decimal(s["pas"]), None) for s in stated["job_contents"]]
        assert plan.on_call.supplement.value == (Decimal(5) if stated["on_call"] else None)
        assert plan.sign_offs[0].signed is stated["consultant_sign_off"]
        assert plan.specialty == stated["speciality"]


async def test_an_unreadable_figure_is_none_and_never_zero(open_provider: Any, sandbox: Sandbox) -> None:
    sandbox.faults.switch_on(Fault.SARD_UNREADABLE, Unreadable(text="see letter"))

    async with open_provider() as provider:
        plans = (await provider.snapshot()).plans

    for plan in plans:
        figures = {one.category: one for one in plan.activities}
        assert figures["DCC"].pas is None
        assert figures["DCC"].raw == "see letter"


async def test_a_reopened_plan_is_other_content(open_provider: Any, sandbox: Sandbox) -> None:
    async with open_provider() as provider:
        before = {plan.plan_id: plan.content_hash() for plan in (await provider.snapshot()).plans}
        reopened = next(one.plan_id for one in job_plans(world(sandbox)) if one.attributes["state"] == "completed")
        sandbox.faults.switch_on(Fault.SARD_REOPENED, Reopened(plan_id=reopened))
        after = {plan.plan_id: plan.content_hash() for plan in (await provider.snapshot()).plans}

    assert [plan_id for plan_id in before if before[plan_id] != after[plan_id]] == [reopened]


@pytest.mark.parametrize(
    ("fault", "parameters"),
    [(Fault.SARD_TOO_MANY_REQUESTS, RetryLater(times=2, retry_after=0)), (Fault.SARD_ERROR, Strikes(times=2))],
    ids=["429", "500"],
)
async def test_a_fault_that_passes_is_not_seen(
    open_asked: Any, sandbox: Sandbox, fault: Fault, parameters: Any
) -> None:
    sandbox.faults.switch_on(fault, parameters)

    async with open_asked() as provider:
        assert (await provider.snapshot()).plans


@pytest.mark.parametrize(
    ("fault", "parameters"),
    [
        (Fault.SARD_TOO_MANY_REQUESTS, RetryLater(times=None, retry_after=0)),
        (Fault.SARD_ERROR, Strikes(times=None)),
        (Fault.SARD_HANG, Hang(times=2, seconds=1)),
    ],
    ids=["429", "500", "hang"],
)
async def test_a_fault_that_stays_is_unavailable_and_never_half_a_snapshot(
    open_asked: Any, sandbox: Sandbox, fault: Fault, parameters: Any
) -> None:
    sandbox.faults.switch_on(fault, parameters)

    async with open_asked(attempts=2, timeout=0.2) as provider:
        with pytest.raises(ProviderUnavailable):
            await provider.snapshot()


async def test_wrong_credentials_are_refused_for_good(open_asked: Any) -> None:
    async with open_asked(token="not the token") as provider:
        with pytest.raises(ProviderRefused):
            await provider.snapshot()
