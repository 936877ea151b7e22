"""The review queue as a table: the columns of its CSV and its workbook, and a profile that waits as a row under them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from profile_sync.reviews.reading import Item
from profile_sync.rules.reasons import in_words

MOST_ROWS = 5_000
"""Of a file; those that wait longest."""

COLUMNS = (
    *("trust", "product", "department", "department_name", "profile_id", "state", "why", "waiting_since"),
    *("title", "given_name", "family_name", "esr_number", "registration_number", "email", "grade"),
    *("suggested_1", "score_1", "suggested_2", "score_2", "suggested_3", "score_3"),
)


def cells(item: Item, department: str) -> Sequence[object]:
    """A profile under `COLUMNS`; `department` is the name of its department."""
    row = list(_cells(item, department))
    return row + [None] * (len(COLUMNS) - len(row))


def _cells(item: Item, department: str) -> Iterator[object]:
    one, facts = item.profile, item.profile.facts
    yield from (one.vpd, one.place.product, one.place.department, department, one.place.profile_id)
    yield from (one.state, in_words(one.reason), one.review_since.isoformat() if one.review_since else None)
    yield from (facts.title, facts.given_name, facts.family_name, facts.employee_number, facts.registration_number)
    yield from (facts.email, facts.grade)
    for candidate in one.candidates if one.state == "possible" else ():
        yield from (candidate.employee_number, candidate.score)
