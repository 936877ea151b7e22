"""A person's own records, over all departments, the latest day first, by cursor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, func, select, true, tuple_

from esrlink.db import ReadTx
from esrlink.errors import Invalid
from submittals.lists.queues import Line, lines
from submittals.tables import submittal


async def own_records(
    tx: ReadTx, numbers: Mapping[str, str], *, cursor: str = "", limit: int
) -> tuple[list[Line], str | None]:
    """A page of the records of a person with these employee numbers (by VPD), and the cursor of the next page.

    Raises `Invalid` for a cursor that is not ours.
    """
    own, after = submittal.c, _after(cursor)
    vpds = sorted(numbers)
    source = (
        func.unnest(
            bindparam("vpds", vpds, type_=ARRAY(Text), unique=True),
            bindparam("numbers", [numbers[vpd] for vpd in vpds], type_=ARRAY(Text), unique=True),
        )
        .table_valued("vpd", "number")
        .render_derived(name="person")
    )
    conditions = [own.vpd == source.c.vpd, own.employee_number == source.c.number]
    if after is not None:
        conditions.append(tuple_(own.first_day, own.id) < tuple_(*after))
    one = (
        select(own.id, own.first_day)
        .where(*conditions)
        .order_by(own.first_day.desc(), own.id.desc())
        .limit(limit + 1)
        .lateral("theirs")
    )
    found = select(one).select_from(source.join(one, true())).subquery("own")
    rows = await tx.all(select(found).order_by(found.c.first_day.desc(), found.c.id.desc()).limit(limit + 1))
    last = rows[limit - 1] if len(rows) > limit else None
    listed = await lines(tx, vpds, [row.id for row in rows[:limit]])
    return listed, f"{last.first_day.isoformat()}_{last.id}" if last else None


def _after(cursor: str) -> tuple[date, UUID] | None:
    if not cursor:
        return None
    day, _, last = cursor.partition("_")
    try:
        return date.fromisoformat(day), UUID(last)
    except ValueError as error:
        raise Invalid("The address names no place in this list. Begin with its first page.", field="cursor") from error
