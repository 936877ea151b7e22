"""What the flow keeps beside the records: withdrawals that came first, answers to repeat, corrections of what was sent."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from submittals.tables.base import instant, metadata

early_withdrawal = Table(
    "early_withdrawal",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("product", Text, primary_key=True),
    Column("department", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("client", Text, nullable=False, comment="the machine client or person that sent it"),
    instant("at"),
)
"""Withdrawals of records that had not arrived; each ends its record when that comes."""

answered_request = Table(
    "answered_request",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("client", Text, primary_key=True),
    Column("key", Text, primary_key=True, comment="the header Idempotency-Key"),
    Column("asked", Text, nullable=False, comment="SHA-256 of the request"),
    Column("status", Integer),
    Column("answer", LargeBinary, comment="the body, compressed"),
    instant("answered_at"),
    Index("ix_answered_request_answered_at", "vpd", "answered_at"),
)

correction = Table(
    "correction",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("submittal_id", Uuid, nullable=False, comment="what was sent and is to be corrected"),
    Column("version", Integer, nullable=False, comment="of it, that was sent"),
    Column("product", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("state", Text, nullable=False, comment="proposed, seconded, declined or undone"),
    Column("given", JSONB(none_as_null=True), comment="what the replacement says; none: a reversal only"),
    Column("run", Text, nullable=False, comment="next or supplementary"),
    Column("reason", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_by_person", Text, comment="their employee number, where it is known"),
    Column("proposed_client", Text, nullable=False),
    instant("proposed_at"),
    Column("decided_by", Text),
    Column("decided_reason", Text),
    instant("decided_at", nullable=True),
    Column("reversal_id", Uuid),
    Column("replacement_id", Uuid),
    Index("ix_correction_submittal", "vpd", "submittal_id"),
    Index("ix_correction_reversal", "vpd", "reversal_id"),
    Index("ix_correction_replacement", "vpd", "replacement_id"),
    Index("ix_correction_state", "vpd", "state", "proposed_at"),
)
"""At most one that is proposed or seconded for each submittal: the row of the submittal is held while that is looked at."""
