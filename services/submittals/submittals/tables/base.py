"""What all tables of the service share: one metadata, and how an instant is kept."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, MetaData

from esrlink import audit
from esrlink.db import install
from esrlink.db.infrastructure import NAMING

metadata = MetaData(naming_convention=NAMING)
install(metadata)
audit.install(metadata)


def instant(name: str, *, nullable: bool = False) -> Column[object]:
    """A moment, with its zone."""
    return Column(name, DateTime(timezone=True), nullable=nullable)
