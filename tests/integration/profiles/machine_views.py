"""What the state machine of identity looks at: links as they are stored, and events as a consumer reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from esrlink.contracts import Message, Received, from_message
from profile_sync.tables import metadata

from .conftest import Hub

_LINKS = text(
    """
    SELECT l.product || '/' || l.department || '/' || l.profile_id AS path, l.state, l.reason, l.made_by, l.rule,
           l.employee_number, l.revision,
           ARRAY(SELECT c.employee_number FROM link_candidate c
                  WHERE (c.vpd, c.product, c.department, c.profile_id) = (l.vpd, l.product, l.department, l.profile_id)
                  ORDER BY c.rank) AS candidates
      FROM link l WHERE l.vpd = :vpd
    """
)
_SEEN = text(
    "SELECT "
    + " + ".join(
        f"(SELECT count(*) FROM {table.name} WHERE vpd = :vpd)"
        for table in metadata.sorted_tables
        if "vpd" in table.c and not table.info.get("register") and table.name not in ("inbox", "outbox")
    )
)


@dataclass(frozen=True)
class Link:
    """A link as it is stored."""

    state: str
    reason: str
    made_by: str
    rule: str | None
    employee_number: str | None
    revision: int
    candidates: tuple[str, ...]

    def told(self) -> tuple[Any, ...]:
        """All but how often it changed on the way."""
        return (self.state, self.reason, self.made_by, self.rule, self.employee_number, self.candidates)


@dataclass(frozen=True)
class Told:
    """An event about a link."""

    vpd: str
    topic: str
    path: str
    revision: int
    number: str | None
    reason: str | None
    candidates: tuple[str, ...]

    @classmethod
    def of(cls, received: Received[Any]) -> Told:
        event = received.event
        candidates = tuple(one.employee_number for one in getattr(event, "candidates", ()))
        number, reason = getattr(event, "employee_number", None), getattr(event, "reason", None)
        topic = event.TOPIC.removeprefix("profile.")
        return cls(event.vpd, topic, event.profile.path, event.revision, number, reason, candidates)


async def links_of(hub: Hub, vpd: str) -> dict[str, Link]:
    """The links of a trust by the path of the profile."""
    async with hub.running.database.read([vpd]) as tx:
        rows = await tx.mappings(_LINKS, {"vpd": vpd})
    return {
        row["path"]: Link(
            **{name: row[name] for name in row if name not in ("path", "candidates")},
            # What a link was made from is kept too; only of a possible one are they choices.
            candidates=tuple(row["candidates"]) if row["state"] == "possible" else (),
        )
        for row in rows
    }


async def told_since(hub: Hub, known: int) -> list[Received[Any]]:
    """The events about links that were committed behind the first `known`, oldest first."""
    async with hub.running.database.read() as tx:
        statement = text("SELECT topic, key, headers, value FROM outbox ORDER BY seq OFFSET :known")
        rows = await tx.all(statement, {"known": known})
    return [from_message(Message(row.topic, row.key, bytes(row.value), row.headers)) for row in rows]


async def rows_seen_of(hub: Hub, vpd: str, *, by: str) -> int:
    """How many rows of one trust a transaction for another sees."""
    async with hub.running.database.read([by]) as tx:
        return int(await tx.scalar(_SEEN, {"vpd": vpd}))
