"""The README of Central Reporting says what is so: its settings, its tables, its reports, its commands, its links."""

from __future__ import annotations

import re
from pathlib import Path

from esr_reporting.catalogue import TABLES
from esr_reporting.commands import reporting_command
from esr_reporting.report import all_reports
from esr_reporting.settings import ReportingSettings

ROOT = Path(__file__).parents[3]
README = ROOT / "deploy/central-reporting/README.md"
HOW_TO = ROOT / "docs/how-to/run-central-reporting.md"
ADR = ROOT / "docs/adr/0013-central-reporting-is-an-example-and-a-default.md"
TEXT = README.read_text()


def test_every_setting_is_there_with_its_meaning_and_no_other() -> None:
    said = {line.split("`")[1]: line for line in TEXT.splitlines() if line.startswith("| `ESRLINK_")}
    for name, field in ReportingSettings.model_fields.items():
        variable = (
            str(field.validation_alias.choices[0]) if field.validation_alias else f"ESRLINK_REPORTING_{name.upper()}"
        )  # type: ignore[union-attr]
        assert said.pop(variable).endswith(f"| {field.description} |")
    assert said == {}


def test_every_table_is_there_with_each_column_and_its_meaning() -> None:
    for table in TABLES:
        _, _, section = TEXT.partition(f"### {table.name}\n")
        section = section.partition("\n###")[0]
        assert table.meaning in section
        told = dict(re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", section, re.MULTILINE))
        assert told == {column.name: column.meaning for column in table.columns}


def test_every_report_and_command_is_there() -> None:
    for report in all_reports():
        assert f"| `{report.name}` |" in TEXT
    for command in reporting_command.registered_commands:
        assert command.callback is not None
        assert f"esrlink reporting {command.callback.__name__}" in TEXT


def test_what_the_pages_lead_to_exists() -> None:
    for page in (README, HOW_TO, ADR):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).resolve().exists(), (page.name, target)
