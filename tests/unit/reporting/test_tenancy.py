"""One trust never sees another's data: not in a report, not in a folder of Parquet."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from esr_reporting import asking
from esr_reporting.catalogue import TABLES
from esr_reporting.export import export
from esr_reporting.opening import connect
from esr_reporting.output import as_csv
from esr_reporting.report import all_reports
from esrlink.contracts import Event
from esrlink.errors import Invalid
from tests.unit.reporting.telling import (
    MEMORY,
    ask,
    away,
    came_in,
    kept,
    linked,
    person,
    plan,
    run_sent,
    settled,
    withdrawn,
    worked,
)

REPORTS = [report.name for report in all_reports()]


def of_trust(vpd: str) -> list[Event]:
    """The same ESR numbers and the same ids of plans and profiles in each trust, as it happens."""
    return [
        person(vpd=vpd), linked("p1", "1001", vpd=vpd), plan("x", vpd=vpd), run_sent(vpd=vpd, name=f"run {vpd}"),
        came_in(f"a{vpd}", "2026-08-02", vpd=vpd), worked(f"a{vpd}", "2026-08-01", vpd=vpd),
        settled(f"a{vpd}", "landed", "2026-08-20", vpd=vpd),
        worked(f"b{vpd}", "2026-08-01", vpd=vpd), settled(f"b{vpd}", "rejected", "2026-08-20", vpd=vpd, code="E1"),
        worked(f"c{vpd}", "2026-08-01", vpd=vpd), away(f"s{vpd}", "2026-08-03", None, vpd=vpd),
        worked(f"d{vpd}", "2026-08-01", vpd=vpd), withdrawn(f"d{vpd}", vpd=vpd),
    ]  # fmt: skip


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_of_one_trust_is_the_same_whatever_another_has(tmp_path: Path, name: str) -> None:
    alone = kept(tmp_path / "alone", of_trust("277"))
    beside = kept(tmp_path / "beside", [*of_trust("312"), *of_trust("277"), *of_trust("001")])
    expected = as_csv(ask(alone, name))
    assert expected.count("\n") > 1
    assert as_csv(ask(beside, name)) == expected
    assert as_csv(ask(beside, name, vpds=["999"])).count("\n") == 1


@pytest.mark.parametrize("name", REPORTS)
def test_every_trust_means_each_by_itself(tmp_path: Path, name: str) -> None:
    build = kept(tmp_path, [*of_trust("312"), *of_trust("277")])
    both = ask(build, name, vpds=None).rows
    assert both == [*ask(build, name, vpds=["277"]).rows, *ask(build, name, vpds=["312"]).rows]


def test_a_submittal_of_one_trust_is_not_settled_by_an_event_of_another(tmp_path: Path) -> None:
    build = kept(tmp_path, [worked("a", "2026-08-01"), settled("a", "landed", vpd="312"), withdrawn("a", vpd="312")])
    assert ask(build, "paid-extras-by-department").rows[0][3] == 1
    assert ask(build, "paid-extras-by-department").rows[0][-3] == 0


@pytest.mark.parametrize("name", REPORTS)
def test_no_report_names_the_tables_behind_the_views(name: str) -> None:
    texts = [report.sql for report in all_reports() if report.name == name]
    texts += [(files("esr_reporting") / file).read_text() for file in ("views.sql", "exports.sql")]
    for text in texts:
        assert not re.search(r"\bkept\b", text)


def test_every_table_names_its_trust_first_in_its_key() -> None:
    assert {table.key[0] for table in TABLES} == {"vpd"}


def test_each_parquet_file_holds_rows_of_its_folders_trust_only(tmp_path: Path) -> None:
    folder = tmp_path / "parquet"
    export(kept(tmp_path, [*of_trust("312"), *of_trust("277")]), folder, memory=MEMORY)
    parts = list(folder.rglob("*.parquet"))
    assert {part.parent.parent.name for part in parts} == {"vpd=277", "vpd=312"}
    with connect(None, memory=MEMORY) as connection:
        for part in parts:
            held = connection.execute(
                "SELECT DISTINCT vpd FROM read_parquet(?, hive_partitioning = false)", [str(part)]
            )
            assert [f"vpd={row[0]}" for row in held.fetchall()] == [part.parent.parent.name]


def test_an_export_of_one_trust_touches_no_other(tmp_path: Path) -> None:
    folder, build = tmp_path / "parquet", kept(tmp_path, [*of_trust("312"), *of_trust("277")])
    export(build, folder, memory=MEMORY, vpds=["277"])
    assert {place.name for place in folder.glob("*/*")} == {"vpd=277"}


@pytest.mark.parametrize(
    ("vpds", "every"), [(None, False), ([], False), (["277"], True), (["27"], False), (["27'"], False)]
)
def test_nobody_gets_every_trust_by_accident(vpds: list[str] | None, every: bool) -> None:
    with pytest.raises(Invalid):
        asking.trusts(vpds, all_trusts=every)
