"""The pages that sign people in and out. Mounted once, at the site's root; every service reads the cookie it sets."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from esrlink.auth import code_flow
from esrlink.auth.access import require_csrf
from esrlink.auth.authenticator import Authenticator
from esrlink.auth.redirects import same_site_path, site_path
from esrlink.auth.session import SESSION_COOKIE, start_session, to_cookie
from esrlink.auth.trust_choice import TRUST_COOKIE
from esrlink.errors import Forbidden, Unavailable
from esrlink.web.pages import Pages

_SIGN_IN_COOKIE = "esrlink_sign_in"
# Long enough for a password, a second factor and a telephone call; short enough that a stolen link is stale.
_SIGN_IN_LIFETIME = timedelta(minutes=10)


def auth_router(auth: Authenticator, pages: Pages | None = None) -> APIRouter:
    """The routes `/sign-in`, `/sign-in/callback`, `/sign-out`, `/signed-out` and `/trust`.

    The app that includes it needs the same authenticator on `app.state.auth`.
    """
    routes = _SignIn(auth, pages or Pages(auth.settings))
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/sign-in", routes.sign_in, methods=["GET"])
    router.add_api_route("/sign-in/callback", routes.callback, methods=["GET"])
    router.add_api_route("/sign-out", routes.sign_out, methods=["POST"])
    router.add_api_route("/signed-out", routes.signed_out, methods=["GET"], response_class=HTMLResponse)
    router.add_api_route("/trust", routes.choose_trust, methods=["POST"])
    return router


class _SignIn:
    def __init__(self, auth: Authenticator, pages: Pages) -> None:
        self._auth = auth
        self._pages = pages
        self._root = site_path(auth.settings.public_url)

    async def sign_in(self, request: Request, next: str = "/") -> Response:  # noqa: A002 - the word in the address
        back = same_site_path(next, f"{self._root}/")
        if self._auth.session(request) is not None:
            return RedirectResponse(back, 303)
        address, kept = await code_flow.begin(self._auth, back)
        answer = RedirectResponse(address, 303)
        self._set(answer, _SIGN_IN_COOKIE, self._auth.sign_ins.seal(kept, _SIGN_IN_LIFETIME), _SIGN_IN_LIFETIME)
        return answer

    async def callback(self, request: Request, code: str = "", state: str = "") -> Response:
        kept = self._auth.sign_ins.open(request.cookies.get(_SIGN_IN_COOKIE))
        person = await code_flow.finish(self._auth, kept, code, state)
        if not person.roles:
            raise Forbidden("Your account has no role in ESR Link. Ask your administrator for one.")
        lifetime = self._auth.settings.session_lifetime
        answer = RedirectResponse(str(kept["next"]) if kept else "/", 303)
        session = self._auth.sessions.seal(to_cookie(start_session(person, lifetime)), lifetime)
        self._set(answer, SESSION_COOKIE, session, lifetime)
        answer.delete_cookie(_SIGN_IN_COOKIE, path="/")
        return answer

    async def sign_out(self, request: Request) -> Response:
        await require_csrf(request)
        answer = RedirectResponse(f"{self._root}/signed-out", 303)
        for cookie in (SESSION_COOKIE, TRUST_COOKIE):
            answer.delete_cookie(cookie, path="/", secure=self._auth.secure_cookies, httponly=True, samesite="lax")
        return answer

    async def signed_out(self, request: Request) -> Response:
        try:
            end_session = (await self._auth.issuer.metadata()).get("end_session_endpoint")
        except Unavailable:
            end_session = None
        return self._pages.render(request, "signed_out.html", title="You are signed out", end_session=end_session)

    async def choose_trust(
        self,
        request: Request,
        vpd: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = "/",  # noqa: A002 - the field's name
    ) -> Response:
        await require_csrf(request)
        answer = RedirectResponse(same_site_path(next, f"{self._root}/"), 303)
        session = self._auth.session(request)
        if session is None or not vpd:
            answer.delete_cookie(TRUST_COOKIE, path="/")
        else:
            session.principal.require_vpd(vpd)
            self._set(answer, TRUST_COOKIE, vpd, self._auth.settings.session_lifetime)
        return answer

    def _set(self, answer: Response, name: str, value: str, lifetime: timedelta) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=int(lifetime.total_seconds()),
            path="/",
            secure=self._auth.secure_cookies,
            httponly=True,
            samesite="lax",
        )
