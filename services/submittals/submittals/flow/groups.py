"""Validation groups: which have validated a record as it is, whose turn it is, and who of them may. Pure.

A department's groups validate one after the other. Of a group all must, any one, or a number of them; a deputy stands in for a
member between two days. Who had a hand in the claim validates for nobody: a member who claims is left out of `all`, unless a
deputy stands in for them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from esrlink.errors import Conflict
from submittals.esr.people import ProfilePlace
from submittals.flow.acting import Acting, Known, acting, folded, place_of_actor
from submittals.records.decisions import Decision
from submittals.records.record import Record
from submittals.records.state import checks
from submittals.trusts.settings import ValidationGroup


class NotAValidator(Conflict):
    """The department names its validators, and this is not one of them."""

    code, title = "not_a_validator", "Not a validator of this department"


class NotYourTurn(Conflict):
    """The one who acts is in a validation group whose turn it is not."""

    code, title = "not_your_turn", "Another group validates first"


class AlreadyValidated(Conflict):
    """The one who acts has validated it for this group; another member must."""

    code, title = "already_validated", "You have validated it already"


@dataclass(frozen=True, slots=True)
class GroupStanding:
    """A group's share in one record: who has validated it, how many more must, and who may; `through` when none must."""

    group: ValidationGroup
    validated_by: tuple[str, ...]
    missing: int
    may: tuple[str, ...]

    @property
    def through(self) -> bool:
        """Whether the next group may go on."""
        return self.missing == 0


def standing_of_groups(record: Record, around: Known, hands: Collection[ProfilePlace]) -> tuple[GroupStanding, ...]:
    """How far each group of today is with the record as it is. `hands`: those who had a hand in the claim, folded."""
    groups = around.trust.groups_of(record.product, record.department, record.kind)
    given = checks(record.decisions)
    return tuple(_standing(record, group, given, around, hands) for group in groups)


def turn_of(who: Acting, record: Record, standings: Sequence[GroupStanding]) -> GroupStanding | None:
    """The group for which `who` validates now; none where the department has no groups.

    Raises `NotAValidator`, `NotYourTurn` or `AlreadyValidated`.
    """
    if not standings:
        return None
    turn = next((one for one in standings if not one.through), None)
    if turn is None:
        # The settings changed behind it and nobody is missing any more: any validator's word completes it.
        everybody = _places(record, [name for one in standings for name in _names(one.group)])
        if not who.places & everybody:
            raise NotAValidator("This department names who validates, and you are not among them.", field="by")
        return standings[-1]
    if who.places & {place for name in turn.may for place in _places(record, [name])}:
        return turn
    name = turn.group.name
    if who.places & _places(record, turn.validated_by):
        raise AlreadyValidated(f"You have validated it already: another of {name} must.", field="by")
    others = [one.group for one in standings if one is not turn]
    if any(who.places & _places(record, _names(group)) for group in others):
        raise NotYourTurn(f"It is the turn of {name}: your group validates at another time.", field="by")
    raise NotAValidator(f"{name} validates it now, and you are not among them.", field="by")


def _standing(
    record: Record,
    group: ValidationGroup,
    given: Sequence[Decision],
    around: Known,
    hands: Collection[ProfilePlace],
) -> GroupStanding:
    mine = [one for one in given if one.validation_group == group.name]
    voters = [_known_as(record, one, around) for one in mine]
    seats = {member: _holders(record, group, member, around, hands) for member in group.members}
    filled = {member for member, names in seats.items() if any(_places(record, names) & voter for voter in voters)}
    open_seats = {member: names for member, names in seats.items() if names and member not in filled}
    enough = min(group.needed, len(filled) + len(open_seats))
    missing = len(open_seats) if group.need == "all" else max(0, enough - len(voters))
    # Nobody is left who may: the group still has it, until a deputy is named.
    if not voters and missing == 0:
        missing = 1
    spoken = frozenset().union(*voters)
    may = [name for names in open_seats.values() for name in names if not _places(record, [name]) & spoken]
    return GroupStanding(group, tuple(one.by for one in mine), missing, tuple(dict.fromkeys(may)) if missing else ())


def _holders(
    record: Record, group: ValidationGroup, member: str, around: Known, hands: Collection[ProfilePlace]
) -> list[str]:
    """Who may validate in a member's place today: the member, and whoever stands in for them."""
    is_away = bool(_places(record, [member]) & around.away)
    deputies = [
        one.by
        for one in group.deputies
        if one.of.casefold() == member.casefold() and one.stands_in(around.today, away=is_away)
    ]
    return [name for name in (member, *deputies) if not _places(record, [name]) & frozenset(hands)]


def _known_as(record: Record, decision: Decision, around: Known) -> frozenset[ProfilePlace]:
    """All that a validator is known as: a signed-in person's subject is among them, since a group may name that."""
    places = acting(record, decision.by, decision.person, around).places
    return places | _places(record, [decision.client]) if decision.client else places


def _names(group: ValidationGroup) -> list[str]:
    return [*group.members, *(one.by for one in group.deputies)]


def _places(record: Record, names: Collection[str]) -> frozenset[ProfilePlace]:
    return frozenset(folded(place_of_actor(record, name)) for name in names)
