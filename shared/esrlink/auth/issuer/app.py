"""The issuer's HTTP face: discovery, JWKS, authorize page and token endpoint, as far as ESR Link itself needs them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Header, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel

from esrlink.auth.authenticator import issuer_url_of
from esrlink.auth.code_flow import callback_address
from esrlink.auth.issuer.grants import Codes, Grant, client_of
from esrlink.auth.issuer.samples import PEOPLE
from esrlink.auth.issuer.signing import TOKEN_LIFETIME, Signer
from esrlink.settings import Mode, ServiceSettings
from esrlink.web.pages import Pages

_NO_STORE = {"Cache-Control": "no-store"}


class _AuthorizeRequest(BaseModel):
    client_id: str = ""
    redirect_uri: str = ""
    response_type: str = ""
    state: str = ""
    nonce: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""
    person: str = ""


class _TokenRequest(BaseModel):
    grant_type: str = ""
    client_id: str = ""
    client_secret: str = ""
    scope: str = ""
    code: str = ""
    redirect_uri: str = ""
    code_verifier: str = ""


def create_issuer(settings: ServiceSettings, data_dir: Path) -> FastAPI:
    """The issuer, to be mounted at `/issuer`. Raises `ValueError` outside the try-out: it asks for no password."""
    if settings.mode is not Mode.TRYOUT:
        raise ValueError("The built-in issuer asks for no password: it is for the try-out only.")
    routes = _Issuer(settings, Signer(issuer_url_of(settings), data_dir))
    app = FastAPI(title="ESR Link try-out issuer", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_api_route("/.well-known/openid-configuration", routes.discovery, methods=["GET"])
    app.add_api_route("/jwks", routes.jwks, methods=["GET"])
    app.add_api_route("/authorize", routes.authorize, methods=["GET"])
    app.add_api_route("/token", routes.token, methods=["POST"])
    return app


class _Issuer:
    def __init__(self, settings: ServiceSettings, signer: Signer) -> None:
        self._settings = settings
        self._signer = signer
        self._codes = Codes()
        self._pages = Pages(settings)
        self._callback = callback_address(settings.public_url)

    async def discovery(self) -> dict[str, Any]:
        issuer = self._signer.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "scopes_supported": ["openid", "profile"],
        }

    async def jwks(self) -> dict[str, Any]:
        return self._signer.jwks()

    async def authorize(self, request: Request, asked: Annotated[_AuthorizeRequest, Query()]) -> Response:
        # An address that is not our own is never redirected to, not even with an error (RFC 6749, section 4.1.2.1).
        is_ours = asked.client_id == self._settings.oidc_client_id and asked.redirect_uri == self._callback
        is_code_with_pkce = asked.response_type == "code" and asked.code_challenge_method == "S256"
        if not is_ours or not is_code_with_pkce or not asked.code_challenge:
            return self._pages.render(request, "issuer_refused.html", title="This sign-in cannot go on", status=400)
        chosen = next((sample for sample in PEOPLE if sample.subject == asked.person), None)
        if chosen is None:
            return self._pages.render(
                request,
                "issuer_authorize.html",
                title="Choose who to be",
                groups={vpds: [p for p in PEOPLE if p.vpds == vpds] for vpds in dict.fromkeys(p.vpds for p in PEOPLE)},
                hide_sign_in=True,
                choose=lambda subject: "?" + urlencode({**request.query_params, "person": subject}),
            )
        code = self._codes.give(Grant(chosen, asked.redirect_uri, asked.nonce, asked.code_challenge))
        back = urlencode({"code": code, "state": asked.state})
        return RedirectResponse(f"{self._callback}?{back}", 303, headers=_NO_STORE)

    async def token(
        self, asked: Annotated[_TokenRequest, Form()], authorization: Annotated[str, Header()] = ""
    ) -> Response:
        if asked.grant_type == "authorization_code":
            return self._redeem(asked)
        if asked.grant_type == "client_credentials":
            return self._for_client(asked, authorization)
        return _refused("unsupported_grant_type")

    def _redeem(self, asked: _TokenRequest) -> JSONResponse:
        grant = self._codes.redeem(asked.code, asked.redirect_uri, asked.code_verifier)
        if grant is None:
            return _refused("invalid_grant")
        person = grant.person
        id_token = self._signer.token(
            person.subject,
            self._settings.oidc_client_id,
            nonce=grant.nonce,
            name=person.name,
            roles=[person.role.value],
            vpds=list(person.vpds),
            esr_numbers=list(person.esr_numbers),
        )
        # RFC 6749 wants an access token in the answer; a person's is of no use here, so it opens nothing.
        return _tokens(access_token="none", id_token=id_token)  # noqa: S106 - not a password

    def _for_client(self, asked: _TokenRequest, authorization: str) -> JSONResponse:
        client = client_of(authorization, asked.client_id, asked.client_secret)
        if client is None:
            return _refused("invalid_client", 401)
        scopes = set(asked.scope.split()) or set(client.scopes)
        if not scopes <= set(client.scopes):
            return _refused("invalid_scope")
        granted = " ".join(sorted(scopes))
        claims = {"client_id": client.client_id, "scope": granted, "vpds": list(client.vpds)}
        access_token = self._signer.token(client.client_id, self._settings.audience, **claims)
        return _tokens(access_token=access_token, scope=granted)


def _tokens(**tokens: str) -> JSONResponse:
    return JSONResponse({**tokens, "token_type": "Bearer", "expires_in": TOKEN_LIFETIME}, headers=_NO_STORE)


def _refused(error: str, status: int = 400) -> JSONResponse:
    """RFC 6749, section 5.2."""
    headers = {**_NO_STORE, "WWW-Authenticate": 'Basic realm="esr-link"'} if status == 401 else _NO_STORE
    return JSONResponse({"error": error}, status, headers=headers)
