"""One at a time for each trust: whoever polls, imports or closes runs holds the trust's lock, whatever replica it runs in.

The lock lives on a database connection of its own, so that it ends with the process that held it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import text

from esrlink.db import Database
from esrlink.errors import Conflict

_LOCK_CLASS = 0x4553_5254
_BETWEEN_TRIES = 0.1


class TrustBusy(Conflict):
    """Another replica, or another request, is at work on this trust's exchange."""

    code, title = "trust_busy", "Someone else is at work on this exchange"


@asynccontextmanager
async def trust_lock(database: Database, vpd: str, *, wait: timedelta = timedelta(0)) -> AsyncIterator[None]:
    """Hold the trust's lock. Raises `TrustBusy` when it is not free within `wait`."""
    values = {"lock_class": _LOCK_CLASS, "vpd": int(vpd)}
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        deadline = asyncio.get_running_loop().time() + wait.total_seconds()
        while not await connection.scalar(text("SELECT pg_try_advisory_lock(:lock_class, :vpd)"), values):
            if asyncio.get_running_loop().time() >= deadline:
                raise TrustBusy("This trust's exchange is being worked on at this moment; try again shortly.")
            await asyncio.sleep(_BETWEEN_TRIES)
        try:
            yield
        finally:
            try:
                await connection.execute(text("SELECT pg_advisory_unlock(:lock_class, :vpd)"), values)
            except BaseException:
                # Back in the pool it would hold the lock for ever; closed, PostgreSQL lets go of it.
                await connection.invalidate()
                raise
