"""Answers that a caller may hold already: the tag of one, and whether `If-None-Match` names it. The same at every service."""

from __future__ import annotations

import hashlib
from typing import Any

from fastapi import Request

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "As you hold it: you sent its ETag in If-None-Match"}
}
"""For the `responses=` of an operation that answers so."""


def etag_of(content: str, version: int | None = None) -> str:
    """The tag of an answer with this content. With a version it may stand in `If-Match`, too, and means that version."""
    digest = hashlib.sha256(content.encode()).hexdigest()[:32]
    # Weak where it stands alone: what it means is the same, though its bytes may differ. `If-Match` takes no weak one.
    return f'W/"{digest}"' if version is None else f'"{version}-{digest}"'


def is_fresh(request: Request, etag: str) -> bool:
    """Whether the caller holds this answer already (`If-None-Match`; compared weakly, as RFC 9110 asks)."""
    held = request.headers.get("If-None-Match", "")
    wanted = etag.removeprefix("W/")
    return held.strip() == "*" or wanted in {one.strip().removeprefix("W/") for one in held.split(",")}
