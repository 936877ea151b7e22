"""Withdrawals that came and could not be taken: what they may be about is not paid until a person has looked.

A parked one holds its record, or its person's records where it cannot be read. Behind a stopped lane nobody knows what
waits, so no run is frozen until the lane goes on: a run that is late can still be sent, money that was paid comes back
slowly. A withdrawal that has not reached the gateway at all holds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from esr_gateway.from_esr.people import SERVICE
from esr_gateway.to_esr.lines import Unwritable
from esrlink.bus.fuse import blown_fuses
from esrlink.contracts import SubmittalApproved, SubmittalWithdrawn
from esrlink.db import ReadTx
from esrlink.errors import Conflict

_PARKED = text("""
SELECT key, value FROM dead_letter
 WHERE topic = :topic AND state = 'parked' AND (vpd = :vpd OR (vpd IS NULL AND starts_with(key, :vpd || '/')))
""")


class WithdrawalsStopped(Conflict):
    """No run is frozen while withdrawals cannot be taken."""

    code, title = "withdrawals_stopped", "Withdrawals cannot be taken at this moment"


@dataclass(frozen=True, slots=True)
class StuckWithdrawals:
    """What parked withdrawals may be about: submittals up to a version, and people (`vpd/employee_number`)."""

    versions: Mapping[UUID, int]
    people: frozenset[str]

    def refuse(self, approved: SubmittalApproved) -> None:
        """Hold an instruction that may have been taken back. Raises `Unwritable`."""
        if approved.version <= self.versions.get(approved.submittal_id, 0):
            raise Unwritable(
                "withdrawal_parked", "The department took this record back, and its withdrawal waits to be looked at."
            )
        if approved.partition_key in self.people:
            raise Unwritable(
                "withdrawal_parked",
                "A withdrawal of one of this person's records cannot be read: it may be this one, so somebody must look first.",
            )


async def stuck_withdrawals(tx: ReadTx, vpd: str) -> StuckWithdrawals:
    """What the parked withdrawals of a trust may be about."""
    versions: dict[UUID, int] = {}
    people = set()
    for row in await tx.all(_PARKED, {"vpd": vpd, "topic": SubmittalWithdrawn.TOPIC}):
        try:
            said = json.loads(row.value)
            submittal_id, version = UUID(said["submittal_id"]), int(said["version"])
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):  # it may be anything
            people.add(row.key)
        else:
            versions[submittal_id] = max(version, versions.get(submittal_id, 0))
    return StuckWithdrawals(versions, frozenset(people))


async def refuse_while_stopped(tx: ReadTx) -> None:
    """Raises `WithdrawalsStopped` while the lane of withdrawals is stopped."""
    if any(fuse.topic == SubmittalWithdrawn.TOPIC for fuse in await blown_fuses(tx, SERVICE)):
        raise WithdrawalsStopped(
            "A run could pay what departments took back. Mend what stopped the lane and reset its fuse; then it goes on."
        )
