"""What a correction is about: a reversal, a replacement and a closing go only when what they name is where it must be.

What was sent is never edited. A reversal goes in a later run than its original, once ESR has it, and once only; a replacement
goes when its reversal went, so that never both are paid; a closing goes with or after the opening. What must wait is held with
the reason, and tried again with every run. Two records of which neither went out do not cancel each other by themselves: the
department takes both back, or both go, one run after the other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, text

from esr_gateway.to_esr.lines import Line, Unwritable
from esrlink.contracts import SubmittalApproved
from esrlink.db import ReadTx

_IDS = bindparam("ids", type_=ARRAY(Uuid))
# The newest version of each that went into a file and was not rejected, or else the newest that is known.
_FOUND = text("""
SELECT DISTINCT ON (i.submittal_id) i.submittal_id, i.state, l.reference
  FROM instruction i
  LEFT JOIN line l ON l.vpd = i.vpd AND l.submittal_id = i.submittal_id AND l.version = i.version
 WHERE i.vpd = :vpd AND i.submittal_id = ANY(:ids)
 ORDER BY i.submittal_id, (l.submittal_id IS NOT NULL AND i.state <> 'rejected') DESC, i.version DESC
""").bindparams(_IDS)
_REVERSED = text("""
SELECT DISTINCT l.corrects
  FROM line l JOIN instruction i ON i.vpd = l.vpd AND i.submittal_id = l.submittal_id AND i.version = l.version
 WHERE l.vpd = :vpd AND l.corrects = ANY(:ids) AND l.change = 'reversed' AND i.state <> 'rejected'
""").bindparams(_IDS)
_NOT_OUT = ("waiting", "held", "withdrawn", "rejected")
_NOT_PAID = ("withdrawn", "rejected")


@dataclass(slots=True)
class Originals:
    """What is known of the records that a run's corrections and closings name; told of each line as it is written."""

    vpd: str
    _found: dict[UUID, Any] = field(default_factory=dict)
    _reversed: set[UUID] = field(default_factory=set)
    _opened_here: dict[UUID, str] = field(default_factory=dict)

    async def look(self, tx: ReadTx, submittals: Sequence[SubmittalApproved]) -> None:
        """Find what these submittals name."""
        wanted = _named(submittals)
        if not wanted:
            return
        ids = {"vpd": self.vpd, "ids": sorted(wanted)}
        self._found = {row.submittal_id: row for row in await tx.all(_FOUND, ids)}
        self._reversed |= set((await tx.execute(_REVERSED, ids)).scalars())

    def check(self, submittal: SubmittalApproved) -> str | None:
        """The reference by which ESR knows what this submittal closes or takes back; none where that says nothing.

        Raises `Unwritable` when it has to wait for the record that it names.
        """
        if submittal.reversal:
            return self._check_reversal(submittal.corrects)
        if submittal.corrects is not None:
            self._check_replacement(submittal.corrects)
        closes = submittal.absence.closes if submittal.absence else None
        return self._check_closing(closes) if closes else None

    def written(self, line: Line) -> None:
        """The line goes into the run."""
        if line.change == "reversed" and line.corrects is not None:
            self._reversed.add(line.corrects)
        elif line.kind == "absence" and line.action == "add":
            self._opened_here[line.submittal_id] = line.reference

    def opened_here(self, submittal: SubmittalApproved) -> UUID | None:
        """The opening, in this very run, that this submittal closes."""
        closes = submittal.absence.closes if submittal.absence else None
        return closes if closes in self._opened_here else None

    def _check_reversal(self, corrects: UUID | None) -> str:
        if corrects is None:
            raise Unwritable("original_not_named", "The record takes another one back and does not say which.")
        if corrects in self._reversed:
            raise Unwritable("reversed_already", "The record that this one takes back was taken back already.")
        found = self._found.get(corrects)
        if found is None or found.state in _NOT_OUT or found.reference is None:
            raise Unwritable("original_not_sent", _never_sent("takes back", found.state if found else None))
        if found.state == "frozen":
            raise Unwritable(
                "original_not_sent",
                "The record that this one takes back is in a run that was not sent yet; this one goes in a later run.",
            )
        if found.state == "unknown":
            raise Unwritable(
                "original_unknown", "Nobody can tell yet whether ESR has the record that this one takes back."
            )
        return str(found.reference)

    def _check_replacement(self, corrects: UUID) -> None:
        found = self._found.get(corrects)
        if corrects in self._reversed or (found is not None and found.state in _NOT_PAID):
            return
        raise Unwritable(
            "reversal_not_sent",
            "The record that this one replaces was not taken back in a run yet; with both of them it would be paid twice.",
        )

    def _check_closing(self, closes: UUID) -> str:
        if closes in self._opened_here:
            return self._opened_here[closes]
        found = self._found.get(closes)
        if found is None or found.state in _NOT_OUT or found.reference is None:
            raise Unwritable("original_not_sent", _never_sent("closes", found.state if found else None))
        return str(found.reference)


def _named(submittals: Sequence[SubmittalApproved]) -> Collection[UUID]:
    closed = {one.absence.closes for one in submittals if one.absence and one.absence.closes}
    return closed | {one.corrects for one in submittals if one.corrects}


def _never_sent(does: str, state: str | None) -> str:
    record = f"The record that this one {does}"
    said = f"{record} was never sent to ESR"
    match state:
        case "rejected":
            return f"{record} was rejected by ESR, so there is nothing left to do: withdraw this one."
        case "withdrawn":
            return f"{said}: it was taken back before. Withdraw this one, too."
        case "waiting" | "held":
            return f"{said}: it waits itself. Withdraw both, or this one goes in a run after it."
        case _:
            return f"{said}."
