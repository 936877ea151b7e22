"""What keeps a due run from being frozen, and the issue that says so until it is.

Withdrawals that cannot be taken, or are still on their way, could be of records that the run would pay: it waits, and money is
late rather than wrong. A person who knows better can have it frozen all the same, with a reason that stays in the audit trail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from esr_gateway.from_esr.people import SERVICE
from esr_gateway.issues import Problem, close_issues, keep_open
from esr_gateway.to_esr.caught_up import NotCaughtUp
from esr_gateway.to_esr.missed import WaitsForPerson, ask_person
from esr_gateway.to_esr.stuck_withdrawals import WithdrawalsStopped
from esr_gateway.trusts import Trust
from esrlink import audit
from esrlink.bus.fuse import blown_fuses
from esrlink.contracts import SubmittalApproved, SubmittalWithdrawn
from esrlink.db import ReadTx, WriteTx
from esrlink.errors import Conflict, Invalid

PATIENCE = timedelta(minutes=5)
"""How long after a cut-off the consumer may be behind before it is an issue."""

Hindrance = WaitsForPerson | WithdrawalsStopped | NotCaughtUp


@dataclass(frozen=True, slots=True)
class Despite:
    """A person has a run frozen although withdrawals are stopped or still on their way. Raises `Invalid` without a reason."""

    by: str
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise Invalid("Say why it must not wait: it stays in the audit trail.", field="reason")


async def lanes_to_wait_for(tx: ReadTx) -> list[str]:
    """The topics whose messages must have been taken. What a stopped lane of approvals holds goes with a later run."""
    stopped = {fuse.topic for fuse in await blown_fuses(tx, SERVICE)}
    return [model.TOPIC for model in (SubmittalApproved, SubmittalWithdrawn) if model.TOPIC not in stopped]


async def tell(tx: WriteTx, trust: Trust, period: Any, hindrance: Conflict, now: datetime) -> None:
    """Keep an issue that says why the run waits."""
    match hindrance:
        case WaitsForPerson():
            await ask_person(tx, trust, period, now)
        case WithdrawalsStopped():
            advice = (
                "Follow the runbook on parked messages and reset the fuse of submittal.withdrawn; then the run goes by itself. "
                "If the pay date does not allow that, have it closed all the same, with a reason."
            )
            await keep_open(tx, trust.vpd, _waits(period, "withdrawals cannot be taken", advice), now)
        case NotCaughtUp() if now - period.cut_off > PATIENCE:
            advice = (
                "Look whether the consumer of esr-gateway runs and the bus answers; then the run goes by itself. "
                "If the pay date does not allow that, have it closed all the same, with a reason."
            )
            await keep_open(tx, trust.vpd, _waits(period, "approvals and withdrawals are still coming in", advice), now)


async def overrule(
    tx: WriteTx, trust: Trust, period: Any, hindrance: Conflict, despite: Despite, now: datetime
) -> None:
    """Write down that a person had the run frozen all the same."""
    detail = {"despite": hindrance.code, "reason": despite.reason.strip()}
    action = "run.closed_despite"
    await audit.record(tx, trust.vpd, actor=despite.by, action=action, about=period.run_code, at=now, detail=detail)


async def nothing_hinders(tx: WriteTx, vpd: str, run_code: str, now: datetime) -> None:
    """Close the issue that the run waits: it is frozen."""
    await close_issues(tx, vpd, [_cause(run_code)], now)


async def tell_of_no_exchange(tx: WriteTx, trust: Trust, due: Any | None, now: datetime) -> None:
    """Keep an issue while a cut-off has come and the trust has no exchange to send a run by."""
    cause = f"no_exchange:{trust.vpd}"
    if due is None or trust.settings.exchange is not None:
        await close_issues(tx, trust.vpd, [cause], now)
        return
    problem = Problem(
        cause=cause,
        kind="cut_off",
        severity="bad",
        title=f"The cut-off of {due.pay_name} has come, and the trust has no exchange with ESR.",
        advice="Give the trust its SFTP account in its settings, or take the period out of its calendar.",
        place="calendar",
    )
    await keep_open(tx, trust.vpd, problem, now)


def _cause(run_code: str) -> str:
    return f"run_waits:{run_code}"


def _waits(period: Any, why: str, advice: str) -> Problem:
    return Problem(
        cause=_cause(period.run_code),
        kind="cut_off",
        severity="bad",
        title=f"The cut-off of {period.pay_name} has come, and its run waits: {why}.",
        advice=advice,
        place=f"runs/open/{period.vpd}/{period.run_code}",
    )
