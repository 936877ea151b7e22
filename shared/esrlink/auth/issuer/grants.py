"""Codes and client secrets: what the token endpoint of the try-out's issuer takes in exchange for tokens."""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from dataclasses import dataclass
from urllib.parse import unquote

from esrlink.auth.code_flow import challenge_of
from esrlink.auth.issuer.samples import CLIENT_SECRET, CLIENTS, SampleClient, SamplePerson

CODE_LIFETIME = 60.0


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for: who, where it must be redeemed from, and with which proof."""

    person: SamplePerson
    redirect_uri: str
    nonce: str
    challenge: str


class Codes:
    """Codes that were given out and not used yet. In memory: the try-out is one process."""

    def __init__(self) -> None:
        self._grants: dict[str, tuple[Grant, float]] = {}

    def give(self, grant: Grant) -> str:
        """A code for the grant, good for one minute and once."""
        now = time.monotonic()
        self._grants = {code: kept for code, kept in self._grants.items() if kept[1] > now}
        code = secrets.token_urlsafe(32)
        self._grants[code] = (grant, now + CODE_LIFETIME)
        return code

    def redeem(self, code: str, redirect_uri: str, verifier: str) -> Grant | None:
        """The grant of a code, or `None`; whatever the outcome, the code is spent."""
        grant, expires_at = self._grants.pop(code, (None, 0.0))
        if grant is None or expires_at <= time.monotonic() or grant.redirect_uri != redirect_uri:
            return None
        return grant if hmac.compare_digest(challenge_of(verifier), grant.challenge) else None


def client_of(authorization: str, client_id: str, secret: str) -> SampleClient | None:
    """The client that these credentials prove: a Basic header if there is one, else those of the form."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            # RFC 6749, section 2.3.1: both parts are form-encoded before they are joined.
            client_id, _, secret = map(unquote, base64.b64decode(value, validate=True).decode().partition(":"))
        except ValueError:
            return None
    known = next((client for client in CLIENTS if client.client_id == client_id), None)
    return known if hmac.compare_digest(secret.encode(), CLIENT_SECRET.encode()) else None
