"""What the operations on a trust's tables answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from submittals import examples
from submittals.setting_up.comparing import ChangedRow
from submittals.setting_up.forms import FORMS
from submittals.setting_up.previewing import Preview
from submittals.trusts.dated import DatedSettings, TableName, plain


class EditionAnswer(BaseModel):
    """One edition of a table."""

    effective_from: date
    until: date | None = Field(description="The last day on which it is in force; none: until further notice.")
    rows: int
    revision: int = Field(description="How often this edition was put with other content.")
    put_by: str
    put_at: datetime


class TableSummary(BaseModel):
    """A table with its editions, the newest first."""

    table: TableName
    title: str
    about: str
    editions: list[EditionAnswer]


class TablesAnswer(BaseModel):
    """All tables of a trust."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TABLES]})

    vpd: str
    version: int
    tables: list[TableSummary]


class TableAnswer(BaseModel):
    """One edition of a table with its rows."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TABLE]})

    vpd: str
    table: TableName
    version: int = Field(description="Of all settings of the trust; grows with each change.")
    effective_from: date | None = Field(description="None: the table has no edition yet.")
    until: date | None
    rows: list[Any] = Field(description="As in the whole settings of the trust.")


class DifferenceAnswer(BaseModel):
    """A field before and afterwards; of a list, what is taken out and what is put in."""

    model_config = ConfigDict(from_attributes=True)

    field: str
    before: str
    after: str


class ChangedRowAnswer(BaseModel):
    """A row, by what tells it from the others."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    differences: list[DifferenceAnswer]


class TroubleAnswer(BaseModel):
    """Why a row cannot be taken. In a file the row of the columns' names is row 1; in JSON the first row is row 1."""

    model_config = ConfigDict(from_attributes=True)

    row: int
    field: str | None
    text: str | None = Field(description="What stands there.")
    sentence: str


class PreviewAnswer(BaseModel):
    """What putting these rows would change. While there are problems, a row that cannot be taken counts as left out."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PREVIEW]})

    vpd: str
    table: TableName
    version: int = Field(description="Send it as If-Match to put exactly what was shown.")
    effective_from: date
    until: date | None = Field(description="The last day before the next edition.")
    replaces: bool = Field(description="There is an edition from that very day, and it is replaced.")
    added: list[ChangedRowAnswer]
    changed: list[ChangedRowAnswer]
    removed: list[ChangedRowAnswer]
    same: int
    problems: list[TroubleAnswer] = Field(description="Until these are mended nothing can be put.")
    waiting_records: int = Field(
        description="Records still with the departments or validators that are judged by it at their next step."
    )


def tables_answer(vpd: str, version: int, history: Sequence[Any]) -> TablesAnswer:
    """All tables with their editions; `history` as `editions.history` gives it."""
    tables = []
    for table, form in FORMS.items():
        following: date | None = None
        listed = []
        for row in (row for row in history if row.name == table):
            until = following - timedelta(days=1) if following else None
            listed.append(
                EditionAnswer(
                    effective_from=row.effective_from,
                    until=until,
                    rows=row.size,
                    revision=row.revision,
                    put_by=row.put_by,
                    put_at=row.put_at,
                )
            )
            following = row.effective_from
        tables.append(TableSummary(table=table, title=form.title, about=form.about, editions=listed))
    return TablesAnswer(vpd=vpd, version=version, tables=tables)


def table_answer(vpd: str, version: int, dated: DatedSettings, table: TableName, day: date) -> TableAnswer:
    """The edition that is in force on a day."""
    edition, following = dated.in_force(table, day), dated.after(table, day)
    return TableAnswer(
        vpd=vpd,
        table=table,
        version=version,
        effective_from=edition.effective_from if edition else None,
        until=following.effective_from - timedelta(days=1) if following else None,
        rows=plain(table, edition.rows) if edition else [],
    )


def preview_answer(vpd: str, found: Preview) -> PreviewAnswer:
    """A preview."""

    def listed(rows: Sequence[ChangedRow]) -> list[ChangedRowAnswer]:
        return [ChangedRowAnswer.model_validate(row) for row in rows]

    comparison = found.comparison
    return PreviewAnswer(
        vpd=vpd,
        table=found.form.table,
        version=found.version,
        effective_from=found.effective_from,
        until=found.until,
        replaces=found.replaces,
        added=listed(comparison.added),
        changed=listed(comparison.changed),
        removed=listed(comparison.removed),
        same=comparison.same,
        problems=[TroubleAnswer.model_validate(one) for one in found.troubles],
        waiting_records=found.waiting,
    )
