"""A running sandbox, and clients for its SFTP and HTTP sides."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh
import httpx
import pytest

from esr_sandbox.run import Sandbox
from esr_sandbox.settings import SandboxSettings

SMALL = SandboxSettings(staff={"277": 600, "312": 120})


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    async with Sandbox(tmp_path / "sandbox", SMALL) as sandbox:
        yield sandbox


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.http_url, timeout=10) as client:
        yield client


@pytest.fixture
async def sftp(sandbox: Sandbox) -> AsyncIterator[asyncssh.SFTPClient]:
    async with connect(sandbox) as connection, connection.start_sftp_client() as client:
        yield client


def connect(sandbox: Sandbox, vpd: str = "277", password: str | None = None) -> asyncssh.connect:
    """Open a connection as a hub does: the host key pinned, nothing taken from this machine's own SSH set-up."""
    pinned = asyncssh.import_known_hosts(f"[127.0.0.1]:{sandbox.sftp_port} {sandbox.host_public_key}\n")
    return asyncssh.connect(
        "127.0.0.1",
        sandbox.sftp_port,
        username=f"hub-{vpd}",
        password=password or f"sandbox-{vpd}",
        known_hosts=pinned,
        client_keys=None,
        config=None,
    )
