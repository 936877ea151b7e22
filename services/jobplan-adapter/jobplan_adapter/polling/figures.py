"""The service's headline figures, for its status report and its page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from esrlink.db import ReadTx
from esrlink.status import Figure, Notice
from esrlink.web.wording import counted, duration
from jobplan_adapter.polling.state import ProviderState

_UNMATCHED = "/jobplan-adapter/exceptions?kind=unmatched"
_BY_STATE = text("SELECT state, count(*) AS plans FROM plan WHERE vpd = ANY(:vpds) AND NOT gone GROUP BY state")


async def plans_by_state(tx: ReadTx, vpds: Sequence[str]) -> dict[str, int]:
    """How many plans of these trusts are in each state."""
    return {row.state: row.plans for row in await tx.all(_BY_STATE, {"vpds": list(vpds)})}


def headline(states: Sequence[ProviderState], plans: dict[str, int]) -> list[Figure]:
    """What matters most: plans, signed-off ones, users that are nobody in ESR."""
    unmatched = sum(one.unmatched for one in states)
    down = sum(one.state == "down" for one in states)
    return [
        Figure(label="Job plans", value=sum(plans.values())),
        Figure(label="Signed off", value=plans.get("signed_off", 0)),
        Figure(label="Under revision", value=plans.get("under_revision", 0)),
        Figure(
            label="Users without an ESR person",
            value=unmatched,
            href=_UNMATCHED,
            tone="warning" if unmatched else "neutral",
        ),
        Figure(label="Providers down", value=down, tone="bad" if down else "neutral"),
    ]


def notices(states: Sequence[ProviderState], now: datetime) -> list[Notice]:
    """What a person should know: providers that are down, and records that could not be read."""
    found = []
    for one in states:
        if one.state == "down":
            age = one.age_seconds(now)
            served = "There are no plans from it yet." if age is None else f"Plans from {duration(age)} ago are served."
            found.append(Notice(tone="bad", text=f"{one.name} of trust {one.vpd} is down: {one.error} {served}"))
        if one.faults:
            found.append(
                Notice(
                    tone="warning",
                    text=f"{counted(one.faults, 'record')} of {one.name}, trust {one.vpd}, could not be read.",
                )
            )
    return found
