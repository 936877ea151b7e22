"""Loading the live records of people, of whichever department, around the days that a batch is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Date, Row, Select, Text, and_, cast, func, or_, select

from esrlink.db import ReadTx
from submittals.content import content_in
from submittals.judging.claims import Claims
from submittals.records.record import NOT_CLAIMING
from submittals.rules.claim import Claim, StoredWork
from submittals.tables import submittal, submittal_version

_DAY = timedelta(days=1)
_PARTS = ("starts", "ends", "units", "unit", "in_lieu")


async def live_claims(tx: ReadTx, vpd: str, spans: Mapping[str, tuple[date, date]]) -> Claims:
    """The live records of these people (by employee number) that touch their days, first to last."""
    # A night session reaches into the next day, so a day more on either side.
    days = _rows(
        list(spans), [first - _DAY for first, _ in spans.values()], [last + _DAY for _, last in spans.values()]
    )
    own, claims = submittal.c, Claims()
    begun = and_(own.employee_number == days.c.person, own.first_day <= days.c.last)
    await _add(tx, claims, _live(vpd, days, and_(begun, or_(own.last_day.is_(None), own.last_day >= days.c.first))))
    opened = claims.opened()
    if opened:
        # Where an open absence ends, its closing says, however long before these days: it has the same first day.
        starts = [first for _, first in opened]
        same = _rows([number for number, _ in opened], starts, starts)
        closing = and_(own.employee_number == same.c.person, own.first_day == same.c.first, own.last_day.is_not(None))
        await _add(tx, claims, _live(vpd, same, and_(closing, own.kind == "absence")))
    return claims


def _rows(people: list[str], first: list[date], last: list[date]) -> Any:
    columns = (cast(people, ARRAY(Text)), cast(first, ARRAY(Date)), cast(last, ARRAY(Date)))
    return func.unnest(*columns).table_valued("person", "first", "last").render_derived()


def _live(vpd: str, wanted: Any, fits: ColumnElement[bool]) -> Select[Any]:
    own, version = submittal.c, submittal_version.c
    return (
        select(
            own.id,
            own.product,
            own.department,
            own.record_id,
            own.kind,
            own.sent,
            own.employee_number,
            own.first_day,
            *(version.content[name].astext.label(name) for name in _PARTS),
            cast(version.content, Text).label("content"),
        )
        .join(wanted, fits)
        .join(
            submittal_version,
            and_(version.vpd == own.vpd, version.submittal_id == own.id, version.version == own.version),
        )
        .where(
            own.vpd == vpd,
            own.state.not_in(sorted(NOT_CLAIMING)),
            # What was taken back stands for nothing any more, and neither does what takes it back.
            own.taken_back.is_(False),
            func.coalesce(own.relation, "") != "reversal",
        )
    )


async def _add(tx: ReadTx, claims: Claims, statement: Select[Any]) -> None:
    for row in await tx.all(statement):
        claims.add(row.employee_number, _claim(row))


def _claim(row: Row[Any]) -> Claim:
    if row.kind == "absence":
        content = content_in("absence", row.content)
        return Claim(row.id, row.product, row.department, content, row.sent, row.record_id)
    return StoredWork(
        row.id,
        row.product,
        row.department,
        row.content,
        row.sent,
        row.record_id,
        day=row.first_day,
        starts=row.starts,
        ends=row.ends,
        units=row.units,
        unit=row.unit,
        in_lieu=row.in_lieu == "true",
    )
