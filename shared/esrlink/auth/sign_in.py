"""Signs people in and out: OpenID Connect authorization code flow with PKCE, state and nonce.

The router is mounted once, at the site's root; every service reads the cookie that it sets. What must survive the trip
to the issuer (state, nonce, verifier, where to go back to) lies sealed in a cookie of its own for ten minutes.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlencode

import httpx
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from esrlink.auth.authenticator import Authenticator
from esrlink.auth.csrf import check_form
from esrlink.auth.issuer_keys import TIMEOUT
from esrlink.auth.redirects import same_site_path, site_path
from esrlink.auth.session import SESSION_COOKIE, start_session, to_cookie
from esrlink.auth.trust_choice import TRUST_COOKIE
from esrlink.errors import Forbidden, Unauthenticated, Unavailable
from esrlink.web.pages import Pages

_SIGN_IN_COOKIE = "esrlink_sign_in"
# Long enough for a password, a second factor and a telephone call; short enough that a stolen link is stale.
_SIGN_IN_LIFETIME = timedelta(minutes=10)


def auth_router(auth: Authenticator, pages: Pages | None = None) -> APIRouter:
    """The routes `/sign-in`, `/sign-in/callback`, `/sign-out`, `/signed-out` and `/trust`."""
    router = APIRouter(include_in_schema=False)
    root = site_path(auth.settings.public_url)
    shown = pages or Pages(auth.settings)

    @router.get("/sign-in")
    async def sign_in(request: Request, next: str = "/") -> Response:  # noqa: A002 - the word in the address
        back = same_site_path(next, f"{root}/")
        if auth.session(request) is not None:
            return RedirectResponse(back, 303)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        query = {
            "response_type": "code",
            "client_id": auth.settings.oidc_client_id,
            "redirect_uri": _callback(auth),
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        endpoint = str((await auth.issuer.metadata())["authorization_endpoint"])
        answer = RedirectResponse(f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}", 303)
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "next": back}
        _set_cookie(answer, auth, _SIGN_IN_COOKIE, auth.sign_ins.seal(kept, _SIGN_IN_LIFETIME), _SIGN_IN_LIFETIME)
        return answer

    @router.get("/sign-in/callback")
    async def callback(request: Request, code: str = "", state: str = "", error: str = "") -> Response:
        kept = auth.sign_ins.open(request.cookies.get(_SIGN_IN_COOKIE))
        if kept is None or not secrets.compare_digest(state.encode(), str(kept["state"]).encode()):
            raise Unauthenticated(
                "This sign-in was begun in another browser or more than ten minutes ago. "
                f"Start again at {auth.settings.public_url}."
            )
        if error or not code:
            raise Unauthenticated("The sign-in service did not sign you in. Start again, or ask your administrator.")
        person = await auth.person_of_id_token(await _id_token(auth, code, str(kept["verifier"])), str(kept["nonce"]))
        if not person.roles:
            raise Forbidden("Your account has no role in ESR Link. Ask your administrator for one.")
        lifetime = auth.settings.session_lifetime
        answer = RedirectResponse(str(kept["next"]), 303)
        _set_cookie(
            answer,
            auth,
            SESSION_COOKIE,
            auth.sessions.seal(to_cookie(start_session(person, lifetime)), lifetime),
            lifetime,
        )
        answer.delete_cookie(_SIGN_IN_COOKIE, path="/")
        return answer

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        if (session := auth.session(request)) is not None:
            await check_form(request, session, auth.settings.public_url)
        answer = RedirectResponse(f"{root}/signed-out", 303)
        for cookie in (SESSION_COOKIE, TRUST_COOKIE):
            answer.delete_cookie(cookie, path="/", secure=auth.secure_cookies, httponly=True, samesite="lax")
        return answer

    @router.get("/signed-out")
    async def signed_out(request: Request) -> HTMLResponse:
        try:
            end_session = (await auth.issuer.metadata()).get("end_session_endpoint")
        except Unavailable:
            end_session = None
        return shown.render(request, "signed_out.html", title="You are signed out", end_session=end_session)

    @router.post("/trust")
    async def choose_trust(
        request: Request,
        vpd: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = "/",  # noqa: A002 - the field's name
    ) -> Response:
        answer = RedirectResponse(same_site_path(next, f"{root}/"), 303)
        session = auth.session(request)
        if session is not None:
            await check_form(request, session, auth.settings.public_url)
            if vpd:
                session.principal.require_vpd(vpd)
                _set_cookie(answer, auth, TRUST_COOKIE, vpd, auth.settings.session_lifetime)
            else:
                answer.delete_cookie(TRUST_COOKIE, path="/")
        return answer

    return router


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier (RFC 7636, section 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _callback(auth: Authenticator) -> str:
    return f"{auth.settings.public_url.rstrip('/')}/sign-in/callback"


def _set_cookie(answer: Response, auth: Authenticator, name: str, value: str, lifetime: timedelta) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=int(lifetime.total_seconds()),
        path="/",
        secure=auth.secure_cookies,
        httponly=True,
        samesite="lax",
    )


async def _id_token(auth: Authenticator, code: str, verifier: str) -> str:
    """Exchange the code for an ID token (RFC 6749, section 4.1.3). Raises `Unauthenticated` or `Unavailable`."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _callback(auth),
        "client_id": auth.settings.oidc_client_id,
        "code_verifier": verifier,
    }
    secret = auth.settings.oidc_client_secret.get_secret_value()
    endpoint = str((await auth.issuer.metadata())["token_endpoint"])
    credentials = httpx.BasicAuth(auth.settings.oidc_client_id, secret) if secret else None
    try:
        if auth.http is not None:
            answer = await auth.http.post(endpoint, data=form, auth=credentials, timeout=TIMEOUT)
        else:
            async with httpx.AsyncClient(timeout=TIMEOUT) as client:
                answer = await client.post(endpoint, data=form, auth=credentials)
    except httpx.HTTPError as error:
        raise Unavailable("The sign-in service does not answer. Try again in a minute.") from error
    if answer.status_code >= 500:
        raise Unavailable("The sign-in service has a fault. Try again in a minute.")
    token = _json_of(answer).get("id_token")
    if answer.status_code != 200 or not isinstance(token, str):
        raise Unauthenticated("The sign-in service refused the sign-in. Start again.")
    return token


def _json_of(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
