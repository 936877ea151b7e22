"""When a changed pattern is surely wider."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esrlink.contracts.patterns import is_wider
from esrlink.contracts.schemas import schemas

WIDER = [
    ("^[0-9]{3}$", "^[0-9]{3,4}$"),
    ("^[0-9]{3}$", "^[0-9A-Z]{3}$"),
    ("^[0-9A-Z]{1,30}$", "^[0-9A-Z]{1,31}$"),
    ("^[0-9A-Z]{1,30}(-[0-9]{1,3})?$", "^[0-9A-Z]{1,30}(-[0-9]{1,4})*$"),
    ("^[0-9]{3}$", "^[0-9]{3}(-[0-9])?$"),
    ("^a$", "^[a-c]$"),
    ("^a+$", "^a*$"),
    ("^[A-Za-z0-9._:-]{0,99}$", "^[A-Za-z0-9._:/-]{0,99}$"),
    (r"^[0-9]\.[0-9]$", "^[0-9][.,][0-9]$"),
]
NOT_SURELY = [
    ("^[0-9]{3}$", "^[0-9]{2}$"),
    ("^[0-9]{3,4}$", "^[0-9]{3}$"),
    ("^[0-9]{1,30}$", "^[0-9]{1,29}$"),
    ("^[0-9]{3}$", "^[1-9]{3}$"),
    ("^[0-9]{3}$", "^[0-9]{3}-$"),
    ("^[0-9]{3}(-[0-9])?$", "^[0-9]{3}$"),
    ("^[0-9]{3}$", "[0-9]{4}"),
    ("^a|b$", "^a|bc$"),
    ("^(?!a)[a-z]$", "^[a-z]$"),
    ("^[^a]$", "^[^ab]$"),
    (r"^[0-9]$", r"^\d$"),
    ("^a)$", "^a)$"),
    ("^(a$", "^(a$"),
]


@pytest.mark.parametrize(("old", "new"), WIDER, ids=[" -> ".join(one) for one in WIDER])
def test_a_wider_pattern_is_known(old: str, new: str) -> None:
    assert is_wider(new, than=old)


@pytest.mark.parametrize(("old", "new"), NOT_SURELY, ids=[" -> ".join(one) for one in NOT_SURELY])
def test_a_pattern_that_may_be_narrower_is_not_called_wider(old: str, new: str) -> None:
    assert not is_wider(new, than=old)


_often = st.sampled_from(["", "?", "*", "+", "{2}", "{1,3}", "{2,}"])
_one = st.sampled_from(["a", "[ab]", "[a-c]", "-", r"\.", "[a.-]"])
_item = st.builds("{}{}".format, _one, _often)
_group = st.builds("({}){}".format, st.lists(_item, min_size=1, max_size=2).map("".join), _often)
patterns = st.lists(_item | _group, min_size=1, max_size=3).map(lambda parts: f"^{''.join(parts)}$")


@given(st.data(), patterns, patterns)
def test_what_fits_the_narrower_fits_the_wider(data: st.DataObject, one: str, other: str) -> None:
    assert is_wider(one, than=one)
    if is_wider(other, than=one):
        text = data.draw(st.from_regex(one, fullmatch=True))
        assert re.fullmatch(other, text)


def test_every_pattern_of_the_contracts_can_be_judged() -> None:
    found = set(re.findall(r"'pattern': '([^']+)'", str(schemas())))
    assert len(found) >= 6
    assert [pattern for pattern in sorted(found) if not is_wider(pattern, than=pattern)] == []
