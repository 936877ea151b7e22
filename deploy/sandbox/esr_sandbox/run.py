"""Runs a sandbox: SFTP and HTTP servers over one root folder, in the process and event loop of whoever starts it.

Ports, host key and everything that ESR did are kept in the root folder, so a sandbox that was killed starts where it was.
"""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import asyncssh
import uvicorn
from fastapi import FastAPI

from esr_sandbox.app import create_app
from esr_sandbox.errors import SandboxError
from esr_sandbox.esr.simulator import Esr
from esr_sandbox.esr.worlds import Worlds
from esr_sandbox.faults import FaultBoard
from esr_sandbox.folders import Folders
from esr_sandbox.settings import SandboxSettings
from esr_sandbox.sftp import Exchange, host_key, listen
from esr_sandbox.store import Store
from esr_sandbox.world.trusts import TRUSTS

_STOP_WITHIN_SECONDS = 3


class Sandbox:
    """One sandbox over a root folder: `async with Sandbox(root) as sandbox: …`.

    One process at a time may run over a root folder.
    """

    def __init__(self, root: Path, settings: SandboxSettings | None = None) -> None:
        self.settings = settings or SandboxSettings()
        self.folders = Folders(root)
        self.folders.make(tuple(trust.vpd for trust in TRUSTS))
        self._store = Store(self.folders.memory)
        self.faults = FaultBoard(self._store)
        self.esr = Esr(self.folders, self._store, self.faults, Worlds(self._store, self.settings))
        self.app: FastAPI = create_app(self)
        self.host_public_key = host_key(self.folders).export_public_key().decode().strip()
        self._sftp: asyncssh.SSHAcceptor | None = None
        self._http: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def sftp_port(self) -> int:
        """The port of the SFTP server; 0 before the first start."""
        return self.settings.sftp_port or int(self._store.recall("sftp_port") or 0)

    @property
    def http_port(self) -> int:
        """The port of the HTTP server; 0 before the first start."""
        return self.settings.http_port or int(self._store.recall("http_port") or 0)

    @property
    def http_url(self) -> str:
        """Where the HTTP server answers, without a slash at the end."""
        return f"http://{self.settings.host}:{self.http_port}"

    async def start(self) -> None:
        """Start both servers and put what a killed run left in the store.

        Raises:
            SandboxError: a port is taken by somebody else.

        """
        self.esr.publish_all()
        exchange = Exchange(self.folders, self.settings, self.faults, self.esr.outbox)
        try:
            self._sftp = await listen(exchange, self.sftp_port)
        except OSError:
            raise _port_taken("SFTP", self.sftp_port) from None
        self._store.remember("sftp_port", str(self._sftp.get_port()))
        try:
            listener = self._listen_http()
        except OSError:
            await self._stop_sftp()
            raise _port_taken("HTTP", self.http_port) from None
        self._store.remember("http_port", str(listener.getsockname()[1]))
        self._http = _Server(
            uvicorn.Config(self.app, lifespan="off", log_config=None, log_level="warning", access_log=False)
        )
        self._serving = asyncio.create_task(self._http.serve(sockets=[listener]))
        await self._http.ready.wait()

    async def stop(self) -> None:
        """Stop both servers and close the store; connections that are open are cut."""
        if self._http is not None and self._serving is not None:
            self._http.should_exit = True
            done, _ = await asyncio.wait({self._serving}, timeout=_STOP_WITHIN_SECONDS)
            if not done:
                self._http.force_exit = True
                await self._serving
        await self._stop_sftp()
        self._store.close()

    async def _stop_sftp(self) -> None:
        if self._sftp is not None:
            self._sftp.close()
            await self._sftp.wait_closed()
            self._sftp = None

    def _listen_http(self) -> socket.socket:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self.settings.host, self.http_port))
        except OSError:
            listener.close()
            raise
        return listener

    async def __aenter__(self) -> "Sandbox":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


class _Server(uvicorn.Server):
    """A uvicorn server inside another program: it says when it is ready and leaves signals alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _port_taken(what: str, port: int) -> SandboxError:
    sentence = (
        f"Port {port}, which the sandbox's {what} server had before, is taken. Free it or set SANDBOX_{what}_PORT."
    )
    return SandboxError("port-taken", sentence)
