"""What a plan proposes for somebody who comes to a department or leaves it, seen beside the profiles that are there. Pure.

It proposes a link only where one profile, and nobody else, is very like the person; where it is in doubt it proposes to leave
things as they are, and a person looks first. A profile made twice is harder to mend than one made a day later.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from profile_sync.cohorts.changeover import Change

Action = Literal["create", "link", "end", "reinstate", "leave"]
ACTIONS: tuple[Action, ...] = ("create", "link", "end", "reinstate", "leave")

# A score is a probability; below this, who is alike is shown but not proposed.
SURE = 0.95
# What a profile's link is open for, when looks or a registration are all that is missing.
_LINKABLE = frozenset({"similarity", "registration"})


@dataclass(frozen=True, slots=True)
class OpenProfile:
    """A profile without a link that may be the person's. `rival`: the best score of anybody else, 0 to 1."""

    profile_id: str
    rule: str
    score: float
    rival: float
    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """A person's profiles in one department: linked, deleted, perhaps theirs. `taken` are ids that no new profile may have."""

    linked: str | None = None
    deleted: Sequence[str] = ()
    open: Sequence[OpenProfile] = ()
    taken: Collection[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Proposal:
    """An action, the profile that it is about (with `create` a suggestion), and why, as a code and in words."""

    action: Action
    profile_id: str | None
    reason: str
    sentence: str


def propose(change: Change, held: Held, employee_number: str, changeover: date) -> Proposal:
    """The proposal for one person in one department."""
    if not change.comes:
        if held.linked:
            return Proposal("end", held.linked, "leaves", f"{change.sentence} Profile {held.linked} is theirs.")
        return Proposal("leave", None, "no_profile", f"{change.sentence} No profile here is linked to them.")
    if held.linked:
        told = f"{change.sentence} Profile {held.linked} is linked to them already."
        return Proposal("leave", held.linked, "linked_already", told)
    if held.deleted:
        told = f"{change.sentence} They had the profile {held.deleted[0]}, which was taken away."
        return Proposal("reinstate", held.deleted[0], "had_profile", told)
    if not held.open:
        told = f"{change.sentence} No profile here is theirs, and none is alike."
        return Proposal("create", suggested_id(employee_number, changeover, held.taken), "no_profile", told)
    best = max(held.open, key=lambda one: one.score)
    if _is_sure(best, held.open):
        told = f"{change.sentence} Profile {best.profile_id} has no link and is very like them: score {best.score:.2f}."
        return Proposal("link", best.profile_id, "very_like", told)
    named = ", ".join(sorted(one.profile_id for one in held.open))
    told = f"{change.sentence} It is not sure whether a profile here is theirs: {named}. Look at it, then choose."
    return Proposal("leave", None, "look_first", told)


def _is_sure(best: OpenProfile, others: Sequence[OpenProfile]) -> bool:
    alone = sum(one.score >= SURE for one in others) == 1
    return alone and best.score >= SURE > best.rival and best.reason in _LINKABLE


def suggested_id(employee_number: str, changeover: date, taken: Collection[str]) -> str:
    """An id for a new profile: the ESR number, or where that is taken, with the changeover's year and month."""
    return f"{employee_number}-{changeover:%Y%m}" if employee_number in taken else employee_number
