"""Carrying out what forms ask for: through the flow, like a rota product's commands, by the person who is signed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from esrlink.auth import Principal
from submittals.dashboard.desk import Desk
from submittals.flow.commands import Ask, carry_out
from submittals.records.results import Result
from submittals.records.state import Command

Key = tuple[str, UUID, int]
"""VPD, submittal id, and the version that was looked at."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a form asks for of each record that it names."""

    command: Command
    reason: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


class _OnlyLookedAtError(Exception):
    """Ends the transaction of a preview, so that nothing of it stays."""


async def act(
    desk: Desk, person: Principal, keys: Sequence[Key], wish: Wish, *, own: bool = False, meant: bool = True
) -> dict[Key, Result]:
    """What became of each record; without `meant`, what would become of it: then nothing is kept and nobody is told.

    `own` says that the records are the person's own, whatever departments they work for.
    """
    by_trust: dict[str, list[Key]] = defaultdict(list)
    for key in keys:
        person.require_vpd(key[0])
        by_trust[key[0]].append(key)
    became: dict[Key, Result] = {}
    for vpd, some in by_trust.items():
        asks = [_ask(person, key, wish) for key in some]
        with suppress(_OnlyLookedAtError):
            async with desk.database.write([vpd]) as tx:
                results = await carry_out(
                    tx,
                    vpd,
                    asks,
                    now=desk.parts.clock.now(),
                    client=person.subject,
                    may_touch=(lambda _product, _department: True) if own else person.may_touch_department,
                )
                became.update(zip(some, results, strict=True))
                if not meant:
                    raise _OnlyLookedAtError
    return became


def _ask(person: Principal, key: Key, wish: Wish) -> Ask:
    vpd, submittal_id, version = key
    return Ask(
        submittal_id,
        wish.command,
        person.subject,
        wish.fields,
        wish.reason,
        expected_version=version,
        by_number=person.esr_number(vpd),
        roles=person.roles,
    )
