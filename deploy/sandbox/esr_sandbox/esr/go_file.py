"""The frame of a GO file: its name, header and trailer, and its bytes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from esr_sandbox.esr.records import day, midnight

Kind = Literal["GDR", "GOC"]
"""`GDR` is a snapshot of all records, `GOC` a day's changes."""

CHARSET = "iso-8859-1"


@dataclass(frozen=True)
class GoFile:
    """What names a GO file. The runs are the midnights that it reaches from and to."""

    vpd: str
    kind: Kind
    sequence: int
    previous_run: date
    this_run: date

    @property
    def name(self) -> str:
        """The file's name in `Out/`."""
        return f"GO_{self.vpd}_GDW_{self.kind}_{day(self.this_run)}_{self.sequence:08d}.DAT"

    @property
    def header(self) -> str:
        """The `HDR` row: written at 07:20:50 on the day of the run."""
        created = f"{day(self.this_run)} 072050"
        return f"HDR~{self.name}~{created}~{self.vpd}~{midnight(self.previous_run)}~{midnight(self.this_run)}~01"

    def lines(self, rows: Iterable[str]) -> Iterator[str]:
        """Return all rows of the file; the trailer counts header and trailer too."""
        count = 1
        yield self.header
        for row in rows:
            count += 1
            yield row
        yield f"TRL~{count + 1}"

    def content(self, rows: Iterable[str], charset: str = CHARSET) -> bytes:
        """Return the file's bytes: rows end in LF."""
        return "".join(f"{line}\n" for line in self.lines(rows)).encode(charset)
