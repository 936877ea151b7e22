"""Answers kept under the key of their request, so that a request that is sent again gets the same answer and does nothing.

A key belongs to one client and one trust, and is kept for a day. A second request with the key waits until the first has ended;
if that left no trace, the second one is carried out.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, LargeBinary, bindparam, select, text
from sqlalchemy.dialects.postgresql import insert

from esrlink.db import WriteTx
from esrlink.errors import EsrLinkError, FieldProblem, Invalid
from submittals.content import digest
from submittals.tables import answered_request

KEPT = timedelta(days=1)

FORGET = text("""
WITH gone AS (
    DELETE FROM answered_request
     WHERE (vpd, client, key) IN (SELECT vpd, client, key FROM answered_request
                                   WHERE vpd = :vpd AND answered_at < :before LIMIT :batch)
    RETURNING 1)
SELECT count(*) FROM gone
""")
_KEEP = text(
    "UPDATE answered_request SET status = :status, answer = :answer WHERE vpd = :vpd AND client = :client AND key = :key"
).bindparams(bindparam("status", type_=Integer), bindparam("answer", type_=LargeBinary))


class KeyReused(Invalid):
    """The key was sent with another request before."""

    code, title = "idempotency_key_reused", "The key belongs to another request"


@dataclass(frozen=True, slots=True)
class Request:
    """A request under its key. `says` is everything that makes it the same request, as plain JSON."""

    vpd: str
    client: str
    key: str
    says: Any

    @property
    def hash(self) -> str:
        """SHA-256 of what it says."""
        return digest(json.dumps(self.says, sort_keys=True, default=str))


class Repeated(EsrLinkError):
    """A refusal that was given before, given again."""

    def __init__(self, said: dict[str, Any]) -> None:
        problems = [FieldProblem(**one) for one in said["problems"]]
        super().__init__(said["detail"], field=said["field"], problems=problems, headers=said["headers"])
        self.code, self.status, self.title = said["code"], said["status"], said["title"]


async def known_answer(tx: WriteTx, request: Request, now: datetime) -> bytes | Repeated | None:
    """The answer that was given to this request, as JSON; none when it is the first, which then must `keep` its own.

    Raises `KeyReused` when the key came with another request.
    """
    own = answered_request.c
    values = {"vpd": request.vpd, "client": request.client, "key": request.key}
    added = await tx.execute(
        insert(answered_request)
        .values(**values, asked=request.hash, answered_at=now)
        .on_conflict_do_update(
            index_elements=list(values),
            set_={"asked": request.hash, "answered_at": now, "status": None, "answer": None},
            where=own.answered_at < now - KEPT,
        )
        .returning(own.key)
    )
    if added.first() is not None:
        return None
    row = await tx.one_or_none(
        select(own.asked, own.status, own.answer).where(*(own[name] == value for name, value in values.items()))
    )
    if row is None or row.answer is None:
        return None
    if row.asked != request.hash:
        raise KeyReused("This key was sent with another request: take a new key.", field="Idempotency-Key")
    answer = zlib.decompress(row.answer)
    return Repeated(json.loads(answer)) if row.status >= 400 else answer


async def keep_answer(tx: WriteTx, request: Request, answer: bytes | EsrLinkError) -> None:
    """Keep what was answered, in the transaction in which it was done."""
    status, body = 200, answer
    if isinstance(answer, EsrLinkError):
        status, body = answer.status, json.dumps(_said(answer)).encode()
    assert isinstance(body, bytes)  # noqa: S101 - an error was written down above
    values = {"vpd": request.vpd, "client": request.client, "key": request.key}
    await tx.execute(_KEEP, {**values, "status": status, "answer": zlib.compress(body)})


def _said(error: EsrLinkError) -> dict[str, Any]:
    problems = [{"field": one.field, "code": one.code, "detail": one.detail} for one in error.problems]
    own = {name: getattr(error, name) for name in ("code", "status", "title", "detail", "field", "headers")}
    return {**own, "problems": problems}
