"""What follows from a reversal's fate: while it stands, its original counts no more; when it falls, the correction is undone.

A reversal falls when it is withdrawn before it was sent, or when ESR refuses it. Then its replacement must not be paid beside
the original either. Should the news cross on the way and the reversal have been sent after all, it stands again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from esrlink import audit
from esrlink.audit import Deed
from esrlink.db import WriteTx
from submittals.content import RULES_ACTOR
from submittals.corrections import correction as corrections
from submittals.flow import announcements
from submittals.records.decisions import DecisionKind
from submittals.records.record import Record
from submittals.records.state import Command, fits

_UNDONE = "What it replaces was not taken back: the correction is undone."


async def follow(
    tx: WriteTx,
    vpd: str,
    reversals: Sequence[Record],
    known: Mapping[UUID, Record],
    *,
    now: datetime,
    client: str | None,
) -> dict[UUID, Record]:
    """What else changes now that these reversals stand as they do: originals and replacements, to be saved with them.

    `known` has the originals and replacements, locked. `client` is whose step led to it; none: news from the gateway.
    """
    if not reversals:
        return {}
    made = {one.reversal_id: one for one in await corrections.of_submittals(tx, vpd, [one.id for one in reversals])}
    changed: dict[UUID, Record] = {}
    deeds: list[Deed] = []
    for reversal in reversals:
        correction, original = made.get(reversal.id), known.get(reversal.origin) if reversal.origin else None
        if correction is None or original is None:
            continue
        stands = reversal.standing.sent or reversal.standing.with_payroll
        if original.taken_back != stands:
            changed[original.id] = replace(original, taken_back=stands)
        if (correction.state == "seconded") == stands:
            continue
        last = reversal.decisions[-1]
        fallen = correction.decided("seconded" if stands else "undone", last.by, now, reversal.standing.reason)
        await corrections.renew(tx, fallen)
        deeds.append(Deed(client or RULES_ACTOR, f"correction.{fallen.state}", str(correction.id), {"by": last.by}))
        replacement = known.get(correction.replacement_id) if correction.replacement_id else None
        if not stands and replacement is not None and fits(Command.WITHDRAW, replacement.standing):
            changed[replacement.id] = _withdrawn(tx, replacement, now)
    await audit.record_all(tx, vpd, deeds, at=now)
    return changed


def _withdrawn(tx: WriteTx, replacement: Record, now: datetime) -> Record:
    took_back = replacement.standing.with_payroll
    if took_back:
        tx.emit(announcements.withdrawn(replacement, _UNDONE, now))
    return replacement.decided(DecisionKind.WITHDRAWN, RULES_ACTOR, now, reason=_UNDONE, took_back=took_back)
