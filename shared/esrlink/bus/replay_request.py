"""What a replay is asked for, and when it is refused: it may never put a consumer wrong that has lost nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from esrlink.clock import LONDON
from esrlink.contracts import REGISTRY
from esrlink.errors import Conflict, Invalid
from esrlink.settings import ServiceSettings

_NAME = re.compile(r"[A-Za-z0-9._-]{1,200}")
_LETTERS = ".dlq"


class TooOldToReplay(Conflict):
    """Consumers may have forgotten the ids of these events, and would take them into effect a second time."""

    code, title = "too_old_to_replay", "Too old for the topic itself"


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """Events of `topic` committed from `since` on and before `until`, of these trusts (of all where none is named)."""

    topic: str
    since: datetime
    until: datetime
    vpds: tuple[str, ...] = ()
    to_topic: str | None = None

    @property
    def target(self) -> str:
        """Where they are published."""
        return self.topic if self.to_topic is None else self.to_topic

    @property
    def newest_only(self) -> bool:
        """Of a state, the last message of a key counts: on its own topic an old one must not become the last."""
        return self.target == self.topic and self.topic in {one.TOPIC for one in REGISTRY.values() if one.STATE}

    def check(self, settings: ServiceSettings, now: datetime) -> None:
        """Raises `Invalid` or `TooOldToReplay`, each with what to do instead. `now` is the database's clock."""
        if self.since >= self.until:
            raise Invalid("There is no time between --from and --to.", field="from")
        if self.target != self.topic:
            self._check_name()
        elif not self.newest_only:  # of a state, consumers know by its revision what they have, however old it is
            self._check_age(settings, now)

    def _check_age(self, settings: ServiceSettings, now: datetime) -> None:
        """A message may wait on the bus for as long as the bus keeps it, and must be known still when it is read."""
        oldest = now - (settings.keep_received - settings.keep_bus_log)
        if self.since < oldest:
            raise TooOldToReplay(
                f"On {self.topic} itself events can be published again from {oldest.astimezone(LONDON):%-d %B %Y %H:%M} on: "
                "consumers may have forgotten the ids of older ones, and would take them into effect a second time. "
                "Begin later with --from, or publish to a topic of its own with --to-topic.",
                field="from",
            )

    def _check_name(self) -> None:
        if not _NAME.fullmatch(self.target) or self.target in {".", ".."}:
            raise Invalid("A topic's name is made of letters, digits, dots, - and _.", field="to-topic")
        if self.target.endswith(_LETTERS) or self.target in topics():
            raise Invalid(
                f"{self.target} is a topic of ESR Link's own, with consumers that expect other events there. Choose a new "
                "name, such as replay.2026-08.",
                field="to-topic",
            )


def topics() -> dict[str, str]:
    """The topics that can be replayed, and the service that publishes each."""
    return {model.TOPIC: model.PRODUCER for model in sorted(REGISTRY.values(), key=lambda model: model.TOPIC)}


def moment_of(given: str, *, is_end: bool) -> datetime:
    """The moment that a person wrote: a day (`is_end`: the end of it) or a time, in London unless it says otherwise.

    Raises `ValueError`.
    """
    try:
        day = date.fromisoformat(given)
    except ValueError:
        moment = datetime.fromisoformat(given)
    else:
        moment = datetime.combine(day + timedelta(days=is_end), time())
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def trusts_of(given: Sequence[str]) -> tuple[str, ...]:
    """The trusts that a person named. Raises `ValueError` for one that is no VPD."""
    for vpd in given:
        if not (len(vpd) == 3 and vpd.isascii() and vpd.isdigit()):
            raise ValueError("a VPD has three digits, such as 277")
    return tuple(given)
