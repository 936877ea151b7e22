"""How Central Reporting fares: is the consumer alive, what came last and how late, and what was set aside."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from esr_reporting.builds import Builds
from esr_reporting.consumer import ALIVE
from esr_reporting.opening import attach, connect
from esrlink.clock import LONDON

_TOPICS = """
SELECT topic, count(*), count(*) FILTER (replayed), epoch(max(time)), epoch(max(taken_at)) - epoch(arg_max(time, taken_at))
  FROM kept.received GROUP BY topic ORDER BY topic
"""
# What came again and could be read then is missing no more.
_SET_ASIDE = """
SELECT topic, coalesce(type, '-'), kind, count(*), any_value(reason)
  FROM kept.set_aside s ANTI JOIN kept.received r USING (event_id) GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Topic:
    """Events of one topic. `late`: how long after it happened the newest one was taken."""

    topic: str
    events: int
    replayed: int
    last: datetime
    late: timedelta


@dataclass(frozen=True, slots=True)
class Aside:
    """Messages that were set aside and have not come again in a form that could be read."""

    topic: str
    type: str
    kind: str
    messages: int
    reason: str


@dataclass(frozen=True, slots=True)
class Status:
    """The whole. `seen`: how long ago the consumer last went round; none when it never did."""

    group: str | None
    seen: timedelta | None
    topics: Sequence[Topic]
    set_aside: Sequence[Aside]


def status_of(builds: Builds, *, memory: str) -> Status:
    """Read it. Raises `Unavailable` when another process holds the file too long."""
    build = builds.current()
    if build is None or not build.path.exists():
        return Status(build.group if build else None, seen(builds), (), ())
    with connect(None, memory=memory) as connection:
        attach(connection, build.path, "kept")
        topics = connection.execute(_TOPICS).fetchall()
        aside = connection.execute(_SET_ASIDE).fetchall()
    return Status(
        build.group,
        seen(builds),
        [
            Topic(topic, events, replayed, datetime.fromtimestamp(last, LONDON), timedelta(seconds=round(late)))
            for topic, events, replayed, last, late in topics
        ],
        [Aside(*row) for row in aside],
    )


def seen(builds: Builds) -> timedelta | None:
    """How long ago the consumer last went round, by the machine's own clock."""
    alive = builds.folder / ALIVE
    return timedelta(seconds=max(0, time.time() - alive.stat().st_mtime)) if alive.exists() else None
