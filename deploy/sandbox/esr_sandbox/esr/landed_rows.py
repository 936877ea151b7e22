"""The AB and EL rows of what ESR applied from inbound files: what proves to a sender that a record landed."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import date

from esr_sandbox.esr import records as r
from esr_sandbox.esr.records import day, midnight
from esr_sandbox.world.people import END_OF_TIME
from esr_sandbox.world.trusts import Trust


def absence_id(number: int) -> str:
    """Return ESR's id of an absence that came in by file."""
    return f"A{number:07d}"


def unshown_rows(db: sqlite3.Connection, trust: Trust) -> Iterator[str]:
    """Return the rows of what was applied since the last changes file, and mark them as shown."""
    absences = db.execute("select * from absence where vpd = ? and unshown = 1 order by id", (trust.vpd,)).fetchall()
    for row in absences:
        if not row["removed"]:
            yield _absence(row)
        elif row["shown"]:
            yield r.ABSENCE.delete(absence_id(row["id"]))
    for row in db.execute(
        "select * from element_entry where vpd = ? and unshown = 1 order by id", (trust.vpd,)
    ).fetchall():
        yield _element(row, trust)
    db.execute("update absence set unshown = 0, shown = 1 where vpd = ? and unshown = 1", (trust.vpd,))
    db.execute("update element_entry set unshown = 0 where vpd = ? and unshown = 1", (trust.vpd,))


def all_rows(db: sqlite3.Connection, trust: Trust) -> Iterator[str]:
    """Return the rows of everything that was ever applied and still stands, for a snapshot."""
    for row in db.execute("select * from absence where vpd = ? and removed = 0 order by id", (trust.vpd,)).fetchall():
        yield _absence(row)
    for row in db.execute("select * from element_entry where vpd = ? order by id", (trust.vpd,)).fetchall():
        yield _element(row, trust)


def _absence(row: sqlite3.Row) -> str:
    sick = row["type"] == "Sickness"
    first, last = _plain(row["first"]), _plain(row["last"])
    return r.ABSENCE.row(
        person=row["person"], absence=absence_id(row["id"]), type=row["type"], reason=row["reason"], status="Confirmed",
        start=first, start_time=row["first_part"], end=last, end_time=row["last_part"],
        sickness_start=first if sick else "", sickness_end=last if sick else "", days=row["days"], hours=row["hours"],
        units="H" if row["hours"] else "D", sessions_lost=row["sessions"], updated=midnight(date.fromisoformat(row["updated"])),
        sickness_reason=row["reason"] if sick else "", reference=row["reference"],
    )  # fmt: skip


def _element(row: sqlite3.Row, trust: Trust) -> str:
    names = [element.name for element in trust.pay_elements]
    values = {f"value_{n}": value for n, value in enumerate(json.loads(row["entry_values"]), start=1)}
    earned = _plain(row["earned"])
    return r.ELEMENT.row(
        person=row["person"], entry=f"E{row['id']:07d}", start=earned, end=day(END_OF_TIME), type="E",
        assignment=row["assignment"], element_id=str(2001 + names.index(row["element"])), element=row["element"],
        earned=earned, updated=midnight(date.fromisoformat(row["updated"])), **values,
    )  # fmt: skip


def _plain(iso: str | None) -> str:
    return iso.replace("-", "") if iso else ""
