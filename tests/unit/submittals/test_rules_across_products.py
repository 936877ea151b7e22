"""One entry that was recorded in two products is pointed out as such; within one product it is a double claim and no more."""

from __future__ import annotations

from typing import Any

import pytest

from submittals.rules import judge
from tests.unit.submittals.cases import absence, attendance, case, claim

CODE = "duplicate_across_products"


@pytest.mark.parametrize(
    ("times", "product", "pointed_out"),
    [
        ({"starts": "08:10", "ends": "12:10"}, "medirota", True),
        ({"starts": "07:50", "ends": "11:50"}, "medirota", True),
        ({"starts": "08:11", "ends": "12:00"}, "medirota", False),
        ({"starts": "08:10", "ends": "12:10"}, "clwrota", False),
    ],
)
def test_sessions_within_ten_minutes(times: dict[str, Any], product: str, pointed_out: bool) -> None:
    other = claim(attendance(session="Cath lab", **times), product=product)
    codes = [finding.code for finding in judge(case(attendance(), other))]
    assert codes == (["double_claim", CODE] if pointed_out else ["double_claim"])


def test_absences_of_the_same_days() -> None:
    assert [one.code for one in judge(case(absence(), claim(absence())))] == ["absence_overlaps", CODE]
    assert [one.code for one in judge(case(absence(), claim(absence(end_part="morning"))))] == ["absence_overlaps"]


def test_many_sessions_without_times_in_one_department_are_pointed_out_once() -> None:
    others = [claim(attendance(session=f"Room {n}", starts=None, ends=None)) for n in range(5)]
    assert [one.code for one in judge(case(attendance(), *others))] == ["possible_double_claim"]
