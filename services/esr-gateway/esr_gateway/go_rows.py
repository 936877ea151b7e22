"""Reads the rows of a GO file: one pass, flat memory, a verdict on each row. A bad row never holds a good one.

Sensitive cells (NI number, date of birth, ethnic origin, disability, salary, addresses: the layout names them) are emptied
here, before anything else sees a row. They are not kept in any table, not even as a hash: hashes of values so few can be
guessed. Only the archived file has them.

Dates, numbers and patterns are looked up in sets of texts already found good; real files repeat few of them, so a row costs
a few set look-ups in C instead of a parse for each cell.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from esr_gateway.layout import OutboundLayout, Record
from esr_gateway.verdicts import Quarantined, RejectedRow

_CHUNK = 1 << 20
_REMEMBERED = 50_000  # good texts of one kind; then the set starts afresh, so that memory stays flat
_RAW_SHOWN = 2_000
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f]")  # a tab may stand in a text
_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32)])  # all of them but tab, LF and CR
_MASK = "•••"


class Row(NamedTuple):
    """A good row. `line` is the row as it came, sensitive cells emptied; of a delete row only code and id."""

    row_number: int
    record: str
    is_delete: bool
    record_id: str
    effective_from: str
    effective_to: str
    parent_id: str
    line: str


@dataclass(slots=True)
class Counts:
    """What was in a file. `unread` are rows of records that are counted and not read."""

    rows: int = 0
    set_aside: int = 0
    unread: int = 0
    bytes_read: int = 0
    by_record: dict[str, int] = field(default_factory=dict)


class _Checks:
    """A record of the layout made ready for its rows: places instead of names, and how each kind of cell is judged."""

    def __init__(self, record: Record, known: _KnownGood) -> None:
        self.record = record
        self.width = record.width
        self.id_at = record.index(record.id)
        self.parent_at = record.index(record.parent) if record.parent else 0
        self.from_at = record.index(record.effective_from) if record.effective_from else 0
        self.to_at = record.index(record.effective_to) if record.effective_to else 0
        self.sensitive = tuple(record.index(name) for name in record.sensitive)
        self.required = tuple((record.index(name), name) for name in record.required)
        self.required_of = _picker([at for at, _ in self.required])
        self.kinds = [
            (_picker(at), good, names)
            for names, good in (
                (record.dates, known.dates),
                (record.timestamps, known.timestamps),
                (record.numbers, known.numbers),
            )
            if (at := [record.index(name) for name in names])
        ]
        for name, pattern in record.patterns.items():
            self.kinds.append((_picker([record.index(name)]), known.pattern(pattern), (name,)))


def _picker(places: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """Picks these cells of a row; the last place is given twice, because one place alone would not give a tuple."""
    return itemgetter(*places, places[-1])


class _Good(set[str]):
    """Texts of one kind that were found good; a text that is not in it is judged once."""

    def __init__(self, code: str, words: str, judge: Callable[[str], bool]) -> None:
        super().__init__({""})
        self.code, self.words, self._judge = code, words, judge

    def takes(self, text: str) -> bool:
        if text in self:
            return True
        if not self._judge(text):
            return False
        if len(self) >= _REMEMBERED:
            self.clear()
            self.add("")
        self.add(text)
        return True


class _KnownGood:
    def __init__(self, layout: OutboundLayout) -> None:
        day, moment = layout.date_format, layout.timestamp_format
        self.dates = _Good(
            "impossible_date",
            "is not a date",
            # "midnight timestamps stand for dates in some columns"
            lambda t: _is_time(t, day, 8) or (t.endswith(" 000000") and _is_time(t, moment, 15)),
        )
        self.timestamps = _Good(
            "impossible_date", "is not a time", lambda t: _is_time(t, moment, 15) or _is_time(t, day, 8)
        )
        self.numbers = _Good("not_a_number", "is not a number", lambda t: _NUMBER.fullmatch(t) is not None)

    def pattern(self, pattern: str) -> _Good:
        shape = re.compile(pattern)
        return _Good("wrong_form", "does not have the form of one", lambda t: shape.fullmatch(t) is not None)


def _is_time(text: str, form: str, length: int) -> bool:
    if len(text) != length or not text.isascii():
        return False
    try:
        datetime.strptime(text, form)  # noqa: DTZ007 - only whether there is such a time
    except ValueError:
        return False
    return True


class GoReader:
    """Reads one file. `rejected` is called with each row that is set aside; `counts` is right when the rows are read."""

    def __init__(self, layout: OutboundLayout, rejected: Callable[[RejectedRow], None]) -> None:
        self._layout = layout
        self._rejected = rejected
        known = _KnownGood(layout)
        checks = {code: _Checks(record, known) for code, record in layout.record.items()}
        self._adds = {code + layout.add_suffix: (code, check) for code, check in checks.items()}
        self._deletes = {code + layout.delete_suffix: (code, check) for code, check in checks.items()}
        self._is_suspect = False  # the chunk in hand holds a control character somewhere
        self.counts = Counts()

    def rows(self, path: Path, trailer_count: int) -> Iterator[Row]:
        """The good rows, in order. Raises `Quarantined` at the end if the trailer counts another number."""
        lines = self._lines(path)
        next(lines)  # the header, which `read_frame` has checked
        counts, adds, delimiter = self.counts, self._adds, self._layout.delimiter
        unread, tally = self._layout.unread, counts.by_record
        number, ended = 1, False
        for number, line in enumerate(lines, start=2):
            if ended:
                raise Quarantined("rows_after_trailer", f"Row {number} stands behind the trailer.")
            cells = line.split(delimiter)
            code = cells[0]
            if code == self._layout.trailer:
                ended = True
                continue
            counts.rows += 1
            tally[code] = tally.get(code, 0) + 1
            known = adds.get(code)
            if known is not None:
                row = self._add(number, line, cells, *known)
            elif code in unread:
                counts.unread += 1
                continue
            else:
                row = self._other(number, line, cells)
            if row is not None:
                yield row
        expected = number if self._layout.trailer_counts == "all" else number - 2
        if trailer_count != expected:
            raise Quarantined("count_off", f"The trailer counts {trailer_count} rows; the file has {expected}.")

    def _lines(self, path: Path) -> Iterator[str]:
        charset = _CharsetWatch(self._layout.charset)
        rest, now_suspect = "", False
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                self.counts.bytes_read += len(chunk)
                charset.see(chunk)
                stray_cr = chunk.count(b"\r") != chunk.count(b"\r\n")
                was_suspect, now_suspect = (
                    now_suspect,
                    stray_cr or len(chunk.translate(None, _CONTROL_BYTES)) != len(chunk),
                )
                self._is_suspect = was_suspect or now_suspect  # a line may begin in the chunk before
                lines = (rest + chunk.decode("iso-8859-1")).replace("\r\n", "\n").split("\n")
                rest = lines.pop()
                yield from lines
        charset.end()
        if rest:
            yield rest.removesuffix("\r")

    def _add(self, number: int, line: str, cells: list[str], code: str, check: _Checks) -> Row | None:
        if len(cells) != check.width:
            words = f"The row has {len(cells)} columns; a {check.record.title} has {check.width}."
            self._reject(number, code, "", "wrong_column_count", words, cells, check)
            return None
        if self._is_suspect and (found := _CONTROL.search(line)):
            self._reject_control(number, code, cells, check, found[0])
            return None
        if "" in check.required_of(cells):
            name = next(name for at, name in check.required if not cells[at])
            self._reject(number, code, name, "missing_value", f"{name} is missing.", cells, check)
            return None
        for pick, good, names in check.kinds:
            if not good.issuperset(pick(cells)):
                for name in names:
                    if not good.takes(cells[check.record.index(name)]):
                        self._reject_value(number, code, name, good, cells, check)
                        return None
        if check.sensitive:
            for at in check.sensitive:
                cells[at] = ""
            line = self._layout.delimiter.join(cells)
        return Row(
            number,
            code,
            False,
            cells[check.id_at],
            cells[check.from_at][:8] if check.from_at else "",
            cells[check.to_at][:8] if check.to_at else "",
            cells[check.parent_at] if check.parent_at else "",
            line,
        )

    def _other(self, number: int, line: str, cells: list[str]) -> Row | None:
        """A delete row, or a row of no known record."""
        known = self._deletes.get(cells[0])
        if known is None:
            shown = "".join(c if c.isprintable() else "?" for c in cells[0][:8])
            words = f"There is no record type {shown!r}." if shown else "The row is empty."
            self._reject(number, shown, "", "unknown_record", words, cells, None)
            return None
        code, check = known
        # Some writers fill a delete row up with empty columns: only its id speaks.
        if len(cells) < 2 or any(cells[2:]):
            words = f"A row that deletes a {check.record.title} has 2 columns; this has {len(cells)}."
            self._reject(number, code, "", "wrong_column_count", words, cells, None)
            return None
        if found := _CONTROL.search(line):
            self._reject_control(number, code, cells, None, found[0])
            return None
        if not cells[1]:
            name = check.record.id
            self._reject(number, code, name, "missing_value", f"{name} is missing.", cells, None)
            return None
        return Row(number, code, True, cells[1], "", "", "", "")

    def _reject_control(self, number: int, code: str, cells: list[str], check: _Checks | None, found: str) -> None:
        at = next(at for at, cell in enumerate(cells) if found in cell)
        name = check.record.columns[at - 1] if check and at else ""
        if found == "\0":
            self._reject(number, code, name, "nul_byte", "The row holds a NUL byte.", cells, check)
            return
        words = f"The row holds a control character (0x{ord(found):02X})."
        self._reject(number, code, name, "control_character", words, cells, check)
        return

    def _reject_value(self, number: int, code: str, name: str, good: _Good, cells: list[str], check: _Checks) -> None:
        at = check.record.index(name)
        shown = _MASK if at in check.sensitive else repr(cells[at][:40])
        self._reject(number, code, name, good.code, f"{name} {good.words}: {shown}.", cells, check)

    def _reject(
        self, number: int, record: str, name: str, code: str, words: str, cells: list[str], check: _Checks | None
    ) -> None:
        self.counts.set_aside += 1
        at = check.id_at if check else 1 if record in self._layout.record else 0
        record_id = cells[at] if 0 < at < len(cells) and "\0" not in cells[at] else ""
        raw = self._masked(cells, check)
        self._rejected(RejectedRow(number, record, name, code, words, raw, record_id))

    def _masked(self, cells: list[str], check: _Checks | None) -> str:
        """The row to show: sensitive cells masked; where places cannot be trusted, all that may be sensitive."""
        if check is None:
            shown = [*cells[:2], *(_MASK for _ in cells[2:])]
        elif len(cells) != check.width and check.sensitive:
            first = min(check.sensitive)
            shown = [*cells[: first - 1], *(_MASK for _ in cells[first - 1 :])]
        else:
            shown = [_MASK if cell and at in check.sensitive else cell for at, cell in enumerate(cells)]
        text = self._layout.delimiter.join(shown)[:_RAW_SHOWN]
        return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


class _CharsetWatch:
    """Tells UTF-8 from ISO-8859-1: any bytes are valid ISO-8859-1, but accents written in it are not valid UTF-8."""

    def __init__(self, charset: str) -> None:
        self._charset = charset
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._may_be_utf8, self._has_accents = True, False

    def see(self, chunk: bytes) -> None:
        if not self._may_be_utf8 or (chunk.isascii() and not self._has_accents):
            return
        self._has_accents = True
        try:
            self._utf8.decode(chunk)
        except UnicodeDecodeError:
            self._may_be_utf8 = False

    def end(self) -> None:
        if self._has_accents and self._may_be_utf8:
            raise Quarantined("wrong_charset", f"The file is written in UTF-8, not in {self._charset.upper()}.")
