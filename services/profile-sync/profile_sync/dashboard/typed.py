"""What people type to find somebody, kept out of addresses: those end up in the logs of proxies and in browsers' histories.

A form sends the text. It is sealed into a cookie of this browser under an id of its own, and the page that the form leads to has
only the id in its address: it can be loaded again, gone back to, and stand beside another, and nobody else's browser opens it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request, Response

from esrlink.auth import Authenticator, Principal
from esrlink.auth.session import CookieBox, session_secret
from esrlink.ids import NewId
from profile_sync.cursors import not_ours

COOKIE = "esrlink_typed"
_LIFETIME = timedelta(hours=12)
# A browser keeps 4,096 bytes of a cookie, and sealing makes a third more of them; the oldest give way.
_MOST_BYTES = 2_600


@dataclass(frozen=True, slots=True)
class Kept:
    """A text that somebody typed, and where the part of what it finds begins that they look at."""

    text: str = ""
    cursor: str = ""


class TypedTexts:
    """The newest texts of each browser. `path` is where its cookie is sent to."""

    def __init__(self, auth: Authenticator, path: str, new_id: NewId) -> None:
        secret = session_secret(auth.settings)
        self._box, self._places = CookieBox(secret, "typed"), CookieBox(secret, "place")
        self._secure = auth.secure_cookies
        self._path = path
        self._new_id = new_id

    def recall(self, request: Request, reader: Principal, look: str) -> Kept | None:
        """What was typed under this id; none when this person in this browser typed nothing so, or it has given way."""
        found = self._texts(request, reader).get(look)
        return Kept(*found) if found else None

    def hide(self, place: str) -> str:
        """Where a page begins, for an address that must not tell what that place holds."""
        return self._places.seal({"place": place}, _LIFETIME)

    def found(self, hidden: str | None) -> str | None:
        """The place that was hidden; none for none. Raises `Invalid` for what is not ours, or too old."""
        if not hidden:
            return None
        opened = self._places.open(hidden)
        if opened is None:
            raise not_ours()
        return str(opened["place"])

    def new_look(self) -> str:
        """An id for what is typed next."""
        return self._new_id().hex[-12:]

    def remember(self, request: Request, response: Response, reader: Principal, look: str, typed: Kept) -> None:
        """Seal what was typed under this id into the response's cookie, which ends with the browser."""
        texts = {**self._texts(request, reader), look: [typed.text, typed.cursor]}
        while len(json.dumps(texts).encode()) > _MOST_BYTES and len(texts) > 1:
            texts.pop(next(iter(texts)))
        sealed = self._box.seal({"sub": reader.subject, "typed": texts}, _LIFETIME)
        response.set_cookie(COOKIE, sealed, path=self._path, secure=self._secure, httponly=True, samesite="lax")

    def _texts(self, request: Request, reader: Principal) -> Mapping[str, list[str]]:
        opened = self._box.open(request.cookies.get(COOKIE))
        return opened["typed"] if opened and opened["sub"] == reader.subject else {}
