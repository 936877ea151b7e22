"""Reading runs: what each changed or would change, counted and by example, and which links rest on older rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from esrlink.db import ReadTx
from profile_sync.rule_runs.asking import UNDER_WAY, RuleRun
from profile_sync.rules.facts import Place
from profile_sync.rules.rule_book import CURRENT
from profile_sync.tables import link, rule_run, rule_run_change

MOST_SAMPLES = 50

_KIND = (rule_run_change.c.from_state, rule_run_change.c.to_state, rule_run_change.c.to_rule)


@dataclass(frozen=True, slots=True)
class Count:
    """How many links go from one state to another (or to the same with another person or candidates) by one rule."""

    from_state: str
    to_state: str
    rule: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Side:
    """A link on one side of a change."""

    state: str
    employee_number: str | None
    rule: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One link that changes."""

    place: Place
    before: Side
    after: Side


async def newest_runs(tx: ReadTx, vpd: str, limit: int) -> list[RuleRun]:
    """The newest runs of a trust, newest first."""
    order = (rule_run.c.requested_at.desc(), rule_run.c.run_id.desc())
    rows = await tx.all(select(rule_run).where(rule_run.c.vpd == vpd).order_by(*order).limit(limit))
    return [RuleRun.of(row) for row in rows]


async def runs_under_way(tx: ReadTx, vpds: Collection[str]) -> list[RuleRun]:
    """The runs of these trusts that wait or go on, by trust: one of each at most."""
    statement = select(rule_run).where(rule_run.c.vpd.in_(sorted(vpds)), rule_run.c.state.in_(UNDER_WAY))
    return [RuleRun.of(row) for row in await tx.all(statement.order_by(rule_run.c.vpd))]


async def counts_of(tx: ReadTx, vpd: str, run_id: UUID) -> list[Count]:
    """What a run changed or would change, the most frequent first."""
    statement = select(*_KIND, func.count().label("links")).where(*_of(vpd, run_id)).group_by(*_KIND)
    rows = await tx.all(statement.order_by(func.count().desc(), *_KIND))
    return [Count(row.from_state, row.to_state, row.to_rule, row.links) for row in rows]


async def samples_of(tx: ReadTx, vpd: str, run_id: UUID, limit: int = MOST_SAMPLES) -> list[Sample]:
    """Some of the links that a run changes: of every kind one, then of every kind a second, and so on."""
    c = rule_run_change.c
    place = (c.product, c.department, c.profile_id)
    turn = func.row_number().over(partition_by=_KIND, order_by=place)
    statement = select(rule_run_change).where(*_of(vpd, run_id)).order_by(turn, *_KIND, *place).limit(limit)
    return [_sample(row) for row in await tx.all(statement)]


def _sample(row: Any) -> Sample:
    return Sample(
        Place(row.product, row.department, row.profile_id),
        Side(row.from_state, row.from_person, row.from_rule, row.from_reason),
        Side(row.to_state, row.to_person, row.to_rule, row.to_reason),
    )


async def on_older_versions(tx: ReadTx, vpd: str) -> dict[str, int]:
    """How many links of a trust rest on rules that are not those of today, by `name/version`."""
    made = (link.c.vpd == vpd, link.c.made_by == "rule", link.c.rule.is_not(None))
    rows: Sequence[Any] = await tx.all(
        select(link.c.rule, func.count().label("links")).where(*made).group_by(link.c.rule).order_by(link.c.rule)
    )
    return {row.rule: row.links for row in rows if row.rule not in CURRENT}


def _of(vpd: str, run_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return rule_run_change.c.vpd == vpd, rule_run_change.c.run_id == run_id
