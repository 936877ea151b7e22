"""The rows that are kept of a person, for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from esr_gateway.from_esr.documents import rows_of
from esr_gateway.layout import data_warehouse
from esr_gateway.outbound_layout import PERSON, OutboundLayout
from esr_gateway.tables import person
from esrlink.db import ReadTx


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a person for people to read: as ESR wrote it, and each cell that is not empty under its column's name."""

    record: str
    title: str
    line: str
    cells: dict[str, str]


async def rows_of_person(tx: ReadTx, vpd: str, employee_number: str) -> dict[str, list[ShownRow]]:
    """What is kept of a person, by record, the person's own rows first. Sensitive cells are not kept, so they are not shown."""
    found = await tx.all(
        select(person.c.document)
        .where(person.c.vpd == vpd, person.c.employee_number == employee_number)
        .order_by(person.c.is_gone, person.c.person_id)
    )
    layout = data_warehouse()
    rows: dict[str, list[ShownRow]] = {}
    for line in sorted((line for one in found for line in rows_of(one.document)), key=_persons_first):
        rows.setdefault(line[:2], []).append(_shown(layout, line))
    return rows


def _persons_first(line: str) -> tuple[bool, str]:
    return line[:2] != PERSON, line


def _shown(layout: OutboundLayout, line: str) -> ShownRow:
    record: Any = layout.record[line[:2]]
    cells = line.split(layout.delimiter)[1:]
    named = {name: cell for name, cell in zip(record.columns, cells, strict=False) if name and cell}
    return ShownRow(line[:2], record.title, line, named)
