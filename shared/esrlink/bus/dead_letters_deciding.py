"""What people decide about dead letters beside a retry: to look inside, to edit, to discard, to take that back.

Each is a step in the letter's history, with who and when. `by` is the subject of who asks.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, update

from esrlink.bus.dead_letters import Letter, LetterState, find_letter, hold_letter
from esrlink.bus.dead_letters_content import Content, checked_edit, content_of
from esrlink.bus.parking import note_step
from esrlink.db.database import ReadTx, WriteTx
from esrlink.db.infrastructure import dead_letter
from esrlink.errors import Conflict, Forbidden, Invalid

LONGEST_REASON = 500


class WrongState(Conflict):
    """The letter does not stand where this is possible."""

    code, title = "wrong_state", "Not possible for this letter now"


class NoKnownTrust(Forbidden):
    """The message does not say whose it is, so it could be anybody's."""

    code, title = "no_known_trust", "Nobody knows whose message this is"


async def letter_of_a_trust(tx: ReadTx, letter_id: UUID) -> Letter:
    """The letter, for a caller who may touch only letters of the transaction's trusts. Raises `NoKnownTrust`."""
    letter = await find_letter(tx, letter_id)
    if letter.vpd is None:
        raise NoKnownTrust(
            "The message does not say which trust it is about. Whoever runs the service can see and settle it on the command"
            " line: esrlink dead-letters."
        )
    return letter


async def look_inside(tx: WriteTx, letter_id: UUID, by: str) -> Content:
    """The letter's content; that somebody looked is part of its history."""
    content = await content_of(tx, letter_id)
    await note_step(tx, letter_id, content.vpd, by=by, action="looked at")
    return content


async def edit(tx: WriteTx, letter_id: UUID, value: str, by: str, *, event_type: str | None = None) -> None:
    """Put `value`, a JSON text, in the place of the message's own. Raises `EditRefused`; the original stays."""
    await _hold(tx, letter_id, LetterState.PARKED)
    content = await content_of(tx, letter_id)
    kept = checked_edit(content, value, event_type)
    await tx.execute(update(dead_letter).where(dead_letter.c.id == letter_id).values(edited_value=kept))
    await note_step(tx, letter_id, content.vpd, by=by, action="edited")


async def discard(tx: WriteTx, letter_id: UUID, reason: str, by: str) -> None:
    """Never take the letter into effect, for a reason; it is kept, and can be reopened."""
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON or not said.isprintable():
        raise Invalid(f"Say why, in 1 to {LONGEST_REASON} characters.", field="reason")
    letter = await _hold(tx, letter_id, LetterState.PARKED)
    values = {"state": LetterState.DISCARDED.value, "settled_at": func.now()}
    await tx.execute(update(dead_letter).where(dead_letter.c.id == letter_id).values(values))
    await note_step(tx, letter_id, letter.vpd, by=by, action="discarded", detail=said)


async def reopen(tx: WriteTx, letter_id: UUID, by: str) -> None:
    """Take a discard back: the letter waits again."""
    letter = await _hold(tx, letter_id, LetterState.DISCARDED)
    values = {"state": LetterState.PARKED.value, "settled_at": None}
    await tx.execute(update(dead_letter).where(dead_letter.c.id == letter_id).values(values))
    await note_step(tx, letter_id, letter.vpd, by=by, action="reopened")


async def _hold(tx: WriteTx, letter_id: UUID, state: LetterState) -> Letter:
    """Lock the letter. Raises `NotFound`, and `WrongState` unless it stands at `state`."""
    letter = await hold_letter(tx, letter_id)
    if letter.state is not state:
        raise WrongState(f"The letter is {letter.state}, not {state}.")
    return letter
