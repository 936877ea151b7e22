"""One command, as it was asked, and all that carrying it out needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from esrlink.auth import Role
from esrlink.db import WriteTx
from submittals.flow.acting import Acting
from submittals.judging.surroundings import Surroundings
from submittals.records.state import Command


@dataclass(frozen=True, slots=True)
class Ask:
    """One command: what `by` wants done with a submittal. `fields` are those of the content to set (none clears one).

    Of a signed-in person: `by` is their subject, `by_number` their employee number in this trust where they have one, and
    `roles` what they are. They then act as their profile in the record's department where they have one, and only as
    `roles.ROLES_FOR` says. A machine client has no `roles`: its scopes are checked at the edge.
    """

    submittal_id: UUID
    command: Command
    by: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    expected_version: int | None = None
    by_number: str | None = None
    roles: frozenset[Role] | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A command whose turn it is: asked by `who` through `client`, carried out in `tx`, judged by what is `around`."""

    tx: WriteTx
    ask: Ask
    who: Acting
    around: Surroundings
    client: str
