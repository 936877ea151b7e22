"""Uploaded files as they are kept: what each says, what was wrong with its rows, and which one is in effect.

A file that nobody took is forgotten after some days; one that was taken stays, so that it can be taken again. Who uploaded and
who took what is in the audit trail.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from esrlink import audit
from esrlink.db import ReadTx, WriteTx
from esrlink.errors import NotFound
from jobplan_adapter.providers.upload import content_of
from jobplan_adapter.providers.upload_reading import Uploaded
from jobplan_adapter.providers.upload_rows import RowTrouble

# Time to look at it, to ask somebody, and to come back after a weekend.
_KEPT_UNTAKEN = timedelta(days=7)

_ADD = text("""
INSERT INTO plan_upload (vpd, upload_id, provider, sha256, rows, people, plans, content, troubles, uploaded_by, uploaded_at)
VALUES (:vpd, :upload_id, :provider, :sha256, :rows, :people, :plans, CAST(:content AS jsonb), CAST(:troubles AS jsonb),
        :by, :now)
""")
_FORGET = text("""
DELETE FROM plan_upload
 WHERE vpd = :vpd AND provider = :provider AND taken_at IS NULL AND uploaded_at < :before
""")
# Of two takings at one moment the later call wins: a clock that stands still must not decide what is in effect.
_TAKE = text("""
UPDATE plan_upload SET taken_by = :by, taken_at = greatest(:now, (
  SELECT max(o.taken_at) + interval '1 microsecond' FROM plan_upload o
   WHERE o.vpd = :vpd AND o.provider = :provider AND o.upload_id <> :upload_id))
 WHERE vpd = :vpd AND upload_id = :upload_id
""")
_LIST = text("""
SELECT upload_id, sha256, rows, people, plans, troubles, uploaded_by, uploaded_at, taken_by, taken_at,
       taken_at IS NOT NULL AND taken_at = max(taken_at) OVER () AS in_effect
  FROM plan_upload WHERE vpd = :vpd AND provider = :provider
 ORDER BY uploaded_at DESC, upload_id DESC LIMIT 100
""")
_ONE = text("""
SELECT u.*, u.taken_at IS NOT NULL AND NOT EXISTS (
         SELECT FROM plan_upload o WHERE o.vpd = :vpd AND o.provider = :provider AND o.taken_at > u.taken_at) AS in_effect
  FROM plan_upload u WHERE u.vpd = :vpd AND u.provider = :provider AND u.upload_id = :upload_id
""")


@dataclass(frozen=True, slots=True)
class KeptUpload:
    """One file. `in_effect`: it is what the provider shows."""

    upload_id: UUID
    sha256: str
    rows: int
    people: int
    plans: int
    troubles: Sequence[RowTrouble]
    uploaded_by: str
    uploaded_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    in_effect: bool

    @property
    def errors(self) -> int:
        """How many rows cannot be taken."""
        return sum(one.severity == "error" for one in self.troubles)


async def keep(
    tx: WriteTx, vpd: str, provider: str, upload_id: UUID, found: Uploaded, sha256: str, *, by: str, now: datetime
) -> None:
    """Keep a file that was read, and forget those that nobody took in time."""
    about = {"vpd": vpd, "provider": provider}
    await tx.execute(_FORGET, {**about, "before": now - _KEPT_UNTAKEN})
    content = json.dumps(content_of(found.users, found.plans, found.faults))
    told = json.dumps([asdict(one) for one in found.troubles])
    values = {"upload_id": upload_id, "sha256": sha256, "rows": found.rows, "content": content, "troubles": told}
    counts = {"people": len(found.users), "plans": len(found.plans)}
    await tx.execute(_ADD, {**about, **values, **counts, "by": by, "now": now})
    detail = {"provider": provider, "sha256": sha256, "rows": found.rows, "errors": found.errors}
    await audit.record(tx, vpd, actor=by, action="plans.uploaded", about=str(upload_id), at=now, detail=detail)


async def uploads_of(tx: ReadTx, vpd: str, provider: str) -> list[KeptUpload]:
    """The newest hundred files of a provider, newest first."""
    return [_kept(row) for row in await tx.mappings(_LIST, {"vpd": vpd, "provider": provider})]


async def upload_of(tx: ReadTx, vpd: str, provider: str, upload_id: UUID) -> tuple[KeptUpload, Mapping[str, Any]]:
    """One file with its content. Raises `NotFound`."""
    rows = await tx.mappings(_ONE, {"vpd": vpd, "provider": provider, "upload_id": upload_id})
    if not rows:
        raise NotFound("There is no such upload; one that nobody took is forgotten after a week.", field="upload_id")
    return _kept(rows[0]), rows[0]["content"]


async def take(tx: WriteTx, vpd: str, provider: str, upload: KeptUpload, *, by: str, now: datetime) -> None:
    """Make a file the one in effect; the provider shows it from the next poll on."""
    await tx.execute(_TAKE, {"vpd": vpd, "provider": provider, "upload_id": upload.upload_id, "by": by, "now": now})
    detail = {"provider": provider, "sha256": upload.sha256, "again": upload.taken_at is not None}
    about = str(upload.upload_id)
    await audit.record(tx, vpd, actor=by, action="plans.upload_applied", about=about, at=now, detail=detail)


def _kept(row: RowMapping) -> KeptUpload:
    named = {name: row[name] for name in KeptUpload.__dataclass_fields__ if name != "troubles"}
    return KeptUpload(**named, troubles=[RowTrouble(**one) for one in row["troubles"]])
