"""Every trust gets its turn: what breaks for one is raised only when all the others have been seen to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

import structlog

from esr_gateway.trusts import Trust
from esrlink.db.transient import is_transient
from esrlink.observability.tracing import new_trace

log = structlog.get_logger()


async def each_in_turn(trusts: Iterable[Trust], work: Callable[[Trust], Awaitable[None]]) -> None:
    """Do `work` for each trust, under a trace of its own. Then raises what broke first, lasting trouble before what may pass."""
    broken: list[Exception] = []
    for trust in trusts:
        with new_trace():
            try:
                await work(trust)
            except Exception as error:  # noqa: BLE001 - raised below
                log.warning("trust.turn_failed", vpd=trust.vpd, error=type(error).__name__)
                broken.append(error)
    if broken:
        raise min(broken, key=is_transient)
