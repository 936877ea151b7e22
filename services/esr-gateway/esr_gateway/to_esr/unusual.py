"""What is unusual about a run, against the trust's last three of the same kind: plain rules, each told in a sentence.

Nothing here holds a line back. It is what a payroll officer would look for by eye before signing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from esr_gateway.tables import run
from esr_gateway.to_esr.gathering import Block, Placed
from esr_gateway.to_esr.totals import Tally
from esr_gateway.trust_settings import UnusualSettings
from esrlink.db import ReadTx

LAST_RUNS = 3
_LEAST_LINES = 10  # a run of five lines may well be of ten the next time
_NAMED = 20  # of each rule; what follows is counted


@dataclass(frozen=True, slots=True)
class Unusual:
    """One thing to look at: `name` is the element, department or person; `before` and `now` are what differs, as text."""

    code: str
    sentence: str
    name: str
    before: str | None = None
    now: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As the run's row and the pack have it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class History:
    """What went before: the totals of the last runs of this kind, newest first, and every name that was ever sent."""

    runs: Sequence[Mapping[str, Decimal]]
    lines: Sequence[int]
    elements: frozenset[str]
    departments: frozenset[str]


class Watch:
    """Looks at a run's lines as they are gathered, and at its totals at the end."""

    def __init__(self, settings: UnusualSettings) -> None:
        self._settings = settings
        self._large: list[Unusual] = []
        self._twice: list[Unusual] = []
        self._counts = {"large": 0, "twice": 0}
        self._seen: set[int] = set()

    def see(self, block: Block) -> None:
        """Look at the lines of a block."""
        for placed in block.lines:
            self._large_line(placed)
            self._same_session(placed, block.paid_before)

    def found(self, tally: Tally, history: History) -> list[Unusual]:
        """Everything unusual: totals first, then single lines."""
        return [
            *self._totals(tally, history),
            *_number_of_lines(tally.lines, history.lines, self._settings.change),
            *_new_names("new_element", "No run before had the element", tally.totals("element"), history.elements),
            *_new_names("new_department", "No run before had the department", tally.totals("department"), history.departments),
            *_with_rest(self._large, self._counts["large"], "large_line", "more lines are over that amount"),
            *_with_rest(self._twice, self._counts["twice"], "same_session_twice", "more sessions are there twice"),
        ]  # fmt: skip

    def _large_line(self, placed: Placed) -> None:
        one = placed.line
        if one.amount is None or abs(one.amount) <= self._settings.line_amount:
            return
        self._counts["large"] += 1
        if len(self._large) < _NAMED:
            now, most = _pounds(one.amount), _pounds(Decimal(self._settings.line_amount))
            sentence = f"A line of {now} for {one.employee_number} ({one.name}, {_day(one.starts)}) is over {most}."
            self._large.append(Unusual("large_line", sentence, one.employee_number, now=f"{one.amount:f}"))

    def _same_session(self, placed: Placed, paid_before: frozenset[tuple[str, date, str]]) -> None:
        one = placed.line
        if one.kind != "attendance" or one.change != "new":
            return
        key = hash((one.employee_number, one.starts, one.name))
        before = (one.assignment_number, one.starts, one.name) in paid_before
        if key in self._seen or before:
            self._counts["twice"] += 1
            if len(self._twice) < _NAMED:
                where = "in an earlier run already" if before else "twice in this run"
                sentence = f"{one.employee_number} has {one.name} on {_day(one.starts)} {where}."
                self._twice.append(Unusual("same_session_twice", sentence, one.employee_number))
        self._seen.add(key)

    def _totals(self, tally: Tally, history: History) -> Iterable[Unusual]:
        if not history.runs:
            return
        now = {total.name: total.amount for total in tally.totals("element") if total.amount is not None}
        for name in sorted({*now, *(name for one in history.runs for name in one)}):
            amount = now.get(name, Decimal(0))
            usual = sum((one.get(name, Decimal(0)) for one in history.runs), Decimal(0)) / len(history.runs)
            difference = abs(amount - usual)
            if name not in history.elements or difference < self._settings.least_amount:
                continue
            if difference > abs(usual) * Decimal(str(self._settings.change)):
                more = "more" if amount > usual else "less"
                sentence = (
                    f"{name} comes to {_pounds(amount)}, {_pounds(difference)} {more} than the usual {_pounds(usual)} "
                    f"({_of_runs(len(history.runs))})."
                )
                yield Unusual("total_off", sentence, name, before=f"{usual:.2f}", now=f"{amount:f}")


async def history_of(tx: ReadTx, vpd: str, period_type: str, kind: str) -> History:
    """What the trust's runs of this period type (W, M, L, B) and kind (N, S) carried; empty runs are none."""
    last = await tx.all(
        select(run.c.totals, run.c.lines)
        .where(run.c.vpd == vpd, run.c.run_code.startswith(period_type + kind), run.c.lines > 0)
        .order_by(run.c.cut_off.desc(), run.c.run_code.desc())
        .limit(LAST_RUNS)
    )
    return History(
        runs=[_amounts(row.totals) for row in last],
        lines=[row.lines for row in last],
        elements=await _names(tx, vpd, run.c.totals),
        departments=await _names(tx, vpd, run.c.departments),
    )


async def _names(tx: ReadTx, vpd: str, column: Any) -> frozenset[str]:
    each = func.jsonb_array_elements(column).table_valued("value").render_derived()
    statement = select(each.c.value.op("->>")("name")).select_from(run).join(each, run.c.vpd == vpd).distinct()
    return frozenset((await tx.execute(statement)).scalars())


def _amounts(totals: Sequence[Mapping[str, Any]]) -> dict[str, Decimal]:
    return {total["name"]: Decimal(total["amount"]) for total in totals if total["amount"] is not None}


def _number_of_lines(lines: int, before: Sequence[int], change: float) -> Iterable[Unusual]:
    if not before:
        return
    usual = sum(before) / len(before)
    difference = abs(lines - usual)
    if difference >= _LEAST_LINES and difference > usual * change:
        more = "more" if lines > usual else "fewer"
        sentence = f"The run has {lines:,} lines, {difference:,.0f} {more} than the usual {usual:,.0f} ({_of_runs(len(before))})."
        yield Unusual("lines_off", sentence, "", before=f"{usual:.0f}", now=str(lines))


def _new_names(code: str, said: str, totals: Iterable[Any], known: frozenset[str]) -> Iterable[Unusual]:
    if not known:
        return  # the first run of all: then everything is new, and nobody is helped by a list of it
    for total in totals:
        if total.name not in known:
            yield Unusual(code, f"{said} {total.name}; this one has {total.lines:,}.", total.name, now=str(total.lines))


def _with_rest(found: Sequence[Unusual], count: int, code: str, said: str) -> Iterable[Unusual]:
    yield from found
    if count > len(found):
        yield Unusual(code, f"{count - len(found):,} {said}.", "", now=str(count))


def _of_runs(count: int) -> str:
    return "of the run before" if count == 1 else f"mean of the last {count} runs"


def _pounds(amount: Decimal) -> str:
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.2f}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
