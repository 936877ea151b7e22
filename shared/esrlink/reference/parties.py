"""Who publishes and who consumes each topic, as the services themselves say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from esrlink.auth import Authenticator
from esrlink.clock import SystemClock
from esrlink.contracts import Event
from esrlink.db import Database
from esrlink.runtime import Definition, Parts
from esrlink.settings import Mode

_NOWHERE = "postgresql+psycopg://nobody@localhost/none"
Consumers = Mapping[str, Sequence[str]]


def consumers_of(services: Sequence[Definition]) -> Consumers:
    """The names of the services that handle an event, by topic; topics that no service handles are left out."""
    found: dict[str, list[str]] = {}
    for service in services:
        for event in handled_by(service):
            found.setdefault(event.TOPIC, []).append(service.name)
    return found


def handled_by(service: Definition) -> Sequence[type[Event]]:
    """The events that a service handles: it is wired on parts that lead nowhere, and never runs."""
    settings = service.settings(
        mode=Mode.TRYOUT, database_url=_NOWHERE, session_secret=_NOWHERE, issuer_url="http://localhost"
    )
    clock = SystemClock()
    parts = Parts(Database(_NOWHERE, service=service.name, clock=clock), Authenticator(settings), clock)
    return tuple(service.build(settings, parts).handlers)
