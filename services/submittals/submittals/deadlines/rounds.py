"""Rounds of reminders: so many hours before a cut-off, once for each trust, run and moment of the cut-off.

The row of a round is the turn: whoever writes it makes the reminders in the same transaction, with their events and e-mails. So
any number of replicas may look, and one that is killed leaves no half round. Of several rounds whose time passed while nobody
looked, the last is made and the others are noted down as skipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from esrlink.db import ReadTx, WriteTx
from submittals.deadlines.lead_times import DEFAULT_HOURS, LONGEST_HOURS
from submittals.esr.cut_offs import Closing
from submittals.tables import reminder_round

# A trust may be named that has nothing to do after all, since only its own period type counts; none is left out.
_TRUSTS = text("""
SELECT DISTINCT c.vpd
  FROM cut_off c
  LEFT JOIN reminder_setting r ON r.vpd = c.vpd
 CROSS JOIN LATERAL unnest(coalesce(r.hours_before, :usual)) AS h(hours)
 WHERE c.vpd = ANY(:vpds) AND c.at > :now AND c.at <= CAST(:now AS timestamptz) + h.hours * interval '1 hour'
   AND NOT EXISTS (SELECT FROM reminder_round d WHERE d.vpd = c.vpd AND d.run_code = c.run_code AND d.cut_off = c.at
                      AND d.hours_before = h.hours)
 ORDER BY c.vpd
""").bindparams(usual=list(DEFAULT_HOURS))


@dataclass(frozen=True, slots=True)
class Round:
    """One round: for this cut-off, so many hours before it, and those before it whose time passed unseen."""

    closing: Closing
    hours_before: int
    skips: tuple[int, ...] = ()


async def trusts_to_look_at(tx: ReadTx, vpds: Sequence[str], now: datetime) -> list[str]:
    """Those of the transaction's trusts that may have a round to make. One statement, whatever their number."""
    return [row.vpd for row in await tx.all(_TRUSTS, {"vpds": list(vpds), "now": now})]


async def round_due(tx: ReadTx, vpd: str, closing: Closing, hours: Sequence[int], now: datetime) -> Round | None:
    """The round to make now before this cut-off, if there is one."""
    passed = sorted(one for one in hours if closing.at - timedelta(hours=one) <= now < closing.at)
    own = reminder_round.c
    made = await tx.all(
        select(own.hours_before, own.skipped).where(
            own.vpd == vpd, own.run_code == closing.run_code, own.cut_off == closing.at
        )
    )
    # What is further from the cut-off than one that was made has been said already, and better.
    nearest = min((row.hours_before for row in made if not row.skipped), default=LONGEST_HOURS + 1)
    left = [one for one in passed if one < nearest]
    return Round(closing, left[0], tuple(left[1:])) if left else None


async def take_turn(tx: WriteTx, vpd: str, one: Round, reminders: int, now: datetime) -> bool:
    """Write the round down. False when somebody else did: then it is theirs."""
    row = {"vpd": vpd, "run_code": one.closing.run_code, "cut_off": one.closing.at, "made_at": now}
    statement = insert(reminder_round).values(
        [
            {**row, "hours_before": one.hours_before, "skipped": False, "reminders": reminders},
            *({**row, "hours_before": hours, "skipped": True, "reminders": 0} for hours in one.skips),
        ]
    )
    taken = await tx.all(statement.on_conflict_do_nothing().returning(reminder_round.c.hours_before))
    return one.hours_before in {row.hours_before for row in taken}


async def rounds_made(tx: ReadTx, vpd: str, limit: int) -> Sequence[object]:
    """The newest rounds of a trust: run_code, cut_off, hours_before, skipped, reminders, made_at."""
    own = reminder_round.c
    statement = select(reminder_round).where(own.vpd == vpd).order_by(own.cut_off.desc(), own.hours_before).limit(limit)
    return await tx.all(statement)
