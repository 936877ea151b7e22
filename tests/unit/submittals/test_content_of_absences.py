"""What an absence may say of its end, and what a record's hash leaves out."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from submittals.content import digest
from tests.unit.submittals.cases import absence, attendance


@pytest.mark.parametrize(
    "values",
    [
        {"closes": "leave-1", "end_date": None, "open": True},
        {"certificate_until": "2026-08-02"},
        {"return_to_work": "2026-08-05"},
        {"return_to_work": "2026-08-03", "end_date": None, "open": True},
    ],
)
def test_an_absence_that_contradicts_itself_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        absence(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"closes": "leave-1"},
        {"certificate_until": "2026-08-20", "return_to_work": "2026-08-06"},
        {"return_to_work": "2026-08-05", "end_part": "morning"},
        {"return_to_work": "2026-08-20", "end_date": None, "open": True},
    ],
)
def test_an_absence_says_what_follows_it(values: dict[str, Any]) -> None:
    absence(**values)


def test_a_field_that_came_later_changes_no_hash_of_what_does_not_use_it() -> None:
    # As it was hashed before there was time off in lieu: stored records were, and a put repeated must be the same put.
    assert digest(attendance()) == "3899f12b9e127085dd4b0aee84c897eb94ca09f16510d0edce82a3caa3698eed"
    assert digest(attendance(in_lieu=True)) != digest(attendance())
