"""Asking for a run of the rules over a trust, and stopping one. A trust has one run under way at a time."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from esrlink.db import ReadTx, WriteTx
from esrlink.errors import Conflict, NotFound
from profile_sync.tables import profile, rule_run
from profile_sync.trail import Author, note
from profile_sync.trusts import get_trust

UNDER_WAY = ("waiting", "running")


class RunUnderWay(Conflict):
    """Another run of this trust waits or goes on."""

    code, title = "rule_run_under_way", "A run of the rules is under way"


@dataclass(frozen=True, slots=True)
class RuleRun:
    """A run and how far it is: `looked_at` profiles of `total`. `registration_rule` is tried out instead of the trust's."""

    vpd: str
    run_id: UUID
    dry_run: bool
    registration_rule: str | None
    state: Literal["waiting", "running", "done", "stopped", "failed"]
    problem: str | None
    requested_by: str
    requested_at: datetime
    reason: str | None
    stopped_by: str | None
    started_at: datetime | None
    ended_at: datetime | None
    total: int
    looked_at: int
    after: tuple[str, str, str] | None

    @classmethod
    def of(cls, row: Any) -> RuleRun:
        """A row of the table."""
        values = {one.name: getattr(row, one.name) for one in fields(cls)}
        return cls(**{**values, "after": tuple(row.after) if row.after else None})


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, by whom and why."""

    by: Author
    dry_run: bool = True
    registration_rule: str | None = None
    reason: str | None = None


async def request_run(tx: WriteTx, vpd: str, wanted: Request, *, run_id: UUID, now: datetime) -> RuleRun:
    """Ask for a run over all profiles of a trust. Raises `NotFound` for a trust without settings, and `RunUnderWay`."""
    await get_trust(tx, vpd)
    here = (profile.c.vpd == vpd, profile.c.deleted_at.is_(None))
    values = {
        "vpd": vpd,
        "run_id": run_id,
        "dry_run": wanted.dry_run,
        "registration_rule": wanted.registration_rule,
        "state": "waiting",
        "requested_by": wanted.by.subject,
        "requested_at": now,
        "reason": wanted.reason,
        "total": await tx.scalar(select(func.count()).select_from(profile).where(*here)),
    }
    asked = insert(rule_run).values(values)
    alone = asked.on_conflict_do_nothing(index_elements=["vpd"], index_where=rule_run.c.state.in_(UNDER_WAY))
    if await tx.scalar(alone.returning(rule_run.c.run_id)) is None:
        raise RunUnderWay("Wait until the run that is under way has ended, or stop it.")
    said = {"dry_run": wanted.dry_run, "registration_rule": wanted.registration_rule, "profiles": values["total"]}
    await note(tx, vpd, wanted.by, "rule_run.asked", run_id, now, **said)
    return await find_run(tx, vpd, run_id)


async def stop_run(tx: WriteTx, vpd: str, run_id: UUID, *, by: Author, now: datetime) -> RuleRun:
    """Stop a run where it is; what it changed stays. Raises `NotFound`, and `Conflict` when it has ended."""
    run = await find_run(tx, vpd, run_id)
    ended = {"state": "stopped", "stopped_by": by.subject, "ended_at": now}
    stopping = update(rule_run).where(*_is(run.vpd, run_id), rule_run.c.state.in_(UNDER_WAY)).values(ended)
    if (await tx.execute(stopping)).rowcount == 0:
        raise Conflict("The run has ended already.")
    stopped = await find_run(tx, vpd, run_id)
    await note(tx, vpd, by, "rule_run.stopped", run_id, now, looked_at=stopped.looked_at)
    return stopped


async def find_run(tx: ReadTx, vpd: str, run_id: UUID) -> RuleRun:
    """One run. Raises `NotFound`."""
    row = await tx.one_or_none(select(rule_run).where(*_is(vpd, run_id)))
    if row is None:
        raise NotFound("There is no such run that you may see.", field="run_id")
    return RuleRun.of(row)


def _is(vpd: str, run_id: UUID) -> tuple[Any, ...]:
    return rule_run.c.vpd == vpd, rule_run.c.run_id == run_id
