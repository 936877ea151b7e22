"""The issuer's key and what it signs: access tokens, ID tokens, and the codes between them."""

from __future__ import annotations

import json
import os
import secrets
import time
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

TOKEN_LIFETIME = 15 * 60


class Signer:
    """Signs with one ES256 key, made on first use and kept in `data_dir`, readable by its owner only."""

    def __init__(self, issuer: str, data_dir: Path) -> None:
        self.issuer = issuer
        self._key = _kept_key(data_dir / "issuer-key.json")

    def jwks(self) -> dict[str, Any]:
        """The public half, as the JWKS address serves it."""
        return dict(KeySet([self._key]).as_dict(private=False))

    def token(self, subject: str, audience: str, **claims: Any) -> str:
        """A token of 15 minutes."""
        now = int(time.time())
        whole = {
            "iss": self.issuer,
            "sub": subject,
            "aud": audience,
            "iat": now,
            "nbf": now,
            "exp": now + TOKEN_LIFETIME,
            "jti": secrets.token_urlsafe(16),
            **claims,
        }
        return jwt.encode({"alg": "ES256", "kid": str(self._key.kid)}, whole, self._key, algorithms=["ES256"])


def _kept_key(path: Path) -> ECKey:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        key = ECKey.generate_key("P-256", parameters={"alg": "ES256", "use": "sig"}, private=True, auto_kid=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600, exist_ok=False)
        fresh.write_text(json.dumps(key.as_dict(private=True)))
        fresh.replace(path)
    return ECKey.import_key(json.loads(path.read_text()))
