"""Says who is calling: a machine by its bearer token, a person by the session cookie.

Each service's app holds one on `app.state.auth`. It reads requests and gives principals; it decides nothing about what
they may do (that is `esrlink.auth.access`).
"""

from __future__ import annotations

import httpx
from fastapi import Request

from esrlink.auth import tokens
from esrlink.auth.issuer_keys import IssuerKeys
from esrlink.auth.principal import Principal
from esrlink.auth.session import SESSION_COOKIE, CookieBox, Session, from_cookie, session_secret
from esrlink.errors import Unauthenticated
from esrlink.settings import Mode, ServiceSettings


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

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies may travel over https only."""
        return self.settings.public_url.startswith("https:")

    async def machine(self, token: str) -> Principal:
        """The machine client of an access token. Raises `Unauthenticated`, or `Unavailable` when the issuer is down."""
        keys = await self.issuer.keys(tokens.key_id(token))
        claims = tokens.checked_claims(
            token,
            keys,
            issuer=str((await self.issuer.metadata())["issuer"]),
            audience=self.settings.audience,
            required=("scope", "vpds"),
        )
        return tokens.machine_from(claims)

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
