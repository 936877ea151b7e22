"""Every report on a few events, with the figures worked out by hand beside them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from esr_reporting.report import all_reports, report_named
from esrlink.errors import NotFound
from tests.unit.reporting.telling import (
    ask,
    away,
    came_in,
    day,
    kept,
    linked,
    plan,
    rows,
    settled,
    unlinked,
    unsure,
    withdrawn,
    worked,
)


def test_each_report_has_a_comment_that_says_what_it_counts_its_month_rule_and_its_limits() -> None:
    for report in all_reports():
        assert report.summary.endswith("."), report.name
        for word in ("Counts", "Month rule:", "Limits:"):
            assert word in report.explained or (word == "Counts" and "Planned:" in report.explained), (
                report.name,
                word,
            )


def test_an_unknown_report_is_refused_with_the_names_of_those_there_are() -> None:
    with pytest.raises(NotFound, match="time-to-pay"):
        report_named("wages")


def test_extras_by_department_count_what_stands_once_and_say_how_much_has_landed(tmp_path: Path) -> None:
    build = kept(
        tmp_path,
        [
            worked("a", "2026-08-01"), settled("a", "sent"), settled("a", "landed", "2026-09-04"),
            worked("b", "2026-08-31", "4", "hours", "274.50"),
            worked("c", "2026-08-02", employee_number="1002", amount=None),  # a rate that is not agreed
            worked("d", "2026-08-03", department="cardiology", units="0.5", unit="PAs", amount="100"),
            worked("e", "2026-08-03"), withdrawn("e"),
            worked("f", "2026-08-03"), settled("f", "sent"), settled("f", "rejected", code="E1"),
            worked("g", "2026-07-31"), worked("h", "2026-09-01"),  # the months beside
        ],
    )  # fmt: skip
    assert rows(ask(build, "paid-extras-by-department")) == [
        {
            "trust": "277", "product": "clwrota", "department": "anaesthetics", "records": 3, "people": 2,
            "hours": Decimal("4.00"), "sessions": Decimal("2.00"), "pas": 0, "pounds": Decimal("774.50"),
            "records_landed": 1, "pounds_landed": Decimal("500.00"), "unpriced": 1,
        },
        {
            "trust": "277", "product": "clwrota", "department": "cardiology", "records": 1, "people": 1,
            "hours": 0, "sessions": 0, "pas": Decimal("0.50"), "pounds": Decimal("100.00"),
            "records_landed": 0, "pounds_landed": 0, "unpriced": 0,
        },
    ]  # fmt: skip


def test_a_record_counts_by_its_newest_version_that_stands(tmp_path: Path) -> None:
    build = kept(
        tmp_path,
        [
            # Withdrawn, changed, approved again: the second one only.
            worked("a", "2026-08-01", amount="100"), withdrawn("a"), worked("a", "2026-08-01", amount="120", version=2),
            # Rejected, mended, landed: the second one only.
            worked("b", "2026-08-01", amount="200"), settled("b", "rejected"),
            worked("b", "2026-08-01", amount="210", version=2), settled("b", "landed", "2026-10-03", version=2),
            # A later version crossed the sending of the first and was taken back: the first was paid.
            worked("c", "2026-08-01", amount="400"), settled("c", "landed", "2026-09-04"),
            worked("c", "2026-08-01", amount="450", version=2), withdrawn("c", version=2),
            # Withdrawn too late: it had left us already.
            worked("d", "2026-08-01", amount="800"), settled("d", "sent"), withdrawn("d"),
        ],
    )  # fmt: skip
    (row,) = rows(ask(build, "paid-extras-by-department"))
    assert (row["records"], row["pounds"], row["pounds_landed"]) == (4, 120 + 210 + 400 + 800, 210 + 400)


def test_a_reversal_takes_away_what_it_reverses_and_a_replacement_counts(tmp_path: Path) -> None:
    build = kept(
        tmp_path,
        [
            worked("a", "2026-08-01", amount="500"),
            worked("b", "2026-08-01", amount="500", corrects="a", reversal=True),
            worked("c", "2026-08-01", amount="620", corrects="a"),
        ],
    )
    (row,) = rows(ask(build, "paid-extras-by-department"))
    assert (row["records"], row["sessions"], row["pounds"]) == (1, 1, 620)


def test_extras_by_person_join_what_one_esr_number_did_in_several_departments(tmp_path: Path) -> None:
    build = kept(
        tmp_path,
        [
            worked("a", "2026-08-01", department="cardiology", amount="100"),
            worked("b", "2026-08-02", department="anaesthetics", amount="200"),
            worked("c", "2026-08-03", employee_number="1002", amount="250"),
        ],
    )
    told = [(r["esr_number"], r["departments"], r["worked_in"], r["records"], r["pounds"])
            for r in rows(ask(build, "paid-extras-by-person"))]  # fmt: skip
    assert told == [("1001", 2, "anaesthetics, cardiology", 2, 300), ("1002", 1, "anaesthetics", 1, 250)]


def test_the_specialty_is_that_of_the_plan_in_force_on_the_day_worked_and_never_a_guess(tmp_path: Path) -> None:
    build = kept(
        tmp_path,
        [
            plan("old", begins="2025-04-01", ends="2026-08-15", state="expired", specialty="Anaesthetics"),
            plan("new", begins="2026-08-16", specialty="Pain medicine"),
            plan("draft", begins="2026-08-01", state="draft", specialty="Not yet"),
            worked("a", "2026-08-15"), worked("b", "2026-08-16"), worked("c", "2026-08-16", employee_number="1002"),
        ],
    )  # fmt: skip
    told = [(r["specialty"], r["records"]) for r in rows(ask(build, "paid-extras-by-specialty"))]
    assert told == [("Anaesthetics", 1), ("Pain medicine", 1), ("not known", 1)]


def test_sickness_counts_calendar_days_of_the_period_with_halves_and_open_ones_until_today(tmp_path: Path) -> None:
    build = kept(
        tmp_path,
        [
            away("a", "2026-07-30", "2026-08-02"),  # two of its four days are in August
            away("b", "2026-08-10", "2026-08-12", parts=("afternoon", "morning")),  # 0.5 + 1 + 0.5
            away("c", "2026-08-20", None, employee_number="1002"),  # open: 20 to 25, today
            away("d", "2026-08-05", "2026-08-05", reason="S25", parts=("morning", "morning")),
            away("e", "2026-08-05", "2026-08-06", kind="Annual Leave", reason=None),
            away("f", "2026-08-07", "2026-08-07"), withdrawn("f"),
        ],
    )  # fmt: skip
    told = [(r["reason"], r["words"], r["episodes"], r["people"], r["still_open"], r["calendar_days"])
            for r in rows(ask(build, "sickness", today=day("2026-08-25")))]  # fmt: skip
    assert told == [
        ("S13", "Cold, cough, flu", 3, 2, 1, Decimal("10.0")),
        ("S25", "Gastrointestinal problems", 1, 1, 0, Decimal("0.5")),
    ]


def test_an_open_absence_ends_with_the_record_that_closes_it_and_is_one_episode(tmp_path: Path) -> None:
    build = kept(tmp_path, [away("a", "2026-08-03", None), away("b", "2026-08-03", "2026-08-07", closes="a")])
    (row,) = rows(ask(build, "sickness"))
    assert (row["episodes"], row["still_open"], row["calendar_days"]) == (1, 0, 5)


def test_a_closing_record_whose_open_one_never_came_counts_by_itself(tmp_path: Path) -> None:
    build = kept(tmp_path, [away("b", "2026-08-03", "2026-08-07", closes="a")])
    (row,) = rows(ask(build, "sickness"))
    assert (row["episodes"], row["calendar_days"]) == (1, 5)


def test_a_reversed_absence_was_none(tmp_path: Path) -> None:
    build = kept(tmp_path, [away("a", "2026-08-03", "2026-08-07"),
                            away("b", "2026-08-03", "2026-08-07", corrects="a", reversal=True)])  # fmt: skip
    assert rows(ask(build, "sickness")) == []


def test_time_to_pay_gives_half_and_nine_in_ten_for_each_step(tmp_path: Path) -> None:
    events = []
    for n, (came, sent) in enumerate([(1, 30), (3, 30), (5, 60)]):
        name = f"r{n}"
        events += [worked(name, "2026-08-01", approved_at="2026-08-21"), came_in(name, f"2026-08-{1 + came:02d}")]
        events += [settled(name, "sent", "2026-08-31" if sent == 30 else "2026-09-30")]
    events += [settled("r0", "landed", "2026-09-10")]
    # Late in the evening of 2 August in Universal Time it is the third in London.
    events += [away("s", "2026-08-01", "2026-08-02", approved_at="2026-08-02T23:30")]
    told = [(r["kind"], r["step"], r["records"], r["median_days"], r["p90_days"], r["longest_days"])
            for r in rows(ask(kept(tmp_path, events), "time-to-pay"))]  # fmt: skip
    assert told == [
        ("absence", "approved", 1, 2, 2, 2),
        ("attendance", "submitted", 3, 3, Decimal("4.6"), 5),  # 1, 3, 5
        ("attendance", "approved", 3, 20, 20, 20),
        ("attendance", "sent", 3, 30, 54, 60),  # 30, 30, 60
        ("attendance", "landed", 1, 40, 40, 40),
    ]


def test_rejected_counts_by_code_and_says_what_was_mended_and_landed(tmp_path: Path) -> None:
    build = kept(
        tmp_path,
        [
            worked("a", "2026-08-01"), settled("a", "rejected", code="E1", reason="Cost code closed. ESR says: E19990"),
            worked("a", "2026-08-01", version=2), settled("a", "landed", "2026-10-03", version=2),
            worked("b", "2026-08-01"), settled("b", "rejected", "2026-09-04", code="E1", reason="Cost code closed."),
            worked("c", "2026-08-01"), settled("c", "rejected", code="E1"), worked("c", "2026-08-01", version=2),
            away("d", "2026-08-01", "2026-08-02"), settled("d", "rejected", code="E7", reason="No such reason."),
            settled("e", "rejected", "2026-10-01", code="E7"),  # became known in another month
        ],
    )  # fmt: skip
    told = [tuple(r.values())[1:] for r in rows(ask(build, "rejected", "2026-09"))]
    assert told == [
        ("attendance", "E1", "Cost code closed.", 3, 2, 1, 1),
        ("absence", "E7", "No such reason.", 1, 0, 0, 1),
    ]


def test_plans_and_extras_are_set_beside_each_other_with_what_cannot_be_known_named(tmp_path: Path) -> None:
    build = kept(
        tmp_path,
        [
            # 10 + 1 PAs a week from 18 August: 14 of August's 31 days are 2 weeks.
            plan("x", begins="2026-08-18", pas={"DCC": "7.5", "SPA": "2.5", "APA": "1"}),
            plan("y", number="1002", begins="2026-01-01", pas={"DCC": None, "SPA": "7"}, state="under_revision"),
            plan("z", number="1003", state="draft"),
            worked("a", "2026-08-20", "6", "hours"), worked("b", "2026-08-21", "0.5", "PAs"), worked("c", "2026-08-21"),
            worked("d", "2026-08-20", employee_number="1009"),
        ],
    )  # fmt: skip
    told = [tuple(r.values())[1:] for r in rows(ask(build, "plan-against-delivered"))]
    assert told == [
        # specialty, people, core: 2 x 10 + 31/7 x 7, additional: 2 x 1, not readable, extras, 6/4 + 0.5, sessions
        ("Anaesthetics", 2, 20 + 31, 2, 1, 3, 2, 1),
        ("not known", 0, 0, 0, 0, 1, 0, 1),
    ]


def test_a_signed_plan_goes_before_a_newer_one_under_revision(tmp_path: Path) -> None:
    build = kept(
        tmp_path,
        [
            plan("signed", begins="2026-01-01", pas={"DCC": "7"}),
            plan("revision", begins="2026-06-01", state="under_revision", pas={"DCC": "14"}),
        ],
    )
    (row,) = rows(ask(build, "plan-against-delivered"))
    assert row["planned_core_pas"] == 31


def test_links_show_how_each_department_is_matched(tmp_path: Path) -> None:
    build = kept(
        tmp_path,
        [
            linked("p1", "1001"), linked("p2", "1001", made_by="person"), unsure("p3"),
            linked("p4", "1004"), unlinked("p4", "1004", revision=2),
            linked("p5", "1005"), unlinked("p5", "1005", revision=2), linked("p5", "1006", revision=3),
        ],
    )  # fmt: skip
    (row,) = rows(ask(build, "links"))
    assert tuple(row.values())[3:] == (5, 2, 1, 1, 1, 2)


def test_waiting_shows_what_is_approved_and_neither_landed_nor_rejected(tmp_path: Path) -> None:
    build = kept(
        tmp_path,
        [
            worked("a", "2026-08-01"), worked("b", "2026-07-01", approved_at="2026-09-01"),
            worked("c", "2026-08-01"), settled("c", "scheduled"), settled("c", "sent", "2026-09-04"),
            worked("d", "2026-08-01"), settled("d", "landed"),
            worked("e", "2026-08-01"), settled("e", "rejected"),
            worked("f", "2026-08-01"), withdrawn("f"),
        ],
    )  # fmt: skip
    told = [tuple(r.values())[3:] for r in rows(ask(build, "waiting", today=day("2026-09-10")))]
    assert told == [
        ("attendance", "approved", 2, day("2026-07-01"), 10),
        ("attendance", "sent", 1, day("2026-08-01"), 10),
    ]


@pytest.mark.parametrize("name", [report.name for report in all_reports()])
def test_no_events_make_an_empty_answer(tmp_path: Path, name: str) -> None:
    assert ask(kept(tmp_path, []), name).rows == []
