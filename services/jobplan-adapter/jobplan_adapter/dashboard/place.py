"""Where a page of a list begins: a key in the address, in which no sign of a number or an id can be taken for another. Pure."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated

from fastapi import Query

from esrlink.errors import Invalid

Cursor = Annotated[str, Query(max_length=2_000, pattern=r"^[A-Za-z0-9_=-]*$")]
"""A place in an address, empty for the first page."""

Key = tuple[str, str, str, str]


def place_of(key: Key) -> str:
    """The key for an address."""
    return urlsafe_b64encode(json.dumps(key).encode()).decode()


def key_at(cursor: str) -> Key | None:
    """The key in an address; none for the first page. Raises `Invalid` for what is not ours."""
    if not cursor:
        return None
    try:
        parts = json.loads(urlsafe_b64decode(cursor))
    except (ValueError, RecursionError):
        parts = None
    if isinstance(parts, list) and len(parts) == 4 and all(isinstance(one, str) and "\x00" not in one for one in parts):
        return (parts[0], parts[1], parts[2], parts[3])
    raise Invalid("The address names no place in this list. Begin with its first page.", field="cursor")
