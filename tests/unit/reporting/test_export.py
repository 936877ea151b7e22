"""Parquet by trust and month: only what changed is written, and never half a file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from esr_reporting.builds import Build
from esr_reporting.export import export
from esr_reporting.opening import connect
from esrlink.contracts import Event
from tests.unit.reporting.telling import MEMORY, away, kept, person, plan, run_sent, settled, worked

EVENTS = [
    worked("a", "2026-08-01"), worked("b", "2026-09-30"), away("s", "2026-08-31", "2026-09-02"), person(), plan("x"), run_sent(),
]  # fmt: skip


def exported(folder: Path, events: list[Event]) -> tuple[int, int, int]:
    done = export(kept(folder, events), folder / "parquet", memory=MEMORY)
    return done.written, done.unchanged, done.removed


def parts(folder: Path) -> dict[str, bytes]:
    parquet = folder / "parquet"
    return {str(part.relative_to(parquet)): part.read_bytes() for part in sorted(parquet.rglob("*")) if part.is_file()}


def test_each_table_has_a_folder_by_trust_and_month(tmp_path: Path) -> None:
    exported(tmp_path, EVENTS)
    assert list(parts(tmp_path)) == [
        "absence/vpd=277/month=2026-08/part.parquet",
        "assignment/vpd=277/month=2026-08/part.parquet",
        "attendance/vpd=277/month=2026-08/part.parquet",
        "attendance/vpd=277/month=2026-09/part.parquet",
        "job_plan/vpd=277/month=2026-08/part.parquet",
        "job_plan_activity/vpd=277/month=2026-08/part.parquet",
        "person/vpd=277/month=2026-08/part.parquet",
        "run/vpd=277/month=2026-09/part.parquet",
        "run_total/vpd=277/month=2026-09/part.parquet",
    ]


def test_the_columns_say_all_without_the_names_of_the_folders_and_no_name_of_a_person(tmp_path: Path) -> None:
    exported(tmp_path, [*EVENTS, settled("a", "landed", "2026-09-04")])
    with connect(None, memory=MEMORY) as connection:
        found = connection.execute(
            "SELECT vpd, month, employee_number, units, unit, amount, state, counts, typeof(amount) FROM"
            " read_parquet(?, hive_partitioning = false)",
            [str(tmp_path / "parquet/attendance/vpd=277/month=2026-08/part.parquet")],
        ).fetchall()
    assert found == [("277", "2026-08", "1001", 1, "sessions", 500, "landed", True, "DECIMAL(18,6)")]
    assert not any(b"Hartley" in content for content in parts(tmp_path).values())


def test_only_partitions_that_changed_are_written_again(tmp_path: Path) -> None:
    assert exported(tmp_path, EVENTS) == (9, 0, 0)
    before = parts(tmp_path)
    assert exported(tmp_path, EVENTS) == (0, 9, 0)
    assert parts(tmp_path) == before
    # Landed: a row of the month's attendance changes, and there is a first fact.
    assert exported(tmp_path, [settled("b", "landed", "2026-10-03")]) == (2, 8, 0)
    after = parts(tmp_path)
    assert {name for name in after if after[name] != before.get(name)} == {
        "attendance/vpd=277/month=2026-09/part.parquet",
        "outcome/vpd=277/month=2026-10/part.parquet",
    }


def test_a_partition_whose_rows_have_gone_elsewhere_is_removed(tmp_path: Path) -> None:
    exported(tmp_path, [person()])
    assert exported(tmp_path, [person(revision=2, as_of="2026-09-01")]) == (2, 0, 2)
    assert list(parts(tmp_path)) == [
        "assignment/vpd=277/month=2026-09/part.parquet",
        "person/vpd=277/month=2026-09/part.parquet",
    ]


def test_a_file_that_is_damaged_is_written_again(tmp_path: Path) -> None:
    exported(tmp_path, EVENTS)
    before = parts(tmp_path)
    (tmp_path / "parquet/absence/vpd=277/month=2026-08/part.parquet").write_bytes(b"")
    assert exported(tmp_path, EVENTS) == (1, 8, 0)
    assert parts(tmp_path) == before


def test_an_export_that_is_killed_leaves_the_old_file_whole_and_the_next_one_ends_it(tmp_path: Path) -> None:
    exported(tmp_path, EVENTS)
    before = parts(tmp_path)
    build: Build = kept(tmp_path, [worked("c", "2026-08-02")])
    script = (
        "from pathlib import Path; from esr_reporting.builds import Build; from esr_reporting.export import export;"
        f"export(Build('test', Path({str(build.path)!r})), Path({str(tmp_path / 'parquet')!r}), memory='256MB')"
    )
    environment = {**os.environ, "ESRLINK_CRASH_AT": "reporting.export.before_rename"}
    killed = subprocess.run([sys.executable, "-c", script], env=environment, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    left = parts(tmp_path)
    assert {name: content for name, content in left.items() if name.endswith(".parquet")} == before
    assert exported(tmp_path, []) == (1, 8, 0)
    assert all(name.endswith("part.parquet") for name in parts(tmp_path))
