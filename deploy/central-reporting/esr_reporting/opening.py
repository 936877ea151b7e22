"""Opens DuckDB files. One process at a time may write a file, and none may read it meanwhile: whoever comes waits.

The consumer lets go of the file whenever it has nothing to do, and now and then when it has, so a wait is short.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import duckdb

from esrlink.errors import Unavailable

T = TypeVar("T")
PATIENCE = timedelta(seconds=30)
_PAUSE_SECONDS = 0.05
# Every month rule is about the calendar of the trusts, wherever the machine stands.
_TIME_ZONE = "SET TimeZone = 'Europe/London'"


def connect(path: Path | None, *, memory: str, patience: timedelta = PATIENCE) -> duckdb.DuckDBPyConnection:
    """A connection to the file, made if it is not there, to write it; to memory alone for none.

    `memory` is the most that DuckDB may use, such as `512MB`. Raises `Unavailable` after `patience`.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "threads": "2",
        # What is needed is built in; nothing is ever fetched from the network.
        "autoinstall_known_extensions": "false",
    }
    if path is None:  # a file spills beside itself; this one would into the folder that we happen to stand in
        config["temp_directory"] = str(Path(tempfile.gettempdir()) / "esrlink-reporting-spill")
    connection = _patiently(lambda: duckdb.connect(str(path or ":memory:"), config=config), patience)
    connection.execute(_TIME_ZONE)
    return connection


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str, *, patience: timedelta = PATIENCE) -> None:
    """Show the file, as it is now, under `name`, to be read only. Raises `Unavailable` after `patience`."""
    quoted = str(path).replace("'", "''")
    _patiently(lambda: connection.execute(f"ATTACH '{quoted}' AS {name} (READ_ONLY)"), patience)


def _patiently(work: Callable[[], T], patience: timedelta) -> T:
    deadline = time.monotonic() + patience.total_seconds()
    while True:
        try:
            return work()
        except (duckdb.IOException, duckdb.ResourceInUseException, duckdb.ConnectionException) as error:
            if time.monotonic() > deadline:
                raise Unavailable(
                    "The reporting file cannot be opened: another process holds it, or it is not a DuckDB file."
                    " Try again, or see who reads it for so long."
                ) from error
        time.sleep(_PAUSE_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
