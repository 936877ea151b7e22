"""Whom reminders go to: the e-mail address of each approver and of each department, as the trust's administrator gives them.

An address is personal data: it stands in one table, and neither logs, events, URLs nor the audit trail ever hold it. Whoever
unsubscribed stays so, whatever is put or imported later, until an administrator subscribes them again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, cast, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from esrlink.db import ReadTx, WriteTx
from esrlink.errors import NotFound
from esrlink.ids import NewId
from submittals.tables import approver_address, mail_recipient

DEPARTMENT_ITSELF = ""
"""The approver of an address that is the department's own."""

# One mailbox, as servers take it: no display name, no comment, no quoting, nothing that could end a header line.
ADDRESS = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,189}[A-Za-z0-9])?$")

Place = tuple[str, str, str]
"""Product, department, approver (without capitals; empty for the department itself)."""


@dataclass(frozen=True, slots=True)
class Given:
    """An address that was given for somebody."""

    product: str
    department: str
    approver: str
    address: str

    @property
    def place(self) -> Place:
        """Whom it is for."""
        return self.product, self.department, self.approver.casefold()


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address to send to, and whom it is for."""

    recipient_id: UUID
    place: Place
    address: str
    unsubscribed_at: datetime | None
    changed_at: datetime


async def put_addresses(tx: WriteTx, vpd: str, given: Iterable[Given], *, new_id: NewId, now: datetime) -> int:
    """Take addresses over; of several for one place the last counts. How many places have another one now. Four statements."""
    wanted = {one.place: one for one in given}
    if not wanted:
        return 0
    by_key = {one.address.casefold(): one.address for one in wanted.values()}
    rows = [
        {"vpd": vpd, "recipient_id": new_id(), "address": address, "address_key": key, "created_at": now}
        for key, address in sorted(by_key.items())
    ]
    own = mail_recipient.c
    statement = upsert(mail_recipient).values(rows).on_conflict_do_nothing(index_elements=["vpd", "address_key"])
    await tx.execute(statement)
    known = await tx.all(
        select(own.recipient_id, own.address_key).where(own.vpd == vpd, own.address_key == func.any(list(by_key)))
    )
    ids = {row.address_key: row.recipient_id for row in known}
    put = upsert(approver_address).values(
        [
            {
                "vpd": vpd,
                **dict(zip(("product", "department", "approver"), place, strict=True)),
                "recipient_id": ids[one.address.casefold()],
                "changed_at": now,
            }
            for place, one in wanted.items()
        ]
    )
    put = put.on_conflict_do_update(
        index_elements=["vpd", "product", "department", "approver"],
        set_={"recipient_id": put.excluded.recipient_id, "changed_at": put.excluded.changed_at},
        where=approver_address.c.recipient_id != put.excluded.recipient_id,
    )
    changed = len((await tx.execute(put.returning(approver_address.c.approver))).all())
    await _forget_unused(tx, vpd)
    return changed


async def remove_address(tx: WriteTx, vpd: str, place: Place) -> None:
    """Take an address away. Raises `NotFound`."""
    own = approver_address.c
    gone = await tx.execute(
        delete(approver_address).where(
            own.vpd == vpd,
            own.product == place[0],
            own.department == place[1],
            own.approver == place[2].casefold(),
        )
    )
    if not gone.rowcount:
        raise NotFound("There is no address for them.", field="approver")
    await _forget_unused(tx, vpd)


# That somebody does not want e-mail must outlast what an administrator lists: nobody is written to again by an import.
_UNUSED = text("""
DELETE FROM mail_recipient r
 WHERE r.vpd = :vpd AND r.unsubscribed_at IS NULL
   AND NOT EXISTS (SELECT FROM approver_address a WHERE a.vpd = r.vpd AND a.recipient_id = r.recipient_id)
""")


async def _forget_unused(tx: WriteTx, vpd: str) -> None:
    await tx.execute(_UNUSED, {"vpd": vpd})


async def recipients(
    tx: ReadTx, vpd: str, departments: frozenset[str] | None = None, places: Collection[Place] | None = None
) -> list[Recipient]:
    """The addresses of these departments ("product/department" keys; none = all), or of these places only, in order."""
    own, whose = approver_address.c, mail_recipient.c
    statement = (
        select(own.product, own.department, own.approver, own.changed_at)
        .add_columns(whose.recipient_id, whose.address, whose.unsubscribed_at)
        .join(mail_recipient, (whose.vpd == own.vpd) & (whose.recipient_id == own.recipient_id))
        .where(own.vpd == vpd)
        .order_by(own.product, own.department, own.approver)
    )
    if departments is not None:
        statement = statement.where((own.product + "/" + own.department) == func.any(sorted(departments)))
    if places is not None:
        if not places:
            return []
        arrays = [cast(list(column), ARRAY(Text)) for column in zip(*sorted(places), strict=True)]
        wanted = func.unnest(*arrays).table_valued("a", "b", "c").render_derived()
        statement = statement.join(
            wanted, (own.product == wanted.c.a) & (own.department == wanted.c.b) & (own.approver == wanted.c.c)
        )
    return [_recipient(row) for row in await tx.all(statement)]


def _recipient(row: Any) -> Recipient:
    place = (row.product, row.department, row.approver)
    return Recipient(row.recipient_id, place, row.address, row.unsubscribed_at, row.changed_at)


async def unsubscribe(tx: WriteTx, vpd: str, recipient_id: UUID, now: datetime) -> bool:
    """No more reminders to this recipient of the trust. False when there is no such one; the same again changes nothing."""
    own = mail_recipient.c
    found = await tx.execute(
        update(mail_recipient)
        .where(own.vpd == vpd, own.recipient_id == recipient_id)
        .values(unsubscribed_at=func.coalesce(own.unsubscribed_at, now))
    )
    return bool(found.rowcount)


async def subscribe_again(tx: WriteTx, vpd: str, place: Place) -> UUID:
    """Reminders again for whoever has this place's address. Raises `NotFound`. Returns the recipient's id."""
    found = await recipients(tx, vpd, places=[(place[0], place[1], place[2].casefold())])
    if not found:
        raise NotFound("There is no address for them.", field="approver")
    own = mail_recipient.c
    same = (own.vpd == vpd, own.recipient_id == found[0].recipient_id)
    await tx.execute(update(mail_recipient).where(*same).values(unsubscribed_at=None))
    return found[0].recipient_id
