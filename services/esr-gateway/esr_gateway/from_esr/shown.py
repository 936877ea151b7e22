"""What a file newly shows of absences and element entries, and what it no longer shows: all that a landing can be proved by.

The temporary table `shown` has a row for each absence (`AB`) and element entry (`EL`) that the import at hand brought,
changed or removed; `line` is empty for one that ESR removed.
"""

from __future__ import annotations

from sqlalchemy import text

from esr_gateway.layout import OutboundLayout
from esrlink.db import WriteTx

_SHOWN = """
CREATE TEMP TABLE shown (record text NOT NULL, record_id text NOT NULL, assignment_number text, line text) ON COMMIT DROP
"""
_FILL = """
INSERT INTO shown (record, record_id, assignment_number, line)
SELECT DISTINCT c.record, c.record_id, split_part(a.line, :d, :assignment_number), e.line
  FROM (SELECT DISTINCT record, record_id FROM changed WHERE record IN ('AB', 'EL')) c
  LEFT JOIN esr_row e ON e.vpd = :vpd AND e.record = c.record AND e.record_id = c.record_id
  LEFT JOIN esr_row a ON c.record = 'EL' AND a.vpd = :vpd AND a.record = 'AS'
                     AND a.record_id = split_part(e.line, :d, :assignment_id)
"""


async def shown_rows(tx: WriteTx, layout: OutboundLayout, vpd: str) -> None:
    """Fill `shown` from the merge before."""
    await tx.execute(text(_SHOWN))
    await tx.execute(
        text(_FILL),
        {
            "vpd": vpd,
            "d": layout.delimiter,
            "assignment_id": layout.record["EL"].index("Assignment ID") + 1,
            "assignment_number": layout.record["AS"].index("Assignment Number") + 1,
        },
    )
    await tx.execute(text("ANALYZE shown"))
