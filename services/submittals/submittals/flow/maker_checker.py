"""Maker and checker: whoever claims, or helped to make the claim, neither validates nor approves it.

People are compared, not names: a profile in another department that is linked to the same person is the same claimant,
and so is a signed-in person under whatever name they act.
"""

from __future__ import annotations

from collections.abc import Iterable

from esrlink.errors import Conflict
from submittals.esr.people import ProfilePlace
from submittals.flow.acting import Acting, folded, place_of_actor
from submittals.judging.surroundings import Surroundings
from submittals.records.record import Record
from submittals.records.state import DecisionKind

_MAKING = frozenset({DecisionKind.SUBMITTED, DecisionKind.ENRICHED, DecisionKind.RESUBMITTED})


class ClaimantCannotValidate(Conflict):
    """The one who acts has claimed or enriched the record."""

    code, title = "claimant_cannot_validate", "Whoever claims cannot validate"


class NotAValidator(Conflict):
    """The department names its validators, and this is not one of them."""

    code, title = "not_a_validator", "Not a validator of this department"


def makers(record: Record) -> set[ProfilePlace]:
    """Who had a hand in the claim: the profile it is for, who claimed it, and everyone who enriched or resubmitted it."""
    acted = (decision.by for decision in record.decisions if decision.kind in _MAKING and not decision.by_rules)
    named: Iterable[str] = (record.profile_id, record.claimed_by or record.profile_id, *acted)
    return {place_of_actor(record, by) for by in named}


def check(record: Record, who: Acting, around: Surroundings) -> None:
    """Raise `ClaimantCannotValidate` unless `who` is somebody who had no hand in the claim."""
    made_by = makers(record)
    own_people = {around.links.get(place) for place in made_by} | {record.version.employee_number}
    of_own_people = (place for number in own_people if number for place in around.profiles.get(number, ()))
    hands = {folded(place) for place in (*made_by, *of_own_people)}
    if who.number in own_people - {None} or hands & who.places:
        raise ClaimantCannotValidate(
            "Whoever claims or enriches a record cannot validate or approve it: another person must.", field="by"
        )


def check_validator(record: Record, who: Acting, around: Surroundings) -> None:
    """Raise `NotAValidator` when the department names its validators and `who` is not among them."""
    settings = around.trust.department(record.product, record.department)
    if settings and settings.validators:
        allowed = {folded(place_of_actor(record, name)) for name in settings.validators}
        if not allowed & who.places:
            raise NotAValidator("This department names who validates, and you are not among them.", field="by")
