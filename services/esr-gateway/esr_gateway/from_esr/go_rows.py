"""Reads the rows of a GO file: one pass, flat memory, a verdict on each row. A bad row never holds a good one.

Rows are judged a block at a time, by the column; where a block has something wrong, its rows are judged one by one. Sensitive
cells (NI number, date of birth, ethnic origin, disability, salary, addresses: the layout names them) are emptied here, before
anything else sees a row. They are not kept in any table, not even as a hash: hashes of values so few can be guessed. Only the
archived file has them.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Literal, NamedTuple

from esr_gateway.from_esr.judging import MASK, Checks, KnownGood, Wrong, control_character, is_id
from esr_gateway.from_esr.verdicts import Quarantined, RejectedRow
from esr_gateway.outbound_layout import OutboundLayout

_CHUNK = 1 << 18  # what stays in a processor's cache costs half of what does not
_RAW_SHOWN = 2_000
_LONGEST_ROW = 100_000  # fifty times a long one; what is longer is damage, and must not fill the memory
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f]")
_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32)])  # all of them but tab, LF and CR
_CODE = re.compile(r"[A-Z]{3}")
Numbers = Callable[[], Sequence[int]]


class Row(NamedTuple):
    """A row by itself. `line` is the row as it came, sensitive cells emptied; of `D` and `X` only record and id speak.

    `row_number` counts the lines of a part from its `start` on: that tells the order over several parts, and with `rows_before`
    which row of the file it is.

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


class Block(NamedTuple):
    """Good rows of one record, in the order of the file, sensitive cells emptied. `columns` are all of a row's, code included."""

    checks: Checks
    lines: Sequence[str]
    columns: Sequence[Sequence[str]]
    numbers: Numbers

    def days(self, at: int) -> Sequence[str]:
        """The days in a column, yyyymmdd; empty texts for a record that has no such column."""
        return [cell[:8] for cell in self.columns[at]] if at else [""] * len(self.lines)

    def rows(self) -> Iterator[Row]:
        """Row by row."""
        checks = self.checks
        parents = self.columns[checks.parent_at] if checks.parent_at else [""] * len(self.lines)
        starts, ends = self.days(checks.from_at), self.days(checks.to_at)
        cells = zip(self.numbers(), self.columns[checks.id_at], starts, ends, parents, self.lines, strict=True)
        for number, record_id, start, end, parent, line in cells:
            yield Row(number, "A", checks.code, record_id, start, end, parent, line)


@dataclass(frozen=True, slots=True)
class Part:
    """Some whole lines of a file, by the places of their first byte and of the one behind their last."""

    start: int
    end: int


@dataclass(slots=True)
class Counts:
    """What was in a file, or a part. `unread` are rows of records that are counted and not read; the others tell of the whole."""

    rows: int = 0
    set_aside: int = 0
    unread: int = 0
    lines: int = 0
    trailer_line: int = 0  # 0 while none was seen
    has_accents: bool = False
    may_be_utf8: bool = True


