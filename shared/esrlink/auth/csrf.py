"""Keeps another site from sending a signed-in person's forms.

Two independent checks on every request that changes something with a session cookie: the `Origin` header must be ours,
and the session's secret must come back in the form (`csrf_token`) or in the header `X-CSRF-Token`. Machine clients send
no cookie and are not concerned.
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from fastapi import Request
from markupsafe import Markup

from esrlink.auth.session import Session
from esrlink.errors import Forbidden

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class ForgedForm(Forbidden):
    """The form did not come from a page of this session."""

    code, title = "forged_form", "This form cannot be taken"


def csrf_field(request: Request) -> Markup:
    """The hidden field for a form of this session (empty when nobody is signed in)."""
    session: Session | None = getattr(request.state, "session", None)
    if session is None:
        return Markup()
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, session.csrf)


async def check_form(request: Request, session: Session, public_url: str) -> None:
    """Raise `ForgedForm` unless the request comes from a page of this site and of this session."""
    origin = request.headers.get("origin") or request.headers.get("referer")
    if origin is not None:
        ours = {urlsplit(public_url).netloc, request.headers.get("host", "")}
        if urlsplit(origin).netloc not in ours:
            raise ForgedForm("The form was sent from another site.")
    sent = request.headers.get(HEADER)
    if sent is None and request.headers.get("content-type", "").startswith(_FORM_TYPES):
        value = (await request.form()).get(FIELD)
        sent = value if isinstance(value, str) else None
    if sent is None or not hmac.compare_digest(sent.encode(), session.csrf.encode()):
        raise ForgedForm(
            "The page is older than your session. Go back, load the page again and send the form once more."
        )
