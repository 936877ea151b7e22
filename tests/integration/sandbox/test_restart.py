"""A sandbox that is stopped or killed goes on where it was, under the same ports and the same key."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import httpx
import pytest

from esr_sandbox.errors import SandboxError
from esr_sandbox.faults import Fault, Parameters
from esr_sandbox.run import Sandbox
from esr_sandbox.store import Store

from .conftest import SMALL

DAYS = [f"2026-08-{day:02d}" for day in range(4, 9)]


async def test_ports_key_faults_and_sequence_survive_a_restart(tmp_path: Path) -> None:
    async with Sandbox(tmp_path, SMALL) as first:
        before = (first.sftp_port, first.http_port, first.host_public_key)
        sequence = first.esr.changes("277", date(2026, 8, 4)).sequence
        first.faults.switch_on(Fault.LATE_FILE, Parameters())
    async with Sandbox(tmp_path, SMALL) as second:
        assert (second.sftp_port, second.http_port, second.host_public_key) == before
        assert set(second.faults.active()) == {Fault.LATE_FILE}
        assert second.esr.changes("277", date(2026, 8, 5)).sequence == sequence + 1


async def test_a_taken_port_is_told_and_leaves_nothing_running(tmp_path: Path) -> None:
    async with Sandbox(tmp_path / "one", SMALL) as running:
        blocked = Sandbox(tmp_path / "two", SMALL.model_copy(update={"http_port": running.http_port}))
        with pytest.raises(SandboxError) as told:
            await blocked.start()
        assert told.value.code == "port-taken"
        assert str(running.http_port) in told.value.sentence
        await blocked.stop()


async def test_killed_again_and_again_it_writes_every_day_once_and_in_order(tmp_path: Path) -> None:
    """Kill the process at a different moment of each day's work, start it again, ask again."""
    written: list[str] = []
    for n, day in enumerate(DAYS):
        await _ask_and_kill(tmp_path, day, kill_after=0.004 * n)
        async with Sandbox(tmp_path, SMALL) as again:
            written.append(again.esr.changes("277", date.fromisoformat(day)).name)
            present = sorted(path.name for path in again.folders.out("277").iterdir())
            assert present == written
            for path in again.folders.out("277").iterdir():
                lines = path.read_bytes().splitlines()
                assert lines[-1] == b"TRL~%d" % len(lines)
    assert [int(name[-12:-4]) for name in written] == list(range(1945, 1945 + len(DAYS)))


async def _ask_and_kill(root: Path, day: str, kill_after: float) -> None:
    environment = os.environ | {"SANDBOX_STAFF": '{"277": 600, "312": 120}'}
    process = subprocess.Popen(  # noqa: ASYNC220 - it returns at once
        [sys.executable, "-c", "from esr_sandbox.commands import sandbox_command as run; run()", "--root", str(root)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        url = await _url(root, process)
        async with httpx.AsyncClient() as client:
            asked = asyncio.create_task(client.post(f"{url}/sandbox/esr/277/changes", json={"date": day}))
            await asyncio.wait({asked}, timeout=kill_after)
            process.send_signal(signal.SIGKILL)
            await asyncio.wait({asked})
            asked.exception()
    finally:
        process.kill()
        process.wait()


async def _url(root: Path, process: subprocess.Popen[bytes]) -> str:
    """Return where the process answers, once it does."""
    deadline = time.monotonic() + 30
    async with httpx.AsyncClient() as client:
        while time.monotonic() < deadline and process.poll() is None:
            port = _remembered_port(root)
            if port:
                try:
                    await client.get(f"http://127.0.0.1:{port}/sandbox/faults")
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
                else:
                    return f"http://127.0.0.1:{port}"
            await asyncio.sleep(0.02)
    raise AssertionError("the sandbox did not start")


def _remembered_port(root: Path) -> str | None:
    if not (root / "sandbox.sqlite3").exists():
        return None
    store = Store(root / "sandbox.sqlite3")
    try:
        return store.recall("http_port")
    finally:
        store.close()
