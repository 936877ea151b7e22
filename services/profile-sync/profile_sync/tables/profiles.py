"""Profiles as rota products know them, and what they are found by."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
)

from profile_sync.tables.base import PROFILE, metadata, profile_key_columns

profile = Table(
    "profile",
    metadata,
    *profile_key_columns(),
    Column("employee_number", Text, comment="as the rota product says; the link says whose it is"),
    Column("registration_number", Text),
    Column("title", Text),
    Column("given_name", Text),
    Column("family_name", Text, nullable=False),
    Column("email", Text),
    Column("grade", Text),
    Column("version", Integer, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column(
        "deleted_at", DateTime(timezone=True), comment="kept, so that versions and revisions go on if it comes back"
    ),
    ForeignKeyConstraint(
        ["vpd", "product", "department"],
        ["department.vpd", "department.product", "department.department"],
        name="fk_profile_department",
    ),
)


# No foreign key: it only ever follows `profile`, and each would be looked up for each key.
profile_key = Table(
    "profile_key",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("key", Text(collation="C"), primary_key=True),
    Column("product", Text, primary_key=True),
    Column("department", Text, primary_key=True),
    Column("profile_id", Text, primary_key=True),
    Index("ix_profile_key_profile", *reversed(PROFILE)),
)
