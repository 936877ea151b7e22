"""What was sent and is not shown: looked for whenever ESR's files reach further, so that nothing is silently lost.

Only what the trust's files can show is ever missing (`proof`); the rest is said to be not checkable. A later file that shows
it after all corrects the fact.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from esr_gateway.from_esr.landing_issues import tell_of_missing
from esr_gateway.from_esr.proof import day_in_words, sight_of, why_not_checkable
from esr_gateway.to_esr.settling import Fact, settle
from esr_gateway.trusts import find_trust
from esrlink.contracts import Outcome
from esrlink.db import WriteTx
from esrlink.errors import NotFound

_OVERDUE = text("""
SELECT i.submittal_id, i.version, i.employee_number, i.kind, i.state, l.action, l.figures, l.file_name, l.row_number,
       f.sent_at, r.run_id, r.run_code, r.pay_name
  FROM instruction i
  JOIN line l ON l.vpd = :vpd AND l.submittal_id = i.submittal_id AND l.version = i.version
  JOIN run_file f ON f.vpd = :vpd AND f.file_name = l.file_name AND f.state = 'sent' AND f.sent_at <= :shown_by_now
  JOIN run r ON r.vpd = :vpd AND r.run_id = f.run_id
 WHERE i.vpd = :vpd AND i.state IN ('sent', 'accepted') AND i.kind = ANY(:kinds)
 ORDER BY l.file_name, l.row_number
""")


async def note_missing(tx: WriteTx, vpd: str, now: datetime) -> int:
    """Settle as missing what ESR's data should show by now and do not; return how many lines are newly missing."""
    try:
        sight = await sight_of(tx, await find_trust(tx, vpd))
    except NotFound:
        return 0  # a file can be imported by hand before its trust is set up
    kinds = [kind for kind, shows in (("attendance", sight.shows_elements), ("absence", sight.shows_absences)) if shows]
    if not kinds or sight.shown_by_now is None or sight.reached is None:
        return 0
    reached = day_in_words(sight.reached)
    rows = await tx.all(_OVERDUE, {"vpd": vpd, "shown_by_now": sight.shown_by_now, "kinds": kinds})
    facts = [
        Fact(
            submittal_id=row.submittal_id,
            version=row.version,
            employee_number=row.employee_number,
            outcome=Outcome.MISSING,
            reason=f"It was {'accepted' if row.state == 'accepted' else 'sent'}, and ESR's data up to {reached} do not show it; "
            f"it was sent on {day_in_words(row.sent_at)}. Ask payroll before anything is sent again.",
            run_id=row.run_id,
            run_code=row.run_code,
            pay_name=row.pay_name,
            file_name=row.file_name,
            row_number=row.row_number,
        )
        for row in rows
        if why_not_checkable(row, sight) is None
    ]
    fresh = await settle(tx, vpd, facts, now)
    if fresh:
        await tell_of_missing(tx, vpd, now)
    return fresh
