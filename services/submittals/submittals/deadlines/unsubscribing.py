"""Unsubscribe links: they work with one click and without signing in, name nobody, and cannot be made up.

A link holds the trust, the recipient's id and a signature over both. It does not run out: whoever finds an old reminder may
still say no.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

_SIGNATURE_BYTES = 18


class UnsubscribeLinks:
    """Makes and reads links. `secret` is the site's; with another one, links that went out before are no longer read."""

    def __init__(self, secret: str, site: str) -> None:
        self._key = sha256(f"esr-link/unsubscribe/{secret}".encode()).digest()
        self._site = site.rstrip("/")

    def link(self, vpd: str, recipient_id: UUID) -> str:
        """The address of the page on which the recipient unsubscribes."""
        said = f"{vpd}-{recipient_id.hex}"
        return f"{self._site}/submittals/unsubscribe/{said}-{self._signature(said)}"

    def read(self, token: str) -> tuple[str, UUID] | None:
        """The trust and the recipient of a link's last part; none when we did not make it."""
        vpd, _, rest = token.partition("-")
        recipient, _, signature = rest.partition("-")
        said = f"{vpd}-{recipient}"
        if not hmac.compare_digest(signature.encode(), self._signature(said).encode()):
            return None
        return vpd, UUID(recipient)

    def _signature(self, said: str) -> str:
        digest = hmac.digest(self._key, said.encode(), "sha256")
        return urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).decode()
