"""What a record's cells must be: judged by the column for a block of rows, and by the row where a block has something wrong.

Dates, numbers and times are looked up in sets of texts already found good; real files repeat few of them, so a column costs
one comparison of sets in C instead of a parse for each cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from typing import NamedTuple

from esr_gateway.outbound_layout import Record

_REMEMBERED = 50_000  # good texts of one kind; then the set starts afresh, so that memory stays flat
_LONGEST_ID = 100  # an index entry has room for some 2,700 bytes; ESR's ids have a dozen
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f]")  # a tab may stand in a text
MASK = "•••"


class Wrong(NamedTuple):
    """Why a row is set aside: a column's name (or none), a code and a sentence."""

    field: str
    code: str
    words: str


def control_character(line: str, cells: Sequence[str], record: Record | None) -> Wrong | None:
    """The first control character of a row; none where there is none."""
    found = _CONTROL.search(line)
    if found is None:
        return None
    at = next(at for at, cell in enumerate(cells) if found[0] in cell)
    name = record.columns[at - 1] if record and at else ""
    if found[0] == "\0":
        return Wrong(name, "nul_byte", "The row holds a NUL byte.")
    return Wrong(name, "control_character", f"The row holds a control character (0x{ord(found[0]):02X}).")


def is_id(text: str) -> bool:
    """Whether it can name a record."""
    return text.isprintable() and 0 < len(text) <= _LONGEST_ID


class _Good(set[str]):
    """Texts of one kind that were found good; a text that is not in it is judged once."""

    def __init__(self, code: str, words: str, judge: Callable[[str], bool]) -> None:
        super().__init__({""})
        self.code, self.words, self._judge = code, words, judge

    def takes_all(self, texts: Iterable[str]) -> bool:
        if self.issuperset(texts):
            return True
        new = set(texts) - self
        if not all(map(self._judge, new)):
            return False
        if len(self) >= _REMEMBERED:
            self.clear()
            self.add("")
        self |= new
        return True


class KnownGood:
    """The texts of one file that were found good."""

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


class Checks:
    """A record of the layout made ready for its rows: places instead of names, and how each kind of cell is judged."""

    def __init__(self, code: str, record: Record, known: KnownGood) -> None:
        self.code = code
        self.record = record
        self.width = record.width
        self.id_at = record.index(record.id)
        self.parent_at = record.index(record.parent) if record.parent else 0
        self.from_at = record.index(record.effective_from) if record.effective_from else 0
        self.to_at = record.index(record.effective_to) if record.effective_to else 0
        self.sensitive = tuple(record.index(name) for name in record.sensitive)
        self._required = tuple((record.index(name), name) for name in record.required)
        self._patterns = [(record.index(name), re.compile(form), name) for name, form in record.patterns.items()]
        self._kinds = [
            (record.index(name), good, name)
            for names, good in (
                (record.dates, known.dates),
                (record.timestamps, known.timestamps),
                (record.numbers, known.numbers),
            )
            for name in names
        ]

    def are_good(self, columns: Sequence[Sequence[str]]) -> bool:
        """Whether nothing is wrong in any row of a block; control characters are somebody else's business."""
        return (
            not any("" in columns[at] for at, _ in self._required)
            and max(map(len, columns[self.id_at])) <= _LONGEST_ID
            and max(map(len, columns[self.parent_at])) <= _LONGEST_ID
            and all(all(map(form.fullmatch, filter(None, columns[at]))) for at, form, _ in self._patterns)
            and all(good.takes_all(columns[at]) for at, good, _ in self._kinds)
        )

    def wrong(self, line: str, cells: Sequence[str]) -> Wrong | None:
        """The first thing that is wrong with one row; none where nothing is."""
        if len(cells) != self.width:
            words = f"The row has {len(cells)} columns; its record type ({self.record.title}) has {self.width}."
            return Wrong("", "wrong_column_count", words)
        if found := control_character(line, cells, self.record):
            return found
        for at, name in self._required:
            if not cells[at]:
                return Wrong(name, "missing_value", f"{name} is missing.")
        if len(cells[self.id_at]) > _LONGEST_ID or len(cells[self.parent_at]) > _LONGEST_ID:
            return Wrong(self.record.id, "wrong_form", f"An id is longer than {_LONGEST_ID} characters.")
        for at, form, name in self._patterns:
            if cells[at] and not form.fullmatch(cells[at]):
                return self._value(at, name, "wrong_form", "does not have the form of one", cells)
        for at, good, name in self._kinds:
            if not good.takes_all((cells[at],)):
                return self._value(at, name, good.code, good.words, cells)
        return None

    def _value(self, at: int, name: str, code: str, words: str, cells: Sequence[str]) -> Wrong:
        shown = MASK if at in self.sensitive else repr(cells[at][:40])
        return Wrong(name, code, f"{name} {words}: {shown}.")
