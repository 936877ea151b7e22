"""One person has at most one profile per department: settles who stands when several profiles claim one person.

Pure. Looked at together: all profiles of one department that claim the same person. What a person confirmed stands; of
claims made by rules alone, one stands if it is the only one, and otherwise all of them go to review.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from profile_sync.rules.facts import Place
from profile_sync.rules.judging import Verdict


def settle(verdicts: Mapping[Place, Verdict], holding: Collection[Place] = ()) -> dict[Place, Verdict]:
    """The verdicts that stand, for profiles and all their rivals in one trust.

    `holding` are the profiles that are linked now: of two confirmations by people the one that is in force stands.
    """
    rivals: dict[tuple[str, str, str], list[Place]] = defaultdict(list)
    for place, verdict in sorted(verdicts.items(), key=lambda item: (item[0] not in holding, item[0])):
        if verdict.claim is not None:
            rivals[place.product, place.department, verdict.claim].append(place)
    settled = dict(verdicts)
    for places in rivals.values():
        if len(places) == 1:
            continue
        stands = next((place for place in places if verdicts[place].made_by == "person"), None)
        for place in places:
            if place != stands:
                settled[place] = replace(verdicts[place], state="possible", reason="two_profiles_one_person")
    return settled
