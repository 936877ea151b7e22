"""A trust's settings over time: each of its tables has editions, and the newest that has begun is in force. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple, get_args

from pydantic import TypeAdapter

from submittals.trusts.settings import GeneralSettings, TrustSettings

TableName = Literal[
    "general", "departments", "absence_types", "pay_elements", "rate_cards", "cost_codes", "validation_groups", "rules"
]
TABLE_NAMES: tuple[TableName, ...] = get_args(TableName)
BEGINNING = date(2000, 1, 1)
"""No record is older, so an edition from here on is in force from the beginning of time."""

Rows = tuple[Any, ...]
"""The rows of one table: models of `settings`, texts for cost codes, and one `GeneralSettings` for `general`."""

_READERS: Mapping[TableName, TypeAdapter[Rows]] = {
    name: TypeAdapter(
        tuple[GeneralSettings] if name == "general" else TrustSettings.model_fields[name].annotation  # type: ignore[arg-type]
    )
    for name in TABLE_NAMES
}


class Edition(NamedTuple):
    """A table as it is from a day on."""

    effective_from: date
    rows: Rows


@dataclass(frozen=True, slots=True)
class DatedSettings:
    """All editions of a trust's tables, oldest first. Before its first edition a table is empty."""

    ods_code: str
    name: str
    editions: Mapping[TableName, Sequence[Edition]]
    _made: dict[tuple[date | None, ...], TrustSettings] = field(default_factory=dict)

    def in_force(self, table: TableName, day: date) -> Edition | None:
        """The edition of a table on a day."""
        return next((one for one in reversed(self.editions.get(table, ())) if one.effective_from <= day), None)

    def after(self, table: TableName, day: date) -> Edition | None:
        """The next edition of a table after a day."""
        return next((one for one in self.editions.get(table, ()) if one.effective_from > day), None)

    def on(self, day: date) -> TrustSettings:
        """The settings on a day, the same object for all days between two changes."""
        found = {name: self.in_force(name, day) for name in TABLE_NAMES}
        key = tuple(edition and edition.effective_from for edition in found.values())
        if key not in self._made:
            self._made[key] = self._together({name: edition.rows for name, edition in found.items() if edition})
        return self._made[key]

    def _together(self, tables: Mapping[TableName, Rows]) -> TrustSettings:
        general = tables.get("general", ())
        values: dict[str, Any] = dict(general[0]) if general else {}
        values |= {name: rows for name, rows in tables.items() if name != "general"}
        # Every table was checked when it was put: checking them all again would cost each put of a record a millisecond.
        return TrustSettings.model_construct(ods_code=self.ods_code, name=self.name, **values)


def rows_of(settings: TrustSettings, table: TableName) -> Rows:
    """One table of whole settings."""
    if table == "general":
        return (
            GeneralSettings.model_validate({name: getattr(settings, name) for name in GeneralSettings.model_fields}),
        )
    rows: Rows = getattr(settings, table)
    return rows


def plain(table: TableName, rows: Rows) -> list[Any]:
    """Rows as they are stored: plain JSON without what is absent."""
    listed: list[Any] = _READERS[table].dump_python(rows, mode="json", exclude_none=True)
    return list(listed)


def read_row(table: TableName, values: object) -> Any:
    """One row of a table out of plain values. Raises pydantic's `ValidationError`."""
    return _READERS[table].validate_python((values,))[0]


def stored_rows(table: TableName, text: str) -> Rows:
    """Rows out of what is stored."""
    return _READERS[table].validate_json(text)
