"""Which bus an address names."""

from __future__ import annotations

from esrlink.bus.port import Bus
from esrlink.bus.postgres import PostgresBus


def bus_from_url(url: str) -> Bus:
    """The bus for `BUS_URL`: `postgresql://…`. Raises `ValueError` for an address of another kind."""
    if url.startswith("postgresql"):
        return PostgresBus(url)
    raise ValueError("BUS_URL must start with postgresql:// (a database of its own)")
