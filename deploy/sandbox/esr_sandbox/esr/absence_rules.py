"""What the simulated ESR asks of an absence (ABS) row, and what an accepted row does to the absences it holds.

Start and end may be written `yyyymmdd` or `dd-MMM-yyyy`: nothing public says which.
"""

import re
import sqlite3
from dataclasses import dataclass
from datetime import date

from esr_sandbox.esr.attendance_rules import find_assignment, is_number
from esr_sandbox.esr.inbound_file import compact_date
from esr_sandbox.esr.refusal import RefusedError, refuse_unless
from esr_sandbox.world.people import Person
from esr_sandbox.world.trusts import ABSENCE_TYPES, AbsenceType
from esr_sandbox.world.world import World

_WIDTH = 15
_UNKNOWN_CAUSE = "S99"
_SELF_CERTIFIED_DAYS = 7
# How a part of a day is written is not known either: these are taken, anything else stands for the whole day.
_MORNING, _AFTERNOON = {"AM", "MORNING"}, {"PM", "AFTERNOON"}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@dataclass(frozen=True)
class AbsenceRow:
    """An absence row in plain values. `last` is empty while the absence is open; figures stay as they were sent."""

    action: str
    reference: str
    number: str
    absence_type: str
    reason: str
    first: date
    first_part: str
    last: date | None
    last_part: str
    days: str
    hours: str
    sessions: str


def apply_absence(db: sqlite3.Connection, world: World, cells: list[str], read_on: date) -> None:
    """Apply a row to the absences in the store.

    Raises:
        RefusedError: with the code of the first rule that it breaks; nothing was applied then.

    """
    row = _read(cells)
    held = _held(db, world, row.reference)
    if row.action == "DEL":
        if held is None:
            raise RefusedError("A050", "No absence has this reference")
        db.execute(
            "update absence set removed = 1, unshown = 1, updated = ? where id = ?", (read_on.isoformat(), held["id"])
        )
        return
    person, assignment = find_assignment(world, row.number, row.first)
    _check_type(row)
    if row.action == "ADD":
        refuse_unless(held is None, "A051", "An absence has this reference already")
    else:
        refuse_unless(held is not None, "A050", "No absence has this reference")
    _check_overlap(db, world, person, row, None if held is None else held["id"])
    values = (
        person.person_id, assignment.assignment_id, row.absence_type, row.reason, row.first.isoformat(),
        row.first_part, row.last.isoformat() if row.last else None, row.last_part, row.days, row.hours,
        row.sessions, read_on.isoformat(), world.trust.vpd, row.reference,
    )  # fmt: skip
    db.execute(_ADD if row.action == "ADD" else _UPDATE, values)


_ADD = """
insert into absence (person, assignment, type, reason, first, first_part, last, last_part, days, hours, sessions, updated,
vpd, reference) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?)
"""
_UPDATE = """
update absence set person = ?, assignment = ?, type = ?, reason = ?, first = ?, first_part = ?, last = ?, last_part = ?,
days = ?, hours = ?, sessions = ?, updated = ?, unshown = 1 where vpd = ? and reference = ? and removed = 0
"""


def _read(cells: list[str]) -> AbsenceRow:
    refuse_unless(len(cells) == _WIDTH, "F010", f"The row has {len(cells)} columns where 15 are due")
    refuse_unless(cells[0] == "ABS", "F011", "The row is no ABS row")
    compact_date(cells[1], "F013", "The date does not exist")
    refuse_unless(cells[2] in {"ADD", "UPD", "DEL"}, "F012", "The action is none of ADD, UPD, DEL")
    refuse_unless(cells[3], "A052", "The row has no reference")
    first = _date(cells[7])
    last = _date(cells[9]) if cells[9] else None
    refuse_unless(
        cells[14] in {"Y", "N"} and (cells[14] == "Y") == (last is None), "A060", "End and open flag disagree"
    )
    refuse_unless(last is None or last >= first, "A061", "The absence ends before it starts")
    refuse_unless(all(not figure or is_number(figure) for figure in cells[11:14]), "A062", "A figure is not a number")
    return AbsenceRow(
        cells[2], cells[3], cells[4], cells[5], cells[6], first, cells[8], last, cells[10], cells[11], cells[12], cells[13]
    )  # fmt: skip


def _held(db: sqlite3.Connection, world: World, reference: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = db.execute(
        "select id from absence where vpd = ? and reference = ? and removed = 0", (world.trust.vpd, reference)
    ).fetchone()
    return found


def _check_type(row: AbsenceRow) -> None:
    kind = next((kind for kind in ABSENCE_TYPES if kind.esr_name == row.absence_type), None)
    if kind is None:
        raise RefusedError("A040", "The absence type is not known")
    refuse_unless(row.reason or not kind.reason_required, "A041", "The absence type needs a reason")
    refuse_unless(not row.reason or _knows_reason(kind, row.reason), "A041", "The reason is not known")
    length = (row.last - row.first).days + 1 if row.last else 0
    unknown_cause = row.reason.partition(" ")[0] == _UNKNOWN_CAUSE
    refuse_unless(
        not (unknown_cause and length > _SELF_CERTIFIED_DAYS),
        "A031",
        "Sickness of more than 7 days needs a known reason",
    )


def _knows_reason(kind: AbsenceType, text: str) -> bool:
    return any(text in {reason.code, reason.esr_name} for reason in kind.reasons)


def _check_overlap(db: sqlite3.Connection, world: World, person: Person, row: AbsenceRow, own: int | None) -> None:
    """Refuse a row that shares half a day or more with another absence of the person."""
    rows = db.execute(
        "select first, first_part, last, last_part from absence"
        " where vpd = ? and person = ? and removed = 0 and id is not ?",
        (world.trust.vpd, person.person_id, own),
    ).fetchall()
    held = [
        (date.fromisoformat(r["first"]), r["first_part"], _day_or_open(r["last"]), r["last_part"]) for r in rows
    ] + [(past.start, "", past.end, "") for past in person.absences]
    starts, ends = _half_days(row.first, row.first_part, row.last, row.last_part)
    for other in held:
        other_starts, other_ends = _half_days(*other)
        apart = max(starts, other_starts) > min(ends, other_ends)
        refuse_unless(apart, "A020", f"Another absence stands from {other[0]} to {other[2] or 'an open end'}")


def _half_days(first: date, first_part: str, last: date | None, last_part: str) -> tuple[int, int]:
    """Return the first and the last half day of an absence, counted from the beginning of time."""
    parts = (first_part.upper(), last_part.upper())
    in_one_day = first == last
    from_noon = parts[0] in _AFTERNOON or (in_one_day and parts[1] in _AFTERNOON)
    until_noon = parts[1] in _MORNING or (in_one_day and parts[0] in _MORNING)
    starts = first.toordinal() * 2 + from_noon
    ends = (last or date.max).toordinal() * 2 + (not until_noon)
    return starts, ends


def _day_or_open(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _date(text: str) -> date:
    if found := re.fullmatch(r"(\d{2})-([A-Za-z]{3})-(\d{4})", text):
        day, month, year = found.groups()
        if month.upper() in _MONTHS:
            text = f"{year}{_MONTHS.index(month.upper()) + 1:02d}{day}"
    return compact_date(text, "F013", "The date does not exist")
