"""Ten thousand corruptions of a real-shaped file: each gets a clear verdict, and what was not touched is kept."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from esr_gateway.from_esr.go_frame import read_frame
from esr_gateway.from_esr.go_rows import GoReader
from esr_gateway.from_esr.verdicts import Quarantined, RejectedRow
from esr_gateway.layout import data_warehouse
from esr_sandbox.esr.bulk import write_snapshot
from esr_sandbox.world.trusts import TRUSTS

LAYOUT = data_warehouse()
CORRUPTIONS = 10_000
BATCHES = 10
ODD = [
    b"~",
    b"~~",
    b"\0",
    b"\r",
    b"\x1f",
    b'"',
    b"\xa3",
    b"\xff\xfe",
    b"99999999",
    b"20260230",
    b"ASA~",
    b"PRD~",
    b"-",
    b" ",
]


def corrupt(content: bytes, chance: random.Random) -> bytes:
    """One to three damages: most within a row, as bad data are; some to rows, some to the file, as bad transfers are."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        at = chance.randrange(len(content))
        kind = chance.random()
        if kind < 0.45:
            content = content[:at] + chance.choice(ODD) + content[at + chance.randrange(3) :]
        elif kind < 0.7:
            content = content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
        elif kind < 0.95:
            lines = content.split(b"\n")
            one, other = chance.randrange(1, len(lines) - 2), chance.randrange(1, len(lines) - 2)
            lines[one] = chance.choice(
                (lines[other], lines[one][: chance.randrange(len(lines[one]) + 1)], lines[one] * 2)
            )
            content = b"\n".join(lines)
        else:
            content = chance.choice((content[:at], content[at:], content + content[-at:]))
        if not content:
            return content
    return content


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot as the sandbox writes it: the trust's own rows, and some people's."""
    return write_snapshot(TRUSTS[0], 130 + 60, tmp_path_factory.mktemp("whole"), seed=7, asof=date(2026, 8, 3)).path


@pytest.mark.parametrize("batch", range(BATCHES))
def test_each_corruption_gets_a_clear_verdict_and_every_untouched_row_is_kept(
    whole: Path, tmp_path: Path, batch: int
) -> None:
    content, chance = whole.read_bytes(), random.Random(f"corruption {batch}")  # noqa: S311 - the same every time
    untouched = set(content.split(b"\n")[1:-2])
    path, refusals, with_bad_rows = tmp_path / whole.name, list[Quarantined](), 0
    for _ in range(CORRUPTIONS // BATCHES):
        damaged = corrupt(content, chance)
        path.write_bytes(damaged)
        rejected: list[RejectedRow] = []
        reader = GoReader(LAYOUT, rejected.append)
        try:
            frame = read_frame(LAYOUT, path, path.name, "277")
            rows = list(reader.rows(path, frame.trailer_count))
        except Quarantined as verdict:
            refusals.append(verdict)
            continue
        with_bad_rows += bool(rejected)
        taken = {row.row_number for row in rows if row.op != "X"}
        refused = {one.row_number for one in rejected}
        assert reader.counts.rows == len(taken) + len(refused) + reader.counts.unread
        assert not taken & refused
        assert all(one.code and one.reason.endswith(".") for one in rejected)
        for number, line in enumerate(damaged.split(b"\n"), start=1):
            assert line not in untouched or number not in refused
    # Neither "refuse the file" nor "take everything" would pass for a verdict.
    assert len(refusals) > 50
    assert with_bad_rows > 300
    assert all(one.code and one.reason.endswith(".") for one in refusals)
