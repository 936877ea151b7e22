"""Why a link is as it is, in words for the person who must look at it."""

from __future__ import annotations

REASONS = {
    "exact_number": "The ESR number is the person's, and nothing contradicts it.",
    "number_weak_name": "The ESR number is the person's; the name has a typing error, an initial or no given name, and nobody "
    "else fits it better.",
    "another_fits_better": "The ESR number is one person's, but the profile fits somebody else better.",
    "registration": "The registration number and the family name are the person's.",
    "confirmed_by_hand": "A person confirmed it.",
    "excluded_by_hand": "A person said that this profile is nobody's.",
    "placeholder": "The name is a slot of the rota and not a person's.",
    "number_contradicted": "The ESR number is this person's, but the name or the registration number is not.",
    "registration_contradicted": "The registration number is this person's, but the family name is not.",
    "registration_of_several": "Several ESR numbers carry this registration number.",
    "similarity": "The names are alike; there is no number to be sure by.",
    "unlinked_by_hand": "A person took this link away, so no rule makes it again.",
    "number_changed": "The profile was linked to another ESR number before; a person must say whose it is now.",
    "two_profiles_one_person": "Another profile of this department claims the same person.",
    "number_unknown": "ESR shows nobody with this ESR number, and nobody alike.",
    "nobody_alike": "ESR shows nobody alike.",
    "profile_deleted": "The rota product deleted the profile.",
}


def in_words(reason: str) -> str:
    """The sentence for a reason's code; the code itself when it is of a newer version."""
    return REASONS.get(reason, reason)
