"""Whom ESR shows: numbers to match provider users by, and names and addresses only to suggest whom an unmatched one may be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from esrlink.contracts import ProfileImported, Received
from esrlink.db import ReadTx, WriteTx
from jobplan_adapter.people.names import email_key, local_part, name_key, shown_name

_APPLY = text("""
INSERT INTO person (vpd, employee_number, revision, gone, email, local_part, name, name_key)
SELECT DISTINCT ON (r.employee_number) :vpd, r.*
  FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
       employee_number text, revision int, gone boolean, email text, local_part text, name text, name_key text)
 ORDER BY r.employee_number, r.revision DESC
ON CONFLICT (vpd, employee_number) DO UPDATE SET
  revision = excluded.revision, gone = excluded.gone, email = excluded.email, local_part = excluded.local_part,
  name = excluded.name, name_key = excluded.name_key
 WHERE person.revision < excluded.revision
""")


async def apply_people(tx: WriteTx, vpd: str, received: Sequence[Received[ProfileImported]]) -> None:
    """Take people from ESR, one trust's, in one statement. The newest revision wins, whatever the order."""
    rows = [_row(one.event) for one in received]
    await tx.execute(_APPLY, {"vpd": vpd, "rows": json.dumps(rows)})


def _row(event: ProfileImported) -> dict[str, Any]:
    row = {"employee_number": event.employee_number, "revision": event.revision, "gone": event.gone}
    if event.gone:
        return row  # the number is still known; nobody is suggested who is not there any more
    email = email_key(event.email)
    return {
        **row,
        "email": email,
        "local_part": local_part(email),
        "name": shown_name(event.preferred_name or event.given_name, event.family_name),
        "name_key": name_key(event.given_name, event.family_name),
    }


async def is_known(tx: ReadTx, vpd: str, employee_number: str) -> bool:
    """Whether ESR ever showed this person; somebody who left stays known."""
    statement = text("SELECT EXISTS (SELECT FROM person WHERE vpd = :vpd AND employee_number = :number)")
    return bool(await tx.scalar(statement, {"vpd": vpd, "number": employee_number}))
