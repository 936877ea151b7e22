"""What the pages of settings say of tables and days. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import TypeAdapter, ValidationError

from esrlink.errors import Invalid
from esrlink.web.wording import counted
from esrlink.web.wording import day as day_in_words
from submittals.content import Day
from submittals.setting_up.columns import Cell, Form
from submittals.setting_up.files import lines
from submittals.trusts.dated import Edition, Rows

_DAY: TypeAdapter[date] = TypeAdapter(Day)


def day_typed(text: str) -> date:
    """The day from which an edition applies, as a form sends it. Raises `Invalid`."""
    try:
        return _DAY.validate_python(text.strip())
    except ValidationError as error:
        raise Invalid("Say from which day on it applies.", field="effective_from") from error


def last_day(following: Edition | None) -> date | None:
    """The last day of an edition, by the one that follows it."""
    return following.effective_from - timedelta(days=1) if following else None


def shown(form: Form, rows: Rows) -> list[Sequence[str]]:
    """The lines of rows as people read them."""
    return [[_cell(value) for value in line] for line in lines(form, rows)]


def waiting_words(count: int) -> str:
    """How many records that still wait are judged by it."""
    if count == 0:
        return "No record that still waits is judged by it."
    verb = "is" if count == 1 else "are"
    return f"{counted(count, 'record')} that still {'waits' if count == 1 else 'wait'} {verb} judged by it at the next step."


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    return day_in_words(value) if isinstance(value, date) else str(value)
