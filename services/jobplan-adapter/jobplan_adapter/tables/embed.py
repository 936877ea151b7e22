"""Tokens that open an embedded panel once."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Index, Table, Text

from jobplan_adapter.tables.base import metadata

embed_token = Table(
    "embed_token",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("token_hash", Text, primary_key=True, comment="SHA-256: the token itself is not kept"),
    Column("employee_number", Text, nullable=False),
    Column("day", Date, comment="the day asked about; none = the day it is shown"),
    Column("origin", Text, nullable=False, comment="whose page may frame it"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Index("ix_embed_token_expires", "vpd", "expires_at"),
)
