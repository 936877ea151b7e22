"""What all tables of profile-sync share."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, MetaData, Text

from esrlink import audit
from esrlink.db.infrastructure import NAMING, install

metadata = MetaData(naming_convention=NAMING)
install(metadata)
audit.install(metadata)

PROFILE = ("vpd", "product", "department", "profile_id")


def profile_key_columns() -> list[Column[str]]:
    """The columns that name a profile."""
    return [Column(name, Text, primary_key=True) for name in PROFILE]


def of_profile(table: str) -> ForeignKeyConstraint:
    """That the profile is there."""
    return ForeignKeyConstraint(list(PROFILE), [f"profile.{name}" for name in PROFILE], name=f"fk_{table}_profile")
