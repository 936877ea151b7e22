"""What every table of the gateway is made with."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, MetaData

from esrlink import audit
from esrlink.db.infrastructure import NAMING, install

metadata = MetaData(naming_convention=NAMING)
install(metadata)
audit.install(metadata)


def moment(name: str, **options: object) -> Column[object]:
    """A column of moments, in UTC."""
    return Column(name, DateTime(timezone=True), **options)  # type: ignore[arg-type]
