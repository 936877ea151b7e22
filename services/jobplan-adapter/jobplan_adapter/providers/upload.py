"""Job plans that a trust uploads, as a `JobPlanProvider`: its snapshot is the file that somebody took into effect last.

A trust whose job planning system offers nothing to be asked sends its plans as a file, in the layout of `upload_layout`. What
was taken is kept with every file before it, so that a wrong one is undone by taking the one before again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import text

from esrlink.db import Database
from jobplan_adapter.plans.plan import Plan
from jobplan_adapter.providers.port import Fault, NothingShown, ProviderUser, Snapshot

_IN_EFFECT = text("""
SELECT content, taken_at FROM plan_upload
 WHERE vpd = :vpd AND provider = :provider AND taken_at IS NOT NULL ORDER BY taken_at DESC LIMIT 1
""")


class UploadProvider:
    """The uploaded plans of one provider of a trust."""

    def __init__(self, database: Database, vpd: str, name: str) -> None:
        self._database = database
        self._vpd = vpd
        self._name = name

    async def snapshot(self) -> Snapshot:
        """What the file in effect says. Raises `NothingShown` when none was ever taken."""
        async with self._database.read([self._vpd]) as tx:
            row = await tx.one_or_none(_IN_EFFECT, {"vpd": self._vpd, "provider": self._name})
        if row is None:
            raise NothingShown("No job plans were uploaded yet. Download the template, fill it in and upload it.")
        users, plans, faults = await asyncio.to_thread(content_read, row.content)
        # Whoever took it saw how many plans it takes away.
        return Snapshot(users, plans, faults, as_of=row.taken_at, vouched=True)


def content_of(users: Sequence[ProviderUser], plans: Sequence[Plan], faults: Sequence[Fault]) -> dict[str, Any]:
    """People, plans and what was set aside, as they are kept."""
    return {
        "users": [asdict(one) for one in users],
        "plans": [one.model_dump(mode="json", exclude_defaults=True) for one in plans],
        "faults": [asdict(one) for one in faults],
    }


def content_read(content: Mapping[str, Any]) -> tuple[list[ProviderUser], list[Plan], list[Fault]]:
    """What `content_of` made."""
    return (
        [ProviderUser(**one) for one in content["users"]],
        [Plan.model_validate(one) for one in content["plans"]],
        [Fault(**one) for one in content["faults"]],
    )
