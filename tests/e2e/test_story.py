"""The story of `make demo`: it holds from end to end, and it survives being killed at the points that matter.

Each run is the real command in a process of its own, on a smaller world.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import uuid4

import pytest

from esrlink.embedded import EmbeddedPostgres

ESRLINK = str(Path(sys.executable).parent / "esrlink")
LIMIT_SECONDS = 240

# Where the process dies, and what it was doing then. Each story is killed at one point after the other.
KILL_POINTS = (
    {
        "gateway.import.before_commit": "a file is parsed and merged, and not committed",
        "consumer.before_commit": "events took effect, and the bus does not know it",
        "story.chapter-5": "200 records are approved, and the cut-off comes next",
        "gateway.upload.after_rename": "a file has its final name at ESR, and we have not noted it",
    },
    {
        "outbox.published": "events are on the bus, and not marked as published",
        "reporting.before_commit:3": "reports have events, and the bus does not know it",
        "gateway.run.frozen": "a run is frozen with its files written, and nothing is uploaded",
    },
)

pytestmark = [pytest.mark.timeout(2 * LIMIT_SECONDS + 30)]


@pytest.fixture
def folder(open_tmp: Path) -> Iterator[Path]:
    folder = open_tmp / f"demo-{uuid4().hex[:8]}"
    yield folder
    postgres = folder / "hub" / "postgres"
    if postgres.exists():
        EmbeddedPostgres(postgres).stop()


def tell(folder: Path, *, crash_at: str | None = None, kafka: str | None = None) -> subprocess.CompletedProcess[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"SANDBOX_STAFF": '{"277": 600, "312": 120}'} | ({"ESRLINK_CRASH_AT": crash_at} if crash_at else {})
    return subprocess.run(
        [ESRLINK, "demo", "--once", "--data-dir", str(folder), "--port", str(port)]
        + (["--bus", f"kafka://{kafka}"] if kafka else []),
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


def test_the_story_holds_from_end_to_end(folder: Path) -> None:
    done = tell(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything held" in done.stdout


def test_the_same_story_holds_on_kafka(folder: Path, kafka: str) -> None:
    """Killed between the bus and the outbox, which is where the two buses differ most, and gone on with."""
    killed = tell(folder, crash_at="outbox.published:20", kafka=kafka)
    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    done = tell(folder, kafka=kafka)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything held" in done.stdout


@pytest.mark.parametrize("points", KILL_POINTS, ids=["before and after what it commits", "between two systems"])
def test_a_story_that_is_killed_goes_on_with_nothing_lost_or_doubled(folder: Path, points: Mapping[str, str]) -> None:
    for point, moment in points.items():
        killed = tell(folder, crash_at=point)
        assert killed.returncode == -signal.SIGKILL, f"{point}, {moment}:\n{killed.stdout}{killed.stderr}"
    done = tell(folder)
    # The story itself compares what was approved with the lines sent and with what ESR applied, record by record.
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything held" in done.stdout
