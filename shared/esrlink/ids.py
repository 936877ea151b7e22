"""Where new identifiers come from: UUID version 7, so that they sort by time and index well."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import uuid_utils

NewId = Callable[[], UUID]


def new_id() -> UUID:
    """A new UUIDv7."""
    return UUID(bytes=uuid_utils.uuid7().bytes)
