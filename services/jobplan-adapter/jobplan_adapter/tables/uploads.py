"""Job plans that a trust uploaded: each file as it was read, and which one is in effect."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from jobplan_adapter.tables.base import metadata

plan_upload = Table(
    "plan_upload",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("upload_id", Uuid, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("sha256", Text, nullable=False, comment="of the file's bytes"),
    Column("rows", Integer, nullable=False, comment="below the heading"),
    Column("people", Integer, nullable=False),
    Column("plans", Integer, nullable=False),
    Column("content", JSONB, nullable=False, comment="people, plans, what was set aside"),
    Column("troubles", JSONB, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", DateTime(timezone=True), nullable=False),
    Column("taken_by", Text),
    Column("taken_at", DateTime(timezone=True), comment="the newest of a provider is in effect"),
    Index("ix_plan_upload_provider", "vpd", "provider", "taken_at"),
)
