"""Asks ESR for a snapshot: a file of one row in `In/`, whose time meets the end of what is known.

It is asked once for a gap, by whoever is first: the setting of the trust or a person. A request is written as every file for ESR
is, under a temporary name first, and one that stands there already after a crash counts as put.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.archive import Archive
from esr_gateway.exchange.port import TEMPORARY, FileExchange
from esr_gateway.from_esr.file_issues import GAP
from esr_gateway.layout import RequestLayout
from esr_gateway.tables import exchange, issue
from esrlink import audit
from esrlink.clock import LONDON, Clock
from esrlink.db import Database, ReadTx
from esrlink.errors import Conflict

BY_RULE = "rule:asks_for_snapshots"
ASKED = "exchange.snapshot_asked"


class AlreadyAsked(Conflict):
    """ESR was asked already, and no snapshot has come since."""

    code, title = "snapshot_already_asked", "A snapshot was asked for already"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is put: its name and its bytes."""

    name: str
    content: bytes


def request_for(layout: RequestLayout, vpd: str, *, until: datetime, before: str | None) -> Request:
    """The request for a snapshot from `until` on; `before` is the name of the last one, whose number is not used again. Pure."""
    local = until.astimezone(LONDON)
    for sequence in range(1, 100_000_000):
        name = layout.file_name.format(vpd=vpd, until=local, sequence=sequence)
        if name != before and (before is None or not _is_later(before, name)):
            break
    row = layout.row.format(vpd=vpd, until=local, sequence=sequence, file_name=name)
    return Request(name, f"{row}\n".encode(layout.charset))


def _is_later(before: str, name: str) -> bool:
    """Whether `before` is of the same day with a higher number."""
    cut = re.compile(r"^(.*_)(\d{8})(\.[A-Z]+)$")
    mine, theirs = cut.match(name), cut.match(before)
    return bool(mine and theirs and mine[1] == theirs[1] and int(theirs[2]) > int(mine[2]))


@dataclass(frozen=True, slots=True)
class Asker:
    """Puts requests. The caller holds the trust's lock."""

    database: Database
    archive: Archive
    layout: RequestLayout
    clock: Clock

    async def is_wanted(self, vpd: str) -> bool:
        """Whether there is a gap for which ESR was not asked yet, and that an earlier look had found already.

        Files that are put out in another order close such a gap by themselves at the next look.
        """
        open_gap = (issue.c.vpd == vpd, issue.c.cause == GAP, issue.c.closed_at.is_(None))
        async with self.database.read([vpd]) as tx:
            since = await tx.scalar(select(issue.c.first_seen_at).where(*open_gap))
            row = await _standing(tx, vpd)
        if since is None or row is None or row.polled_at is None:
            return False
        return bool(row.snapshot_asked_at is None and since <= row.polled_at)

    async def ask(self, vpd: str, folders: FileExchange, folder: str, *, by: str, again: bool = False) -> str:
        """Put a request and return its name. Raises `AlreadyAsked`, and what the exchange raises."""
        async with self.database.read([vpd]) as tx:
            row = await _standing(tx, vpd)
        if row is not None and row.snapshot_asked_at is not None and not again:
            raise AlreadyAsked(
                f"ESR was asked with {row.snapshot_asked_name} and has not answered yet. Ask again only if that was lost."
            )
        request = request_for(
            self.layout, vpd, until=self._until(row), before=row.snapshot_asked_name if row is not None else None
        )
        await self._put(folders, folder, request)
        await self._note(vpd, request, by)
        return request.name

    def _until(self, row: Any) -> datetime:
        """The end of what is known; the start of today where nothing is."""
        if row is not None and row.reached is not None:
            reached: datetime = row.reached
            return reached
        return datetime.combine(self.clock.now().astimezone(LONDON).date(), time(), tzinfo=LONDON)

    async def _put(self, folders: FileExchange, folder: str, request: Request) -> None:
        if await folders.size_of(folder, request.name) == len(request.content):
            return  # put before a crash, and not noted
        sha256 = await self.archive.put(request.content)
        async with self.archive.open(sha256) as path:
            await folders.upload(folder, request.name + TEMPORARY, path)
        await folders.rename(folder, request.name + TEMPORARY, request.name)

    async def _note(self, vpd: str, request: Request, by: str) -> None:
        now = self.clock.now()
        values = {"snapshot_asked_at": now, "snapshot_asked_name": request.name}
        async with self.database.write([vpd]) as tx:
            statement = upsert(exchange).values(vpd=vpd, **values)
            await tx.execute(statement.on_conflict_do_update(index_elements=["vpd"], set_=values))
            detail = {"name": request.name, "row": request.content.decode(self.layout.charset).strip()}
            await audit.record(tx, vpd, actor=by, action=ASKED, about=vpd, at=now, detail=detail)


async def _standing(tx: ReadTx, vpd: str) -> Any | None:
    columns: Sequence[Any] = (
        exchange.c.reached,
        exchange.c.polled_at,
        exchange.c.snapshot_asked_at,
        exchange.c.snapshot_asked_name,
    )
    return await tx.one_or_none(select(*columns).where(exchange.c.vpd == vpd))
