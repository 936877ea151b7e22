"""Words that differ by one slip of the fingers, found by equality: both share a spelling that lacks one letter.

A letter changed, left out, added, or exchanged with its neighbour is one slip. Shorter words are left alone, where one slip
makes another word, and so are longer ones than anybody's name.
"""

from __future__ import annotations

SHORTEST = 4
LONGEST = 40


def spellings(word: str) -> frozenset[str]:
    """The word itself and every spelling of it that lacks one letter; none for a word too short or too long."""
    if not SHORTEST <= len(word) <= LONGEST:
        return frozenset()
    return frozenset({word, *(word[:n] + word[n + 1 :] for n in range(len(word)))})


def is_one_slip(left: str, right: str) -> bool:
    """Whether one slip, and no fewer, turns one word into the other."""
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    at = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        at += 1
    a, b = left[at:], right[at:]
    changed = a[1:] == b[1:]
    added = a[1:] == b or a == b[1:]
    exchanged = len(a) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:]
    return changed or added or exchanged
