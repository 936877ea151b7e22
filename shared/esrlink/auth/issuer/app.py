"""The issuer's HTTP face: discovery, JWKS, authorize page and token endpoint, as far as ESR Link itself needs them."""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlencode

from fastapi import FastAPI, Form, Header, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from esrlink.auth.authenticator import issuer_url_of
from esrlink.auth.issuer.samples import CLIENT_SECRET, CLIENTS, PEOPLE, SampleClient, SamplePerson
from esrlink.auth.issuer.signing import TOKEN_LIFETIME, Signer
from esrlink.auth.sign_in import challenge_of
from esrlink.settings import Mode, ServiceSettings
from esrlink.web.pages import Pages

_CODE_LIFETIME = 60.0
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class _Grant:
    person: SamplePerson
    redirect_uri: str
    nonce: str
    challenge: str
    expires_at: float


class _Codes:
    """Codes that were given out and not used yet. In memory: the try-out is one process."""

    def __init__(self) -> None:
        self._grants: dict[str, _Grant] = {}

    def give(self, grant: _Grant) -> str:
        now = time.monotonic()
        self._grants = {code: old for code, old in self._grants.items() if old.expires_at > now}
        code = secrets.token_urlsafe(32)
        self._grants[code] = grant
        return code

    def redeem(self, code: str, redirect_uri: str, verifier: str) -> _Grant | None:
        """The grant of a code, once: whatever the outcome, the code is spent."""
        grant = self._grants.pop(code, None)
        if grant is None or grant.expires_at <= time.monotonic() or grant.redirect_uri != redirect_uri:
            return None
        return grant if hmac.compare_digest(challenge_of(verifier), grant.challenge) else None


def create_issuer(settings: ServiceSettings, data_dir: Path) -> FastAPI:
    """The issuer, to be mounted at `/issuer`. Raises `ValueError` outside the try-out: it asks for no password."""
    if settings.mode is not Mode.TRYOUT:
        raise ValueError("The built-in issuer asks for no password: it is for the try-out only.")
    issuer_url = issuer_url_of(settings)
    callback = f"{settings.public_url.rstrip('/')}/sign-in/callback"
    signer, codes, pages = Signer(issuer_url, data_dir), _Codes(), Pages(settings)
    app = FastAPI(title="ESR Link try-out issuer", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        return {
            "issuer": issuer_url,
            "authorization_endpoint": f"{issuer_url}/authorize",
            "token_endpoint": f"{issuer_url}/token",
            "jwks_uri": f"{issuer_url}/jwks",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "scopes_supported": ["openid", "profile"],
        }

    @app.get("/jwks")
    async def jwks() -> dict[str, Any]:
        return signer.jwks()

    @app.get("/authorize")
    async def authorize(
        request: Request,
        client_id: str = "",
        redirect_uri: str = "",
        response_type: str = "",
        state: str = "",
        nonce: str = "",
        code_challenge: str = "",
        code_challenge_method: str = "",
        person: str = "",
    ) -> Response:
        # An address that is not our own is never redirected to, not even with an error (RFC 6749, section 4.1.2.1).
        is_ours = client_id == settings.oidc_client_id and redirect_uri == callback
        if not is_ours or response_type != "code" or not code_challenge or code_challenge_method != "S256":
            return pages.render(request, "issuer_refused.html", title="This sign-in cannot go on", status=400)
        chosen = next((sample for sample in PEOPLE if sample.subject == person), None)
        if chosen is None:
            return pages.render(
                request,
                "issuer_authorize.html",
                title="Choose who to be",
                people=PEOPLE,
                hide_sign_in=True,
                choose=lambda subject: "?" + urlencode({**request.query_params, "person": subject}),
            )
        code = codes.give(_Grant(chosen, redirect_uri, nonce, code_challenge, time.monotonic() + _CODE_LIFETIME))
        return RedirectResponse(f"{callback}?{urlencode({'code': code, 'state': state})}", 303, headers=_NO_STORE)

    @app.post("/token")
    async def token(
        grant_type: Annotated[str, Form()] = "",
        client_id: Annotated[str, Form()] = "",
        client_secret: Annotated[str, Form()] = "",
        scope: Annotated[str, Form()] = "",
        code: Annotated[str, Form()] = "",
        redirect_uri: Annotated[str, Form()] = "",
        code_verifier: Annotated[str, Form()] = "",
        authorization: Annotated[str, Header()] = "",
    ) -> JSONResponse:
        if grant_type == "authorization_code":
            grant = codes.redeem(code, redirect_uri, code_verifier)
            if grant is None:
                return _refused("invalid_grant")
            return _tokens(id_token=_id_token(signer, grant, settings.oidc_client_id))
        if grant_type != "client_credentials":
            return _refused("unsupported_grant_type")
        client = _client(*(_basic(authorization) or (client_id, client_secret)))
        if client is None:
            return _refused("invalid_client", 401)
        asked = set(scope.split()) or set(client.scopes)
        if not asked <= set(client.scopes):
            return _refused("invalid_scope")
        granted = " ".join(sorted(asked))
        access = signer.token(
            client.client_id, settings.audience, client_id=client.client_id, scope=granted, vpds=list(client.vpds)
        )
        return _tokens(access_token=access, scope=granted)

    return app


def _id_token(signer: Signer, grant: _Grant, audience: str) -> str:
    person = grant.person
    return signer.token(
        person.subject,
        audience,
        nonce=grant.nonce,
        name=person.name,
        roles=[person.role.value],
        vpds=list(person.vpds),
    )


def _tokens(**tokens: str) -> JSONResponse:
    body = {"access_token": "", **tokens, "token_type": "Bearer", "expires_in": TOKEN_LIFETIME}
    return JSONResponse(body, headers=_NO_STORE)


def _refused(error: str, status: int = 400) -> JSONResponse:
    """RFC 6749, section 5.2."""
    headers = {**_NO_STORE, "WWW-Authenticate": 'Basic realm="esr-link"'} if status == 401 else _NO_STORE
    return JSONResponse({"error": error}, status, headers=headers)


def _client(client_id: str, secret: str) -> SampleClient | None:
    known = next((client for client in CLIENTS if client.client_id == client_id), None)
    return known if hmac.compare_digest(secret.encode(), CLIENT_SECRET.encode()) else None


def _basic(authorization: str) -> tuple[str, str] | None:
    """Client id and secret of a Basic header, or `None` when it is none (RFC 6749, section 2.3.1: form-encoded)."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote(client_id), unquote(secret)
