"""Writes a GO snapshot of any size by streaming, for load tests and imports by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path

from esr_sandbox.esr.go_file import CHARSET, GoFile
from esr_sandbox.esr.outbound_rows import person_rows, trust_rows
from esr_sandbox.world.recruiting import Recruiter
from esr_sandbox.world.trusts import Trust

_REPORT_EVERY = 10_000


@dataclass(frozen=True)
class BulkFile:
    """A written file: `rows` counts the rows between header and trailer."""

    path: Path
    rows: int
    people: int


def write_snapshot(
    trust: Trust,
    rows: int,
    folder: Path,
    *,
    seed: int,
    asof: date,
    sequence: int = 1,
    progress: Callable[[int], None] = lambda _: None,
) -> BulkFile:
    """Write a valid snapshot of exactly `rows` data rows (at least the trust's own) and return where it is.

    Memory stays flat: people are made, written and forgotten one by one. About 6.7 rows are a person's.
    """
    recruiter = Recruiter(trust, seed, asof)
    people = 0

    def data() -> Iterator[str]:
        nonlocal people
        yield from trust_rows(trust)
        for index in count():
            people = index + 1
            yield from person_rows(trust, recruiter.person(index))

    file = GoFile(trust.vpd, "GDR", sequence, asof - timedelta(days=1), asof)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file.name
    partial = path.with_name(path.name + "._TXFR")
    with partial.open("w", encoding=CHARSET, newline="\n", buffering=1 << 20) as out:
        for written, line in enumerate(file.lines(islice(data(), rows))):
            out.write(line)
            out.write("\n")
            if written % _REPORT_EVERY == 0:
                progress(written)
    progress(rows)
    partial.replace(path)
    return BulkFile(path, rows, people)
