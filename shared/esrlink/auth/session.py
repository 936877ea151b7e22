"""The session of a signed-in person: one encrypted cookie that every service reads with the same secret.

Nothing is stored on a server, so a service needs no shared session store; the price is that a session ends by its own
lifetime, not by an act of ours elsewhere. The cookie is encrypted (JWE, `dir` with A256GCM), so that names and roles do
not lie in a browser's profile in the clear.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from esrlink.auth.principal import Principal, Role
from esrlink.settings import Mode, ServiceSettings

SESSION_COOKIE = "esrlink_session"
_HEADER = {"alg": "dir", "enc": "A256GCM"}


@dataclass(frozen=True, slots=True)
class Session:
    """A person, the secret that their forms must send back, and when it ends (seconds since 1970, wall clock)."""

    principal: Principal
    csrf: str
    expires_at: float


class CookieBox:
    """Seals small JSON values into cookies and opens them again; `purpose` keeps one kind from passing for another."""

    def __init__(self, secret: str, purpose: str) -> None:
        self._key = OctKey.import_key(sha256(f"esr-link/{purpose}/{secret}".encode()).digest())

    def seal(self, value: Mapping[str, Any], lifetime: timedelta) -> str:
        """The cookie's text; it opens for `lifetime` from now."""
        body = json.dumps({**value, "exp": time.time() + lifetime.total_seconds()})
        return jwe.encrypt_compact(dict(_HEADER), body, self._key, algorithms=list(_HEADER.values()))

    def open(self, cookie: str | None) -> Mapping[str, Any] | None:
        """What was sealed, or `None` for a cookie that is absent, forged, too old or for another purpose."""
        if not cookie:
            return None
        try:
            sealed = jwe.decrypt_compact(cookie, self._key, algorithms=list(_HEADER.values()))
            value = json.loads(sealed.plaintext or b"null")
        except (JoseError, ValueError):
            return None
        return value if isinstance(value, dict) and value.get("exp", 0) > time.time() else None


def start_session(principal: Principal, lifetime: timedelta) -> Session:
    """A new session with a secret of its own."""
    return Session(principal, csrf=secrets.token_urlsafe(32), expires_at=time.time() + lifetime.total_seconds())


def to_cookie(session: Session) -> dict[str, Any]:
    """The session as the JSON value that is sealed."""
    person = session.principal
    return {
        "sub": person.subject,
        "name": person.display_name,
        "roles": sorted(person.roles),
        "vpds": sorted(person.vpds),
        "departments": None if person.departments is None else sorted(person.departments),
        "esr_numbers": sorted(person.esr_numbers),
        "csrf": session.csrf,
    }


def from_cookie(value: Mapping[str, Any]) -> Session:
    """The session of an opened cookie. Raises `KeyError` or `ValueError` for one that an older release sealed."""
    departments = value["departments"]
    person = Principal(
        subject=value["sub"],
        kind="person",
        display_name=value["name"],
        roles=frozenset(Role(role) for role in value["roles"]),
        vpds=frozenset(value["vpds"]),
        departments=None if departments is None else frozenset(departments),
        esr_numbers=frozenset(value["esr_numbers"]),
    )
    return Session(person, csrf=value["csrf"], expires_at=value["exp"])


def session_secret(settings: ServiceSettings) -> str:
    """The secret of the settings; in a try-out without one, made once and kept in the data folder for all services."""
    if secret := settings.session_secret.get_secret_value():
        return secret
    if settings.mode is not Mode.TRYOUT:
        raise ValueError("ESRLINK_SESSION_SECRET is needed outside the try-out")
    return kept_secret(settings.data_dir / "session-secret")


def kept_secret(path: Path) -> str:
    """The text of `path`, made at random on first use and readable by its owner only; safe when two processes start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        fresh.touch(mode=0o600, exist_ok=False)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            # A link either appears whole or not at all, and the first process wins.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()
