"""What a correction comes to: what was sent, what takes its place, and the difference between the two. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from submittals.content import Content

# The figures of a record that are paid, or counted as leave.
_FIGURES = ("units", "amount", "days", "hours", "sessions")


def net_effect(sent: Content, instead: Content | None) -> Mapping[str, Decimal]:
    """How much more (or less) of each figure there is after the correction; figures that stay are left out.

    With no replacement all that was sent is taken back.
    """
    before, after = _figures(sent), _figures(instead) if instead is not None else {}
    return {
        name: difference
        for name in _FIGURES
        if (difference := after.get(name, Decimal(0)) - before.get(name, Decimal(0)))
    }


def _figures(content: Content) -> dict[str, Decimal]:
    found = {name: getattr(content, name, None) for name in _FIGURES}
    return {name: value for name, value in found.items() if value is not None}
