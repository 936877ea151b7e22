"""A named payroll officer signs a run's control pack: then, and not before, its files are sent.

What is signed is the SHA-256 of the pack, and the pack names each file by its own. Whoever signs must have seen the pack that is
there: another one is refused. A trust may choose to send unsigned; then nobody signs, and that is written on the run.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from esr_gateway.issues import Problem, close_issues, keep_open
from esr_gateway.tables import pay_period, run, signature
from esr_gateway.trusts import Trust
from esrlink import audit
from esrlink.clock import LONDON
from esrlink.db import ReadTx, WriteTx
from esrlink.errors import Conflict, Forbidden, NotFound

PAY_IS_NEAR = timedelta(days=3)


class NotAnOfficer(Forbidden):
    """The trust names who may sign, and it is somebody else."""

    code, title = "not_an_officer", "You may not sign this trust's runs"


class PackChanged(Conflict):
    """What was looked at is not what would be sent."""

    code, title = "pack_changed", "The run is not the one that you looked at"


class NotFrozen(Conflict):
    """The run does not wait for a signature."""

    code, title = "not_frozen", "The run does not wait for a signature"


def statement_of(found: Any) -> str:
    """The sentence that an officer agrees to. `found` is a row of `run`."""
    held = "none is" if not found.lines_held else "1 is" if found.lines_held == 1 else f"{found.lines_held:,} are"
    lines = "1 line" if found.lines == 1 else f"{found.lines:,} lines"
    return (
        f"I have looked at the totals of {found.pay_name} ({found.run_code}): {lines}, and {held} held back. "
        "They may be sent to ESR."
    )


def may_sign(trust: Trust, subject: str) -> bool:
    """Whether this payroll officer is one whom the trust names; where it names nobody, each of its officers is."""
    return not trust.settings.officers or subject in trust.settings.officers


async def sign(tx: WriteTx, trust: Trust, run_id: UUID, *, subject: str, pack_sha256: str, now: datetime) -> None:
    """Approve the run by a signature on its pack. The caller has made sure that `subject` is a payroll officer.

    Raises `NotFound`, `NotAnOfficer`, `NotFrozen` or `PackChanged`.
    """
    found = await tx.one_or_none(select(run).where(run.c.vpd == trust.vpd, run.c.run_id == run_id).with_for_update())
    if found is None:
        raise NotFound("There is no such run that you may see.", field="run_id")
    if not may_sign(trust, subject):
        raise NotAnOfficer("The trust's settings name who may sign its runs: ask one of them.")
    if found.state != "frozen":
        raise NotFrozen(f"{found.pay_name} is {found.state}: only a frozen run is signed.")
    if found.pack_sha256 != pack_sha256:
        raise PackChanged("The run was made anew since you looked at it. Look at it again before you sign.")
    values = {"subject": subject, "pack_sha256": pack_sha256, "statement": statement_of(found), "signed_at": now}
    await tx.execute(insert(signature), {"vpd": trust.vpd, "run_id": run_id, **values})
    await tx.execute(
        update(run)
        .where(run.c.vpd == trust.vpd, run.c.run_id == run_id)
        .values(state="approved", approved_at=now, approved_by=subject)
    )
    detail = {"run_code": found.run_code, "pack_sha256": pack_sha256}
    await audit.record(tx, trust.vpd, actor=subject, action="run.signed", about=str(run_id), at=now, detail=detail)
    await close_issues(tx, trust.vpd, [cause_of(run_id)], now)


async def find_signature(tx: ReadTx, vpd: str, run_id: UUID) -> Any | None:
    """Who signed the run, what and when; none where nobody has, or need."""
    return await tx.one_or_none(select(signature).where(signature.c.vpd == vpd, signature.c.run_id == run_id))


def cause_of(run_id: UUID) -> str:
    """The cause of the issue that a run waits for its signature."""
    return f"signature:{run_id}"


async def tell_of_waiting(tx: WriteTx, vpd: str, now: datetime) -> None:
    """Keep an issue for each run that waits for its signature: from a few days before the pay date on it is bad."""
    rows = await tx.all(
        select(run.c.run_id, run.c.run_code, run.c.pay_name, pay_period.c.pay_date)
        .join(pay_period, (pay_period.c.vpd == run.c.vpd) & (pay_period.c.run_code == run.c.run_code))
        .where(run.c.vpd == vpd, run.c.state == "frozen")
    )
    for row in rows:
        is_near = now.astimezone(LONDON).date() + PAY_IS_NEAR >= row.pay_date
        await keep_open(tx, vpd, _waits(row, is_near=is_near), now)


def _waits(row: Any, *, is_near: bool) -> Problem:
    near = f" The pay date is {row.pay_date:%d %B %Y}." if is_near else ""
    return Problem(
        cause=cause_of(row.run_id),
        kind="run",
        severity="bad" if is_near else "warning",
        title=f"{row.pay_name} ({row.run_code}) waits for a signature.{near}",
        advice="A payroll officer looks at the totals, the held records and what is unusual, and signs; then it is sent.",
        place=f"runs/{row.run_id}",
    )
