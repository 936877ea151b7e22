"""Which GO file may be taken next. Pure: from what is known of the trust's files to a decision, with its reason.

Changes files count up by one. A gap holds every later changes file, because changes on top of missing ones would show people
as they never were; a snapshot closes the gap when it reaches as far as the held file begins. Nothing is ever applied that
speaks of an earlier time than what is known already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
    """What to do with a file. `code` and `reason` say why when it is not taken."""

    verdict: Verdict
    code: str = ""
    reason: str = ""


TAKE = Decision("take")


def decide(position: Position, frame: GoFrame) -> Decision:
    """Whether the file is next."""
    return _snapshot(position, frame) if frame.name.kind == "snapshot" else _changes(position, frame)


def after(position: Position, frame: GoFrame) -> Position:
    """Where the trust stands once the file is taken (or is found to be covered)."""
    reached = max(frame.this_run, position.reached or frame.this_run)
    if frame.name.kind == "snapshot":
        return Position(position.changes_sequence, reached, frame.this_run)
    return Position(max(frame.name.sequence, position.changes_sequence or 0), reached, position.snapshot_reached)


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
        return Decision("refuse", "sequence_repeated", f"Sequence {sequence} was taken before; the last was {last}.")
    if last is not None and sequence == last + 1:
        return TAKE
    # Times that meet do not prove that no file is missing between two changes files; against a snapshot they do.
    if position.snapshot_reached is not None and frame.previous_run <= position.snapshot_reached:
        return TAKE
    if last is None:
        return Decision("wait", "gap", "Changes between the snapshot and this file are missing.")
    missing = f"{last + 1}" if sequence == last + 2 else f"{last + 1} to {sequence - 1}"
    return Decision("wait", "gap", f"Sequence {missing} has not come. A snapshot closes the gap, too.")
