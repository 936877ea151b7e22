"""Cut-offs that were missed while the service was down, or that wait for a person: closed late, or rolled to the next run.

A cut-off counts as missed when it is seen later than the trust's `missed_after_minutes`. The trust's rule says whether the run is
then closed at once (`send`) or a person is asked (`ask`); after the pay date a person is asked in any case. Nothing is skipped
silently: each missed cut-off is an issue, which closes itself when the run is sent, or somebody has decided.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select, update

from esr_gateway.issues import Problem, close_issues, keep_open, raise_issue
from esr_gateway.tables import issue, pay_period, run
from esr_gateway.to_esr.instructions import hold_intake, schedule
from esr_gateway.to_esr.periods import closed_codes
from esr_gateway.trusts import Trust
from esrlink import audit
from esrlink.clock import LONDON
from esrlink.db import WriteTx
from esrlink.errors import Conflict, NotFound

Decision = Literal["send", "roll"]


class WaitsForPerson(Conflict):
    """The cut-off was missed, and a person must say what becomes of it."""

    code, title = "cut_off_waits", "The run waits for a decision"


class NothingToDecide(Conflict):
    """The cut-off has not come, its run was made, or somebody has decided before."""

    code, title = "nothing_to_decide", "There is nothing to decide of this cut-off"


def is_missed(trust: Trust, period: Any, now: datetime) -> bool:
    """Whether this cut-off is seen too late to pass for on time."""
    return bool(now - period.cut_off > timedelta(minutes=trust.settings.missed_after_minutes))


def waits_for_person(trust: Trust, period: Any, now: datetime) -> bool:
    """Whether a person must say what becomes of this due period before a run is made of it."""
    if period.missed is not None:
        return bool(period.missed == "reopened")
    if not is_missed(trust, period, now):
        return False
    return trust.settings.missed_cut_off == "ask" or bool(period.pay_date < now.astimezone(LONDON).date())


async def decide_missed(tx: WriteTx, vpd: str, run_code: str, *, decision: Decision, by: str, now: datetime) -> None:
    """Say of a missed cut-off whether its run is made now (`send`), or never (`roll`): then its records go with the next one.

    Raises `NotFound` or `NothingToDecide`. What is rolled is told its new run at once.
    """
    await hold_intake(tx, vpd)
    period = await tx.one_or_none(
        select(pay_period).where(pay_period.c.vpd == vpd, pay_period.c.run_code == run_code).with_for_update()
    )
    if period is None:
        raise NotFound(f"The calendar has no run {run_code}.", field="run_code")
    if run_code in await closed_codes(tx, vpd):
        raise NothingToDecide(f"The run {run_code} was made already.")
    if period.is_history or period.cut_off > now:
        raise NothingToDecide(f"The cut-off of {period.pay_name} was not missed.")
    if period.missed in {"send", "roll"}:
        raise NothingToDecide(f"{period.missed_by} has decided before: {period.missed}.")
    await tx.execute(
        update(pay_period)
        .where(pay_period.c.vpd == vpd, pay_period.c.run_code == run_code)
        .values(missed=decision, missed_by=by)
    )
    action = "cut_off.rolled" if decision == "roll" else "cut_off.sent_late"
    detail = {"cut_off": period.cut_off.isoformat()}
    await audit.record(tx, vpd, actor=by, action=action, about=run_code, at=now, detail=detail)
    if decision == "roll":
        await close_issues(tx, vpd, [cause_of(run_code)], now, by=by)
        await schedule(tx, vpd, now)


def cause_of(run_code: str) -> str:
    """The cause of the issue that a cut-off was missed."""
    return f"cut_off:{run_code}"


async def ask_person(tx: WriteTx, trust: Trust, period: Any, now: datetime) -> None:
    """Keep an issue that this period waits for a person."""
    title = f"The cut-off of {period.pay_name} ({_local(period.cut_off)}) was missed, and its run waits for a decision."
    if period.missed == "reopened":
        title = f"{period.pay_name} ({period.run_code}) was opened again after its cut-off, and waits for a decision."
    problem = Problem(
        cause=cause_of(period.run_code),
        kind="cut_off",
        severity="bad",
        title=title,
        advice="Decide: send the run now, or roll its records to the next one. If it is sent, tell payroll that it is late.",
        place=f"runs/open/{period.vpd}/{period.run_code}",
    )
    await keep_open(tx, trust.vpd, problem, now)


async def tell_late(tx: WriteTx, trust: Trust, period: Any, now: datetime) -> None:
    """Say of a run that is made now that its cut-off was missed; the issue closes itself when the run is sent."""
    late = now - period.cut_off
    after_pay = " It is after the pay date." if period.pay_date < now.astimezone(LONDON).date() else ""
    problem = Problem(
        cause=cause_of(period.run_code),
        kind="cut_off",
        severity="warning",
        title=f"{period.pay_name} was closed {_span(late)} after its cut-off ({_local(period.cut_off)}).{after_pay}",
        advice="Tell payroll that the file is late: ESR may have closed its own run.",
        place="runs",
    )
    await raise_issue(tx, trust.vpd, problem, now, count=1)


async def close_sent(tx: WriteTx, vpd: str, now: datetime) -> None:
    """Close the issues of late cut-offs whose runs have been sent since."""
    sent = select("cut_off:" + run.c.run_code).where(run.c.vpd == vpd, run.c.state.in_(("sent", "settled")))
    await tx.execute(
        update(issue)
        .where(issue.c.vpd == vpd, issue.c.kind == "cut_off", issue.c.closed_at.is_(None), issue.c.cause.in_(sent))
        .values(closed_at=now)
    )


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%d %B %Y, %H:%M}"


def _span(late: timedelta) -> str:
    minutes = int(late.total_seconds()) // 60
    if minutes < 120:
        return f"{minutes} minutes"
    hours = minutes // 60
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"
