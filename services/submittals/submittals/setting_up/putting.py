"""Putting and taking back what a trust sets, with an entry in the audit trail for each table that changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from esrlink import audit
from esrlink.clock import LONDON
from esrlink.db import WriteTx
from esrlink.errors import FieldProblem, Invalid, StaleVersion
from submittals.setting_up.checking import Checked, RowTrouble
from submittals.setting_up.columns import Form
from submittals.setting_up.comparing import ChangedRow, Comparison, compare
from submittals.setting_up.forms import FORMS
from submittals.setting_up.previewing import preview
from submittals.setting_up.references import with_references
from submittals.trusts import editions
from submittals.trusts.dated import TABLE_NAMES, DatedSettings, TableName, rows_of
from submittals.trusts.settings import TrustSettings

# What an entry of the trail tells of one change; the numbers tell of all.
_ROWS_TOLD = 100


async def put_table(
    tx: WriteTx,
    vpd: str,
    form: Form,
    checked: Checked,
    effective_from: date,
    *,
    by: str,
    now: datetime,
    expected_version: int | None = None,
) -> bool:
    """Put one table from a day on; whether anything changed. The same again changes nothing.

    Raises `Invalid` with every trouble, and `StaleVersion` when the trust's settings are no longer at `expected_version`.
    """
    await editions.hold(tx, vpd)
    found = await preview(tx, vpd, form, checked, effective_from)
    if expected_version is not None and expected_version != found.version:
        raise StaleVersion(
            f"You looked at version {expected_version} of the settings; they are at {found.version}. Look again.",
            field="version",
            current=found.version,
        )
    refuse(found.troubles)
    changed = await editions.put_editions(tx, vpd, {form.table: found.rows}, effective_from, by=by, now=now)
    if changed:
        await _tell(tx, vpd, [(form.table, found.comparison)], effective_from, by=by, now=now)
    return bool(changed)


async def put_settings(
    tx: WriteTx, vpd: str, settings: TrustSettings, effective_from: date, *, by: str, now: datetime
) -> None:
    """Put all that `settings` names from a day on, or nothing. Raises `Invalid` where it names what is not there."""
    before = await editions.begin_whole(tx, vpd, settings, now)
    changed = await editions.put_whole(tx, vpd, before, settings, effective_from, by=by, now=now)
    after = await editions.dated(tx, vpd)
    refuse(_missing(after.on(effective_from), settings))
    told = [(table, _compared(table, before, after, effective_from)) for table in changed]
    await _tell(tx, vpd, told, effective_from, by=by, now=now)


async def remove_edition(tx: WriteTx, vpd: str, form: Form, effective_from: date, *, by: str, now: datetime) -> None:
    """Take back an edition that is still to come. Raises `NotFound`, or `EditionInForce` for one that has begun."""
    await editions.hold(tx, vpd)
    dated, today = await editions.dated(tx, vpd, [form.table]), now.astimezone(LONDON).date()
    gone = dated.in_force(form.table, effective_from)
    await editions.remove_edition(tx, vpd, form.table, effective_from, today=today, now=now)
    detail = _detail(compare(form, gone.rows if gone else (), ()))
    about = _about(form.table, effective_from)
    await audit.record(tx, vpd, actor=by, action="settings.edition_removed", about=about, at=now, detail=detail)


def refuse(troubles: Sequence[RowTrouble]) -> None:
    """Raise `Invalid` with every trouble, if there is any."""
    if troubles:
        problems = [FieldProblem(_place(one), "row_refused", _with_text(one)) for one in troubles]
        raise Invalid("Some rows cannot be taken, so nothing was changed; see `problems`.", problems=problems)


def _place(trouble: RowTrouble) -> str:
    return f"row {trouble.row}" + (f", {trouble.field}" if trouble.field else "")


def _with_text(trouble: RowTrouble) -> str:
    return f"{trouble.sentence} It says: {trouble.text}" if trouble.text else trouble.sentence


def _missing(trust: TrustSettings, named: TrustSettings) -> list[RowTrouble]:
    found: list[RowTrouble] = []
    for table in TABLE_NAMES:
        if table in named.model_fields_set:
            rows = rows_of(named, table)
            found += with_references(table, Checked(rows, tuple(range(1, len(rows) + 1))), trust).troubles
    return found


def _compared(table: TableName, before: DatedSettings, after: DatedSettings, day: date) -> Comparison:
    old, new = before.in_force(table, day), after.in_force(table, day)
    return compare(FORMS[table], old.rows if old else (), new.rows if new else ())


async def _tell(
    tx: WriteTx,
    vpd: str,
    told: Sequence[tuple[TableName, Comparison]],
    effective_from: date,
    *,
    by: str,
    now: datetime,
) -> None:
    deeds = [audit.Deed(by, "settings.put", _about(table, effective_from), _detail(found)) for table, found in told]
    await audit.record_all(tx, vpd, deeds, at=now)


def _about(table: TableName, effective_from: date) -> str:
    return f"{table}/{effective_from}"


def _detail(found: Comparison) -> dict[str, Any]:
    return {
        "added": len(found.added),
        "changed": len(found.changed),
        "removed": len(found.removed),
        "rows": [_row(one) for one in (*found.changed, *found.added, *found.removed)[:_ROWS_TOLD]],
    }


def _row(one: ChangedRow) -> dict[str, Any]:
    return {"row": one.name, "fields": {each.field: [each.before, each.after] for each in one.differences}}
