"""Whether two words of names are one with a typing error. Pure functions."""

from __future__ import annotations

from profile_sync.rules.slips import SHORTEST, is_one_slip

# Two slips are still one word only where much else is right.
_TWO_SLIPS_FROM = 9
_MOST_SLIPS = 2


def nearly(left: str, right: str) -> bool:
    """Whether two different folded words are one with a typing error: one slip, or two in a long word."""
    longest = max(len(left), len(right))
    if left == right or longest < SHORTEST or abs(len(left) - len(right)) > _MOST_SLIPS:
        return False
    # One slip leaves the first letter or the last one in its place: nearly all words are told apart by these.
    near = (left[0] == right[0] or left[-1] == right[-1]) and is_one_slip(left, right)
    return near or (longest >= _TWO_SLIPS_FROM and _at_most_two_slips(left, right))


def _at_most_two_slips(left: str, right: str) -> bool:
    """By the optimal string alignment distance, of what is left without the common beginning and end."""
    letters, others = set(left), set(right)
    if len(letters - others) > _MOST_SLIPS or len(others - letters) > _MOST_SLIPS:
        return False  # each slip brings in one letter at most, and takes out one
    shorter = min(len(left), len(right))
    begin = next((n for n in range(shorter) if left[n] != right[n]), shorter)
    most = shorter - begin
    end = next((n for n in range(most) if left[-1 - n] != right[-1 - n]), most)
    a, b = left[begin : len(left) - end], right[begin : len(right) - end]
    return _alignment(a, b) <= _MOST_SLIPS


def _alignment(left: str, right: str) -> int:
    before: list[int] = []
    last = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
