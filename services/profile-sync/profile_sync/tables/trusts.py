"""Trusts and their departments."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from profile_sync.tables.base import metadata

trust = Table(
    "trust",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("ods_code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("configuration", JSONB, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    info={"register": True},
)


department = Table(
    "department",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("product", Text, primary_key=True),
    Column("department", Text, primary_key=True),
    Column("name", Text, nullable=False),
    ForeignKeyConstraint(["vpd"], ["trust.vpd"]),
)
