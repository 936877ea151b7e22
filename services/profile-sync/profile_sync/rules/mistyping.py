"""Whether two words of names are one with a typing error. Pure functions."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from profile_sync.rules.slips import SHORTEST

# Two slips are still one word only where much else is right.
_TWO_SLIPS_FROM = 9


def nearly(left: str, right: str) -> bool:
    """Whether two different folded words are one with a typing error: one slip, or two in a long word."""
    longest = max(len(left), len(right))
    if left == right or longest < SHORTEST:
        return False
    most = 2 if longest >= _TWO_SLIPS_FROM else 1
    return OSA.distance(left, right, score_cutoff=most) <= most
