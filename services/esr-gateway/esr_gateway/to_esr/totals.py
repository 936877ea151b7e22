"""Control totals: counted line by line while a run is made, and counted again from its lines by the database.

Two counts, so that they can differ: what was totalled is what was signed, what the database counts is what is in the files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Numeric, cast, collate, func, select

from esr_gateway.tables import line, run_file
from esr_gateway.to_esr.lines import Line
from esrlink.contracts import RunTotal
from esrlink.db import ReadTx

By = Literal["element", "department", "assignment"]
BY: tuple[By, ...] = ("element", "department", "assignment")


@dataclass(frozen=True, slots=True)
class Total:
    """One control total. `amount` is in pounds, none where no line has one; `units` are hours, sessions or days as they come."""

    name: str
    lines: int
    units: Decimal
    amount: Decimal | None
    new: int
    corrected: int
    reversed: int

    def as_json(self) -> dict[str, Any]:
        """As packs and the run's own row have it: figures as plain text."""
        return {
            "name": self.name,
            "lines": self.lines,
            "units": f"{self.units:f}",
            "amount": None if self.amount is None else f"{self.amount:f}",
            "new": self.new,
            "corrected": self.corrected,
            "reversed": self.reversed,
        }


class _Sum:
    __slots__ = ("amount", "corrected", "lines", "new", "reversed", "units")

    def __init__(self) -> None:
        self.lines = self.new = self.corrected = self.reversed = 0
        self.units = Decimal(0)
        self.amount: Decimal | None = None

    def add(self, one: Line) -> None:
        self.lines += 1
        self.units += one.units
        if one.amount is not None:
            self.amount = one.amount if self.amount is None else self.amount + one.amount
        match one.change:
            case "new":
                self.new += 1
            case "corrected":
                self.corrected += 1
            case "reversed":
                self.reversed += 1

    def total(self, name: str) -> Total:
        return Total(name, self.lines, self.units, self.amount, self.new, self.corrected, self.reversed)


class Tally:
    """Adds lines up by element (or absence type), department and assignment."""

    def __init__(self) -> None:
        self.lines = 0
        self._sums: dict[By, defaultdict[tuple[str, str], _Sum]] = {by: defaultdict(_Sum) for by in BY}

    def add(self, one: Line) -> None:
        """Count a line."""
        self.lines += 1
        self._sums["element"][one.kind, one.name].add(one)
        self._sums["department"]["", f"{one.product}/{one.department}"].add(one)
        self._sums["assignment"]["", one.assignment_number].add(one)

    def totals(self, by: By) -> list[Total]:
        """The totals by name; elements stand after absences, as in the files' order of kinds."""
        return [one.total(name) for (_, name), one in sorted(self._sums[by].items())]

    def run_totals(self) -> list[RunTotal]:
        """The totals as `esr.run.sent` tells them: an attendance without a figure in pounds counts as nought."""
        return [
            RunTotal(
                name=name,
                lines=one.lines,
                units=one.units,
                amount=(one.amount or Decimal(0)) if kind == "attendance" else None,
            )
            for (kind, name), one in sorted(self._sums["element"].items())
        ]


async def totals_of_run(tx: ReadTx, vpd: str, run_id: UUID, by: By) -> Sequence[Total]:
    """The totals of a run, counted from the lines of its files."""
    name = {
        "element": line.c.name,
        "department": func.concat(line.c.product, "/", line.c.department),
        "assignment": line.c.assignment_number,
    }[by]
    # An element and an absence type of the same name are two.
    groups: list[Any] = [run_file.c.layout, name] if by == "element" else [name]
    rows = await tx.all(
        select(
            name.label("name"),
            func.count().label("lines"),
            func.sum(cast(line.c.units, Numeric)).label("units"),
            func.sum(cast(line.c.amount, Numeric)).label("amount"),
            *(
                func.count().filter(line.c.change == change).label(change)
                for change in ("new", "corrected", "reversed")
            ),
        )
        .join(run_file, (run_file.c.vpd == line.c.vpd) & (run_file.c.file_name == line.c.file_name))
        .where(run_file.c.vpd == vpd, run_file.c.run_id == run_id)
        .group_by(*groups)
        .order_by(*groups[:-1], collate(name, "C"))
    )
    return [Total(r.name, r.lines, r.units, r.amount, r.new, r.corrected, r.reversed) for r in rows]
