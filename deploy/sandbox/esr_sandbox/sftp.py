"""The simulated ESR's SFTP server: one user per trust (`hub-277`), each shut in a folder with `Out/` and `In/`.

Only what a file exchange needs is allowed: no links, no folders made or removed. The faults of a connection strike here.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncssh

from esr_sandbox.esr.outbox import Outbox
from esr_sandbox.faults import DiskFull, DroppedConnection, Fault, FaultBoard, Strikes
from esr_sandbox.folders import Folders
from esr_sandbox.settings import SandboxSettings
from esr_sandbox.world.trusts import TRUSTS

_USER_PREFIX = "hub-"


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
        keys = self._exchange.folders.authorized_keys(username.removeprefix(_USER_PREFIX))
        if _is_user(username) and keys.is_file():
            self._connection.set_authorized_keys(str(keys))
        return True

    def password_auth_supported(self) -> bool:
        """Passwords are taken."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Compare with the settings."""
        vpd = username.removeprefix(_USER_PREFIX)
        return _is_user(username) and password == self._exchange.settings.password(vpd)


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
        self._outbox.grow(self._vpd)
        async for name in super().scandir(path):
            yield name

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Read from a file, unless the connection is cut first."""
        self._count(file_obj, size, "down")
        data: bytes = super().read(file_obj, offset, size)  # type: ignore[assignment]
        return data

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Write to a file, unless the connection is cut or the space ends first."""
        full = self._faults.standing(Fault.DISK_FULL, DiskFull, self._vpd)
        if full and offset + len(data) > full.after_bytes:
            self._faults.strike(Fault.DISK_FULL, DiskFull, self._vpd)
            raise asyncssh.SFTPNoSpaceOnFilesystem("No space left on device")
        fault = self._faults.standing(Fault.DROPPED_CONNECTION, DroppedConnection, self._vpd)
        if fault and fault.direction == "up":
            room = max(0, fault.after_bytes - self._moved.get(id(file_obj), 0))
            super().write(file_obj, offset, data[:room])
        self._count(file_obj, len(data), "up")
        written: int = super().write(file_obj, offset, data)  # type: ignore[assignment]
        return written

    def close(self, file_obj: object) -> None:
        """Close a file."""
        self._moved.pop(id(file_obj), None)
        super().close(file_obj)

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename; refuse to put a file over another."""
        self._refuse_rename()
        super().rename(oldpath, newpath)
        self._lose_receipt()

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename, over another file if there is one."""
        self._refuse_rename()
        super().posix_rename(oldpath, newpath)
        self._lose_receipt()

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

    def _count(self, file_obj: object, size: int, direction: str) -> None:
        moved = self._moved.get(id(file_obj), 0) + size
        self._moved[id(file_obj)] = moved
        fault = self._faults.standing(Fault.DROPPED_CONNECTION, DroppedConnection, self._vpd)
        if fault and fault.direction == direction and moved > fault.after_bytes:
            self._faults.strike(Fault.DROPPED_CONNECTION, DroppedConnection, self._vpd)
            self._cut()

    def _refuse_rename(self) -> None:
        if self._faults.strike(Fault.RENAME_REFUSED, Strikes, self._vpd):
            raise asyncssh.SFTPPermissionDenied("Rename refused")

    def _lose_receipt(self) -> None:
        if self._faults.strike(Fault.LOST_RECEIPT, Strikes, self._vpd):
            self._cut()

    def _cut(self) -> None:
        self.connection.abort()
        raise asyncssh.SFTPConnectionLost("The connection was cut")


async def listen(exchange: Exchange, port: int) -> asyncssh.SSHAcceptor:
    """Start the server on a port (0: any free one).

    Raises:
        OSError: the port is taken.

    """
    return await asyncssh.listen(
        exchange.settings.host,
        port,
        server_host_keys=[host_key(exchange.folders)],
        server_factory=lambda: Gatekeeper(exchange),
        sftp_factory=lambda chan: ExchangeServer(chan, exchange),
        allow_scp=False,
    )
