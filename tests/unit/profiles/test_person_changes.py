"""What a revision changed of a person, field by field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from tests.integration.profiles.conftest import imported

from esrlink.contracts import Assignment, ProfileImported, Registration
from profile_sync.people.changes import changes_of


def post(number: str = "20001001", start: date = date(2020, 1, 1), **values: Any) -> Assignment:
    given = {"assignment_number": number, "effective_from": start, "status": "Active Assignment", "fte": Decimal("1.0")}
    return Assignment(**{**given, **values})


def row_of(event: ProfileImported) -> Any:
    """The person as the table has them."""
    registrations = [one.model_dump(mode="json") for one in event.registrations]
    values = {**dict(event), "registrations": registrations}
    return SimpleNamespace(**{**values, "previous_family_names": list(event.previous_family_names)})


def changes(before: ProfileImported, after: ProfileImported) -> list[dict[str, Any]]:
    return changes_of(row_of(before), before.assignments, after)


def test_the_same_person_again_changes_nothing() -> None:
    one = imported(gmc="7012345", previous_family_names=("Bell",), assignments=(post(), post("20001001-2")))
    assert changes(one, one.model_copy(update={"revision": 2, "person_id": "P9", "nhs_unique_id": "N1"})) == []


def test_each_field_is_told_with_its_value_before_and_after() -> None:
    before, after = imported(family_name="Bell"), imported(previous_family_names=("Bell",), hire_date=date(2020, 2, 1))
    assert changes(before, after) == [
        {"field": "family_name", "before": "Bell", "after": "Okafor"},
        {"field": "previous_family_names", "before": [], "after": ["Bell"]},
        {"field": "hire_date", "before": None, "after": "2020-02-01"},
    ]


def test_a_dated_row_is_told_by_its_assignment_and_first_day() -> None:
    before = imported(assignments=(post(), post("20001001-2")))
    after = imported(assignments=(post(fte=Decimal("0.8")), post("20001001", date(2026, 9, 1), grade="YC72")))
    assert changes(before, after) == [
        {"field": "fte", "assignment": "20001001", "effective_from": "2020-01-01", "before": "1.0", "after": "0.8"},
        {
            "field": "assignment",
            "assignment": "20001001",
            "effective_from": "2026-09-01",
            "before": None,
            "after": {"status": "Active Assignment", "primary": False, "grade": "YC72", "fte": "1.0"},
        },
        {
            "field": "assignment",
            "assignment": "20001001-2",
            "effective_from": "2020-01-01",
            "before": {"status": "Active Assignment", "primary": False, "fte": "1.0"},
            "after": None,
        },
    ]


def test_a_figure_written_otherwise_is_no_change() -> None:
    assert changes(imported(assignments=(post(),)), imported(assignments=(post(fte=Decimal(1)),))) == []


def test_a_row_that_esr_shows_twice_is_compared_with_its_like() -> None:
    twice = (post(grade="A"), post(grade="B"))
    assert changes(imported(assignments=twice), imported(assignments=twice)) == []
    [gone] = changes(imported(assignments=twice), imported(assignments=twice[:1]))
    assert (gone["field"], gone["before"]["grade"], gone["after"]) == ("assignment", "B", None)


def test_a_registration_that_is_renewed_tells_its_day_only() -> None:
    def holding(day: date) -> ProfileImported:
        return imported(registrations=(Registration(body="GMC", number="7012345", expires=day),))

    renewed = {"field": "expires", "registration": "GMC 7012345", "before": "2026-12-31", "after": "2027-12-31"}
    assert changes(holding(date(2026, 12, 31)), holding(date(2027, 12, 31))) == [renewed]
    [lost] = changes(holding(date(2026, 12, 31)), imported())
    assert lost == {
        "field": "registration",
        "registration": "GMC 7012345",
        "before": {"body": "GMC", "number": "7012345", "expires": "2026-12-31"},
        "after": None,
    }
