"""The simulated ESR's SFTP server: one user per trust (`hub-277`), each shut in a folder with `Out/` and `In/`.

Only what a file exchange needs is allowed: no links, no folders made or removed. The faults of a connection strike here.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import asyncssh

from esr_sandbox.esr.outbox import Outbox
from esr_sandbox.faults import (
    DiskFull,
    DroppedConnection,
    Fault,
    FaultBoard,
    FileRefused,
    ListingRefused,
    LoginRevoked,
    LostReceipt,
    Parameters,
    RenameRefused,
    Silent,
)
from esr_sandbox.folders import Folders
from esr_sandbox.settings import SandboxSettings
from esr_sandbox.world.trusts import TRUSTS

_USER_PREFIX = "hub-"
_SILENT_SECONDS = 0.02


def user_of(vpd: str) -> str:
    """Return the SFTP user name of a trust."""
    return _USER_PREFIX + vpd


def host_key(folders: Folders) -> asyncssh.SSHKey:
    """Return the server's key, made on the first start; its public half stands beside it in OpenSSH format."""
    path = folders.host_key
    if not path.exists():
        folders.put(path, asyncssh.generate_private_key("ssh-ed25519").export_private_key())
        path.chmod(0o600)
    key = asyncssh.read_private_key(path)
    folders.put(path.with_name(path.name + ".pub"), key.export_public_key())
    return key


@dataclass(frozen=True)
class Exchange:
    """What every connection needs of the sandbox."""

    folders: Folders
    settings: SandboxSettings
    faults: FaultBoard
    outbox: Outbox


class Gatekeeper(asyncssh.SSHServer):
    """Lets a trust's user in by password, or by a key that stands in the sandbox's `authorized_keys` folder."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Keep the connection for the keys of the user who is about to sign in."""
        self._connection = conn

    def begin_auth(self, username: str) -> bool:
        """Load the user's keys, if there are any; everybody has to sign in."""
        vpd = username.removeprefix(_USER_PREFIX)
        keys = self._exchange.folders.authorized_keys(vpd)
        self._is_revoked = self._exchange.faults.strike(Fault.LOGIN_REVOKED, LoginRevoked, vpd) is not None
        if _is_user(username) and keys.is_file() and not self._is_revoked:
            self._connection.set_authorized_keys(str(keys))
        return True

    def password_auth_supported(self) -> bool:
        """Passwords are taken."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Compare with the settings."""
        vpd = username.removeprefix(_USER_PREFIX)
        return _is_user(username) and not self._is_revoked and password == self._exchange.settings.password(vpd)


def _is_user(username: str) -> bool:
    return username in {user_of(trust.vpd) for trust in TRUSTS}


