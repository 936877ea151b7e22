"""Connects to an SFTP server by asyncssh. The server's key is pinned: any other is refused before a password is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import asyncssh

from esr_gateway.exchange.credentials import key_of, password_of
from esr_gateway.exchange.port import ExchangeRefused, ExchangeUnavailable
from esr_gateway.trust_settings import ExchangeSettings

_NO_SENSE = {"connect": "The host or the user in the settings is no name that a server can have."}
NOT_READABLE = "The host key in the settings cannot be read: it has to look as in a .pub file."


class OtherHostKey(ExchangeRefused):
    """The server shows another key than the one that is set. `offered` is it, as in a .pub file, if it could be seen."""

    def __init__(self, offered: asyncssh.SSHKey | None) -> None:
        shown = f"another host key ({offered.get_fingerprint()})" if offered else "no host key of the kind"
        super().__init__(f"The server shows {shown} than the one that is set. Nothing was sent to it.")
        self.offered = offered.export_public_key().decode().strip() if offered else None
        self.fingerprint = offered.get_fingerprint() if offered else None


class LoginRefused(ExchangeRefused):
    """The server does not let this user in."""


class Watcher(asyncssh.SSHClient):
    """Notes how far a connection came: whether a server answered, and which key it showed in place of the right one."""

    def __init__(self) -> None:
        self.answered = False
        self.offered: asyncssh.SSHKey | None = None

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:  # noqa: ARG002 - the interface names it
        """Something listens at the port."""
        self.answered = True

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
        """Asked only of keys that are not the one that is set: refuse, and remember it."""
        self.offered = key
        return False


@asynccontextmanager
async def connection(
    settings: ExchangeSettings, timeout: timedelta, watcher: Watcher | None = None
) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """A connection that is signed in. Raises `ExchangeUnavailable`, or `ExchangeRefused` and its kinds."""
    seconds = timeout.total_seconds()
    watcher = watcher or Watcher()
    with explained("connect", watcher):
        key = key_of(settings)
        opened = await asyncssh.connect(
            settings.host,
            settings.port,
            client_factory=lambda: watcher,
            username=settings.user,
            password=password_of(settings),
            client_keys=[key] if key else None,
            known_hosts=([host_key(settings)], [], []),
            agent_path=None,
            config=None,
            connect_timeout=seconds,
            login_timeout=seconds,
            keepalive_interval=seconds,
            keepalive_count_max=2,
        )
    try:
        yield opened
    finally:
        opened.close()
        try:
            async with asyncio.timeout(seconds):
                await opened.wait_closed()
        except TimeoutError:
            opened.abort()


def host_key(settings: ExchangeSettings) -> asyncssh.SSHKey:
    """The key that is pinned. Raises `ExchangeRefused` when it is no key."""
    try:
        return asyncssh.import_public_key(settings.host_key)
    except (asyncssh.KeyImportError, ValueError):
        raise ExchangeRefused(NOT_READABLE) from None


async def shown_key(settings: ExchangeSettings, timeout: timedelta) -> asyncssh.SSHKey | None:
    """The key that the server shows to whoever asks; none when it cannot be told. Nothing is sent but the question."""
    try:
        async with asyncio.timeout(timeout.total_seconds()):
            return await asyncssh.get_server_host_key(settings.host, settings.port, config=None)
    except (asyncssh.Error, OSError, TimeoutError):
        return None


@contextmanager
def explained(step: str, watcher: Watcher | None = None) -> Iterator[None]:
    """Turn what asyncssh raises into our two kinds, in words that an operator understands."""
    try:
        yield
    except asyncssh.HostKeyNotVerifiable:
        raise OtherHostKey(watcher.offered if watcher else None) from None
    except asyncssh.PermissionDenied:
        raise LoginRefused("The server does not accept the user name with this password or key.") from None
    except asyncssh.KeyExchangeFailed:
        # With a key of another kind there is nothing that both sides could agree on.
        raise OtherHostKey(None) from None
    except (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.ConnectionLost):
        raise ExchangeUnavailable(f"The connection was lost while trying to {step}.") from None
    except asyncssh.SFTPError as error:
        raise _refusal(step, error) from None
    except (asyncssh.Error, OSError, TimeoutError) as error:
        raise ExchangeUnavailable(f"The server did not let us {step} ({type(error).__name__}).") from None
    except ValueError:
        raise ExchangeRefused(_NO_SENSE.get(step, f"What the server answered makes no sense ({step}).")) from None


def _refusal(step: str, error: asyncssh.SFTPError) -> ExchangeRefused:
    if isinstance(error, (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)):
        return ExchangeRefused(f"The server could not {step}: it has none of that name.")
    if isinstance(error, asyncssh.SFTPPermissionDenied):
        return ExchangeRefused(f"The server does not allow this user to {step}.")
    if isinstance(error, (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded)):
        return ExchangeRefused(f"The server has no room left to {step}.")
    return ExchangeRefused(f"The server refused to {step} (SFTP status {error.code}).")
