"""What putting an edition would do: rows added, changed and removed, from when to when, and how many waiting records it meets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, func, or_, select

from esrlink.db import ReadTx
from submittals.records.state import State
from submittals.setting_up.checking import Checked, RowTrouble
from submittals.setting_up.columns import Form
from submittals.setting_up.comparing import Comparison, as_before, compare
from submittals.setting_up.references import with_references
from submittals.tables import submittal
from submittals.trusts import editions
from submittals.trusts.dated import DatedSettings, Rows, TableName

WAITING = frozenset({State.PENDING, State.ENRICHED, State.VALIDATED, State.RETURNED, State.REJECTED})
"""States of records that are still with the department or a validator: they are judged again at their next step."""

_OF_KIND: Mapping[TableName, str] = {
    "absence_types": "absence",
    "pay_elements": "attendance",
    "rate_cards": "attendance",
    "cost_codes": "attendance",
}
_OF_DEPARTMENTS: frozenset[TableName] = frozenset({"departments", "validation_groups"})
# Who may validate goes by the day on which somebody does; all else by the day that a record is about.
_BY_TODAY: frozenset[TableName] = frozenset({"validation_groups"})


@dataclass(frozen=True, slots=True)
class Preview:
    """What an edition would change. Until its troubles are mended it cannot be put."""

    form: Form
    effective_from: date
    # The last day on which it is in force; none when no later edition is there.
    until: date | None
    replaces: bool
    rows: Rows
    comparison: Comparison
    troubles: tuple[RowTrouble, ...]
    waiting: int
    version: int


async def preview(tx: ReadTx, vpd: str, form: Form, checked: Checked, effective_from: date) -> Preview:
    """Compare rows with what is in force on that day, or with the edition that they would replace. Three statements."""
    dated = await editions.dated(tx, vpd)
    before = dated.in_force(form.table, effective_from)
    checked = with_references(form.table, checked, dated.on(effective_from))
    rows = as_before(form, before.rows if before else (), checked.rows)
    comparison = compare(form, before.rows if before else (), rows)
    until = _until(dated, form.table, effective_from)
    return Preview(
        form,
        effective_from,
        until,
        before is not None and before.effective_from == effective_from,
        rows,
        comparison,
        checked.troubles,
        await _waiting(tx, vpd, form, comparison, effective_from, until),
        await editions.version_of(tx, vpd),
    )


def _until(dated: DatedSettings, table: TableName, effective_from: date) -> date | None:
    following = dated.after(table, effective_from)
    return following.effective_from - timedelta(days=1) if following else None


async def _waiting(
    tx: ReadTx, vpd: str, form: Form, comparison: Comparison, effective_from: date, until: date | None
) -> int:
    if not comparison.anything:
        return 0
    own = submittal.c
    statement = select(func.count()).where(own.vpd == vpd, own.state.in_(sorted(WAITING)))
    if form.table not in _BY_TODAY:
        statement = statement.where(own.first_day >= effective_from)
        if until is not None:
            statement = statement.where(own.first_day <= until)
    if form.table in _OF_KIND:
        statement = statement.where(own.kind == _OF_KIND[form.table])
    if form.table in _OF_DEPARTMENTS:
        changed = (*comparison.added, *comparison.changed, *comparison.removed)
        places = {(one.row.product, one.row.department) for one in changed}
        here = (and_(own.product == product, own.department == department) for product, department in sorted(places))
        statement = statement.where(or_(*here))
    return int(await tx.scalar(statement) or 0)
