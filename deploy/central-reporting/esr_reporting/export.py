"""Parquet for everybody else's tools: `TABLE/vpd=277/month=2026-08/part.parquet`, so that access is given by trust's folder.

Each file carries the fingerprint of its rows; only a partition whose rows changed is written again, to a temporary name that
is renamed into place. A reader sees the old file or the new one, never half of one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import duckdb

from esr_reporting.builds import Build
from esr_reporting.question import Question, asked
from esrlink import crash

PREFIX = "export_"
_PART = "part.parquet"
# Another form of the files (columns are part of the rows' own hash) makes them all anew.
_FORM = "1"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did, in files."""

    written: int
    unchanged: int
    removed: int


def export(build: Build, folder: Path, *, memory: str, vpds: list[str] | None = None) -> Exported:
    """Bring the Parquet files of these trusts (none: of all) up to date. Raises `Unavailable` as `question.asked` does."""
    # The views of reports want a period; what is exported does not depend on it.
    whole = Question(vpds, date(1900, 1, 1), date(2199, 12, 31), date(2199, 12, 31))
    written = unchanged = removed = 0
    with asked(build, whole, memory=memory) as connection:
        connection.execute((files("esr_reporting") / "exports.sql").read_text())
        for table in _tables(connection):
            wanted = _fingerprints(connection, table)
            for partition, fingerprint in wanted.items():
                part = folder / table.removeprefix(PREFIX) / _path(partition) / _PART
                if _written_with(connection, part) == fingerprint:
                    unchanged += 1
                else:
                    _write(connection, table, partition, part, fingerprint)
                    written += 1
            for partition, place in _present(folder / table.removeprefix(PREFIX), vpds):
                if partition not in wanted:
                    shutil.rmtree(place)
                    removed += 1
    return Exported(written, unchanged, removed)


Partition = tuple[str, str]


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        "SELECT view_name FROM duckdb_views() WHERE starts_with(view_name, ?) ORDER BY ALL", [PREFIX]
    )
    return [row[0] for row in found.fetchall()]


def _fingerprints(connection: duckdb.DuckDBPyConnection, table: str) -> dict[Partition, str]:
    rows = connection.execute(
        f"SELECT vpd, month, count(*), sum(hash(t)::HUGEINT), bit_xor(hash(t)) FROM {table} t GROUP BY vpd, month ORDER BY ALL"  # noqa: S608 - our own view
    ).fetchall()
    columns = ",".join(row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall())
    return {(vpd, month): f"{_FORM};{columns};{count};{total};{mixed}" for vpd, month, count, total, mixed in rows}


def _path(partition: Partition) -> Path:
    vpd, month = partition
    return Path(f"vpd={vpd}") / f"month={month}"


def _written_with(connection: duckdb.DuckDBPyConnection, part: Path) -> str | None:
    """The fingerprint in the file; none where there is no file, or not one of ours."""
    if not part.exists():
        return None
    try:
        found = connection.execute(
            "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = 'fingerprint'", [str(part)]
        ).fetchone()
    except duckdb.Error:
        return None
    return str(found[0]) if found else None


def _write(
    connection: duckdb.DuckDBPyConnection, table: str, partition: Partition, part: Path, fingerprint: str
) -> None:
    part.parent.mkdir(parents=True, exist_ok=True)
    draft = part.with_name(f".{_PART}.writing")
    vpd, month = partition
    query = f"SELECT * FROM {table} WHERE vpd = {_quoted(vpd)} AND month = {_quoted(month)} ORDER BY ALL"  # noqa: S608
    options = f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{fingerprint: {_quoted(fingerprint)}}}"
    connection.execute(f"COPY ({query}) TO {_quoted(str(draft))} ({options})")
    crash.point("reporting.export.before_rename")
    draft.replace(part)


def _present(folder: Path, vpds: list[str] | None) -> Iterator[tuple[Partition, Path]]:
    for place in sorted(folder.glob("vpd=*/month=*")):
        partition = (place.parent.name.removeprefix("vpd="), place.name.removeprefix("month="))
        if vpds is None or partition[0] in vpds:
            yield partition, place


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
