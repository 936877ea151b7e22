"""Two real hubs, each in a process of its own, started once for all tests: one that the story has filled, one that is fresh."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page

from esrlink.embedded import EmbeddedPostgres

ESRLINK = str(Path(sys.executable).parent / "esrlink")
# The story takes about 15 s on two idle cores; other tests run beside it.
LIMIT_SECONDS = 150
SMALL_WORLD = {"SANDBOX_STAFF": '{"277": 600, "312": 120}'}
PLACES = {
    "Overview": "/",
    "ESR gateway": "/esr-gateway/",
    "Profiles": "/profile-sync/",
    "Submittals": "/submittals/",
    "Job plans": "/jobplan-adapter/",
}


@dataclass(frozen=True)
class Site:
    """A hub that answers at `url`."""

    url: str

    async def visit(self, page: Page, path: str) -> int:
        """Open a page of the hub; give its status."""
        answer = await page.goto(self.url + path)
        assert answer is not None
        return answer.status

    async def sign_in(self, page: Page, name: str) -> None:
        """Become the sample person of that name; it ends at the overview."""
        await self.visit(page, "/")
        await page.get_by_role("link", name=name).click()
        await page.wait_for_url(f"{self.url}/")


@contextmanager
def _running(command: str, folder: Path, postgres: Path) -> Iterator[tuple[Site, subprocess.Popen[bytes]]]:
    folder.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [ESRLINK, command, "--data-dir", str(folder / "data"), "--port", str(port)],
            env={**os.environ, **SMALL_WORLD},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Site(f"http://127.0.0.1:{port}"), process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if postgres.exists():
                EmbeddedPostgres(postgres).stop()


def _wait_until(is_so: object, process: subprocess.Popen[bytes], log: Path) -> None:
    assert callable(is_so)
    deadline = time.monotonic() + LIMIT_SECONDS
    while not is_so():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"the hub did not get ready:\n{log.read_text('utf-8', 'replace')[-3000:]}")
        time.sleep(0.1)


@pytest.fixture(scope="session")
def filled(open_tmp: Path) -> Iterator[Site]:
    """A hub with the whole story in it: two trusts, files in and out, links to review, records in many states."""
    folder = open_tmp / "ui-filled"
    story = folder / "data" / "story.json"

    def is_told() -> bool:
        return story.exists() and bool(json.loads(story.read_text("utf-8") or "{}").get("finished"))

    with _running("demo", folder, folder / "data" / "hub" / "postgres") as (site, process):
        _wait_until(is_told, process, folder / "log")
        yield site


@pytest.fixture(scope="session")
def fresh(open_tmp: Path) -> Iterator[Site]:
    """A hub that nobody has set up yet."""
    folder = open_tmp / "ui-fresh"

    with _running("up", folder, folder / "data" / "postgres") as (site, process):

        def answers() -> bool:
            try:
                return httpx.get(f"{site.url}/submittals/live", timeout=1).status_code == 200
            except httpx.TransportError:
                return False

        _wait_until(answers, process, folder / "log")
        yield site
