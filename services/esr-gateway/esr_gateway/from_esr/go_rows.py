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
from dataclasses import dataclass
from datetime import date, time
from operator import itemgetter
from pathlib import Path
from typing import Literal, NamedTuple

from esr_gateway.from_esr.verdicts import Quarantined, RejectedRow
from esr_gateway.layout import OutboundLayout, Record

_CHUNK = 1 << 20
_REMEMBERED = 50_000  # good texts of one kind; then the set starts afresh, so that memory stays flat
_RAW_SHOWN = 2_000
_LONGEST_ROW = 100_000  # fifty times a long one; what is longer is damage, and must not fill the memory
_LONGEST_ID = 100  # an index entry has room for some 2,700 bytes; ESR's ids have a dozen
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f]")  # a tab may stand in a text
_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32)])  # all of them but tab, LF and CR
_CODE = re.compile(r"[A-Z]{3}")
_MASK = "•••"


class Row(NamedTuple):
    """A row for the stage. `line` is the row as it came, sensitive cells emptied; of `D` and `X` only record and id speak.

    `op` is `A` (add or replace), `D` (delete) or `X`: a row that was set aside, whose record is there all the same.
    """

    row_number: int
    op: Literal["A", "D", "X"]
    record: str
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
        self.patterns = [(record.index(name), re.compile(form), name) for name, form in record.patterns.items()]
        self.kinds = [
            (_picker(places), good, tuple(zip(places, names, strict=True)))
            for names, good in (
                (record.dates, known.dates),
                (record.timestamps, known.timestamps),
                (record.numbers, known.numbers),
            )
            if (places := [record.index(name) for name in names])
        ]


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
    def __init__(self) -> None:
        # "midnight timestamps stand for dates in some columns", and the other way about
        self.dates = _Good(
            "impossible_date", "is not a date", lambda t: _is_day(t.removesuffix(" 000000")) and len(t) in {8, 15}
        )
        self.timestamps = _Good("impossible_date", "is not a time", lambda t: _is_day(t) or _is_moment(t))
        self.numbers = _Good("not_a_number", "is not a number", lambda t: _NUMBER.fullmatch(t) is not None)


def _is_day(text: str) -> bool:
    """Whether it is a day, written yyyymmdd."""
    if not (len(text) == 8 and text.isdecimal()):
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def _is_moment(text: str) -> bool:
    """Whether it is a moment, written yyyymmdd hhmmss."""
    day, _, clock = text.partition(" ")
    if not (len(clock) == 6 and clock.isdecimal()):
        return False
    try:
        time(int(clock[:2]), int(clock[2:4]), int(clock[4:]))
    except ValueError:
        return False
    return _is_day(day)


def _first_wrong(check: _Checks, cells: Sequence[str]) -> tuple[int, str, str, str] | None:
    """The first cell that is not what its column says: its place, the column's name, a code and words for what is wrong."""
    for at, form, name in check.patterns:
        if cells[at] and not form.fullmatch(cells[at]):
            return at, name, "wrong_form", "does not have the form of one"
    for pick, good, places in check.kinds:
        if not good.issuperset(pick(cells)):
            for at, name in places:
                if not good.takes(cells[at]):
                    return at, name, good.code, good.words
    return None