class ExchangeServer(asyncssh.SFTPServer):
    """One SFTP session of a trust's user."""

    def __init__(self, chan: "asyncssh.SSHServerChannel[bytes]", exchange: Exchange) -> None:
        self._vpd = str(chan.get_extra_info("username")).removeprefix(_USER_PREFIX)
        self._faults = exchange.faults
        self._outbox = exchange.outbox
        self._moved: dict[int, int] = {}
        super().__init__(chan, chroot=str(exchange.folders.exchange(self._vpd).resolve()).encode())

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        """List a folder; a file that is being written has grown since the last listing."""
        await self._silence("listing")
        refused = self._faults.standing(Fault.LISTING_REFUSED, ListingRefused, self._vpd)
        if refused and (refused.folder is None or path.strip(b"/.") == refused.folder.encode()):
            self._faults.strike(Fault.LISTING_REFUSED, ListingRefused, self._vpd)
            raise asyncssh.SFTPPermissionDenied("The folder cannot be listed")
        self._outbox.grow(self._vpd)
        async for name in super().scandir(path):
            yield name

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Open a file, unless it may not be read or written."""
        fault = Fault.WRITING_REFUSED if pflags & asyncssh.FXF_WRITE else Fault.READING_REFUSED
        refused = self._faults.standing(fault, FileRefused, self._vpd)
        if refused and path.rpartition(b"/")[2].startswith(refused.name.encode()):
            self._faults.strike(fault, FileRefused, self._vpd)
            raise asyncssh.SFTPPermissionDenied("The file is not for you")
        return super().open(path, pflags, attrs)

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Read from a file, unless the connection is cut first."""
        await self._silence("reading")
        data: bytes = super().read(file_obj, offset, size)  # type: ignore[assignment]
        fault = self._faults.standing(Fault.DROPPED_CONNECTION, DroppedConnection, self._vpd)
        if fault and fault.direction == "down":
            self._count(file_obj, len(data), fault)
        return data

    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Write to a file, unless the connection is cut or the space ends first."""
        await self._silence("writing")
        full = self._faults.standing(Fault.DISK_FULL, DiskFull, self._vpd)
        if full and offset + len(data) > full.after_bytes:
            self._faults.strike(Fault.DISK_FULL, DiskFull, self._vpd)
            super().write(file_obj, offset, data[: max(0, full.after_bytes - offset)])
            raise asyncssh.SFTPNoSpaceOnFilesystem("No space left on device")
        fault = self._faults.standing(Fault.DROPPED_CONNECTION, DroppedConnection, self._vpd)
        if fault and fault.direction == "up":
            room = max(0, fault.after_bytes - self._moved.get(id(file_obj), 0))
            super().write(file_obj, offset, data[:room])
            self._count(file_obj, len(data), fault)
        written: int = super().write(file_obj, offset, data)  # type: ignore[assignment]
        return written

    def close(self, file_obj: object) -> None:
        """Close a file."""
        self._moved.pop(id(file_obj), None)
        super().close(file_obj)

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename; refuse to put a file over another."""
        await self._renaming(super().rename, oldpath, newpath)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename, over another file if there is one."""
        await self._renaming(super().posix_rename, oldpath, newpath)

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:  # noqa: ARG002 - the interface names them
        """Refuse: a link could lead out of the trust's folder."""
        raise asyncssh.SFTPPermissionDenied("Links are not allowed")

    def link(self, oldpath: bytes, newpath: bytes) -> None:  # noqa: ARG002 - as above
        """Refuse, as for symbolic links."""
        raise asyncssh.SFTPPermissionDenied("Links are not allowed")

    def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:  # noqa: ARG002 - as above
        """Refuse: the exchange has its two folders."""
        raise asyncssh.SFTPPermissionDenied("Folders cannot be made")

    def rmdir(self, path: bytes) -> None:  # noqa: ARG002 - as above
        """Refuse: the exchange has its two folders."""
        raise asyncssh.SFTPPermissionDenied("Folders cannot be removed")

    def _count(self, file_obj: object, size: int, fault: DroppedConnection) -> None:
        moved = self._moved.get(id(file_obj), 0) + size
        self._moved[id(file_obj)] = moved
        if moved > fault.after_bytes:
            self._faults.strike(Fault.DROPPED_CONNECTION, DroppedConnection, self._vpd)
            self._cut()

    async def _renaming(self, rename: Callable[[bytes, bytes], object], oldpath: bytes, newpath: bytes) -> None:
        await self._silence("rename")
        refused = self._faults.strike(Fault.RENAME_REFUSED, RenameRefused, self._vpd)
        lost = None if refused else self._faults.strike(Fault.LOST_RECEIPT, LostReceipt, self._vpd)
        if not any(fault and not fault.done for fault in (refused, lost)):
            rename(oldpath, newpath)
        if refused:
            raise asyncssh.SFTPPermissionDenied("Rename refused")
        if lost:
            self._cut()

    async def _silence(self, on: str) -> None:
        """Wait while the server is silent. A client that gives up takes its connection, and with it this call, away."""
        while (silent := self._faults.standing(Fault.SILENT, Silent, self._vpd)) and silent.on == on:
            if self.channel.is_closing():
                self._cut()
            await asyncio.sleep(_SILENT_SECONDS)

    def _cut(self) -> None:
        self.connection.abort()
        raise asyncssh.SFTPConnectionLost("The connection was cut")


async def listen(exchange: Exchange, port: int) -> asyncssh.SSHAcceptor:
    """Start the server on a port (0: any free one).

    Raises:
        OSError: the port is taken.

    """
    acceptor = await asyncssh.listen(
        exchange.settings.host,
        port,
        server_host_keys=[host_key(exchange.folders)],
        server_factory=lambda: Gatekeeper(exchange),
        sftp_factory=lambda chan: ExchangeServer(chan, exchange),
        allow_scp=False,
    )
    keys = {False: host_key(exchange.folders), True: asyncssh.generate_private_key("ssh-ed25519")}
    shown = False

    def show_key() -> None:
        nonlocal shown
        wrong = exchange.faults.standing(Fault.WRONG_HOST_KEY, Parameters) is not None
        if wrong != shown:
            shown = wrong
            acceptor.update(server_host_keys=[keys[wrong]])

    exchange.faults.on_change.append(show_key)
    show_key()
    return acceptor
