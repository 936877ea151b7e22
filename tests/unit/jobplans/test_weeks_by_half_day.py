"""One person's week by half day: from signed-off plans, with leave over it, and what cannot be said named."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.integration.jobplans.held import plan, session

from esrlink.contracts import PlanState, Weekday
from jobplan_adapter.availability.half_days import Half, Turn, Week
from jobplan_adapter.availability.weeks import PersonWeek, week_of_person
from jobplan_adapter.delivery.leave import Absent
from jobplan_adapter.plans.plan import Plan
from jobplan_adapter.plans.versions import HeldVersion

WEEK = Week(2026, 32)
MONDAY, FRIDAY = date(2026, 8, 3), date(2026, 8, 7)


def held(content: Plan, version: int = 1, *, signed: bool = True) -> HeldVersion:
    state = PlanState.SIGNED_OFF if signed else PlanState.DRAFT
    return HeldVersion(
        provider="sard",
        plan_id=content.plan_id,
        version=version,
        state=state,
        plan_state=state,
        current=True,
        effective_to=None,
        ends=content.effective_to,
        recorded_at=datetime(2026, 3, version, tzinfo=UTC),
        content=content,
    )


def shown(week: PersonWeek) -> list[tuple[date, str, bool, list[str]]]:
    return [
        (one.day, one.half.value, one.away, [d.session.activity or "" for d in one.duties]) for one in week.half_days
    ]


def absent(first: date, last: date, **parts: str) -> Absent:
    return Absent(first, last, allowed_for=True, **parts)  # type: ignore[arg-type]


def test_a_typical_week_by_half_day() -> None:
    wednesday, thursday = date(2026, 8, 5), date(2026, 8, 6)
    assert shown(week_of_person([held(plan())], [], WEEK)) == [
        (MONDAY, "morning", False, ["Theatre list"]),
        (MONDAY, "afternoon", False, ["Clinic"]),
        (wednesday, "morning", False, ["All-day list"]),
        (wednesday, "afternoon", False, ["All-day list"]),
        (thursday, "evening", False, ["Evening list"]),
        # The list of odd weeks is not in week 32; that of some weeks may be.
        (FRIDAY, "afternoon", False, ["Some weeks list"]),
    ]
    odd = week_of_person([held(plan())], [], Week(2026, 33))
    assert [(d.session.activity, d.turn) for one in odd.half_days[-2:] for d in one.duties] == [
        ("Odd weeks list", Turn.PLANNED),
        ("Some weeks list", Turn.ALTERNATE_WEEKS),
    ]


def test_leave_shows_as_away_over_a_session_and_where_nothing_is_planned() -> None:
    tuesday = date(2026, 8, 4)
    away = [absent(MONDAY, tuesday, first_part="afternoon", last_part="morning")]

    assert shown(week_of_person([held(plan())], away, WEEK))[:3] == [
        (MONDAY, "morning", False, ["Theatre list"]),
        (MONDAY, "afternoon", True, ["Clinic"]),
        (tuesday, "morning", True, []),
    ]


def test_an_evening_is_away_with_its_afternoon_and_a_session_without_hours_with_the_whole_day() -> None:
    loose = plan(
        timetable=(session(Weekday.MONDAY, None, None, "Ward round"), session(Weekday.MONDAY, "18:00", "22:00", "List"))
    )
    part = week_of_person([held(loose)], [absent(MONDAY, MONDAY, first_part="afternoon", last_part="afternoon")], WEEK)
    whole = week_of_person([held(loose)], [absent(MONDAY, MONDAY)], WEEK)

    def away(week: PersonWeek) -> dict[Half, bool]:
        return {one.half: one.away for one in week.half_days}

    assert away(part) == {Half.AFTERNOON: True, Half.EVENING: True, Half.UNSTATED: False}
    assert away(whole) == {Half.MORNING: True, Half.AFTERNOON: True, Half.EVENING: True, Half.UNSTATED: True}


def test_each_day_follows_the_plan_in_force_on_it_and_unsigned_ones_say_nothing() -> None:
    new = plan(
        plan_id="p2",
        effective_from=date(2026, 8, 5),
        timetable=(session(Weekday.FRIDAY, "08:00", "12:00", "New list"),),
    )
    draft = plan(plan_id="p3", post="Other", timetable=(session(Weekday.TUESDAY, "08:00", "12:00", "Not signed"),))

    week = week_of_person([held(plan()), held(new, 2), held(draft, 3, signed=False)], [], WEEK)

    assert shown(week) == [
        (MONDAY, "morning", False, ["Theatre list"]),
        (MONDAY, "afternoon", False, ["Clinic"]),
        (FRIDAY, "morning", False, ["New list"]),
    ]
    assert [one.plan_id for one in week.plans] == ["p1", "p2"]


def test_two_posts_fill_one_week() -> None:
    second = plan(
        plan_id="p2", post="Sleep clinic", timetable=(session(Weekday.MONDAY, "09:00", "12:00", "Sleep clinic"),)
    )

    week = week_of_person([held(plan()), held(second, 2)], [], WEEK)

    assert shown(week)[0] == (MONDAY, "morning", False, ["Theatre list", "Sleep clinic"])
