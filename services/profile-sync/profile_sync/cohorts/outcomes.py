"""What becomes of rows of a plan when it is applied or undone: judged together, an outcome for each, told in one transaction.

The links that it makes are decisions of the person who applied it, like any other: recorded, told, never changed by a rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Literal
from uuid import UUID

from esrlink.db import WriteTx
from esrlink.errors import Conflict, EsrLinkError
from esrlink.ids import NewId
from profile_sync.cohorts.editing import wanted_of
from profile_sync.cohorts.expecting import Expected, Key, expected
from profile_sync.cohorts.planning import COMPARED, NO_LONGER, computed, differences
from profile_sync.cohorts.proposing import suggested_id
from profile_sync.cohorts.spec import spec_of
from profile_sync.cohorts.telling import onboarded
from profile_sync.links.deciding import Wish, decide_all
from profile_sync.links.rows import load_links
from profile_sync.rules.decisions import Kind
from profile_sync.rules.facts import Place


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row, with a code and a sentence where nothing was done; `facts` are those that were told."""

    row: Any
    outcome: Literal["done", "failed", "skipped", "undone", "kept"]
    code: str | None = None
    sentence: str | None = None
    facts: dict[str, Any] | None = None
    told_action: str | None = None
    told_profile_id: str | None = None
    decision_id: UUID | None = None

    @classmethod
    def keeping(cls, row: Any, code: str, sentence: str) -> Outcome:
        """A row that could not be undone: what was done stays."""
        return cls(
            row, "kept", code, sentence, row.facts, row.told_action, row.told_profile_id, decision_id=row.decision_id
        )

    def as_told(self) -> Any:
        """The row with what is told of it."""
        told = {"facts": self.facts, "told_action": self.told_action, "told_profile_id": self.told_profile_id}
        return SimpleNamespace(**{**self.row._asdict(), **told})

    def as_row(self) -> dict[str, Any]:
        """For the statement that stores it."""
        return {
            "employee_number": self.row.employee_number,
            "product": self.row.product,
            "department": self.row.department,
            "outcome": self.outcome,
            "code": self.code,
            "sentence": self.sentence,
            "facts": self.facts,
            "told_action": self.told_action,
            "told_profile_id": self.told_profile_id,
            "decision_id": str(self.decision_id) if self.decision_id else None,
        }


async def apply_rows(tx: WriteTx, terms: Any, rows: Sequence[Any], *, now: datetime, new_id: NewId) -> list[Outcome]:
    """Apply these rows of a cohort and tell of them. The number of statements does not grow with the rows.

    Each row is held against ESR and the profiles as they are now: what is not as a person saw it is not done.
    """
    present = await expected(tx, terms.vpd, spec_of(terms), sorted({row.employee_number for row in rows}))
    outcomes = {key_of(row): one for row in rows if (one := _not_done(row, present.get(key_of(row))))}
    open_rows = [row for row in rows if key_of(row) not in outcomes]
    refused, made = await _link(tx, terms, open_rows, now, new_id)
    for row in open_rows:
        key = key_of(row)
        action, profile_id = wanted_of(row)
        if key in refused:
            outcomes[key] = Outcome(row, "failed", refused[key].code, refused[key].detail)
            continue
        facts = present[key].facts if key in present else row.facts
        told_id = profile_id or suggested_id(row.employee_number, terms.changeover, ())
        outcomes[key] = Outcome(row, "done", None, None, facts, action, told_id, made.get(key))
        tx.emit(onboarded(outcomes[key].as_told(), withdrawn=False, now=now))
    return [outcomes[key_of(row)] for row in rows]


async def undo_rows(tx: WriteTx, terms: Any, rows: Sequence[Any], *, now: datetime, new_id: NewId) -> list[Outcome]:
    """Take these rows of a cohort back and tell of it, with the links that they made; what people decided since stays."""
    by, reason = terms.undone_by, f"Cohort undone: {terms.name}"
    wishes = {
        Place(row.product, row.department, row.told_profile_id): Wish(
            Kind.UNDO, by, reason=reason, undoes=row.decision_id, decision_id=new_id(), through="cohort"
        )
        for row in rows
        if row.decision_id
    }
    if wishes:
        # One that is refused was undone by somebody before, or its profile is gone: there is nothing left to take back.
        await decide_all(tx, terms.vpd, wishes, now=now, new_id=new_id)
    tx.emit(*(onboarded(row, withdrawn=True, now=now) for row in rows))
    return [Outcome(row, "undone", None, None, None, row.told_action, row.told_profile_id) for row in rows]


async def _link(
    tx: WriteTx, terms: Any, rows: Sequence[Any], now: datetime, new_id: NewId
) -> tuple[dict[Key, EsrLinkError], dict[Key, UUID]]:
    """Make the links of these rows: why some cannot be made, and the decisions of the others."""
    places = {key_of(row): _place(row) for row in rows if wanted_of(row)[0] == "link"}
    if not places:
        return {}, {}
    counts = Counter(places.values())
    links = await load_links(tx, terms.vpd, sorted(counts), [])
    refused: dict[Key, EsrLinkError] = {}
    wishes: dict[Place, Wish] = {}
    for key, place in places.items():
        holder = links[place].employee_number if place in links else None
        if counts[place] > 1:
            refused[key] = Conflict("The plan gives this profile to two people. Choose one of them.")
        elif holder not in (None, key[0]):
            refused[key] = Conflict(f"Profile {place.profile_id} is linked to somebody else.")
        else:
            reason = f"Cohort: {terms.name}"
            wishes[place] = Wish(Kind.CONFIRM, terms.applied_by, key[0], reason, decision_id=new_id(), through="cohort")
    decided = await decide_all(tx, terms.vpd, wishes, now=now, new_id=new_id)
    for key, place in places.items():
        if place in decided.refused:
            refused[key] = decided.refused[place]
    made = {key: wishes[place].decision_id for key, place in places.items() if key not in refused}
    return refused, {key: one for key, one in made.items() if one is not None}


def _place(row: Any) -> Place:
    return Place(row.product, row.department, wanted_of(row)[1] or "")


def key_of(row: Any) -> Key:
    """Which row of the plan."""
    return row.employee_number, row.product, row.department


def _not_done(row: Any, present: Expected | None) -> Outcome | None:
    if row.excluded:
        return Outcome(row, "skipped", "excluded", "Left out by hand.")
    if wanted_of(row)[0] == "leave":
        return Outcome(row, "skipped", "nothing_to_do", "There is nothing to do.")
    if _is_as_planned(row, present):
        return None
    sentence = "ESR or the profiles have changed since this was planned. Compute the plan anew and look again."
    return Outcome(row, "failed", "changed_since", sentence)


def _is_as_planned(row: Any, present: Expected | None) -> bool:
    if present is None:
        return bool(row.reason == NO_LONGER)
    values = computed(present)
    return row.reason != NO_LONGER and not any(one["field"] in COMPARED for one in differences(row, values))
