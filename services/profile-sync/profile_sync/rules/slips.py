"""Words that differ by one slip of the fingers, found by equality: both share a spelling that lacks one letter.

A letter changed, left out, added, or exchanged with its neighbour is one slip. Shorter words are left alone, where one slip
makes another word, and so are longer ones than anybody's name.
"""

from __future__ import annotations

from rapidfuzz.distance import OSA

SHORTEST = 4
LONGEST = 40


def spellings(word: str) -> frozenset[str]:
    """The word itself and every spelling of it that lacks one letter; none for a word too short or too long."""
    if not SHORTEST <= len(word) <= LONGEST:
        return frozenset()
    return frozenset({word, *(word[:n] + word[n + 1 :] for n in range(len(word)))})


def is_one_slip(left: str, right: str) -> bool:
    """Whether one slip, and no fewer, turns one word into the other."""
    return OSA.distance(left, right, score_cutoff=1) == 1
