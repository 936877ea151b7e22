"""Recording what a person decides about a link, and letting it take effect.

Nothing is overwritten: a decision is a row that stays, and undoing it is another row. What holds is folded from them all
(`decisions`), so a rule that runs later finds the decision and leaves it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from esrlink.db import ReadTx, WriteTx
from esrlink.errors import Conflict, Invalid, NotFound, StaleVersion
from esrlink.ids import NewId
from profile_sync.links.evaluating import evaluate
from profile_sync.links.locks import hold_trust
from profile_sync.links.rows import Stored, load_links
from profile_sync.profiles.putting import lock_profile
from profile_sync.rules.decisions import Decision, Kind, stance_of, standing
from profile_sync.rules.facts import Place
from profile_sync.tables import link_decision, person
from profile_sync.trusts import rule_settings


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants decided. `revision` is that of the link which they looked at; a stale one is refused."""

    kind: Kind
    by: str
    employee_number: str | None = None
    reason: str | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision with who made it, when and why."""

    decision: Decision
    by: str
    at: datetime
    reason: str | None


async def decide(tx: WriteTx, vpd: str, place: Place, wish: Wish, *, now: datetime, new_id: NewId) -> list[Stored]:
    """Record a decision and bring the profile's link, and those of its rivals, to what it says.

    Returns all links that changed. Raises `NotFound` for the profile or person, `StaleVersion` for an old revision,
    `Invalid` where the person is missing, `Conflict` where there is nothing to decide so.
    """
    await hold_trust(tx, vpd, alone=False)
    await lock_profile(tx, vpd, place)
    link = (await load_links(tx, vpd, [place], []))[place]
    if wish.revision is not None and wish.revision != link.revision:
        raise StaleVersion(
            f"You looked at revision {wish.revision}; the link is at revision {link.revision}. Look again.",
            field="revision",
        )
    past = [one.decision for one in await history(tx, vpd, place)]
    decision = _decision(wish, link, past, new_id())
    if decision.kind in (Kind.CONFIRM, Kind.REJECT):
        await _require_person(tx, vpd, decision.employee_number)
    await tx.execute(insert(link_decision).values(_row(vpd, place, decision, wish, now)))
    changed = await evaluate(
        tx, vpd, [place], settings=await rule_settings(tx, vpd), now=now, new_id=new_id, decided=[place]
    )
    wanted = stance_of([*past, decision]).confirmed
    if wanted and next((one.employee_number for one in changed if one.place == place), None) != wanted:
        raise Conflict("Another profile of this department is confirmed as this person. Unlink that one first.")
    return changed


def _decision(wish: Wish, link: Stored, past: Sequence[Decision], decision_id: UUID) -> Decision:
    if wish.kind is Kind.UNDO:
        holding = standing(past)
        if not holding:
            raise Conflict("There is no decision on this link to undo.")
        return Decision(decision_id, Kind.UNDO, holding[-1].employee_number, undoes=holding[-1].decision_id)
    if wish.kind is Kind.EXCLUDE:
        return Decision(decision_id, Kind.EXCLUDE)
    if wish.kind is Kind.UNLINK:
        if link.employee_number is None:
            raise Conflict("The profile is not linked to anybody.")
        if wish.employee_number not in (None, link.employee_number):
            raise Conflict("The profile is linked to somebody else.", field="employee_number")
        return Decision(decision_id, Kind.UNLINK, link.employee_number)
    if wish.employee_number is None:
        raise Invalid("Say which person, by the ESR number.", field="employee_number")
    if wish.kind is Kind.CONFIRM and wish.employee_number in stance_of(past).rejected:
        raise Conflict("A person said that these two are not the same. Undo that first.", field="employee_number")
    return Decision(decision_id, wish.kind, wish.employee_number)


async def _require_person(tx: ReadTx, vpd: str, employee_number: str | None) -> None:
    here = select(person.c.vpd).where(person.c.vpd == vpd, person.c.employee_number == employee_number)
    if await tx.scalar(here) is None:
        raise NotFound(f"ESR shows nobody with the ESR number {employee_number}.", field="employee_number")


def _row(vpd: str, place: Place, decision: Decision, wish: Wish, now: datetime) -> dict[str, Any]:
    return {
        "vpd": vpd,
        "decision_id": decision.decision_id,
        "product": place.product,
        "department": place.department,
        "profile_id": place.profile_id,
        "decision": decision.kind.value,
        "employee_number": decision.employee_number,
        "undoes": decision.undoes,
        "reason": wish.reason,
        "decided_by": wish.by,
        "decided_at": now,
    }


async def history(tx: ReadTx, vpd: str, place: Place) -> list[Recorded]:
    """All decisions on a profile, oldest first."""
    c = link_decision.c
    here = (
        c.vpd == vpd,
        c.product == place.product,
        c.department == place.department,
        c.profile_id == place.profile_id,
    )
    rows = await tx.all(select(link_decision).where(*here).order_by(c.seq))
    return [
        Recorded(
            Decision(row.decision_id, Kind(row.decision), row.employee_number, row.undoes),
            row.decided_by,
            row.decided_at,
            row.reason,
        )
        for row in rows
    ]
