"""Payroll calendars as CSV: what people's spreadsheets write is read, and what cannot be is told by row and field."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esr_gateway.to_esr.calendar_csv import COLUMNS, RowProblem, read_calendar_csv, write_calendar_csv
from esr_gateway.trust_settings import PeriodSettings
from esrlink.bank_holidays import bank_holidays

HEADER = ",".join(COLUMNS)
ROW = "M,N,27,5,August 2026 pay,2026-08-01,2026-08-31,2026-09-02 12:00,2026-09-28"


def read(*rows: str, header: str = HEADER) -> tuple[list[PeriodSettings], list[RowProblem]]:
    return read_calendar_csv("\n".join((header, *rows)))


def with_cell(column: str, cell: str) -> str:
    cells = ROW.split(",")
    cells[COLUMNS.index(column)] = cell
    return ",".join(cells)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{HEADER}\n{ROW}\n", id="plain"),
        pytest.param(f"\ufeff{HEADER}\r\n{ROW}\r\n", id="byte order mark and CRLF"),
        pytest.param(f"{HEADER}\r{ROW}".replace(",", ";"), id="semicolons and CR"),
        pytest.param(f"Period Type,RUN,Tax year,period,Pay-Name,starts,ends,Cut off,pay date\n{ROW}", id="other names"),
        pytest.param(f"{HEADER}\n,,,,,,,,\n{ROW}\n,,,,,,,,\n\n", id="empty rows"),
        pytest.param(
            f"{HEADER}\nm,n,2027,05,August 2026 pay,01/08/2026,31/08/2026,02/09/2026 12:00:00,28/9/2026", id="UK days"
        ),
        pytest.param(f"{HEADER}\n" + ROW.replace(",N,", ",,").replace(" 12:00", "T12:00"), id="no run means normal"),
    ],
)
def test_what_spreadsheets_write_is_read(text: str) -> None:
    periods, problems = read_calendar_csv(text)
    assert problems == []
    [period] = periods
    assert (period.pay_run.code, period.starts, period.pay_date) == ("MN2705", date(2026, 8, 1), date(2026, 9, 28))
    assert period.cut_off == datetime(2026, 9, 2, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("period_type", "Q", "unknown_type"),
        ("run", "X", "unknown_run"),
        ("tax_year", "1926", "no_year"),
        ("tax_year", "²7", "no_year"),
        ("period", "54", "no_period"),
        ("period", "0", "no_period"),
        ("period", "9" * 5_000, "no_period"),
        ("pay_name", "  ", "missing"),
        ("pay_name", "x" * 201, "not_possible"),
        ("starts", "2026-02-30", "no_day"),
        ("starts", "3026-01-01", "no_day"),
        ("ends", "08/31/2026", "no_day"),
        ("cut_off", "2026-09-02", "no_moment"),
        ("cut_off", "2026-09-02 24:00", "no_moment"),
        ("pay_date", "2027-02-29", "no_day"),
        ("ends", "2026-07-31", "ends_before_start"),
        ("pay_date", "2026-09-01", "cut_off_after_pay"),
    ],
)
def test_each_bad_cell_is_told_and_the_good_rows_are_read_all_the_same(column: str, cell: str, code: str) -> None:
    good = ROW.replace(",5,", ",6,")
    periods, problems = read(with_cell(column, cell), good)
    assert [one.pay_run.code for one in periods] == ["MN2706"]
    [problem] = problems
    said = "cut_off" if code == "cut_off_after_pay" else column
    assert (problem.row, problem.field, problem.code, problem.severity) == (2, said, code, "error")
    assert problem.sentence.endswith(".")


def test_a_leap_day_is_a_day() -> None:
    [period], _ = read(with_cell("ends", "29/02/2028"))
    assert period.ends == date(2028, 2, 29)


def test_a_run_may_be_there_once() -> None:
    periods, problems = read(ROW, ROW.replace("August 2026", "another"))
    assert len(periods) == 1
    assert [(one.row, one.code) for one in problems] == [(3, "duplicate")]


@pytest.mark.parametrize(
    ("cut_off", "code", "utc"),
    [
        pytest.param("2026-09-05 12:00", "cut_off_on_day_off", "2026-09-05T11:00", id="Saturday"),
        pytest.param("2026-08-31 12:00", "cut_off_on_day_off", "2026-08-31T11:00", id="bank holiday"),
        pytest.param("2026-03-29 01:30", "cut_off_skipped", "2026-03-29T01:30", id="the hour that spring skips"),
        pytest.param("2025-10-26 01:30", "cut_off_repeated", "2025-10-26T00:30", id="the hour that comes twice"),
        pytest.param("2026-03-30 01:30", None, "2026-03-30T00:30", id="the day after"),
    ],
)
def test_a_cut_off_that_is_worth_a_look_is_taken_and_told(cut_off: str, code: str | None, utc: str) -> None:
    [period], problems = read(with_cell("cut_off", cut_off))
    about = {one.code for one in problems if one.field == "cut_off"}
    assert about == ({code} if code in {None, "cut_off_on_day_off"} else {code, "cut_off_on_day_off"}) - {None}
    assert all(one.severity == "warning" for one in problems)
    assert period.cut_off == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_bank_holidays_are_those_of_england_and_wales() -> None:
    days = bank_holidays(2026)
    assert date(2026, 12, 28) in days, "Boxing Day falls on a Saturday, and its Monday is off"
    assert date(2026, 8, 31) in days
    assert date(2026, 1, 2) not in days, "that is Scotland's"
    assert date(2026, 3, 17) not in days, "that is Northern Ireland's"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("\0", "not_text"),
        (f'{HEADER}\n"M', "not_csv"),
        (HEADER.replace("cut_off,", ""), "column_missing"),
        (f"{HEADER},notes", "column_unknown"),
        (f"{HEADER},ends", "column_twice"),
        (f"{HEADER}\n{ROW},one more", "too_many_cells"),
        (HEADER + f"\n{ROW}" * 2_001, "too_many_rows"),
    ],
)
def test_a_file_that_is_no_calendar_says_why(text: str, code: str) -> None:
    periods, problems = read_calendar_csv(text)
    assert periods == []
    assert code in {one.code for one in problems}


@given(st.text(alphabet=st.sampled_from('MN27,5;"\n\r2026-08-31 12:00/x\x0bé'), max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for whole in (text, f"{HEADER}\n{text}"):
        _, problems = read_calendar_csv(whole)
        assert all(one.row >= 1 and one.sentence.endswith(".") for one in problems)


@st.composite
def calendars(draw: st.DrawFn) -> list[PeriodSettings]:
    numbers = draw(st.sets(st.integers(1, 53), max_size=8))
    name = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30)
    found = []
    for number in sorted(numbers):
        starts = draw(st.dates(date(2001, 1, 1), date(2098, 1, 1)))
        cut_off = datetime(starts.year, starts.month, starts.day) + timedelta(minutes=draw(st.integers(0, 60_000)))  # noqa: DTZ001
        found.append(
            PeriodSettings(
                period_type=draw(st.sampled_from("WMLB")),
                run=draw(st.sampled_from("NS")),
                tax_year=draw(st.integers(0, 99)),
                period=number,
                pay_name=draw(name),
                starts=starts,
                ends=starts + timedelta(days=draw(st.integers(0, 40))),
                cut_off_local=cut_off.strftime("%Y-%m-%dT%H:%M"),
                pay_date=cut_off.date() + timedelta(days=draw(st.integers(0, 40))),
            )
        )
    return found


@pytest.mark.parametrize("name", ["=1+1", "'=1+1", "-5", "+44", "@pay", "'quoted"])
def test_a_name_is_no_formula_in_a_spreadsheet_and_reads_back_the_same(name: str) -> None:
    [period] = read_calendar_csv(f"{HEADER}\n{ROW}")[0]
    written = write_calendar_csv([period.model_copy(update={"pay_name": name})])
    cell = written.splitlines()[1].split(",")[4]
    assert not cell.startswith(("=", "+", "@"))
    assert read_calendar_csv(written)[0][0].pay_name == name


@given(calendars())
def test_a_calendar_that_was_written_reads_back_the_same(periods: list[PeriodSettings]) -> None:
    again, problems = read_calendar_csv(write_calendar_csv(periods))
    assert [one for one in problems if one.severity == "error"] == []
    assert sorted(again, key=lambda one: one.period) == sorted(periods, key=lambda one: one.period)
