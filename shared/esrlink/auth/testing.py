"""An issuer for tests: throwaway keys, any token you like, no network.

issuer = TestIssuer()
app.state.auth = issuer.authenticator(settings)
client.get("/v1/...", headers=issuer.bearer(Scope.PROFILES_READ, vpds=["277"]))
client.get("/", cookies=session_cookie(app.state.auth, person(Role.OPERATOR)))
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from esrlink.auth.authenticator import Authenticator, issuer_url_of
from esrlink.auth.principal import Principal, Role
from esrlink.auth.session import SESSION_COOKIE, Session, start_session, to_cookie
from esrlink.settings import Mode, ServiceSettings

_LIFETIME = 900


class TestIssuer:
    """Signs tokens with a key of its own and serves discovery and JWKS to a client that never leaves the process."""

    __test__ = False  # not a test case, for all its name

    def __init__(self, url: str = "https://issuer.test", audience: str = "esr-link") -> None:
        self.url, self.audience = url, audience
        self.is_down = False
        self.fetches = 0
        self._key = self._new_key("key-1")
        self._stranger = self._new_key("key-1")  # the same id, another key: a forger's

    @staticmethod
    def _new_key(kid: str) -> ECKey:
        return ECKey.generate_key("P-256", parameters={"kid": kid, "alg": "ES256", "use": "sig"}, private=True)

    def rotate(self, kid: str = "key-2") -> None:
        """Sign with a new key from now on, and publish only that."""
        self._key = self._new_key(kid)

    def claims(self, *scopes: str, vpds: Iterable[str] = ("277",), **claims: Any) -> dict[str, Any]:
        """The claims of a good token; a claim given as `None` is left out."""
        now = int(time.time())
        good = {
            "iss": self.url,
            "aud": self.audience,
            "sub": "clwrota",
            "iat": now,
            "nbf": now,
            "exp": now + _LIFETIME,
            "scope": " ".join(scopes),
            "vpds": list(vpds),
        }
        return {name: value for name, value in (good | claims).items() if value is not None}

    def token(self, *scopes: str, vpds: Iterable[str] = ("277",), **claims: Any) -> str:
        """A token signed by this issuer; `claims` overrides any claim (`exp`, `aud`, `departments`, `sub`…)."""
        return self._sign(self.claims(*scopes, vpds=vpds, **claims), self._key)

    def bearer(self, *scopes: str, vpds: Iterable[str] = ("277",), **claims: Any) -> dict[str, str]:
        """The header with such a token."""
        return {"Authorization": f"Bearer {self.token(*scopes, vpds=vpds, **claims)}"}

    def without(self, claim: str) -> str:
        """A token that lacks one claim."""
        claims = self.claims()
        del claims[claim]
        return self._sign(claims, self._key)

    def expired(self, *scopes: str) -> str:
        """A token that was good an hour ago."""
        return self.token(*scopes, exp=int(time.time()) - 3600)

    def forged(self, *scopes: str) -> str:
        """A token with the right key id, signed by another key."""
        return self._sign(self.claims(*scopes), self._stranger)

    def unsigned(self, *scopes: str) -> str:
        """A token with `alg: none`."""
        parts = ({"alg": "none", "typ": "JWT", "kid": self._key.kid}, self.claims(*scopes))
        return (
            ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."
        )

    def signed_with_the_public_key(self, *scopes: str) -> str:
        """The classic forgery: HS256 with the published key as the shared secret."""
        public = json.dumps(self._key.as_dict(private=False)).encode()
        header = {"alg": "HS256", "kid": str(self._key.kid)}
        return jwt.encode(header, self.claims(*scopes), OctKey.import_key(public), algorithms=["HS256"])

    @staticmethod
    def _sign(claims: dict[str, Any], key: ECKey) -> str:
        return jwt.encode({"alg": "ES256", "kid": str(key.kid)}, claims, key, algorithms=["ES256"])

    def http(self) -> httpx.AsyncClient:
        """A client for which this issuer is the whole network."""
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            raise httpx.ConnectError("down on purpose", request=request)
        self.fetches += 1
        if request.url.path.endswith("/.well-known/openid-configuration"):
            return httpx.Response(200, json={"issuer": self.url, "jwks_uri": f"{self.url}/jwks"})
        return httpx.Response(200, json=dict(KeySet([self._key]).as_dict(private=False)))

    def authenticator(self, settings: ServiceSettings) -> Authenticator:
        """An authenticator that trusts this issuer. `settings.issuer_url` must be its address when it is set."""
        if settings.issuer_url == "":
            settings = settings.model_copy(update={"issuer_url": self.url})
        if issuer_url_of(settings) != self.url:
            raise ValueError(f"the settings name the issuer {issuer_url_of(settings)}, this one is {self.url}")
        return Authenticator(settings, http=self.http())


def tryout_settings(**values: Any) -> ServiceSettings:
    """Settings of a try-out that touches no file and no network."""
    return ServiceSettings(**{"mode": Mode.TRYOUT, "session_secret": "test-session-secret", **values})


def person(
    *roles: Role,
    vpds: Iterable[str] = ("277",),
    subject: str = "sample-person",
    name: str = "Sam Sample",
    departments: Iterable[str] | None = None,
    esr_numbers: Iterable[str] = (),
) -> Principal:
    """A person as the sign-in makes one."""
    return Principal(
        subject=subject,
        kind="person",
        display_name=name,
        roles=frozenset(roles),
        vpds=frozenset(vpds),
        departments=None if departments is None else frozenset(departments),
        esr_numbers=frozenset(esr_numbers),
    )


def signed_in_session(auth: Authenticator, principal: Principal) -> tuple[dict[str, str], Session]:
    """The cookies of a signed-in person and the session in them (its `csrf` is what a form must send)."""
    session = start_session(principal, timedelta(hours=1))
    return {SESSION_COOKIE: auth.sessions.seal(to_cookie(session), timedelta(hours=1))}, session


def session_cookie(auth: Authenticator, principal: Principal) -> dict[str, str]:
    """The cookies of a signed-in person, for a client of tests."""
    return signed_in_session(auth, principal)[0]