class GoReader:
    """Reads one file. `rejected` is called with each row that is set aside; `counts` is right when the rows are read."""

    def __init__(self, layout: OutboundLayout, rejected: Callable[[RejectedRow], None]) -> None:
        self._layout = layout
        self._rejected = rejected
        known = KnownGood()
        checks = {code: Checks(code, record, known) for code, record in layout.record.items()}
        self._adds = {code + layout.add_suffix + layout.delimiter: one for code, one in checks.items()}
        self._deletes = {code + layout.delete_suffix: one for code, one in checks.items()}
        self._head = max(map(len, self._adds))
        self._is_suspect = False  # the chunk in hand holds a control character somewhere
        self.counts = Counts()

    def rows(self, path: Path, trailer_count: int) -> Iterator[Row]:
        """What `blocks` gives, row by row."""
        for one in self.blocks(path, trailer_count):
            if isinstance(one, Block):
                yield from one.rows()
            else:
                yield one

    def blocks(self, path: Path, trailer_count: int) -> Iterator[Block | Row]:
        """The good rows; a `D` where a row deletes; and an `X` for each bad row whose id can be read.

        Rows of one record are in order, and so are all of them around each `D`. Raises `Quarantined` at the end for what is wrong
        with the file as a whole (`check_whole`).
        """
        yield from self.part(path, Part(0, path.stat().st_size))
        check_whole(self._layout, [self.counts], trailer_count)

    def part(self, path: Path, part: Part) -> Iterator[Block | Row]:
        """The same of a part of the file, counted by itself; what is wrong with the whole can be told when all parts are read."""
        self.counts = counts = Counts()
        head, adds = self._head, self._adds.keys()
        for chunk in self._chunks(path, part):
            first = part.start + counts.lines + 1
            counts.lines += len(chunk)
            # The header is the first line, which `read_frame` has checked.
            lines, first = (chunk[1:], 2) if first == 1 else (chunk, first)
            groups: dict[str, list[str]] = defaultdict(list)
            for line in lines:
                groups[line[:head]].append(line)
            if groups.keys() <= adds and max(map(len, lines), default=0) <= _LONGEST_ROW:
                counts.rows += len(lines)
                for start, rows in groups.items():
                    yield from self._block(self._adds[start], rows, _places(lines, start, first))
            else:
                yield from self._mixed(lines, first, part.start)

    def _chunks(self, path: Path, part: Part) -> Iterator[list[str]]:
        """The lines of a part, some at a time."""
        charset = _CharsetWatch(self.counts)
        rest, now_suspect, left = "", False, part.end - part.start
        with path.open("rb") as file:
            file.seek(part.start)
            while chunk := file.read(min(_CHUNK, left)):
                left -= len(chunk)
                charset.see(chunk)
                has_cr = b"\r" in chunk
                stray_cr = has_cr and chunk.count(b"\r") != chunk.count(b"\r\n")
                was_suspect, now_suspect = (
                    now_suspect,
                    stray_cr or len(chunk.translate(None, _CONTROL_BYTES)) != len(chunk),
                )
                self._is_suspect = was_suspect or now_suspect  # a line may begin in the chunk before
                text = rest + chunk.decode("iso-8859-1")
                lines = (text.replace("\r\n", "\n") if has_cr or rest.endswith("\r") else text).split("\n")
                rest = lines.pop()
                if len(rest) > _LONGEST_ROW:
                    rest = rest[: _LONGEST_ROW + 1]  # enough to see that it is too long
                if lines:
                    yield lines
        if rest:
            yield [rest.removesuffix("\r")]

    def _mixed(self, lines: Sequence[str], first: int, start: int) -> Iterator[Block | Row]:
        """Lines among which there is something other than rows that add: they are looked at in order."""
        groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
        counts, layout, adds = self.counts, self._layout, self._adds
        for number, line in enumerate(lines, first):
            code = line.split(layout.delimiter, 1)[0]
            is_long = len(line) > _LONGEST_ROW
            counts.rows += is_long or code != layout.trailer
            if is_long:
                words = f"The row is longer than {_LONGEST_ROW:,} characters."
                self._reject(number, "", Wrong("", "row_too_long", words), [])
            elif code + layout.delimiter in adds:
                groups[code + layout.delimiter].append((number, line))
            elif code == layout.trailer:
                counts.trailer_line = counts.trailer_line or number - start
            elif code in layout.unread:
                counts.unread += 1
            elif row := self._other(number, line):
                if row.op == "D":
                    yield from self._gathered(groups)
                    groups.clear()
                yield row
        yield from self._gathered(groups)

    def _gathered(self, groups: dict[str, list[tuple[int, str]]]) -> Iterator[Block | Row]:
        for start, rows in groups.items():
            numbers = [number for number, _ in rows]
            yield from self._block(self._adds[start], [line for _, line in rows], lambda found=numbers: found)  # type: ignore[misc]

    def _block(self, checks: Checks, lines: Sequence[str], numbers: Numbers) -> Iterator[Block | Row]:
        """The rows that add of one record: all of them at once if they are good."""
        delimiter = self._layout.delimiter
        cells = [line.split(delimiter) for line in lines]
        if not self._is_suspect and set(map(len, cells)) == {checks.width}:
            columns = list(zip(*cells, strict=True))
            if checks.are_good(columns):
                yield self._masked_block(checks, lines, columns, numbers)
                return
        good: list[tuple[int, str, list[str]]] = []
        there: list[Row] = []
        for number, line, row in zip(numbers(), lines, cells, strict=True):
            wrong = checks.wrong(line, row)
            if wrong is None:
                good.append((number, line, row))
            elif row_set_aside := self._reject(number, checks.code, wrong, row, checks):
                there.append(row_set_aside)
        if good:
            columns = list(zip(*(row for _, _, row in good), strict=True))
            left = [number for number, _, _ in good]
            yield self._masked_block(checks, [line for _, line, _ in good], columns, lambda: left)
        yield from there

    def _masked_block(
        self, checks: Checks, lines: Sequence[str], columns: list[tuple[str, ...]], numbers: Numbers
    ) -> Block:
        filled = [at for at in checks.sensitive if any(columns[at])]
        if filled:
            empty = ("",) * len(lines)
            for at in filled:
                columns[at] = empty
            lines = list(map(self._layout.delimiter.join, zip(*columns, strict=True)))
        return Block(checks, lines, columns, numbers)

    def _other(self, number: int, line: str) -> Row | None:
        """A delete row, or a row of no known record."""
        cells = line.split(self._layout.delimiter)
        checks = self._deletes.get(cells[0])
        if checks is None:
            # What is not even the shape of a code may be the middle of a row that was broken in two: it is not shown.
            shown = cells[0] if _CODE.fullmatch(cells[0]) else ""
            words = f"There is no record type {shown!r}." if shown else "The row begins with no record type."
            wrong = Wrong("", "unknown_record", words if any(cells) else "The row is empty.")
            return self._reject(number, shown, wrong, cells)
        code, record = checks.code, checks.record
        # Some writers fill a delete row up with empty columns: only its id speaks.
        if len(cells) < 2 or any(cells[2:]):
            words = f"A delete row has 2 columns; this one has {len(cells)}."
            return self._reject(number, code, Wrong("", "wrong_column_count", words), cells)
        if found := control_character(line, cells, None):
            return self._reject(number, code, found, cells)
        if not cells[1]:
            return self._reject(number, code, Wrong(record.id, "missing_value", f"{record.id} is missing."), cells)
        return Row(number, "D", code, cells[1], "", "", "", "")

    def _reject(
        self, number: int, record: str, wrong: Wrong, cells: list[str], checks: Checks | None = None
    ) -> Row | None:
        """Set a row aside. Returns the `X` of its record, when its id can be read."""
        self.counts.set_aside += 1
        self._rejected(RejectedRow(number, record, *wrong, self._masked(cells, checks)))
        at = checks.id_at if checks else 1
        record_id = cells[at] if record in self._layout.record and at < len(cells) else ""
        return Row(number, "X", record, record_id, "", "", "", "") if is_id(record_id) else None

    def _masked(self, cells: list[str], checks: Checks | None) -> str:
        """The row to show: sensitive cells masked; where places cannot be trusted, all but the record type and an id."""
        if checks is not None and len(cells) == checks.width:
            shown = [MASK if cell and at in checks.sensitive else cell for at, cell in enumerate(cells)]
        elif cells and _CODE.fullmatch(cells[0]):
            is_known = cells[0] + self._layout.delimiter in self._adds or cells[0] in self._deletes
            shown = [*cells[: 2 if is_known else 1], MASK]
        else:
            shown = [MASK] if any(cells) else []
        text = self._layout.delimiter.join(shown)[:_RAW_SHOWN]
        return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _places(lines: Sequence[str], start: str, first: int) -> Numbers:
    """Which rows of the file these are; counted only when somebody asks."""
    return lambda: [number for number, line in enumerate(lines, first) if line.startswith(start)]


