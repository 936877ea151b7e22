"""What a run carries: every instruction that it takes becomes a line, or is held with its reason. Writes nothing.

The freeze and the preview both go through here, block by block, so that a preview shows what a freeze would do, and neither
holds a whole run in memory.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from esr_gateway.layout import written
from esr_gateway.to_esr.lines import Line, Unwritable, line_of
from esr_gateway.to_esr.originals import Originals
from esr_gateway.to_esr.pay_file import write_line
from esr_gateway.to_esr.splitting import Splitter
from esr_gateway.to_esr.stuck_withdrawals import StuckWithdrawals, stuck_withdrawals
from esr_gateway.to_esr.superseding import refuse_second
from esr_gateway.trusts import Trust
from esrlink.contracts import SubmittalApproved
from esrlink.db import ReadTx

_SEPARATOR = (
    "\x1f"  # no value that a file can carry holds it; a list of parameters costs the driver more than the query
)
# Some 30 ms of work between two turns of other tasks.
BLOCK = 1_000

# ESR reads a file from the top: what makes room goes first, and an absence opens before it is closed; then as approved. No row
# is locked: whoever changes an instruction that waits holds the intake, as the freeze does.
_TAKE = """
SELECT i.submittal_id, i.version, i.employee_number, i.reference, i.held_by, i.reason, i.content::text AS content,
       (SELECT max(o.version) FROM instruction o
         WHERE o.vpd = i.vpd AND o.submittal_id = i.submittal_id AND o.version <> i.version
           AND o.state IN ('frozen', 'unknown', 'sent', 'accepted', 'differs', 'landed', 'missing')) AS out
  FROM instruction i
 WHERE i.vpd = %(vpd)s AND i.state IN ('waiting', 'held') AND i.content IS NOT NULL
   AND i.approved_at <= %(cut_off)s AND (%(after)s::timestamptz IS NULL OR i.approved_at > %(after)s)
 ORDER BY CASE WHEN (i.content->>'reversal')::boolean THEN 0
               WHEN i.content->'absence'->>'closes' IS NOT NULL THEN 2 ELSE 1 END,
          i.approved_at, i.submittal_id, i.version
"""
# Sessions of the same person, day and element that went out before.
_BEFORE = text(r"""
SELECT DISTINCT k.assignment_number, k.day, k.name
  FROM unnest(string_to_array(:assignments, E'\x1f'), CAST(string_to_array(:days, E'\x1f') AS date[]),
              string_to_array(:names, E'\x1f')) AS k (assignment_number, day, name)
  JOIN line l ON l.vpd = :vpd AND l.assignment_number = k.assignment_number AND l.starts = k.day AND l.name = k.name
 WHERE l.change = 'new'
""")


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with its row as the file has it; `file` counts the files of its kind from 0, `row_number` its rows from 1."""

    line: Line
    row: str
    file: int
    row_number: int


@dataclass(frozen=True, slots=True)
class HeldBack:
    """An instruction that does not go, and why. `held_by` is the person who holds it, if one does."""

    submittal_id: UUID
    version: int
    employee_number: str
    kind: str
    product: str
    department: str
    code: str
    reason: str
    field: str | None
    held_by: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a run, in its order. `paid_before` are (assignment, day, element) of lines that a run has paid before."""

    lines: Sequence[Placed]
    held: Sequence[HeldBack]
    paid_before: frozenset[tuple[str, date, str]]


class _Taken(NamedTuple):
    """An instruction, as `_TAKE` finds it; `out` is another version of it that is in a run."""

    submittal_id: UUID
    version: int
    employee_number: str
    reference: str
    held_by: str | None
    reason: str | None
    content: str
    out: int | None


@dataclass(slots=True)
class _Deciding:
    """What decides on each instruction, and remembers the lines that it let go."""

    trust: Trust
    stuck: StuckWithdrawals
    originals: Originals
    splitters: dict[str, Splitter] = field(default_factory=dict)

    def decide(self, row: _Taken, submittal: SubmittalApproved) -> Placed | HeldBack:
        try:
            one, text = self._line(row, submittal)
        except Unwritable as why:
            return _held(row, submittal, why)
        splitter = self.splitters.setdefault(one.kind, Splitter(self.trust.settings.limits))
        file, number = splitter.place(
            one.assignment_number,
            opening=one.submittal_id if one.kind == "absence" and one.action == "add" else None,
            follows=self.originals.opened_here(submittal),
        )
        self.originals.written(one)
        return Placed(one, text, file, number)

    def _line(self, row: _Taken, submittal: SubmittalApproved) -> tuple[Line, str]:
        if row.held_by is not None:
            raise Unwritable("held_by_person", row.reason or "Somebody in payroll holds it back.")
        self.stuck.refuse(submittal)
        refuse_second(row.out)
        opened_as = self.originals.check(submittal)
        one = line_of(submittal, self.trust.settings, row.reference, opened_as)
        return one, write_line(written(one.kind), one)


async def gather(
    tx: ReadTx, trust: Trust, cut_off: datetime, *, after: datetime | None = None
) -> AsyncGenerator[Block]:
    """Everything that a run with this cut-off takes; with `after`, only what was approved after that moment.

    Lines come in the order in which files carry them. What the caller writes meanwhile is not seen.
    """
    deciding = _Deciding(trust, await stuck_withdrawals(tx, trust.vpd), Originals(trust.vpd))
    driver = await tx.driver()
    async with driver.cursor(name="taken") as cursor:
        await cursor.execute(_TAKE, {"vpd": trust.vpd, "cut_off": cut_off, "after": after})
        while found := await cursor.fetchmany(BLOCK):
            rows = [_Taken(*one) for one in found]
            submittals = [SubmittalApproved.model_validate_json(row.content) for row in rows]
            await deciding.originals.look(tx, submittals)
            decided = [deciding.decide(row, one) for row, one in zip(rows, submittals, strict=True)]
            lines = [one for one in decided if isinstance(one, Placed)]
            held = [one for one in decided if isinstance(one, HeldBack)]
            yield Block(lines, held, await _paid_before(tx, trust.vpd, lines))


async def _paid_before(tx: ReadTx, vpd: str, lines: Sequence[Placed]) -> frozenset[tuple[str, date, str]]:
    sessions = [one.line for one in lines if one.line.kind == "attendance" and one.line.change == "new"]
    if not sessions:
        return frozenset()
    asked = {
        "vpd": vpd,
        "assignments": _SEPARATOR.join(one.assignment_number for one in sessions),
        "days": _SEPARATOR.join(one.starts.isoformat() for one in sessions),
        "names": _SEPARATOR.join(one.name for one in sessions),
    }
    return frozenset((row.assignment_number, row.day, row.name) for row in await tx.all(_BEFORE, asked))


def _held(row: _Taken, submittal: SubmittalApproved, why: Unwritable) -> HeldBack:
    whose = submittal.source.profile
    return HeldBack(
        submittal_id=submittal.submittal_id,
        version=submittal.version,
        employee_number=submittal.employee_number,
        kind=submittal.kind,
        product=whose.product,
        department=whose.department,
        code=why.code,
        reason=why.reason,
        field=why.field,
        held_by=row.held_by,
    )
