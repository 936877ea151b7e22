"""SFTP servers that a `FileExchange` is held to: the sandbox's own, OpenSSH's, and one that reckons hashes."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from asyncssh import sftp
from asyncssh.packet import SSHPacket, String

from esr_gateway.trust_settings import ExchangeSettings
from esr_sandbox.run import Sandbox
from esr_sandbox.settings import SandboxSettings
from esr_sandbox.sftp import user_of

_USER, _PASSWORD = "hub-277", "not-a-secret"
_CHECK_FILE, _EXTENDED_REPLY = b"check-file-name", 201


@dataclass(frozen=True)
class Server:
    """A server that runs: how to reach it, and its folders on our disk."""

    settings: ExchangeSettings
    out: Path
    inbox: Path


@asynccontextmanager
async def sandbox(folder: Path) -> AsyncIterator[Server]:
    """The sandbox's server."""
    async with Sandbox(folder / "sandbox", SandboxSettings(staff={"277": 2, "312": 2})) as running:
        password = folder / "password"
        password.write_text(running.settings.password("277"))
        given = {"user": user_of("277"), "password_file": password, "host_key": running.host_public_key}
        yield Server(_settings(running.sftp_port, **given), running.folders.out("277"), running.folders.inbox("277"))


@asynccontextmanager
async def openssh(folder: Path) -> AsyncIterator[Server]:
    """OpenSSH's `sftp-server` behind an SSH connection of asyncssh's."""
    program = openssh_program()
    if program is None:
        pytest.skip("no sftp-server of OpenSSH's: install openssh-sftp-server")

    async with _listening(folder, session=lambda: _Bridge(program, folder)) as server:
        yield server


class _Bridge(asyncssh.SSHServerSession[bytes]):
    """Carries bytes between an SSH channel and a program that speaks SFTP."""

    def __init__(self, program: str, folder: Path) -> None:
        self._command = (program, "-e", "-d", str(folder))
        self._given: asyncio.Queue[bytes] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        chan.set_encoding(None)
        self._channel = chan

    def subsystem_requested(self, subsystem: str) -> bool:
        return subsystem == "sftp"

    def session_started(self) -> None:
        self._tasks = [asyncio.create_task(self._run())]

    def data_received(self, data: bytes, datatype: int | None) -> None:  # noqa: ARG002 - the interface names it
        self._given.put_nowait(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - as above
        self._given.put_nowait(b"")

    async def _run(self) -> None:
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
        )
        assert child.stdin is not None
        assert child.stdout is not None
        self._tasks.append(asyncio.create_task(self._answer(child.stdout)))
        while data := await self._given.get():
            child.stdin.write(data)
        child.stdin.close()
        await child.wait()

    async def _answer(self, stdout: asyncio.StreamReader) -> None:
        while data := await stdout.read(1 << 16):
            self._channel.write(data)
        self._channel.exit(0)


def openssh_program() -> str | None:
    """Where OpenSSH's `sftp-server` is."""
    folders = (
        "/usr/lib/openssh",
        "/usr/libexec/openssh",
        "/usr/lib/ssh",
        "/usr/libexec",
        "build/tools/usr/lib/openssh",
    )
    return shutil.which("sftp-server", path=os.pathsep.join(folders))


@asynccontextmanager
async def reckoning(folder: Path, monkeypatch: pytest.MonkeyPatch, *, names_itself: bool) -> AsyncIterator[Server]:
    """A server with the extension `check-file-name`, as some file gateways have it. Older drafts name it in the answer."""

    class Answer:
        def __init__(self, digest: bytes) -> None:
            self._digest = digest

        def encode(self, _: int) -> bytes:
            named = String(b"check-file") if names_itself else b""
            return named + String(b"sha256") + self._digest

    async def check_file(handler: Any, packet: SSHPacket) -> Answer:
        path = Path(os.fsdecode(handler._server.map_path(packet.get_string())))
        packet.get_remaining_payload()
        return Answer(hashlib.sha256(await asyncio.to_thread(path.read_bytes)).digest())

    handler: Any = sftp.SFTPServerHandler
    monkeypatch.setattr(handler, "_packet_handlers", {**handler._packet_handlers, _CHECK_FILE: check_file})
    monkeypatch.setattr(handler, "_return_types", {**handler._return_types, _CHECK_FILE: _EXTENDED_REPLY})

    def in_folder(channel: Any) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(folder).encode())

    async with _listening(folder, sftp_factory=in_folder) as server:
        yield server


@asynccontextmanager
async def _listening(folder: Path, *, session: Any = None, **options: Any) -> AsyncIterator[Server]:
    for name in ("Out", "In"):
        (folder / name).mkdir()
    key, password = asyncssh.generate_private_key("ssh-ed25519"), folder.with_name(f"{folder.name}-password")
    password.write_text(_PASSWORD)

    class Login(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == (_USER, _PASSWORD)

        def session_requested(self) -> Any:
            return session() if session else False

    listener = await asyncssh.listen("127.0.0.1", 0, server_factory=Login, server_host_keys=[key], **options)
    given = {"user": _USER, "password_file": password, "host_key": key.export_public_key().decode().strip()}
    try:
        yield Server(_settings(listener.get_port(), **given), folder / "Out", folder / "In")
    finally:
        listener.close()
        await listener.wait_closed()


def _settings(port: int, **given: Any) -> ExchangeSettings:
    return ExchangeSettings(host="127.0.0.1", port=port, supplier="LNK", **given)