def parts_of(path: Path, count: int) -> list[Part]:
    """The file in so many parts of about one size, or fewer."""
    size = path.stat().st_size
    with path.open("rb") as file:
        places = [0]
        for place in (size * n // count for n in range(1, count)):
            if place < file.tell():
                continue  # a row without an end is gone through once
            file.seek(place)
            while (row := file.readline(_LONGEST_ROW)) and not row.endswith(b"\n"):
                pass
            places.append(file.tell())
    return [Part(a, b) for a, b in pairwise([*places, size]) if a < b]


def some_people(layout: OutboundLayout, path: Path, count: int) -> list[str]:
    """Whose rows stand at so many places of the file, evenly spread; fewer where some places have no row of a person."""
    found, size, delimiter = list[str](), path.stat().st_size, layout.delimiter
    starts = {code + layout.add_suffix for code in layout.of_people}
    with path.open("rb") as file:
        for n in range(count):
            file.seek(size * n // count)
            file.readline(_LONGEST_ROW)
            start, *cells = file.readline(_LONGEST_ROW).decode("iso-8859-1").split(delimiter, 2)
            if start in starts and cells:
                found.append(cells[0])
    return found


def check_whole(layout: OutboundLayout, parts: Sequence[Counts], trailer_count: int) -> None:
    """Raise `Quarantined` for what only the whole file can tell: rows behind the trailer, another charset, a wrong count."""
    for part, before in zip(parts, rows_before(parts), strict=True):
        if part.trailer_line and (part.trailer_line < part.lines or part is not parts[-1]):
            row = before + part.trailer_line + 1
            raise Quarantined("rows_after_trailer", f"Row {row} stands behind the trailer.")
    if any(part.has_accents for part in parts) and all(part.may_be_utf8 for part in parts):
        raise Quarantined("wrong_charset", f"The file is written in UTF-8, not in {layout.charset.upper()}.")
    last = sum(part.lines for part in parts)
    expected = last if layout.trailer_counts == "all" else last - 2
    if trailer_count != expected:
        raise Quarantined("count_off", f"The trailer counts {trailer_count} rows; the file has {expected}.")


def rows_before(parts: Sequence[Counts]) -> list[int]:
    """How many rows of the file stand before each part."""
    return list(accumulate((part.lines for part in parts[:-1]), initial=0))


class _CharsetWatch:
    """Tells UTF-8 from ISO-8859-1: any bytes are valid ISO-8859-1, but accents written in it are not valid UTF-8."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._utf8 = codecs.getincrementaldecoder("utf-8")()

    def see(self, chunk: bytes) -> None:
        counts = self._counts
        if not counts.may_be_utf8 or (chunk.isascii() and not counts.has_accents):
            return
        counts.has_accents = True
        try:
            self._utf8.decode(chunk)
        except UnicodeDecodeError:
            counts.may_be_utf8 = False
