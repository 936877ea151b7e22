"""Plans with their versions, and whom ESR knows."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, ForeignKeyConstraint, Index, Integer, Table, Text, false
from sqlalchemy.dialects.postgresql import JSONB

from jobplan_adapter.tables.base import metadata

person = Table(
    "person",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("employee_number", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("email", Text, comment="work address, in lower case"),
    Column("local_part", Text),
    Column("name", Text),
    Column("name_key", Text),
    Index("ix_person_email", "vpd", "email"),
    Index("ix_person_local_part", "vpd", "local_part"),
    Index("ix_person_name_key", "vpd", "name_key"),
    comment="whom ESR shows; names and addresses only to suggest whom an unmatched user may be",
)

plan = Table(
    "plan",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("owner_id", Text, nullable=False),
    Column("employee_number", Text),
    Column("post", Text, comment="the post, when the owner has several"),
    Column("version", Integer, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("effective_from", Date),
    Column("effective_to", Date, comment="the day before a later signed-off plan of this owner begins"),
    Column("signed_version", Integer, comment="the newest version that was signed off"),
    Column("signed_from", Date, comment="when the newest signed-off version begins"),
    Column("gone", Boolean, nullable=False, server_default=false()),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index("ix_plan_person", "vpd", "employee_number"),
)

plan_version = Table(
    "plan_version",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", Text, nullable=False, comment="as it was derived when the version came"),
    Column("content", JSONB, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["vpd", "provider", "plan_id"], ["plan.vpd", "plan.provider", "plan.plan_id"]),
    comment="never changed once written: a trigger refuses it",
)
