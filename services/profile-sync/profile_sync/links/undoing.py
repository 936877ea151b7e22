"""How a link can be undone: what a person would decide, and what that would do. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from profile_sync.profiles.reading import LinkedProfile
from profile_sync.rules.decisions import Decision, Kind


@dataclass(frozen=True, slots=True)
class WayBack:
    """A decision that would undo a link as it stands. `undoes` is the decision that it takes back."""

    kind: Kind
    employee_number: str | None
    undoes: UUID | None
    text: str


_UNDONE = {
    Kind.CONFIRM: "Undo takes back that the profile was confirmed as this person's.",
    Kind.REJECT: "Undo takes back that the profile is not this person's: they may be suggested and linked again.",
    Kind.UNLINK: "Undo takes back that the link was taken away: rules may make it again.",
    Kind.EXCLUDE: "Undo takes back that the profile is nobody's: rules look at it again.",
}
_UNLINK = "Unlink takes the link away. The person may be suggested, but no rule links the two again."
_REJECT = "Reject says that the two are not the same, for ever: the person is not even suggested."
_CONFIRM = "Confirm says whose the profile is, by the ESR number. No rule changes it afterwards."


def way_back(profile: LinkedProfile, holding: Sequence[Decision]) -> list[WayBack]:
    """What can be decided to undo the link as it stands, the decisions that hold first, the newest of them first."""
    ways = [WayBack(Kind.UNDO, one.employee_number, one.decision_id, _UNDONE[one.kind]) for one in reversed(holding)]
    if profile.state == "matched":
        ways.append(WayBack(Kind.UNLINK, profile.employee_number, None, _UNLINK))
        ways.append(WayBack(Kind.REJECT, profile.employee_number, None, _REJECT))
    else:
        ways.append(WayBack(Kind.CONFIRM, None, None, _CONFIRM))
    return ways
