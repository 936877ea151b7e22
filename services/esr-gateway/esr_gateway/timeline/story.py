"""A story: what happened to one thing, in steps, oldest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Tone = Literal["neutral", "good", "warning", "bad"]
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened. `place` is a page under the gateway's address; `at` is none where no time is kept."""

    at: datetime | None
    what: str
    words: str
    place: str | None = None
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to one thing."""

    vpd: str
    kind: Literal["record", "file", "file_sent"]
    title: str
    state: str
    place: str | None
    steps: Sequence[Step]


def in_order(steps: Iterable[Step]) -> Sequence[Step]:
    """Oldest first; those of one moment as they were given."""
    return sorted(steps, key=lambda step: step.at or _LAST)
