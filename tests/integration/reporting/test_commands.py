"""`esrlink reporting`: what a person sees, and what a program reads."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from esr_reporting.commands import reporting_command
from esr_reporting.running import builds_of
from esr_reporting.settings import ReportingSettings
from tests.integration.reporting.conftest import CLOCK
from tests.unit.reporting.telling import MEMORY, away, ledger, linked, message, plan, settled, worked

runner = CliRunner()
EVENTS = [
    worked("a", "2026-08-01", department="cardiology"), settled("a", "landed"), worked("b", "2026-08-02", "4", "hours", "274"),
    worked("other", "2026-08-02", vpd="312"), away("s", "2026-08-03", "2026-08-04"), linked("p1", "1001"),
    plan("x", specialty="=cmd|' /C calc'!A0 [red]"),
]  # fmt: skip
AUGUST = ("--from", "2026-08", "--to", "2026-08", "--as-of", "2026-10-01")


@pytest.fixture
def folder(settings: ReportingSettings, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ESRLINK_REPORTING_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("ESRLINK_REPORTING_MEMORY", MEMORY)
    monkeypatch.setenv("COLUMNS", "200")
    held = ledger(settings.data_dir)
    held.path = builds_of(settings, CLOCK).current_or_first().path
    held.take([message(event) for event in EVENTS])
    held.take([message(worked("to come", "2026-08-01"), ce_type="submittal.approved.v9")])
    held.let_go()
    return settings.data_dir


def said(*arguments: str, status: int = 0) -> str:
    done = runner.invoke(reporting_command, arguments)
    assert done.exit_code == status, (done.output, done.exception)
    return done.output


def test_a_report_is_a_table_with_what_it_counts_beside_it(folder: Path) -> None:
    told = said("report", "paid-extras-by-department", "--vpd", "277", *AUGUST)
    assert "cardiology" in told
    assert "274.00" in told
    assert "Month rule: the day worked." in told


def test_a_report_is_csv_and_json_for_programs_with_the_same_figures(folder: Path) -> None:
    as_csv = said("report", "paid-extras-by-department", "--all-trusts", *AUGUST, "--format", "csv")
    as_json = said("report", "paid-extras-by-department", "--all-trusts", *AUGUST, "--format", "json")
    rows = list(csv.DictReader(io.StringIO(as_csv)))
    assert [{name: str(value) for name, value in row.items()} for row in json.loads(as_json)] == rows
    assert [(row["trust"], row["department"], row["pounds"]) for row in rows] == [
        ("277", "anaesthetics", "274.00"), ("277", "cardiology", "500.00"), ("312", "anaesthetics", "500.00"),
    ]  # fmt: skip


def test_a_text_that_a_spreadsheet_would_run_stays_a_text(folder: Path) -> None:
    told = said("report", "paid-extras-by-specialty", "--vpd", "277", *AUGUST, "--format", "csv")
    assert "'=cmd" in told
    assert "[red]" in said("report", "paid-extras-by-specialty", "--vpd", "277", *AUGUST)


def test_an_empty_answer_and_a_trust_nobody_heard_of_are_said_in_words(folder: Path) -> None:
    told = said("report", "sickness", "--vpd", "312", *AUGUST)
    assert "Nothing was found" in told
    assert "No event of trust 999 has come yet" in said("report", "sickness", "--vpd", "999", *AUGUST)
    assert said("report", "sickness", "--vpd", "312", *AUGUST, "--format", "json") == "[]\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["report", "sickness"], "--all-trusts"),
        (["report", "sickness", "--vpd", "277", "--all-trusts"], "--all-trusts"),
        (["report", "wages", "--vpd", "277"], "There is no report"),
        (["report", "sickness", "--vpd", "277", "--from", "2026-13"], "2026-08"),
        (["report", "sickness", "--vpd", "277", "--from", "2026-09", "--to", "2026-08"], "first month"),
        (["report", "sickness", "--vpd", "277", "--as-of", "soon"], "2026-08-31"),
        (["export"], "--all-trusts"),
        (["run"], "ESRLINK_BUS_URL"),
        (["rebuild"], "ESRLINK_BUS_URL"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.delenv("ESRLINK_BUS_URL", raising=False)
    assert words in " ".join(said(*arguments, status=1).split())


def test_before_anything_was_consumed_a_report_says_what_to_start(
    settings: ReportingSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESRLINK_REPORTING_DATA_DIR", str(settings.data_dir))
    assert "esrlink reporting run" in said("report", "sickness", "--vpd", "277", status=1)
    assert "Nothing was consumed yet" in said("status")


def test_the_months_left_out_are_the_twelve_up_to_the_last(folder: Path) -> None:
    both = said("report", "sickness", "--vpd", "277", "--to", "2026-12", "--as-of", "2026-12-31")
    assert "January 2026 to December 2026" in both
    assert "September 2025 to August 2026" in said("report", "sickness", "--vpd", "277", "--as-of", "2026-08-31")


def test_status_names_the_topics_and_what_was_set_aside(folder: Path) -> None:
    told = said("status")
    assert "submittal.approved" in told
    assert "unknown_version" in told
    assert "it last went round never" in told


def test_status_tells_a_health_check_whether_the_consumer_goes_round(folder: Path) -> None:
    said("status", "--alive-within", "60", status=1)
    (folder / "alive").touch()
    assert said("status", "--alive-within", "60") == ""
    os.utime(folder / "alive", (0, 0))
    said("status", "--alive-within", "60", status=1)


def test_an_export_says_what_it_wrote(folder: Path, tmp_path: Path) -> None:
    told = " ".join(said("export", "--vpd", "312", "--to", str(tmp_path / "out")).split())
    assert "1 written, 0 unchanged, 0 removed" in told
    assert [str(part.relative_to(tmp_path / "out")) for part in (tmp_path / "out").rglob("*.parquet")] == [
        "attendance/vpd=312/month=2026-08/part.parquet"
    ]


def test_the_list_of_reports_names_each_with_what_it_tells() -> None:
    told = said("reports")
    for name in ("sickness", "time-to-pay", "waiting", "links"):
        assert name in told
