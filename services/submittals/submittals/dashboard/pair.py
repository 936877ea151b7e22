"""The corrections of a record as its page shows them: what was sent, what takes it back, what is paid instead, and the net."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from esrlink.auth import Principal
from esrlink.db import ReadTx
from submittals.content import Content
from submittals.corrections.correction import Correction, of_submittals
from submittals.corrections.effect import net_effect
from submittals.corrections.filling import proposed_contents
from submittals.dashboard.fields import in_words
from submittals.dashboard.words import about, days_of, money_of
from submittals.records import store
from submittals.records.record import Record


@dataclass(frozen=True, slots=True)
class Part:
    """One of the records of a correction; with no `id` while it is only proposed."""

    what: str
    id: UUID | None
    state: str | None
    says: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A correction with its records. `net`: how much more (or less) of each figure there is after it, in words.

    `may_second`: the reader may decide on it, since somebody else proposed it.
    """

    correction: Correction
    parts: tuple[Part, ...]
    net: tuple[str, ...]
    may_second: bool = False
    may_decline: bool = False


async def pairs_of(tx: ReadTx, record: Record, person: Principal, *, decides: bool) -> list[Pair]:
    """The corrections of the record, or the one that made it, oldest first.

    `decides`: the reader may decide on corrections.
    """
    found = await of_submittals(tx, record.vpd, [record.id])
    wanted = {key for one in found for key in (one.submittal_id, one.reversal_id, one.replacement_id) if key}
    known = await store.read_ids(tx, wanted) if wanted else {}
    proposed = await proposed_contents(tx, found, known)
    pairs = []
    for one in found:
        original = known[one.submittal_id]
        sent = (await store.read_version(tx, original, one.version)).content
        waits = decides and one.state == "proposed"
        theirs = one.proposed_client == person.subject or (
            one.proposed_by_person is not None and one.proposed_by_person == person.esr_number(one.vpd)
        )
        pairs.append(
            _pair(one, original, sent, known, proposed.get(one.id), may_second=waits and not theirs, may_decline=waits)
        )
    return pairs


def _pair(
    one: Correction,
    original: Record,
    sent: Content,
    known: Mapping[UUID, Record],
    proposed: Content | None,
    *,
    may_second: bool,
    may_decline: bool,
) -> Pair:
    parts = [Part("What was sent", original.id, original.standing.state, says(sent))]
    reversal = known.get(one.reversal_id) if one.reversal_id else None
    parts.append(
        Part(
            "Takes it back",
            reversal.id if reversal else None,
            reversal.standing.state if reversal else None,
            says(sent),
        )
    )
    instead: Content | None = None
    if one.replacement_id and one.replacement_id in known:
        replacement = known[one.replacement_id]
        instead = replacement.version.content
        parts.append(Part("Paid in its place", replacement.id, replacement.standing.state, says(instead)))
    elif proposed is not None:
        instead = proposed
        parts.append(Part("Paid in its place", None, None, says(instead)))
    net = tuple(_more(name, by) for name, by in net_effect(sent, instead).items())
    return Pair(one, tuple(parts), net, may_second, may_decline)


def says(content: Content) -> str:
    """What a record says, in one line."""
    money = money_of(content)
    said = f"{about(content)}, {days_of(content.first_day, content.last_day)}"
    return f"{said}: {money}" if money else said


def _more(name: str, by: Decimal) -> str:
    unit = "" if name == "amount" else f" {name.removesuffix('s') if abs(by) == 1 else name}"
    return f"{in_words(name, abs(by))}{unit} {'more' if by > 0 else 'less'}"
