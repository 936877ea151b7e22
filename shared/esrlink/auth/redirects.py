"""Where to send a browser: paths of this site, and never an address that somebody else put into a link."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from fastapi import Request

from esrlink.errors import Unauthenticated


def same_site_path(target: str | None, default: str = "/") -> str:
    """`target` when it is a path of this site, else `default`: no host, no `//`, no backslash, no control."""
    if not target or not target.startswith("/") or target.startswith("//") or len(target) > 2000:
        return default
    if "\\" in target or any(ord(char) < 33 or ord(char) == 127 for char in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target


def site_path(public_url: str) -> str:
    """The path under which the site as a whole is served ("" at the root of a host)."""
    return urlsplit(public_url).path.rstrip("/")


class SignInNeeded(Unauthenticated):
    """A page was asked for by someone who is not signed in: the browser is sent to sign in, and back afterwards."""

    code, status, title = "sign_in_needed", 303, "Sign in"


def sign_in_needed(request: Request, public_url: str) -> SignInNeeded:
    """The redirect for this request; an htmx part gets 401 and `HX-Redirect`, so that the whole page is left."""
    is_part = "hx-request" in request.headers
    if request.method == "GET" and not is_part:
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    else:
        # A form cannot be sent again and a part is no page: go back to the page that the person was on.
        came_from = urlsplit(request.headers.get("referer", ""))
        same_host = came_from.netloc == request.headers.get("host")
        back = same_site_path(came_from.path if same_host else None, request.scope.get("root_path", "") + "/")
    address = f"{site_path(public_url)}/sign-in?next={quote(back, safe='/')}"
    if is_part:
        error = SignInNeeded("Your session has ended. Sign in again.", headers={"HX-Redirect": address})
        error.status = 401
        return error
    return SignInNeeded("Sign in to see this page.", headers={"Location": address})
