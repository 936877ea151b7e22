"""What an administrator does about reminders, over the API and on the page alike: each act with its entry in the audit trail.

The trail says that addresses were changed and how many, never which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from esrlink import audit
from esrlink.db import WriteTx
from esrlink.errors import FieldProblem, Invalid
from esrlink.ids import NewId
from submittals.deadlines import addresses, mail
from submittals.deadlines.addresses import Given, Place
from submittals.deadlines.lead_times import hours_before, put_hours
from submittals.trusts import editions

_MOST_PROBLEMS = 50


async def set_hours(tx: WriteTx, vpd: str, wanted: Sequence[int], *, by: str, now: datetime) -> tuple[int, ...]:
    """Set the hours before a cut-off at which reminders are made; none pauses them. Raises `NotFound` for an unknown trust."""
    await editions.in_force(tx, vpd, now, ["general"])
    before = (await hours_before(tx, [vpd]))[vpd]
    hours = await put_hours(tx, vpd, wanted, now)
    if before != hours:
        await _note(tx, vpd, by, "reminders.set", "reminders", now)
    return hours


async def take_addresses(
    tx: WriteTx,
    vpd: str,
    given: Sequence[Given],
    *,
    may_touch: Callable[[str, str], bool],
    by: str,
    new_id: NewId,
    now: datetime,
) -> int:
    """Take addresses over, all or none; how many are others than before. Raises `Invalid` for unknown departments."""
    trust = await editions.in_force(tx, vpd, now, ["departments"])
    problems = [
        FieldProblem(f"addresses.{number}.department", "not_found", "The trust has no such department.")
        for number, one in enumerate(given)
        if trust.department(one.product, one.department) is None or not may_touch(one.product, one.department)
    ]
    if problems:
        words = "Nothing was taken: the trust has not all of these departments."
        raise Invalid(words, problems=problems[:_MOST_PROBLEMS])
    changed = await addresses.put_addresses(tx, vpd, given, new_id=new_id, now=now)
    if changed:
        await _note(tx, vpd, by, "reminders.addresses_put", "addresses", now, changed=changed)
    return changed


async def take_away(tx: WriteTx, vpd: str, place: Place, *, by: str, now: datetime) -> None:
    """No address for them any more. Raises `NotFound`."""
    await addresses.remove_address(tx, vpd, place)
    await _note(tx, vpd, by, "reminders.address_removed", "/".join(place), now)


async def subscribe_again(tx: WriteTx, vpd: str, place: Place, *, by: str, now: datetime) -> None:
    """Reminders again for whoever has this address. Raises `NotFound`."""
    recipient_id = await addresses.subscribe_again(tx, vpd, place)
    await _note(tx, vpd, by, "reminders.subscribed_again", str(recipient_id), now)


async def send_again(tx: WriteTx, vpd: str, mail_id: UUID, *, by: str, now: datetime) -> None:
    """A parked or unknown e-mail back into the queue. Raises `NotFound`, or `Conflict` for any other."""
    await mail.send_again(tx, vpd, mail_id, now)
    await _note(tx, vpd, by, "reminders.mail_sent_again", str(mail_id), now)


async def _note(tx: WriteTx, vpd: str, by: str, action: str, about: str, now: datetime, **detail: int) -> None:
    await audit.record(tx, vpd, actor=by, action=action, about=about, at=now, detail=detail)
