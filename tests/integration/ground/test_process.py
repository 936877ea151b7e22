"""Services as processes: how they start, say that they are well, refuse to start, and end."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from esrlink.db.migrations import upgrade
from esrlink.embedded import APP_ROLE, EmbeddedPostgres
from esrlink.runtime import Loop, installed_services, listen, serve

ESRLINK = str(Path(sys.executable).parent / "esrlink")
PATIENCE = 120
"""Seconds for a process to start or end: how long that takes on a busy machine is nothing that is promised."""
(SUBMITTALS,) = (service for service in installed_services() if service.name == "submittals")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen(
        [ESRLINK, *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.communicate()


async def ended(started: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = await asyncio.to_thread(started.communicate, timeout=PATIENCE)
    return started.returncode, out + err


async def until_answers(started: subprocess.Popen[str], address: str, status: int = 200) -> httpx.Response:
    async with httpx.AsyncClient() as http, asyncio.timeout(PATIENCE):
        while started.poll() is None:
            with suppress(httpx.TransportError):
                answer = await http.get(address)
                if answer.status_code == status:
                    return answer
            await asyncio.sleep(0.05)
    raise AssertionError(started.communicate())


@pytest.fixture
async def production(postgres: EmbeddedPostgres) -> AsyncIterator[dict[str, str]]:
    """The settings of a service in production, with a migrated database and an empty one for the bus."""
    names = [f"process_{uuid4().hex[:8]}", f"process_bus_{uuid4().hex[:8]}"]
    for name in names:
        await asyncio.to_thread(postgres.ensure_database, name)
    await asyncio.to_thread(upgrade, SUBMITTALS.migrations, postgres.owner_url(names[0]), app_role=APP_ROLE)
    yield {
        "ESRLINK_MODE": "production",
        "ESRLINK_BUS_URL": postgres.owner_url(names[1]),
        "ESRLINK_ISSUER_URL": "https://id.example.org",
        "ESRLINK_SESSION_SECRET": "a secret for tests only, long enough to be one",
        "SUBMITTALS_DATABASE_URL": postgres.app_url(names[0]),
    }
    for name in names:
        await asyncio.to_thread(postgres.drop_database, name)


@asynccontextmanager
async def serving(settings: dict[str, str]) -> AsyncIterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    with process("serve", "submittals", "--port", str(port), **settings) as started:
        address = f"http://127.0.0.1:{port}/submittals"
        await until_answers(started, f"{address}/live")
        yield started, address


@pytest.mark.parametrize("signals", [[signal.SIGTERM], [signal.SIGINT], [signal.SIGTERM, signal.SIGTERM]])
async def test_a_service_serves_by_its_settings_and_ends_cleanly(
    production: dict[str, str], signals: list[signal.Signals]
) -> None:
    async with serving(production) as (started, address):
        assert (await until_answers(started, f"{address}/ready")).json()["state"] == "ready"
        for number in signals:
            started.send_signal(number)
        status, said = await ended(started)
    assert status == 0, said
    assert "Traceback" not in said


async def test_a_service_whose_database_goes_away_stays_and_is_ready_again(
    production: dict[str, str], postgres: EmbeddedPostgres
) -> None:
    name = production["SUBMITTALS_DATABASE_URL"].partition("/process_")[2].partition("?")[0]
    async with serving(production) as (started, address):
        await until_answers(started, f"{address}/ready")
        with postgres._admin() as admin:
            admin.execute(f'ALTER DATABASE "process_{name}" ALLOW_CONNECTIONS false')
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [f"process_{name}"]
            )
            await until_answers(started, f"{address}/ready", 503)
            admin.execute(f'ALTER DATABASE "process_{name}" ALLOW_CONNECTIONS true')
        await until_answers(started, f"{address}/ready")


async def test_missing_settings_are_named_and_no_value_is_shown(production: dict[str, str]) -> None:
    secret = production["ESRLINK_SESSION_SECRET"]
    with process("serve", "submittals", **(production | {"ESRLINK_ISSUER_URL": ""})) as started:
        status, said = await ended(started)
    assert status == 1
    assert "issuer_url" in said
    assert secret not in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", [["serve", "submittals"], ["up"], ["demo", "--once"]])
async def test_a_port_in_use_is_said_in_a_sentence(
    production: dict[str, str], open_tmp: Path, command: list[str]
) -> None:
    folder = [] if command[0] == "serve" else ["--data-dir", str(open_tmp / f"port-{uuid4().hex[:8]}")]
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        with process(*command, *folder, "--port", port, **production) as started:
            status, said = await ended(started)
    assert status == 1
    assert f"Port {port}" in said
    assert "--port" in said
    assert "Traceback" not in said


async def test_an_unknown_service_is_answered_with_those_there_are() -> None:
    with process("serve", "payroll") as started:
        status, said = await ended(started)
    assert status == 2
    assert "profile-sync" in said


@pytest.mark.parametrize("fault", [RuntimeError("Dr Invented Person"), None])
async def test_a_loop_that_ends_takes_the_process_down_with_it(fault: Exception | None) -> None:
    async def loop() -> None:
        if fault:
            raise fault

    with listen("127.0.0.1", 0) as listening, pytest.raises(BaseExceptionGroup) as caught:
        async with asyncio.timeout(10):
            await serve(FastAPI(), {"x": [Loop("broken", loop)]}, listening)
    assert caught.group_contains(RuntimeError)
    # Frozen objects are never let go of, which extension modules tell as leaks when the process ends.
    assert gc.get_freeze_count() == 0


def test_what_is_answered_goes_out_at_once() -> None:
    """Without it the second part of an answer waits 40 ms for the caller to acknowledge the first."""
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_a_story_that_is_stopped_says_how_to_go_on_and_did_not_succeed(open_tmp: Path) -> None:
    folder = open_tmp / f"stopped-{uuid4().hex[:8]}"
    port = free_port()
    settings = {"SANDBOX_STAFF": '{"277": 300, "312": 60}'}
    with process("demo", "--once", "--data-dir", str(folder), "--port", str(port), **settings) as started:
        await until_answers(started, f"http://127.0.0.1:{port}/try-out/clock")
        started.send_signal(signal.SIGTERM)
        status, said = await ended(started)
    assert status == 1, said
    assert "The same command goes on from here" in said
    assert "Traceback" not in said
