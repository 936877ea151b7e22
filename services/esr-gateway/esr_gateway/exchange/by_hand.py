"""What somebody may ask of an exchange: look into ESR's folder now, and try every step. Both are kept in the audit trail.

How a trial went stays readable there, step by step, so that whoever is called for help later sees the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from esr_gateway.exchange.polling import Poller
from esr_gateway.exchange.trial import Trial, try_exchange
from esr_gateway.trust_settings import ExchangeSettings
from esr_gateway.trusts import Trust
from esrlink import audit
from esrlink.errors import Conflict, EsrLinkError
from esrlink.ids import new_id

POLLED = "exchange.polled"
TRIED = "exchange.tried"


async def look_now(poller: Poller, trust: Trust, *, by: str, wait: timedelta = timedelta(0)) -> list[UUID]:
    """Look into ESR's folder, as the service does by itself; return the files that moved on. Raises as `Poller.poll` does."""
    try:
        moved = await poller.poll(trust, wait=wait)
    except EsrLinkError as problem:
        await _note(poller, trust, POLLED, by, {"problem": problem.code})
        raise
    await _note(poller, trust, POLLED, by, {"files": len(moved)})
    return moved


async def try_now(
    poller: Poller, trust: Trust, *, by: str, timeout: timedelta, instead: ExchangeSettings | None = None
) -> Trial:
    """Try every step of the exchange, or of settings that are not stored; each takes `timeout` at most.

    Raises `Conflict` for a trust without an exchange when nothing is given `instead`.
    """
    settings = instead or trust.settings.exchange
    if settings is None:
        raise Conflict("The trust has no exchange: set one with PUT /v1/trusts/{vpd}.", field="exchange")
    trial = await try_exchange(settings, timeout, new_id().hex[-8:])
    detail = {
        "host": settings.host,
        "stored": instead is None,
        "works": trial.works,
        "steps": [asdict(step) for step in trial.steps],
        "offered_fingerprint": trial.offered_fingerprint,
    }
    await _note(poller, trust, TRIED, by, detail)
    return trial


async def _note(poller: Poller, trust: Trust, action: str, by: str, detail: Mapping[str, Any]) -> None:
    async with poller.database.write([trust.vpd]) as tx:
        await audit.record(
            tx, trust.vpd, actor=by, action=action, about=trust.vpd, at=poller.clock.now(), detail=detail
        )
