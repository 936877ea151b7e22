"""Patience: work of the machinery waits out passing faults instead of failing, for as long as they last."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import structlog

from esrlink.db.transient import is_too_slow, is_transient
from esrlink.observability import metrics

log = structlog.get_logger()

T = TypeVar("T")

_LONGEST_PAUSE = 30.0
# A statement that ran out of time so often, with growing pauses, is not unlucky but too large.
_SLOW_ATTEMPTS = 4


# Each statement and lock has a limit of its own far below this; what passes it waits for something that never comes.
HANGS = timedelta(minutes=10)


class Hung(Exception):
    """An attempt neither ended nor failed. Nothing is known to be wrong with the work: only a new process helps."""


async def patiently(work: Callable[[], Awaitable[T]], *, service: str, what: str, hangs: timedelta = HANGS) -> T:
    """Do `work`, with a growing, jittered pause after each passing fault. Any other error is raised.

    Raises `Hung` when one attempt takes longer than `hangs`.
    """
    pause, slow = 0.1, 0
    while True:
        try:
            return await _within(hangs, work)
        except Hung:
            raise
        except Exception as error:
            slow += is_too_slow(error)
            if not is_transient(error) or slow >= _SLOW_ATTEMPTS:
                raise
            metrics.RETRIED.labels(service, what).inc()
            log.warning("work.retrying", service=service, what=what, error=type(error).__name__)
        await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
        pause = min(pause * 2, _LONGEST_PAUSE)


async def _within(limit: timedelta, work: Callable[[], Awaitable[T]]) -> T:
    clock = asyncio.timeout(limit.total_seconds())
    try:
        async with clock:
            return await work()
    except TimeoutError as error:
        if clock.expired():
            raise Hung(f"no end after {limit}") from error
        raise
