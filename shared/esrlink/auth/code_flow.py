"""The two halves of an OpenID Connect sign-in: sending the browser to the issuer, and what it brings back.

Authorization code flow with PKCE, state and nonce. What must survive the trip (state, nonce, verifier, where to go back
to) is a plain mapping that the caller keeps for the browser, sealed.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import httpx

from esrlink.auth.authenticator import Authenticator
from esrlink.auth.issuer_keys import TIMEOUT
from esrlink.auth.principal import Principal
from esrlink.errors import Unauthenticated, Unavailable


def callback_address(public_url: str) -> str:
    """The address that the issuer sends the browser back to; it must be registered there."""
    return f"{public_url.rstrip('/')}/sign-in/callback"


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier (RFC 7636, section 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


async def begin(auth: Authenticator, back: str) -> tuple[str, dict[str, str]]:
    """The issuer's address to send the browser to, and what to keep until it is back. Raises `Unavailable`."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    query = {
        "response_type": "code",
        "client_id": auth.settings.oidc_client_id,
        "redirect_uri": callback_address(auth.settings.public_url),
        "scope": "openid profile",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    endpoint = str((await auth.issuer.metadata())["authorization_endpoint"])
    kept = {"state": state, "nonce": nonce, "verifier": verifier, "next": back}
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}", kept


async def finish(auth: Authenticator, kept: Mapping[str, Any] | None, code: str, state: str) -> Principal:
    """The person whom the issuer signed in. Raises `Unauthenticated`, or `Unavailable` when the issuer has a fault."""
    if kept is None or not secrets.compare_digest(state.encode(), str(kept["state"]).encode()):
        raise Unauthenticated(
            "This sign-in was begun in another browser or more than ten minutes ago. "
            f"Start again at {auth.settings.public_url}."
        )
    if not code:
        raise Unauthenticated("The sign-in service did not sign you in. Start again, or ask your administrator.")
    token = await _id_token(auth, code, str(kept["verifier"]))
    return await auth.person_of_id_token(token, str(kept["nonce"]))


async def _id_token(auth: Authenticator, code: str, verifier: str) -> str:
    """Exchange the code for an ID token (RFC 6749, section 4.1.3)."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback_address(auth.settings.public_url),
        "client_id": auth.settings.oidc_client_id,
        "code_verifier": verifier,
    }
    if secret := auth.settings.oidc_client_secret.get_secret_value():
        form["client_secret"] = secret
    endpoint = str((await auth.issuer.metadata())["token_endpoint"])
    try:
        if auth.http is not None:
            answer = await auth.http.post(endpoint, data=form, timeout=TIMEOUT)
        else:
            async with httpx.AsyncClient(timeout=TIMEOUT) as client:
                answer = await client.post(endpoint, data=form)
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
