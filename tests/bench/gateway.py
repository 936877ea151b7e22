"""A snapshot of a million rows (about 150,000 people): parsed, validated, compared, stored and in the outbox.

Each import is done by a process of its own, whose memory is measured with its children's, on a fresh database of the embedded
PostgreSQL; the clock runs from the archived file to the commit. Peers, on the same server in the same run: a bare COPY of the
same rows into an unlogged table of 58 text columns, and `pandas.read_csv` with `to_sql` on the first 50,000 rows (its time for
all of them is taken to be in proportion). `BENCH_ROWS` sets the rows, `BENCH_RUNS` the runs; `BENCH_MORE=10` imports, once,
a file ten times as large as well, in place of comparing with one of a tenth. A virtual machine may be given its memory only as it
touches it, at 8 microseconds a page, and the larger file touches the most of it: `BENCH_WARM=18` fills the page cache with 18 GB
of nothing before either is imported, as it is full on a machine that has run for a while.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import psycopg

from esrlink.embedded import EmbeddedPostgres
from tests.bench.report import Figure, report

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
MORE = int(os.environ.get("BENCH_MORE", "1"))
WARM = int(os.environ.get("BENCH_WARM", "0"))
PANDAS_ROWS = min(50_000, ROWS)
WIDEST = 58
VPD = "277"
ESRLINK = str(Path(sys.executable).parent / "esrlink")
DAYS = ("20260803", "20260802")
NEXT_DAYS = ("20260804", "20260803")


@dataclass(frozen=True)
class Measured:
    """One import: seconds of wall time, megabytes of the process and its children."""

    seconds: float
    megabytes: float


def main() -> None:
    """Three runs, each on a fresh database."""
    if sys.argv[1:2] == ["import"]:
        sys.stdout.write(json.dumps(asyncio.run(_import(Path(sys.argv[2]), Path(sys.argv[3])))))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        whole = _generated(folder / "whole", ROWS)
        again = _another_day(whole, folder)
        other = _generated(folder / "other", ROWS * MORE if MORE > 1 else ROWS // 10)
        padded = _padded(whole, folder / "padded")
        figures = _figures(folder, whole, again, other, padded)
    report("gateway-import", figures)


def _figures(folder: Path, whole: Path, again: Path, other: Path, padded: Path) -> list[Figure]:
    first, second, copies, pandas = [], [], [], []
    tenths, ten_times = list[Measured](), list[Measured]()
    for n in range(RUNS):
        hub = folder / f"run-{n}"
        _warm(folder)
        first.append(_one(hub, whole))
        second.append(_one(hub, again))
        server = EmbeddedPostgres(hub / "postgres")
        try:
            server.ensure_database("peer")
            copies.append(_bare_copy(server, padded))
            pandas.append(_pandas(server, whole) * ROWS / PANDAS_ROWS)
        finally:
            server.stop()
            shutil.rmtree(hub)  # else each run would find less of the machine's memory and disk than the one before
        if n == 0 or MORE == 1:
            _warm(folder)
            part = _one(folder / f"other-{n}", other)
            shutil.rmtree(folder / f"other-{n}")
            (ten_times if MORE > 1 else tenths).append(part)
    ours = tuple(one.seconds for one in first)
    small, large = (first[: len(ten_times)], ten_times) if MORE > 1 else (tenths, first)
    rows = f"{ROWS:,} rows"
    return [
        Figure(f"import of {rows}", "rows/s", tuple(ROWS / seconds for seconds in ours), 60_000, at_least=True),
        Figure("memory of the process", "MB", tuple(one.megabytes for one in first), 250),
        Figure("its time, in bare COPYs", "x", _ratios(ours, copies), 4, "COPY s", tuple(copies)),
        Figure("pandas' time, in ours", "x", _ratios(pandas, ours), 5, "pandas s", tuple(pandas), at_least=True),
        Figure("the same again, of the first", "x", _ratios([one.seconds for one in second], ours), 0.6),
        Figure(
            "ten times the rows, in time",
            "x",
            _ratios([one.seconds for one in large], [one.seconds for one in small]),
            11,
        ),
        Figure(
            "ten times the rows, in memory",
            "x",
            _ratios([one.megabytes for one in large], [one.megabytes for one in small]),
            1.25,
        ),
    ]


def _warm(folder: Path) -> None:
    with (folder / "nothing").open("ab+") as file:
        file.truncate(WARM << 30)
        file.seek(0)
        while file.read(1 << 20):
            pass


def _ratios(some: Any, others: Any) -> tuple[float, ...]:
    return tuple(one / other for one, other in zip(some, others, strict=True))


def _generated(folder: Path, rows: int) -> Path:
    folder.mkdir()
    command = [ESRLINK, "sandbox", "generate-go", "--rows", str(rows), "--vpd", VPD, "--out", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("GO_*.DAT"))


def _another_day(file: Path, folder: Path) -> Path:
    """The same rows as the snapshot of the next day: another name, sequence and header."""
    name = file.name.replace(f"{DAYS[0]}_00000001", f"{NEXT_DAYS[0]}_00000002")
    with file.open("rb") as source, (folder / name).open("wb") as target:
        header = source.readline().decode()
        for old, new in ((file.name, name), *((f"{a} 0", f"{b} 0") for a, b in zip(DAYS, NEXT_DAYS, strict=True))):
            header = header.replace(old, new)
        target.write(header.encode())
        while block := source.read(1 << 20):
            target.write(block)
    return folder / name


def _padded(file: Path, target: Path) -> Path:
    """The rows with as many columns as the widest, as COPY wants them."""
    with file.open(encoding="latin-1") as source, target.open("w", encoding="utf-8") as out:
        for line in source:
            row = line.rstrip("\n")
            out.write(row.replace("\\", "\\\\") + "~" * (WIDEST - 1 - row.count("~")) + "\n")
    return target


def _one(hub: Path, file: Path) -> Measured:
    """One import by a process of its own."""
    command = [sys.executable, "-m", "tests.bench.gateway", "import", str(hub), str(file)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found = json.loads(done.stdout.decode().splitlines()[-1])
    if found["state"] != "imported" or found["rows"] + 2 != found["counted"]:
        raise SystemExit(f"the import of {file.name} ended as {found}")
    return Measured(found["seconds"], found["megabytes"])


async def _import(hub: Path, file: Path) -> dict[str, object]:
    """What `esrlink import` does, with the clock running from the archived file on."""
    from esr_gateway.commands import gateway_database
    from esr_gateway.from_esr import files
    from esr_gateway.gateway import assemble
    from esr_gateway.trust_lock import trust_lock
    from esrlink.ids import new_id

    async with gateway_database(hub) as (settings, database, clock):
        receiver = assemble(settings, database, clock, new_id).receiver
        async with trust_lock(database, VPD):
            draft = receiver.archive.draft()
            await asyncio.to_thread(lambda: draft.write_bytes(b""))
            await asyncio.to_thread(subprocess.run, ["cp", str(file), str(draft)], check=True)
            file_id = await receiver.archive_file(VPD, file.name, draft)
            watch = _MemoryWatch()
            begun = time.perf_counter()
            await receiver.work_through(VPD)
            seconds = time.perf_counter() - begun
            megabytes = watch.end()
        async with database.read([VPD]) as tx:
            found = await files.find_file(tx, file_id)
    with file.open("rb") as source:
        source.seek(-20, 2)
        counted = int(source.read().rsplit(b"~", 1)[1])
    assert found is not None
    return {"state": found.state, "rows": found.rows, "counted": counted, "seconds": seconds, "megabytes": megabytes}


class _MemoryWatch:
    """The most memory that this process and its children, but for PostgreSQL, held at one time, looked at 20 times a second.

    Pages that a child shares with its parent count once. Who the children are is asked once a second: to be told, all processes
    of the machine are gone through, which took half a second of the processor from the import that was measured.
    """

    def __init__(self) -> None:
        self._most = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        me, children = psutil.Process(), list[psutil.Process]()
        for look in count():
            if self._ended.wait(0.05):
                return
            if look % 20 == 0:
                children = [child for child in me.children(recursive=True) if not _is_postgres(child)]
            held = me.memory_info().rss
            for child in children:
                with suppress(psutil.Error):  # it has just ended
                    held += child.memory_full_info().pss
            self._most = max(self._most, held)

    def end(self) -> float:
        """Megabytes."""
        self._ended.set()
        self._thread.join()
        return self._most / (1 << 20)


def _is_postgres(process: psutil.Process) -> bool:
    try:
        return "postgres" in process.name()
    except psutil.Error:
        return True  # it has just ended


def _bare_copy(server: EmbeddedPostgres, padded: Path) -> float:
    columns = ", ".join(f"c{n} text" for n in range(WIDEST))
    with psycopg.connect(server.owner_url("peer"), autocommit=True) as connection:
        connection.execute(f"CREATE UNLOGGED TABLE bare ({columns})")
        begun = time.perf_counter()
        with connection.cursor().copy("COPY bare FROM STDIN (DELIMITER '~')") as copy, padded.open("rb") as source:
            while block := source.read(1 << 16):
                copy.write(block)
        return time.perf_counter() - begun


def _pandas(server: EmbeddedPostgres, file: Path) -> float:
    import pandas as pd  # type: ignore[import-untyped]
    from sqlalchemy import create_engine

    from esrlink.db.urls import sqlalchemy_url

    engine = create_engine(sqlalchemy_url(server.owner_url("peer")))
    begun = time.perf_counter()
    frame = pd.read_csv(
        file,
        sep="~",
        header=None,
        skiprows=1,
        nrows=PANDAS_ROWS,
        names=[f"c{n}" for n in range(WIDEST)],
        dtype=str,
        keep_default_na=False,
        encoding="latin-1",
        quoting=3,
    )
    frame.to_sql("pandas_rows", engine, index=False)
    seconds = time.perf_counter() - begun
    engine.dispose()
    return seconds


if __name__ == "__main__":
    main()
