"""What other services' events mean here: who is known to ESR, and which leave and extra work were approved for pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from esrlink.bus import Handler
from esrlink.contracts import Event, ProfileImported, Received, SubmittalApproved, SubmittalWithdrawn
from esrlink.db import WriteTx
from jobplan_adapter.people.known import apply_people
from jobplan_adapter.work.paid_time import apply_approved, apply_withdrawn


async def on_profile_imported(tx: WriteTx, received: Sequence[Received[ProfileImported]]) -> None:
    """A person is known, or gone."""
    await apply_people(tx, received[0].event.vpd, received)


async def on_submittal_approved(tx: WriteTx, received: Sequence[Received[SubmittalApproved]]) -> None:
    """Leave or paid extra work is approved."""
    await apply_approved(tx, received)


async def on_submittal_withdrawn(tx: WriteTx, received: Sequence[Received[SubmittalWithdrawn]]) -> None:
    """An approved record does not count after all."""
    await apply_withdrawn(tx, received)


HANDLERS: Mapping[type[Event], Handler] = {
    ProfileImported: on_profile_imported,
    SubmittalApproved: on_submittal_approved,
    SubmittalWithdrawn: on_submittal_withdrawn,
}
