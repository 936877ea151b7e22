"""Where the next page of a list begins: the last row's place in the order, packed so that nobody builds on its form."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from esrlink.errors import Invalid


class Cursor:
    """Cursors of one list, whose order has values of these types, in this order."""

    def __init__(self, *types: type) -> None:
        self._types = types

    def after(self, place: Sequence[Any]) -> str:
        """The cursor of what follows this place."""
        return base64.urlsafe_b64encode(json.dumps(list(place)).encode()).decode()

    def read(self, cursor: str) -> list[Any]:
        """The place that a cursor holds. Raises `Invalid` for one that is not of this list."""
        try:
            place = json.loads(base64.urlsafe_b64decode(cursor))
        except (ValueError, RecursionError) as error:
            raise not_ours() from error
        if not isinstance(place, list) or [type(value) for value in place] != list(self._types):
            raise not_ours()
        if not all(_is_plain(value) for value in place):
            raise not_ours()
        return place


def _is_plain(value: Any) -> bool:
    """Whether PostgreSQL can take it: no NUL, no half of a surrogate pair, no number beyond its integers."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= c <= "\udfff" for c in value)
    return bool(abs(value) < 2**31)


def not_ours() -> Invalid:
    """The refusal of a cursor that this list never gave."""
    return Invalid("The cursor is not one of ours. Take `next` of the page before, or leave it out.", field="cursor")
