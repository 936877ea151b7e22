"""The bad rows that the sandbox plants in every snapshot, so that a reader's handling of them can be watched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PlantedRow:
    """A bad row. `row` is its line in the file, where the header is line 1; `field` is what is wrong in it."""

    row: int
    record: str
    field: str
    why: str


@dataclass(frozen=True)
class _Plan:
    record: str
    field: str
    why: str
    spoil: Callable[[list[str]], list[str]]


def _cell(at: int, value: str) -> Callable[[list[str]], list[str]]:
    return lambda cells: [*cells[:at], value, *cells[at + 1 :]]


_PLANS = (
    _Plan("PRA", "Effective Start Date", "the date 20260230 does not exist", _cell(2, "20260230")),
    _Plan("ASA", "", "50 columns where an assignment has 51", lambda cells: cells[:-1]),
    _Plan("PRA", "Employee Number", "the employee number is missing", _cell(4, "")),
    _Plan("ETA", "PEI_INFORMATION2", "the row holds a NUL byte", _cell(6, "90\x0000000")),
    _Plan("ZZA", "", "there is no record type ZZA", lambda cells: ["ZZA", *cells[1:4]]),
    _Plan("ASA", "Assignment ID", "the assignment id is missing", _cell(2, "")),
)
_ID_COLUMN = {"PRA": 1, "ASA": 2, "ETA": 2}


def plant(rows: Sequence[str], count: int) -> tuple[list[str], list[PlantedRow]]:
    """Return the rows with `count` bad ones between them, and what was planted where.

    Each bad row is a spoiled copy of a good one under an id of its own, so no good record is lost by it.
    """
    plans = _PLANS[:count]
    out = list(rows)
    gap = max(1, len(rows) // (len(plans) + 1))
    places: list[tuple[int, _Plan]] = [(gap * (n + 1), plan) for n, plan in enumerate(plans)]
    planted = []
    for n, (place, plan) in enumerate(places):
        model = plan.record if plan.record != "ZZA" else "PRA"
        cells = next(row for row in rows if row.startswith(model)).split("~")
        cells[_ID_COLUMN[model]] = f"BAD{n}"
        if model == "PRA":
            cells[4] = f"9999999{n}"
        out.insert(place + n, "~".join(plan.spoil(cells)))
        planted.append(PlantedRow(place + n + 2, plan.record, plan.field, plan.why))
    return out, planted
