"""Which bus an address names."""

from __future__ import annotations

from esrlink.bus.port import Bus
from esrlink.bus.postgres import PostgresBus


def bus_from_url(url: str) -> Bus:
    """The bus for `BUS_URL`: `postgresql://…` or `kafka://…`. Raises `ValueError` for an address of another kind."""
    if url.startswith("postgresql"):
        return PostgresBus(url)
    if url.startswith("kafka://"):
        # Only here: whoever does not use Kafka does not load its library.
        from esrlink.bus.kafka import KafkaBus, KafkaSettings, servers_of

        return KafkaBus(servers_of(url), KafkaSettings())
    raise ValueError("BUS_URL must start with postgresql:// (a database of its own) or kafka:// (host:port,host:port)")
