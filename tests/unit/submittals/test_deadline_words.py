"""What a record has to make is said in words and figures, and who has it follows from its groups."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from submittals.deadlines.holders import holders
from submittals.deadlines.waiting_records import Hand, Waiting
from submittals.deadlines.when import belongs_from, deadline_of, turn_of
from submittals.esr.cut_offs import Closing, PayCalendar
from submittals.records.state import State
from submittals.trusts.settings import TrustSettings

NOW = datetime(2026, 8, 20, 9, tzinfo=UTC)
IN_AUGUST = "In the August 2026 pay if approved by 12:00 on 2 September, else in the September 2026 pay."
CALENDAR = PayCalendar(
    (
        Closing("MN2704", "July 2026 pay", datetime(2026, 8, 1, 11, tzinfo=UTC)),
        Closing("MN2705", "August 2026 pay", datetime(2026, 9, 2, 11, tzinfo=UTC)),
        Closing("MN2706", "September 2026 pay", datetime(2026, 10, 1, 11, tzinfo=UTC)),
    )
)


@pytest.mark.parametrize(
    ("first_day", "state", "words"),
    [
        (
            date(2026, 8, 20),
            State.PENDING,
            IN_AUGUST,
        ),
        (
            date(2026, 7, 28),
            State.ENRICHED,
            f"It missed the July 2026 pay. {IN_AUGUST}",
        ),
        (
            date(2026, 8, 20),
            State.APPROVED,
            "Approved: in the August 2026 pay unless it is taken back before 12:00 on 2 September.",
        ),
    ],
)
def test_a_deadline_names_the_pay_the_moment_and_where_it_rolls_to(first_day: date, state: State, words: str) -> None:
    deadline = deadline_of(CALENDAR, first_day, state, NOW)
    assert deadline is not None
    assert deadline.words == words
    assert (deadline.approve_by, deadline.seconds_left) == (CALENDAR.closings[1].at, 13 * 86_400 + 2 * 3_600)
    assert (deadline.missed, deadline.pay_name) == (
        first_day.month == 7,
        "July 2026 pay" if first_day.month == 7 else "August 2026 pay",
    )


@pytest.mark.parametrize("state", [State.SENT, State.LANDED, State.WITHDRAWN, State.UNKNOWN])
def test_what_was_sent_or_withdrawn_has_no_deadline_any_more(state: State) -> None:
    assert deadline_of(CALENDAR, date(2026, 8, 20), state, NOW) is None


def test_a_trust_without_a_coming_cut_off_is_told_so() -> None:
    deadline = deadline_of(PayCalendar(), date(2026, 8, 20), State.PENDING, NOW)
    assert deadline is not None
    assert deadline.words == "Payroll has not told the next cut-off yet."


def test_late_due_and_later_say_the_same_as_the_pay_that_a_record_reaches() -> None:
    turn = turn_of(CALENDAR, NOW)
    for day in range(1, 29):
        for month in (7, 8, 9):
            first_day = date(2026, month, day)
            reach = CALENDAR.reach(first_day, NOW)
            assert (turn.when(first_day) == "late") == (reach.rolls_to is not None), first_day
    assert [turn.when(date(2026, *day)) for day in ((7, 31), (8, 1), (9, 1), (9, 2))] == ["late", "due", "due", "later"]


def test_a_day_that_ends_as_the_cut_off_comes_belongs_to_the_next_pay() -> None:
    assert belongs_from(datetime(2026, 8, 31, 23, tzinfo=UTC)) == date(2026, 8, 31)  # midnight in London
    assert belongs_from(datetime(2026, 8, 31, 22, 59, tzinfo=UTC)) == date(2026, 8, 31)


def _trust(**group: Any) -> TrustSettings:
    here = {"product": "clwrota", "department": "anaesthetics"}
    return TrustSettings.model_validate(
        {
            "ods_code": "ZX1",
            "name": "A trust",
            "departments": [{**here, "name": "Anaesthetics"}],
            "validation_groups": [
                {**here, "name": "Leads", "order": 1, "members": ["lead1", "lead2"], **group},
                {**here, "name": "Finance", "order": 2, "members": ["medirota/cardiology/f1"]},
            ],
        }
    )


def _record(*hands: Hand, **values: Any) -> Waiting:
    known: dict[str, Any] = {
        "id": UUID(int=1),
        "product": "clwrota",
        "department": "anaesthetics",
        "record_id": "r1",
        "profile_id": "p1",
        "claimed_by": None,
        "employee_number": "20000001",
        "kind": "attendance",
        "state": State.ENRICHED,
        "first_day": date(2026, 8, 1),
        "reason": None,
        "since": NOW,
        "hands": (Hand("submitted", "p1", client="rota"), Hand("enriched", "admin", client="rota"), *hands),
    }
    return Waiting(**known | values)


def _asked(record: Waiting, trust: TrustSettings, people: dict[tuple[str, str, str], str] | None = None) -> list[str]:
    return [one.approver or one.kind for one in holders(record, trust, people or {}, date(2026, 8, 20))]


def _said(by: str, group: str, kind: str = "validated_in_part", **values: Any) -> Hand:
    return Hand(kind, by, group=group, client="rota", **values)


def test_groups_have_it_one_after_the_other() -> None:
    assert _asked(_record(), _trust()) == ["lead1", "lead2"]
    assert _asked(_record(_said("LEAD2", "Leads")), _trust()) == ["medirota/cardiology/f1"]
    assert _asked(_record(_said("lead2", "Leads")), _trust(need="all")) == ["lead1"]


def test_an_edit_voids_what_was_validated() -> None:
    edited = _record(_said("lead2", "Leads"), Hand("enriched", "admin", client="rota"))
    assert _asked(edited, _trust()) == ["lead1", "lead2"]


def test_nobody_is_waited_for_who_had_a_hand_in_it() -> None:
    assert _asked(_record(claimed_by="Lead1"), _trust()) == ["lead2"]
    assert _asked(_record(Hand("enriched", "lead2", client="rota")), _trust()) == ["lead1"]
    same_person = {("clwrota", "anaesthetics", "lead1"): "20000001"}
    assert _asked(_record(), _trust(), same_person) == ["lead2"]
    assert _asked(_record(claimed_by="lead1"), _trust(members=["lead1"])) == ["department"]


def test_a_deputy_is_waited_for_while_they_stand_in() -> None:
    deputies = [{"of": "lead1", "by": "lead9", "first_day": "2026-08-20", "last_day": "2026-08-20"}]
    assert _asked(_record(), _trust(deputies=deputies)) == ["lead1", "lead9", "lead2"]
    deputies[0]["last_day"] = deputies[0]["first_day"] = "2026-08-19"
    assert _asked(_record(), _trust(deputies=deputies)) == ["lead1", "lead2"]


def test_a_deputy_for_leave_is_waited_for_while_the_member_is_away() -> None:
    trust, lead = _trust(deputies=[{"of": "Lead1", "by": "lead9", "only_when_away": True}]), "lead1"
    for away, asked in (
        (frozenset(), [lead, "lead2"]),
        ({("clwrota", "anaesthetics", lead)}, [lead, "lead9", "lead2"]),
    ):
        found = holders(_record(), trust, {}, date(2026, 8, 20), frozenset(away))
        assert [one.approver for one in found] == asked


def test_what_is_endorsed_is_with_payroll_and_the_rest_with_the_department() -> None:
    assert _asked(_record(state=State.VALIDATED, endorsed=True), _trust()) == ["payroll"]
    for state in (State.PENDING, State.RETURNED, State.REJECTED, State.VALIDATED):
        assert _asked(_record(state=state), _trust()) == ["department"]
