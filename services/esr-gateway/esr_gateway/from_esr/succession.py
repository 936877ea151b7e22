"""Which GO file may be taken next. Pure: from what is known of the trust's files to a decision, with its reason.

Changes files count up by one. A gap holds every later changes file, because changes on top of missing ones would show people
as they never were; a snapshot closes the gap when it reaches as far as the held file begins. Nothing is ever applied that
speaks of an earlier time than what is known already. ESR may start its numbers anew: a lower number is taken when its time
begins exactly where what is known ends, because then nothing can be missing in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from esr_gateway.from_esr.go_frame import GoFrame

Verdict = Literal["take", "wait", "covered", "refuse"]


@dataclass(frozen=True, slots=True)
class Position:
    """How far the trust's data has come: the last changes file, and the moments up to which all files, and the last
    snapshot, speak."""

    changes_sequence: int | None = None
    reached: datetime | None = None
    snapshot_reached: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a file. `code` and `reason` say why when it is not taken, or what is remarkable when it is."""

    verdict: Verdict
    code: str = ""
    reason: str = ""


TAKE = Decision("take")
RESTARTED = "sequence_restarted"


def decide(position: Position, frame: GoFrame) -> Decision:
    """Whether the file is next."""
    return _snapshot(position, frame) if frame.name.kind == "snapshot" else _changes(position, frame)


def after(position: Position, frame: GoFrame) -> Position:
    """Where the trust stands once the file is taken (or is found to be covered)."""
    reached = max(frame.this_run, position.reached or frame.this_run)
    if frame.name.kind == "snapshot":
        return Position(position.changes_sequence, reached, frame.this_run)
    sequence = frame.name.sequence
    if not _starts_anew(position, frame):
        sequence = max(sequence, position.changes_sequence or 0)
    return Position(sequence, reached, position.snapshot_reached)


def missing_numbers(position: Position, waiting: Sequence[int]) -> str:
    """The numbers that have not come, in words, while changes files with these numbers wait; empty if none can be told."""
    last = position.changes_sequence
    held = sorted(number for number in set(waiting) if last is not None and number > last)
    gaps = [
        f"{before + 1}" if number == before + 2 else f"{before + 1} to {number - 1}"
        for before, number in pairwise([last or 0, *held])
        if number > before + 1
    ]
    return ", ".join(gaps)


def order(frame: GoFrame) -> tuple[datetime, bool, int]:
    """Files are taken in this order, however they arrived: by the time that they reach, snapshots first."""
    return frame.this_run, frame.name.kind == "changes", frame.name.sequence


def _snapshot(position: Position, frame: GoFrame) -> Decision:
    if position.reached is not None and frame.this_run < position.reached:
        return Decision(
            "refuse",
            "older_than_known",
            "The snapshot shows an earlier time than what is known already; it would undo changes.",
        )
    return TAKE


def _changes(position: Position, frame: GoFrame) -> Decision:
    sequence, last = frame.name.sequence, position.changes_sequence
    if position.reached is None:
        return Decision("wait", "no_snapshot", "No snapshot has come yet, and changes need something to change.")
    if frame.this_run <= position.reached:
        return Decision("covered", "covered", "What it tells is part of what has been taken already.")
    if last is not None and sequence <= last:
        return _repeated(position, frame, last)
    if last is not None and sequence == last + 1:
        return TAKE
    # Times that meet do not prove that no file is missing between two changes files; against a snapshot they do.
    if _snapshot_covers_start(position, frame):
        return TAKE
    if last is None:
        return Decision("wait", "gap", "Changes between the snapshot and this file are missing.")
    missing = f"{last + 1}" if sequence == last + 2 else f"{last + 1} to {sequence - 1}"
    return Decision("wait", "gap", f"Sequence {missing} has not come. A snapshot closes the gap, too.")


def _repeated(position: Position, frame: GoFrame, last: int) -> Decision:
    """A number that is not above the last, in a file that tells of a later time than what is known."""
    sequence = frame.name.sequence
    if _starts_anew(position, frame):
        words = f"ESR's numbers start anew at {sequence}; the last was {last}. The times meet, so nothing is missing."
        return Decision("take", RESTARTED, words)
    if position.reached is not None and frame.previous_run > position.reached:
        return Decision(
            "wait",
            "gap",
            f"ESR's numbers start anew at {sequence} (the last was {last}), and what happened before this file begins has not "
            "come. A snapshot closes the gap.",
        )
    return Decision("refuse", "sequence_repeated", f"Sequence {sequence} was taken before; the last was {last}.")


def _starts_anew(position: Position, frame: GoFrame) -> bool:
    """Whether a file with a used number goes on exactly where what is known ends, or where the last snapshot made it known."""
    last = position.changes_sequence
    if last is None or position.reached is None or frame.name.sequence > last or frame.this_run <= position.reached:
        return False
    return frame.previous_run == position.reached or (
        position.reached == position.snapshot_reached and _snapshot_covers_start(position, frame)
    )


def _snapshot_covers_start(position: Position, frame: GoFrame) -> bool:
    return position.snapshot_reached is not None and frame.previous_run <= position.snapshot_reached
