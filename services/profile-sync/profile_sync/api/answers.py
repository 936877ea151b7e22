"""From stored things to the API's models, and from its headers to plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from profile_sync.api.models import (
    CandidateAnswer,
    LinkAnswer,
    Profile,
    ProfileAnswer,
    ScorePart,
)
from profile_sync.profiles.reading import LinkedProfile
from profile_sync.rules.judging import Candidate
from profile_sync.rules.reasons import in_words


def link_answer(one: LinkedProfile) -> LinkAnswer:
    """The link of a profile."""
    return LinkAnswer(
        link_id=one.link_id,
        state=one.state,
        employee_number=one.employee_number,
        made_by=one.made_by,
        rule=one.rule,
        reason=one.reason,
        reason_text=in_words(one.reason),
        revision=one.revision,
        changed_at=one.changed_at,
        review_since=one.review_since,
        # What a link was made from is kept too, but a client must not take the person it has for one to choose.
        candidates=[_candidate(each, one.candidate_names.get(each.employee_number)) for each in one.candidates]
        if one.state == "possible"
        else [],
    )


def _candidate(one: Candidate, name: str | None) -> CandidateAnswer:
    parts = [ScorePart(**asdict(part)) for part in one.parts]
    return CandidateAnswer(employee_number=one.employee_number, name=name, rule=one.rule, score=one.score, parts=parts)


def profile_answer(one: LinkedProfile, *, contacts: bool = False) -> ProfileAnswer:
    """A profile with its link; `contacts` for a caller who may see e-mail addresses."""
    return ProfileAnswer(profile=_profile(one, contacts), link=link_answer(one), version=one.version)


def held_profile(profile: Mapping[str, Any], link: Mapping[str, Any], *, contacts: bool = False) -> dict[str, Any]:
    """A `HeldProfile` of stored rows, yet to be validated; `contacts` for a caller who may see e-mail addresses."""
    told = {**link, "reason_text": in_words(link["reason"]), "candidates": []}
    return {**profile, "email": profile["email"] if contacts else None, "link": told}


def _profile(one: LinkedProfile, contacts: bool) -> Profile:
    facts = one.facts
    return Profile(
        vpd=one.vpd,
        product=one.place.product,
        department=one.place.department,
        profile_id=one.place.profile_id,
        employee_number=facts.employee_number,
        registration_number=facts.registration_number,
        title=facts.title,
        given_name=facts.given_name,
        family_name=facts.family_name,
        email=facts.email if contacts else None,
        grade=facts.grade,
        updated_at=one.updated_at,
    )
