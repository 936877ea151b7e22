"""Small GO files, made row by row, for tests that need exactly one thing to be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from esr_gateway.layout import data_warehouse

LAYOUT = data_warehouse()


def row(record: str, **values: str) -> str:
    """An add-or-replace row; names of columns with `_` for everything that is no letter or digit."""
    model = LAYOUT.record[record]
    names = {_plain(name): at for at, name in enumerate(model.columns, start=1) if name}
    cells = [""] * model.width
    cells[0] = record + "A"
    for name, value in values.items():
        cells[names[name]] = value
    return "~".join(cells)


def _plain(name: str) -> str:
    return "".join(c.lower() if c.isalnum() else "_" for c in name)


def person(number: str = "20000001", **values: str) -> str:
    """A person row; the person id is the employee number with a P."""
    given = {
        "person_id": f"P{number}",
        "effective_start_date": "20200101",
        "effective_end_date": "47121231",
        "employee_number": number,
        "last_name": "Okafor",
        "first_name": "Ana",
        "hire_date": "20200101",
        "date_of_birth": "19800229",
        "national_insurance_number": "QQ123456C",
    }
    return row("PR", **{**given, **values})


def assignment(number: str = "20000001", suffix: str = "", **values: str) -> str:
    """An assignment row of that person."""
    given = {
        "person_id": f"P{number}",
        "assignment_id": f"A{number}{suffix}",
        "effective_start_date": "20200101",
        "effective_end_date": "47121231",
        "assignment_number": f"{number}{suffix}",
        "user_assignment_status": "Active Assignment",
        "position_id": "POS1",
        "annual_salary_value": "98765.43",
    }
    return row("AS", **{**given, **values})


def position(**values: str) -> str:
    """The position that assignments point at."""
    given = {
        "position_id": "POS1",
        "effective_from_date": "20200101",
        "effective_to_date": "47121231",
        "position_number": "1001",
        "position_name": "Consultant Anaesthetist",
        "job_staff_group": "Medical and Dental",
    }
    return row("PO", **{**given, **values})


@dataclass(frozen=True)
class Go:
    """A GO file. Anything that is set replaces what would be right."""

    rows: Sequence[str] = ()
    kind: str = "GDR"
    day: str = "20260803"
    before: str = "20260802"
    sequence: int = 1
    vpd: str = "277"
    header: str | None = None
    trailer: str | None = None
    newline: str = "\n"
    charset: str = "iso-8859-1"
    name_override: str | None = field(default=None)

    @property
    def name(self) -> str:
        """Its name."""
        return self.name_override or f"GO_{self.vpd}_GDW_{self.kind}_{self.day}_{self.sequence:08d}.DAT"

    @property
    def content(self) -> bytes:
        """Its bytes."""
        stamp = f"{self.day} 072050~{self.vpd}~{self.before} 000000~{self.day} 000000~01"
        header = f"HDR~{self.name}~{stamp}" if self.header is None else self.header
        trailer = f"TRL~{len(self.rows) + 2}" if self.trailer is None else self.trailer
        lines = [*([header] if header else []), *self.rows, trailer]
        return "".join(f"{line}{self.newline}" for line in lines).encode(self.charset)

    def write(self, folder: Path) -> Path:
        """Put it into a folder."""
        path = folder / self.name
        path.write_bytes(self.content)
        return path

    def but(self, **changes: object) -> Go:
        """The same with changes."""
        return replace(self, **changes)  # type: ignore[arg-type]
