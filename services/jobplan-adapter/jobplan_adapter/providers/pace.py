"""A rate limit: requests start no closer together than the provider allows."""

from __future__ import annotations

import asyncio


class Pace:
    """Lets one caller through every `1 / per_second` seconds, in the order in which they came."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for one's turn."""
        now = asyncio.get_running_loop().time()
        mine = max(now, self._next)
        self._next = mine + self._gap
        if mine > now:
            await asyncio.sleep(mine - now)
