"""Maker and checker: whoever claims, or helped to make the claim, neither validates nor approves it.

People are compared, not names: a profile in another department that is linked to the same person is the same claimant,
and so is a signed-in person under whatever name they act.
"""

from __future__ import annotations

from collections.abc import Iterable

from esrlink.errors import Conflict
from submittals.esr.people import ProfilePlace
from submittals.flow.acting import Acting, Known, acting, folded, place_of_actor
from submittals.records.decisions import DecisionKind
from submittals.records.record import Record

_MAKING = frozenset({DecisionKind.SUBMITTED, DecisionKind.ENRICHED, DecisionKind.RESUBMITTED})


class ClaimantCannotValidate(Conflict):
    """The one who acts has claimed or enriched the record."""

    code, title = "claimant_cannot_validate", "Whoever claims cannot validate"


def makers(record: Record) -> set[ProfilePlace]:
    """Who had a hand in the claim: the profile it is for, who claimed it, and everyone who enriched or resubmitted it."""
    acted = (decision.by for decision in record.decisions if decision.kind in _MAKING and not decision.by_rules)
    named: Iterable[str] = (record.profile_id, record.claimed_by or record.profile_id, *acted)
    return {place_of_actor(record, by) for by in named}


class ApproverCannotRelease(Conflict):
    """The one who would release it has approved it for the department."""

    code, title = "approver_cannot_release", "Another person gives the final approval"


def people_of(record: Record) -> set[str]:
    """The employee numbers of those who had a hand in the claim, and of those who have checked it, where they are known."""
    known = {decision.person for decision in record.decisions} | {record.version.employee_number}
    return {number for number in known if number}


def hands(record: Record, around: Known) -> frozenset[ProfilePlace]:
    """All that those who had a hand in the claim are known as, folded: the profiles of these people, in all departments."""
    made_by = makers(record)
    of_own_people = (place for number in _numbers(record, around) for place in around.profiles.get(number, ()))
    return frozenset(folded(place) for place in (*made_by, *of_own_people))


def check(record: Record, who: Acting, around: Known) -> None:
    """Raise `ClaimantCannotValidate` unless `who` is somebody who had no hand in the claim."""
    if who.number in _numbers(record, around) or hands(record, around) & who.places:
        raise ClaimantCannotValidate(
            "Whoever claims or enriches a record cannot validate or approve it: another person must.", field="by"
        )


def check_another(record: Record, who: Acting, around: Known) -> None:
    """Raise `ApproverCannotRelease` unless `who` is another person than the one who approved it for the department."""
    approved = record.decisions[-1]
    before = acting(record, approved.by, approved.person, around)
    if before.places & who.places or (before.number and before.number == who.number):
        raise ApproverCannotRelease("You approved it for the department: another person releases it.", field="by")


def _numbers(record: Record, around: Known) -> set[str]:
    acted = {decision.person for decision in record.decisions if decision.kind in _MAKING}
    found = {around.links.get(place) for place in makers(record)} | acted | {record.version.employee_number}
    return {number for number in found if number}
