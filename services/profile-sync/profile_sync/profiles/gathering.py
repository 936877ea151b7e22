"""Puts of single profiles that come at the same moment share one transaction; see `esrlink.db.gathering`."""

from __future__ import annotations

from collections.abc import Sequence

from esrlink.clock import Clock
from esrlink.db import Database
from esrlink.db.gathering import Gathering, Waiting
from esrlink.ids import NewId
from profile_sync.profiles.putting import Put, put_profiles
from profile_sync.profiles.reading import LinkedProfile, read_places


def gathered_puts(database: Database, clock: Clock, new_id: NewId) -> Gathering[str, Put, LinkedProfile]:
    """Takes a put with its trust's VPD as the lane; gives the profile as it is stored. Raises as `put_profiles` refuses."""

    async def store(vpd: str, batch: Sequence[Waiting[Put, LinkedProfile]]) -> list[LinkedProfile | Exception]:
        puts = [one.ask for one in batch]
        traces = {one.ask.place: one.traceparent for one in batch if one.traceparent}
        async with database.write([vpd]) as tx:
            refused = await put_profiles(tx, vpd, puts, now=clock.now(), new_id=new_id, traces=traces)
            stored = await read_places(tx, vpd, [one.place for one in puts if one.place not in refused])
        return [refused.get(one.place) or stored[one.place] for one in puts]

    return Gathering(store, lambda put: put.place)
