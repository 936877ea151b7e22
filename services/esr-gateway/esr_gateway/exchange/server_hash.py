"""Asks an SFTP server to reckon the SHA-256 of a file that it holds: the extension `check-file-name` of SFTP's drafts.

Some servers of file gateways have it, OpenSSH's has not. asyncssh knows nothing of it, so this module, and no other, reaches
behind its client; a release of it that is built otherwise only costs the shortcut.
"""

from __future__ import annotations

from asyncssh import SFTPBadMessage, SFTPClient, SFTPFailure, SFTPOpUnsupported
from asyncssh.packet import PacketDecodeError, SSHPacket, String, UInt32, UInt64

_EXTENSION = b"check-file-name"
_REPLY = 201  # SSH_FXP_EXTENDED_REPLY
_ALGORITHM = b"sha256"
_LENGTH = 32


async def sha256_by_server(client: SFTPClient, path: str) -> str | None:
    """The hash of the whole file, in hex; none when the server does not offer it. A lost connection raises as ever."""
    whole_file = UInt64(0) + UInt64(0) + UInt32(0)  # from the first byte, to the end, as one block
    try:
        handler = client._handler  # noqa: SLF001 - see above
        handler._return_types = {**handler._return_types, _EXTENSION: _REPLY}  # noqa: SLF001
        reply = await handler._make_request(_EXTENSION, String(path), String(_ALGORITHM), whole_file)  # noqa: SLF001
    except (AttributeError, TypeError, SFTPOpUnsupported, SFTPFailure, SFTPBadMessage):
        return None
    return _hash_in(reply) if isinstance(reply, SSHPacket) else None


def _hash_in(reply: SSHPacket) -> str | None:
    """The hash in the reply: the algorithm and the bytes; older drafts name the extension first."""
    try:
        said = reply.get_string()
        algorithm = reply.get_string() if said.startswith(b"check-file") else said
        digest = reply.get_remaining_payload()
    except PacketDecodeError:
        return None
    return digest.hex() if algorithm == _ALGORITHM and len(digest) == _LENGTH else None
