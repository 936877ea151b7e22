"""Whom ESR shows, by number alone: enough to match provider users, and to say how many match."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import text

from esrlink.contracts import ProfileImported, Received
from esrlink.db import ReadTx, WriteTx

_APPLY = text("""
INSERT INTO person (vpd, employee_number, revision, gone)
SELECT DISTINCT ON (r.employee_number) :vpd, r.employee_number, r.revision, r.gone
  FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(employee_number text, revision int, gone boolean)
 ORDER BY r.employee_number, r.revision DESC
ON CONFLICT (vpd, employee_number) DO UPDATE SET revision = excluded.revision, gone = excluded.gone
 WHERE person.revision < excluded.revision
""")


async def apply_people(tx: WriteTx, vpd: str, received: Sequence[Received[ProfileImported]]) -> None:
    """Take people from ESR, one trust's, in one statement. The newest revision wins, whatever the order."""
    rows = [
        {"employee_number": one.event.employee_number, "revision": one.event.revision, "gone": one.event.gone}
        for one in received
    ]
    await tx.execute(_APPLY, {"vpd": vpd, "rows": json.dumps(rows)})


async def is_known(tx: ReadTx, vpd: str, employee_number: str) -> bool:
    """Whether ESR ever showed this person; somebody who left stays known."""
    statement = text("SELECT EXISTS (SELECT FROM person WHERE vpd = :vpd AND employee_number = :number)")
    return bool(await tx.scalar(statement, {"vpd": vpd, "number": employee_number}))
