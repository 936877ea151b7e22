"""Runs of the link rules over a whole trust, and what each changed or would have changed."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from profile_sync.tables.base import metadata

_UNDER_WAY = text("state IN ('waiting', 'running')")

rule_run = Table(
    "rule_run",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("run_id", Uuid, primary_key=True),
    Column("dry_run", Boolean, nullable=False),
    Column("registration_rule", Text, comment="tried out instead of the trust's own setting; in dry runs only"),
    Column("state", Text, nullable=False),
    Column("problem", Text, comment="why it failed"),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("reason", Text),
    Column("stopped_by", Text),
    Column("started_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("total", Integer, nullable=False, comment="profiles when it was asked for"),
    Column("looked_at", Integer, nullable=False, server_default=text("0")),
    Column("after", JSONB, comment="product, department and id of the last profile looked at"),
    CheckConstraint("state IN ('waiting', 'running', 'done', 'stopped', 'failed')", name="state"),
    CheckConstraint("dry_run OR registration_rule IS NULL", name="trial_is_dry"),
    # The last defence of "one run of a trust at a time".
    Index("uq_rule_run_under_way", "vpd", unique=True, postgresql_where=_UNDER_WAY),
    Index("ix_rule_run_requested_at", "vpd", "requested_at"),
)


# No foreign key: it tells what was, also of profiles that are no longer.
rule_run_change = Table(
    "rule_run_change",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("run_id", Uuid, primary_key=True),
    Column("product", Text, primary_key=True),
    Column("department", Text, primary_key=True),
    Column("profile_id", Text, primary_key=True),
    Column("from_state", Text, nullable=False),
    Column("from_person", Text),
    Column("from_rule", Text),
    Column("from_reason", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    Column("to_person", Text),
    Column("to_rule", Text),
    Column("to_reason", Text, nullable=False),
    Column("claim", Text, comment="whom the profile claims after it, as in `link`"),
    Index(
        "ix_rule_run_change_claim",
        "vpd",
        "run_id",
        "claim",
        postgresql_where=text("claim IS NOT NULL"),
    ),
)
