"""How profile-sync does, for the overview: people, match rate, what waits for a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from esrlink.auth import Principal
from esrlink.bus.backlog import backlog
from esrlink.http.app import StatusOf
from esrlink.runtime import Parts
from esrlink.status import Figure, Notice, StatusReport
from esrlink.version import VERSION
from profile_sync.links.matching import by_department, count_people, match_rate, total
from profile_sync.permitted import WATCH
from profile_sync.webhooks.watching import troubled

# A working week: by then a rota coordinator should have looked, and pay may depend on it.
LATE_REVIEW = timedelta(days=7)


def status_of(parts: Parts) -> StatusOf:
    """The maker of status reports."""

    async def status(principal: Principal) -> StatusReport:
        async with parts.database.read(principal.vpds) as tx:
            departments = await by_department(tx, principal.vpds, principal.departments)
            people = await count_people(tx, principal.vpds)
            behind = await backlog(tx, service=parts.database.service)
            failing = await troubled(tx, principal.vpds)
        by_state = total(departments)
        waiting = by_state["possible"] + by_state["unmatched"]
        rate = match_rate(by_state)
        figures = [
            Figure(label="People from ESR", value=people),
            Figure(label="Profiles", value=sum(by_state.values()), href="/profile-sync/"),
            Figure(
                label="To review", value=waiting, href="/profile-sync/#reviews", tone="warning" if waiting else "good"
            ),
        ]
        if rate is not None:
            figures.append(Figure(label="Match rate", value=round(rate * 100, 1), unit="%"))
        oldest = min((one.oldest_review for one in departments if one.oldest_review), default=None)
        return StatusReport(
            service=parts.database.service,
            title="Profiles",
            version=VERSION,
            figures=figures,
            backlog=behind,
            notices=[*_late(oldest, parts.clock.now()), *(_failing(failing) if _watches(principal) else ())],
        )

    return status


def _watches(principal: Principal) -> bool:
    """Whether the page that the notice leads to is open to the caller."""
    return principal.kind == "machine" or bool(principal.roles & WATCH)


def _failing(webhooks: int) -> list[Notice]:
    if not webhooks:
        return []
    words = "A webhook fails" if webhooks == 1 else f"{webhooks} webhooks fail"
    text = f"{words} or {'has' if webhooks == 1 else 'have'} deliveries that were given up."
    return [Notice(tone="warning", text=text, href="/profile-sync/webhooks")]


def _late(oldest: datetime | None, now: datetime) -> list[Notice]:
    if oldest is None or now - oldest < LATE_REVIEW:
        return []
    days = (now - oldest).days
    return [Notice(tone="warning", text=f"A profile has waited {days} days for a person to say whose it is.")]
