"""Words one slip apart: found by their shared spellings, and told from words that are merely alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profile_sync.rules.slips import is_one_slip, spellings

WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12)


@pytest.mark.parametrize(
    ("left", "right", "slip"),
    [
        ("okafor", "okfaor", True),
        ("okafor", "okafr", True),
        ("okafor", "okaforr", True),
        ("okafor", "okefor", True),
        ("okafor", "pkafor", True),
        ("okafor", "okafo", True),
        ("okafor", "okafor", False),
        ("okafor", "okefur", False),
        ("okafor", "fokaor", False),
        ("mann", "man", True),
        ("abba", "baba", True),
    ],
)
def test_one_slip_is_a_letter_more_less_other_or_two_exchanged(left: str, right: str, slip: bool) -> None:
    assert is_one_slip(left, right) is slip
    assert is_one_slip(right, left) is slip


@given(word=WORDS, data=st.data())
def test_whatever_slips_once_shares_a_spelling_with_the_right_word(word: str, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcxyz"))
    exchanged = word[:n] + word[n + 1 : n + 2] + word[n : n + 1] + word[n + 2 :]
    for wrong in (word[:n] + letter + word[n + 1 :], word[:n] + letter + word[n:], exchanged, word[:n] + word[n + 1 :]):
        if wrong != word:
            assert is_one_slip(word, wrong), wrong
        if len(wrong) > 3:
            assert spellings(word) & spellings(wrong), wrong


def test_a_short_word_has_no_slips_for_one_makes_another_name() -> None:
    assert spellings("lee") == frozenset()
    assert len(spellings("x" * 41)) == 0
