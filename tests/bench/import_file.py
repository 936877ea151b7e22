"""The import of a 100,000-row snapshot by `esrlink import`: wall time and the process's own peak memory.

The peer is a bare COPY of the same file's rows into one unlogged text table on the same kind of server, in the same run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from esrlink.embedded import EmbeddedPostgres
from tests.bench.report import Figure, report

ROWS = 100_000
RUNS = 3
VPD = "277"
ESRLINK = str(Path(sys.executable).parent / "esrlink")


def main() -> None:
    """Three runs, each on a fresh database."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        subprocess.run(
            [ESRLINK, "sandbox", "generate-go", "--rows", str(ROWS), "--vpd", VPD, "--out", str(folder)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        file = next(folder.glob("GO_*.DAT"))
        runs = [_one(folder / f"run-{n}", file) for n in range(RUNS)]
    seconds, megabytes, copies = zip(*runs, strict=True)
    report(
        "import",
        [
            Figure(f"import of {ROWS:,} rows", "s", seconds, 15, "bare COPY", copies),
            Figure("peak memory of the process", "MB", megabytes, 300),
        ],
    )


def _one(data_dir: Path, file: Path) -> tuple[float, float, float]:
    """Seconds and megabytes of one import into an empty hub, and the seconds of the peer."""
    subprocess.run([ESRLINK, "migrate", "--tryout", "--data-dir", str(data_dir)], check=True, stdout=subprocess.DEVNULL)
    server = EmbeddedPostgres(data_dir / "postgres")
    try:
        begun = time.monotonic()
        process = subprocess.Popen(
            [ESRLINK, "import", str(file), "--vpd", VPD, "--data-dir", str(data_dir)], stdout=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"the import failed with {process.returncode}")
        return seconds, usage.ru_maxrss / 1024, _bare_copy(server, file)
    finally:
        server.stop()


def _bare_copy(server: EmbeddedPostgres, file: Path) -> float:
    server.ensure_database("peer")
    with psycopg.connect(server.owner_url("peer"), autocommit=True) as connection:
        connection.execute("CREATE UNLOGGED TABLE bare (row text)")
        begun = time.monotonic()
        with connection.cursor().copy("COPY bare FROM STDIN") as copy, file.open("rb") as source:
            while block := source.read(1 << 16):
                copy.write(block.replace(b"\\", b"\\\\").decode("latin-1").encode())
        return time.monotonic() - begun


if __name__ == "__main__":
    main()
