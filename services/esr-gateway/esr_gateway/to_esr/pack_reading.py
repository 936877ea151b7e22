"""A run's control pack out of the archive, by the hash that is signed."""

from __future__ import annotations

import asyncio
from typing import Any

from esr_gateway.archive.port import Archive
from esrlink.errors import NotFound


async def read_pack(archive: Archive, found: Any) -> bytes:
    """The pack's bytes; their SHA-256 is `pack_sha256` of the run's row. Raises `NotFound` for a run that has none."""
    if found.pack_sha256 is None:
        raise NotFound("The run is older than control packs: there is none of it.", field="run_id")
    async with archive.open(found.pack_sha256) as path:
        return await asyncio.to_thread(path.read_bytes)
