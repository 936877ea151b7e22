"""Puts of single records that come at the same moment share one transaction; see `esrlink.db.gathering`."""

from __future__ import annotations

from collections.abc import Sequence

from esrlink.db.gathering import Gathering, Waiting
from esrlink.runtime import Parts
from submittals.flow.intake import Put, take_in
from submittals.records.results import Result

Lane = tuple[str, str]
"""The trust's VPD, and the machine client that puts."""

GatheredPuts = Gathering[Lane, Put, Result]


def gathered_puts(parts: Parts) -> GatheredPuts:
    """Takes a put of a machine client; gives the record as it stands then, or why it was refused."""

    async def store(lane: Lane, batch: Sequence[Waiting[Put, Result]]) -> list[Result]:
        vpd, client = lane
        puts = [one.ask for one in batch]
        traces = {one.ask.key: one.traceparent for one in batch if one.traceparent}
        async with parts.database.write([vpd]) as tx:
            return await take_in(
                tx, vpd, puts, now=parts.clock.now(), new_id=parts.new_id, client=client, traces=traces
            )

    return Gathering(store, lambda put: put.key)
