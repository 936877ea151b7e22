"""The version that a caller last read, from the header `If-Match` or from the body: the same at every service.

Entity tags stand in quotation marks; a bare number is taken too, because clients forget them and mean nothing else by it.
What stands behind the version in a tag (`"3-…"`) tells answers apart, not versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Header

from esrlink.errors import Invalid, PreconditionFailed, StaleVersion

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="The version that you last read, in quotation marks.", examples=['"3"']),
]
_VERSION = re.compile(r'(?:W/)?"([1-9][0-9]{0,8})(?:-[0-9a-f]{32})?"|([1-9][0-9]{0,8})')


def expected_version(if_match: str | None, stated: int | None = None) -> int | None:
    """The version that the caller last read, from the header or as the body states it. `*` matches any.

    Raises `Invalid` for a header that is not a version, or one that differs from the body's.
    """
    if if_match is None or if_match.strip() == "*":
        return stated
    found = _VERSION.fullmatch(if_match.strip())
    if found is None:
        raise Invalid('If-Match holds the version that you read, in quotation marks, such as "3".', field="If-Match")
    header = int(found[1] or found[2])
    if stated not in (None, header):
        raise Invalid("If-Match and `version` name different versions: send the one that you read.", field="version")
    return header


def etag(version: int) -> str:
    """A version as an entity tag."""
    return f'"{version}"'


@contextmanager
def stated_in(if_match: str | None) -> Iterator[None]:
    """Answer a stale version that the caller named in the header with 412 and the current one; otherwise it stays a 409."""
    try:
        yield
    except StaleVersion as stale:
        if if_match is None:
            raise
        headers = {"ETag": etag(stale.current)} if stale.current else {}
        raise PreconditionFailed(stale.detail, field="If-Match", headers=headers) from stale
