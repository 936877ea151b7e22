"""What the world is told when a link changes: the old person first, then the new one, each with its own revision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from esrlink.contracts import Candidate, Event, ProfileKey, ProfileLinked, ProfileReviewNeeded, ProfileUnlinked
from profile_sync.links.rows import Stored


def events_of(vpd: str, before: Stored | None, after: Stored, now: datetime) -> list[Event]:
    """The events for the change from `before` to `after`, oldest revision first."""
    return list(_events(vpd, before, after, now))


def _events(vpd: str, before: Stored | None, after: Stored, now: datetime) -> Iterator[Event]:
    place = after.place
    common: dict[str, Any] = {
        "vpd": vpd,
        "link_id": after.link_id,
        "profile": ProfileKey(product=place.product, department=place.department, profile_id=place.profile_id),
        "occurred_at": now,
    }
    made_by: Any = after.made_by
    was = before.employee_number if before else None
    if was and was != after.employee_number:
        ended = after.revision if after.state == "excluded" else after.revision - 1
        yield ProfileUnlinked(**common, employee_number=was, revision=ended, made_by=made_by, reason=after.reason)
    if after.employee_number:
        yield ProfileLinked(
            **common,
            employee_number=after.employee_number,
            revision=after.revision,
            made_by=made_by,
            rule=after.rule,
        )
    elif after.state != "excluded":
        candidates = tuple(
            Candidate(employee_number=one.employee_number, score=one.score, rule=one.rule) for one in after.candidates
        )
        yield ProfileReviewNeeded(**common, revision=after.revision, reason=after.reason, candidates=candidates)
