"""One cell of a payroll calendar's CSV: its value, or what is wrong with it in a sentence. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from esrlink.http.spreadsheet import FORMULA_MARK

_FIRST_YEAR, _LAST_YEAR = 2000, 2099  # what is outside is a slip of the keyboard
_LAST_PERIOD = 53
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_MOMENT = re.compile(r"(\S+?)(?:T| +)([01]?\d|2[0-3]):([0-5]\d)(?::00)?", re.ASCII)
_TAX_YEAR = re.compile(r"\d{1,2}|20\d{2}", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


class WrongCell(Exception):
    """The cell cannot be taken; `sentence` says why and what it should be."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


def read_cell(column: str, cell: str) -> object:
    """The value of a cell (stripped) in a column of the calendar. Raises `WrongCell`."""
    if not cell:
        if column == "run":
            return "N"
        raise WrongCell("missing", f"{column} is empty; every period needs it.")
    read = _READ.get(column)
    return cell if read is None else read(column, cell)


def _pay_name(_: str, cell: str) -> str:
    return FORMULA_MARK.sub("", cell)


def _period_type(column: str, cell: str) -> str:
    if cell.upper() not in {"W", "M", "L", "B"}:
        sentence = f"{column} is {cell!r}; it must be W (weekly), M (monthly), L (lunar) or B (two-weekly)."
        raise WrongCell("unknown_type", sentence)
    return cell.upper()


def _run(column: str, cell: str) -> str:
    if cell.upper() not in {"N", "S"}:
        raise WrongCell("unknown_run", f"{column} is {cell!r}; it must be N (normal) or S (supplementary).")
    return cell.upper()


def _tax_year(column: str, cell: str) -> int:
    if not _TAX_YEAR.fullmatch(cell):
        sentence = f"{column} is {cell!r}; it is the year in which the tax year ends, such as 27 or 2027."
        raise WrongCell("no_year", sentence)
    return int(cell) % 100


def _period(column: str, cell: str) -> int:
    if not _NUMBER.fullmatch(cell) or not 1 <= int(cell) <= _LAST_PERIOD:
        raise WrongCell("no_period", f"{column} is {cell!r}; it must be a number from 1 to {_LAST_PERIOD}.")
    return int(cell)


def _day(column: str, cell: str) -> date:
    found = _DAY.fullmatch(cell)
    if found is not None:
        year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
        if _FIRST_YEAR <= int(year) <= _LAST_YEAR:
            try:
                return date(int(year), int(month), int(day))
            except ValueError:
                pass
    sentence = f"{column} is {cell!r}; it must be a day that exists, such as 2026-08-27 or 27/08/2026."
    raise WrongCell("no_day", sentence)


def _moment(column: str, cell: str) -> str:
    found = _MOMENT.fullmatch(cell)
    if found is None:
        sentence = f"{column} is {cell!r}; it must be a day and a local time, such as 2026-09-02 12:00."
        raise WrongCell("no_moment", sentence)
    return f"{_day(column, found[1]).isoformat()}T{int(found[2]):02d}:{found[3]}"


_READ: Mapping[str, Callable[[str, str], object]] = {
    "pay_name": _pay_name,
    "period_type": _period_type,
    "run": _run,
    "tax_year": _tax_year,
    "period": _period,
    "starts": _day,
    "ends": _day,
    "cut_off": _moment,
    "pay_date": _day,
}
