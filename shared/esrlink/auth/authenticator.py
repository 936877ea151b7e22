"""Says who is calling: a machine by its bearer token, a person by the session cookie.

Each service's app holds one on `app.state.auth`. It reads requests and gives principals; it decides nothing about what
they may do (that is `esrlink.auth.access`).
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

import httpx
from fastapi import Request
from joserfc.jwk import KeySet

from esrlink.auth import tokens
from esrlink.auth.issuer_keys import IssuerKeys
from esrlink.auth.principal import Principal
from esrlink.auth.session import SESSION_COOKIE, CookieBox, Session, from_cookie, session_secret
from esrlink.errors import Unauthenticated
from esrlink.settings import Mode, ServiceSettings

# A client fetches a token every few minutes; of those that are held, few are still good.
_MOST_CHECKED = 1_000


@dataclass(frozen=True, slots=True)
class _Checked:
    """What the check of a token came to: as true as the keys it was made with, until `ends` (Unix time)."""

    principal: Principal
    kid: str | None
    keys: KeySet
    ends: float


def issuer_url_of(settings: ServiceSettings) -> str:
    """The issuer of the settings; the try-out's own one when none is set. Raises `ValueError` in production."""
    if settings.issuer_url:
        return settings.issuer_url.rstrip("/")
    if settings.mode is not Mode.TRYOUT:
        raise ValueError("ESRLINK_ISSUER_URL is needed outside the try-out")
    return f"{settings.public_url.rstrip('/')}/issuer"


class Authenticator:
    """Checks tokens and sessions by one set of settings. `http` is given by tests that need no network."""

    def __init__(self, settings: ServiceSettings, *, http: httpx.AsyncClient | None = None) -> None:
        secret = session_secret(settings)
        self.settings = settings
        self.http = http
        self.issuer = IssuerKeys(issuer_url_of(settings), http)
        self.sessions = CookieBox(secret, "session")
        self.sign_ins = CookieBox(secret, "sign-in")
        self._checked: dict[bytes, _Checked] = {}  # by the token's hash: the token itself is not kept

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies may travel over https only."""
        return self.settings.public_url.startswith("https:")

    async def machine(self, token: str) -> Principal:
        """The machine client of an access token. Raises `Unauthenticated`, or `Unavailable` when the issuer is down.

        A token is checked once for each set of keys that the issuer publishes: a withdrawn key ends it as if it came anew.
        """
        digest = hashlib.sha256(token.encode()).digest()
        held = self._checked.get(digest)
        if held is not None and time.time() < held.ends and await self.issuer.keys(held.kid) is held.keys:
            return held.principal
        kid = tokens.key_id(token)
        keys = await self.issuer.keys(kid)
        claims = tokens.checked_claims(
            token,
            keys,
            issuer=str((await self.issuer.metadata())["issuer"]),
            audience=self.settings.audience,
            required=("scope", "vpds"),
        )
        principal = tokens.machine_from(claims)
        if len(self._checked) >= _MOST_CHECKED:
            self._checked.clear()
        self._checked[digest] = _Checked(principal, kid, keys, claims["exp"] + tokens.LEEWAY_SECONDS)
        return principal

    async def person_of_id_token(self, token: str, nonce: str) -> Principal:
        """The person of an ID token that was made for this sign-in. Raises like `machine`."""
        keys = await self.issuer.keys(tokens.key_id(token))
        claims = tokens.checked_claims(
            token,
            keys,
            issuer=str((await self.issuer.metadata())["issuer"]),
            audience=self.settings.oidc_client_id,
            required=("nonce",),
        )
        if claims["nonce"] != nonce:
            raise tokens.invalid_token("The ID token was made for another sign-in.")
        return tokens.person_from(claims)

    def session(self, request: Request) -> Session | None:
        """The session of a request, or `None`; read once per request."""
        if not hasattr(request.state, "session"):
            opened = self.sessions.open(request.cookies.get(SESSION_COOKIE))
            try:
                request.state.session = None if opened is None else from_cookie(opened)
            except (KeyError, ValueError, TypeError):
                request.state.session = None
        session: Session | None = request.state.session
        return session

    async def caller(self, request: Request) -> Principal | None:
        """Who calls: a bearer token wins over a session; `None` when neither is sent.

        Raises `Unauthenticated` for a bad token even when a good session comes with it: a client that sends both must
        learn that its token is bad.
        """
        authorization = request.headers.get("authorization")
        if authorization is not None:
            scheme, _, token = authorization.partition(" ")
            if scheme.lower() != "bearer" or not token.strip():
                raise Unauthenticated(
                    "Send the token as 'Authorization: Bearer TOKEN'.",
                    headers={"WWW-Authenticate": 'Bearer realm="esr-link", error="invalid_request"'},
                )
            return await self.machine(token.strip())
        session = self.session(request)
        return None if session is None else session.principal
