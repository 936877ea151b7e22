"""Files that came from ESR, and their rows that were set aside."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from esr_gateway.tables.base import metadata, moment

file = Table(
    "file",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("file_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("kind", Text, nullable=False, comment="snapshot, changes, confirmation or unknown"),
    Column("state", Text, nullable=False, comment="received, imported, quarantined, held, duplicate, waiting_for_gap"),
    Column("code", Text),
    Column("reason", Text),
    Column("sequence", Integer),
    moment("created_by_esr"),
    moment("previous_run"),
    moment("this_run"),
    Column("rows", Integer, nullable=False, server_default="0"),
    Column("rows_set_aside", Integer, nullable=False, server_default="0"),
    Column("rows_unread", Integer, nullable=False, server_default="0"),
    Column("rows_without_parent", Integer, nullable=False, server_default="0"),
    Column("people_changed", Integer, nullable=False, server_default="0"),
    Column("people_gone", Integer, nullable=False, server_default="0"),
    Column("seen_again", Integer, nullable=False, server_default="0"),
    Column("brake", JSONB, comment="figures and a sample of whom it would change, when it was held for that"),
    Column("released_by", Text, comment="who has looked at it and let it go on, when it was held"),
    moment("received_at", nullable=False),
    moment("settled_at", comment="when it was imported, quarantined, held or found to be a duplicate"),
    UniqueConstraint("vpd", "name", "sha256"),
    Index("ix_file_received", "vpd", "received_at"),
    Index("ix_file_open", "vpd", postgresql_where=text("state IN ('received', 'waiting_for_gap')")),
)

rejected_row = Table(
    "rejected_row",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("file_id", Uuid, primary_key=True),
    Column("row_number", Integer, primary_key=True),
    Column("record", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("raw", Text, nullable=False, comment="as it came, sensitive cells masked"),
    ForeignKeyConstraint(["vpd", "file_id"], ["file.vpd", "file.file_id"], ondelete="CASCADE"),
)
