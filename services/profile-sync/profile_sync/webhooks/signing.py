"""Signatures: a receiver proves with them that a delivery is from this hub, is whole, and is not an old one sent again."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence

SIGNATURE = "ESRLink-Signature"


def new_secret() -> str:
    """A secret of 256 bits; its prefix lets scanners of source code find it where it should not be."""
    return f"whsec_{secrets.token_urlsafe(32)}"


def signature(keys: Sequence[str], timestamp: int, body: str) -> str:
    """The header `ESRLink-Signature`: the seconds since 1970 at sending, and for each secret the HMAC-SHA256 of
    `timestamp.body` in hexadecimal. While a secret is being changed there are two, and one that fits is enough.
    """
    signed = f"{timestamp}.{body}".encode()
    each = [hmac.new(key.encode(), signed, hashlib.sha256).hexdigest() for key in keys]
    return ",".join([f"t={timestamp}", *(f"v1={one}" for one in each)])
