"""The register of trusts, and what each has set."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from submittals.tables.base import instant, metadata

trust = Table(
    "trust",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("ods_code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("configuration", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    instant("updated_at"),
    info={"register": True},
)
