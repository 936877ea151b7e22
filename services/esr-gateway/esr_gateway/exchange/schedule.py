"""When a trust's exchange is looked at next: every so many seconds, or by a schedule in Europe/London. Pure.

The next turn follows from the last look, which is in the database, so all replicas agree, and a turn that passed while
nobody ran is due at once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cronsim import CronSim

from esr_gateway.trust_settings import ExchangeSettings
from esrlink.clock import LONDON

_CLOCKS_DIFFER_BY = timedelta(minutes=5)


def next_turn(settings: ExchangeSettings, polled_at: datetime | None, now: datetime) -> datetime:
    """The moment from which the exchange is to be looked at; one that was never looked at is due now.

    A last look in the future was noted by a clock that was wrong, and counts for nothing.
    """
    if polled_at is None or polled_at > now + _CLOCKS_DIFFER_BY:
        return now
    if settings.poll_cron is None:
        return polled_at + timedelta(seconds=settings.poll_seconds)
    turns = CronSim(settings.poll_cron, polled_at.astimezone(LONDON))
    return next(turns, now + timedelta(days=1)).astimezone(UTC)
