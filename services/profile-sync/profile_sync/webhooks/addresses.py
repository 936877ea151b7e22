"""Which addresses a webhook may have. Whoever registers one makes this service send requests: never into its own network.

A name is resolved once for each attempt, every address that it has is checked, and the connection goes to a checked one: a
name that answers otherwise a moment later gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from esrlink.errors import Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_LONGEST = 2_000
# They carry an IPv4 address inside, and a gateway would go to it.
_TUNNELS = tuple(ipaddress.IPv6Network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))


class AddressRefused(Exception):
    """The name has an address that no webhook may have, or none at all."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a name. Raises `OSError` when it has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class Guard:
    """What is allowed: public addresses over https, and `networks`. `is_tryout` allows this machine, over http, too."""

    def __init__(
        self, networks: Sequence[Network] = (), *, is_tryout: bool = False, resolve: Resolve = resolve
    ) -> None:
        self._networks = tuple(networks)
        self._is_tryout = is_tryout
        self._resolve = resolve

    def require(self, url: str) -> None:
        """Raise `Invalid` for an address that no webhook may have, as far as can be told without asking for its name."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise _refused("The address is not one.") from error
        host = parts.hostname or ""
        if len(url) > _LONGEST or not host or not url.isascii() or not url.isprintable() or " " in url or port == 0:
            raise _refused("The address is not one, or longer than 2,000 characters.")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise _refused("The address holds a name, a password or a fragment. Signatures prove who sends.")
        address = _literal(host)
        if address is not None and not self.allows(address):
            raise _refused("The address is in a network that this hub does not send to.")
        if parts.scheme == "http" and self._is_tryout and (host == "localhost" or (address and address.is_loopback)):
            return
        if parts.scheme != "https":
            raise _refused(
                "The address must begin with https:// (in the try-out, http:// to this machine is taken, too)."
            )

    async def address_of(self, host: str, port: int) -> str:
        """The address to connect to. Raises `AddressRefused`, also when only one of several is not allowed."""
        try:
            found = [_plain(ipaddress.ip_address(one.partition("%")[0])) for one in await self._resolve(host, port)]
        except (OSError, ValueError) as error:
            raise AddressRefused(host) from error
        if not found or not all(self.allows(one) for one in found):
            raise AddressRefused(host)
        # Those without a route to the one kind of addresses mostly lack it to the newer.
        return str(min(found, key=lambda one: one.version))

    def allows(self, address: Address) -> bool:
        """Whether requests may go to this address."""
        plain = _plain(address)
        if any(plain in network for network in self._networks) or (self._is_tryout and plain.is_loopback):
            return True
        if isinstance(plain, ipaddress.IPv6Address) and any(plain in tunnel for tunnel in _TUNNELS):
            return False
        return plain.is_global and not plain.is_multicast and not plain.is_reserved


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _plain(address: Address) -> Address:
    return getattr(address, "ipv4_mapped", None) or address


def _refused(why: str) -> Invalid:
    return Invalid(why, field="url")
