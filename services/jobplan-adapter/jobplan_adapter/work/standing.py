"""Leave and paid extra work that stands: approved, and neither withdrawn nor reversed; of one person or of thousands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, RowMapping, Text, and_, any_, bindparam, case, exists, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from esrlink.db import ReadTx
from jobplan_adapter.tables import absence, extra, reversal, void_submittal


async def absences_of(tx: ReadTx, vpd: str, numbers: Sequence[str], first: date, last: date) -> Sequence[RowMapping]:
    """Absences of these people that touch a period. An open one that was closed by a later record has that record's end."""
    closing = absence.alias("closing")
    statement = (
        select(
            absence.c.employee_number,
            absence.c.absence_type,
            absence.c.starts,
            absence.c.start_part,
            func.coalesce(absence.c.ends, closing.c.ends).label("ends"),
            case((absence.c.ends.is_(None), func.coalesce(closing.c.end_part, "full")), else_=absence.c.end_part).label(
                "end_part"
            ),
        )
        .select_from(
            absence.outerjoin(
                closing,
                and_(closing.c.vpd == absence.c.vpd, closing.c.closes == absence.c.submittal_id, ~is_void(closing)),
            )
        )
        .where(
            absence.c.vpd == vpd,
            absence.c.employee_number == any_(numbers_of(numbers)),
            absence.c.closes.is_(None),
            absence.c.starts <= last,
            or_(absence.c.ends.is_(None), absence.c.ends >= first),
            ~is_void(absence),
        )
        .order_by(absence.c.starts, absence.c.submittal_id)
    )
    return await tx.mappings(statement)


async def extras_of(tx: ReadTx, vpd: str, employee_number: str) -> Sequence[RowMapping]:
    """All paid extra sessions of a person."""
    statement = (
        select(extra)
        .where(extra.c.vpd == vpd, extra.c.employee_number == employee_number, ~is_void(extra))
        .order_by(extra.c.date, extra.c.submittal_id)
    )
    return await tx.mappings(statement)


def numbers_of(numbers: Sequence[str]) -> BindParameter[Sequence[str]]:
    """ESR numbers as one parameter."""
    return bindparam(None, list(numbers), type_=ARRAY(Text))


def is_void(table: Any) -> Any:
    """Whether a row of absences or extra work does not count: withdrawn, or reversed by what was not withdrawn itself."""
    taken_back = exists().where(
        reversal.c.vpd == table.c.vpd, reversal.c.corrects == table.c.submittal_id, ~_is_withdrawn(reversal)
    )
    return or_(_is_withdrawn(table), taken_back)


def _is_withdrawn(table: Any) -> Any:
    return exists().where(
        void_submittal.c.vpd == table.c.vpd,
        void_submittal.c.submittal_id == table.c.submittal_id,
        void_submittal.c.version >= table.c.version,
    )