class GoReader:
    """Reads one file. `rejected` is called with each row that is set aside; `counts` is right when the rows are read."""

    def __init__(self, layout: OutboundLayout, rejected: Callable[[RejectedRow], None]) -> None:
        self._layout = layout
        self._rejected = rejected
        known = _KnownGood()
        checks = {code: _Checks(record, known) for code, record in layout.record.items()}
        self._adds = {code + layout.add_suffix: (code, check) for code, check in checks.items()}
        self._deletes = {code + layout.delete_suffix: (code, check) for code, check in checks.items()}
        self._is_suspect = False  # the chunk in hand holds a control character somewhere
        self.counts = Counts()

    def rows(self, path: Path, trailer_count: int) -> Iterator[Row]:
        """The good rows, and an `X` for each bad one whose id can be read, in order.

        Raises `Quarantined` at the end if the trailer counts another number.
        """
        lines = self._lines(path)
        next(lines)  # the header, which `read_frame` has checked
        counts, adds, add, delimiter = self.counts, self._adds, self._add, self._layout.delimiter
        unread, trailer = self._layout.unread, self._layout.trailer
        number, ended = 1, False
        for number, line in enumerate(lines, start=2):
            if ended:
                raise Quarantined("rows_after_trailer", f"Row {number} stands behind the trailer.")
            if len(line) > _LONGEST_ROW:
                counts.rows += 1
                self._reject(number, "", "", "row_too_long", f"The row is longer than {_LONGEST_ROW:,} characters.", [])
                continue
            cells = line.split(delimiter)
            code = cells[0]
            if code == trailer:
                ended = True
                continue
            counts.rows += 1
            known = adds.get(code)
            if known is not None:
                row = add(number, line, cells, *known)
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
                if len(rest) > _LONGEST_ROW:
                    rest = rest[: _LONGEST_ROW + 1]  # enough to see that it is too long
                yield from lines
        charset.end()
        if rest:
            yield rest.removesuffix("\r")

    def _add(self, number: int, line: str, cells: list[str], code: str, check: _Checks) -> Row | None:
        if len(cells) != check.width:
            words = f"The row has {len(cells)} columns; its record type ({check.record.title}) has {check.width}."
            return self._reject(number, code, "", "wrong_column_count", words, cells, check)
        if self._is_suspect and (found := _CONTROL.search(line)):
            return self._reject_control(number, code, cells, check, found[0])
        if "" in check.required_of(cells):
            name = next(name for at, name in check.required if not cells[at])
            return self._reject(number, code, name, "missing_value", f"{name} is missing.", cells, check)
        if len(cells[check.id_at]) > _LONGEST_ID or len(cells[check.parent_at]) > _LONGEST_ID:
            words = f"An id is longer than {_LONGEST_ID} characters."
            return self._reject(number, code, check.record.id, "wrong_form", words, cells, check)
        if wrong := _first_wrong(check, cells):
            return self._reject_value(number, code, *wrong, cells, check)
        if check.sensitive:
            for at in check.sensitive:
                cells[at] = ""
            line = self._layout.delimiter.join(cells)
        return Row(
            number,
            "A",
            code,
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
            # What is not even the shape of a code may be the middle of a row that was broken in two: it is not shown.
            shown = cells[0] if _CODE.fullmatch(cells[0]) else ""
            words = f"There is no record type {shown!r}." if shown else "The row begins with no record type."
            return self._reject(
                number, shown, "", "unknown_record", words if any(cells) else "The row is empty.", cells
            )
        code, check = known
        # Some writers fill a delete row up with empty columns: only its id speaks.
        if len(cells) < 2 or any(cells[2:]):
            words = f"A delete row has 2 columns; this one has {len(cells)}."
            return self._reject(number, code, "", "wrong_column_count", words, cells)
        if found := _CONTROL.search(line):
            return self._reject_control(number, code, cells, None, found[0])
        if not cells[1]:
            name = check.record.id
            return self._reject(number, code, name, "missing_value", f"{name} is missing.", cells)
        return Row(number, "D", code, cells[1], "", "", "", "")

    def _reject_control(
        self, number: int, code: str, cells: list[str], check: _Checks | None, found: str
    ) -> Row | None:
        at = next(at for at, cell in enumerate(cells) if found in cell)
        name = check.record.columns[at - 1] if check and at else ""
        if found == "\0":
            return self._reject(number, code, name, "nul_byte", "The row holds a NUL byte.", cells, check)
        words = f"The row holds a control character (0x{ord(found):02X})."
        return self._reject(number, code, name, "control_character", words, cells, check)

    def _reject_value(
        self, number: int, record: str, at: int, name: str, code: str, words: str, cells: list[str], check: _Checks
    ) -> Row | None:
        shown = _MASK if at in check.sensitive else repr(cells[at][:40])
        return self._reject(number, record, name, code, f"{name} {words}: {shown}.", cells, check)

    def _reject(
        self,
        number: int,
        record: str,
        name: str,
        code: str,
        words: str,
        cells: list[str],
        check: _Checks | None = None,
    ) -> Row | None:
        """Set a row aside. Returns the `X` of its record, when its id can be read."""
        self.counts.set_aside += 1
        self._rejected(RejectedRow(number, record, name, code, words, self._masked(cells, check)))
        at = check.id_at if check else 1
        record_id = cells[at] if record in self._layout.record and at < len(cells) else ""
        if not record_id.isprintable() or not 0 < len(record_id) <= _LONGEST_ID:
            return None
        return Row(number, "X", record, record_id, "", "", "", "")

    def _masked(self, cells: list[str], check: _Checks | None) -> str:
        """The row to show: sensitive cells masked; where places cannot be trusted, all but the record type and an id."""
        if check is not None and len(cells) == check.width:
            shown = [_MASK if cell and at in check.sensitive else cell for at, cell in enumerate(cells)]
        elif cells and _CODE.fullmatch(cells[0]):
            is_known = cells[0] in self._adds or cells[0] in self._deletes
            shown = [*cells[: 2 if is_known else 1], _MASK]
        else:
            shown = [_MASK] if any(cells) else []
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
