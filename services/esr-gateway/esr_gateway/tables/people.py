"""People as ESR shows them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from esr_gateway.tables.base import metadata

# One row of ESR's data. `line` is the row as ESR wrote it with sensitive cells emptied: comparing it as one text is what
# makes "only real changes" cheap, and its columns are found by the layout.
esr_row = Table(
    "esr_row",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("effective_from", Text, primary_key=True, comment="yyyymmdd; empty where a record is not date-tracked"),
    Column("effective_to", Text, nullable=False),
    Column("parent_id", Text, nullable=False, comment="the person (or position) that the row belongs to"),
    Column("line", Text, nullable=False),
    Index("ix_esr_row_parent", "vpd", "parent_id", "record", postgresql_where=text("parent_id <> ''")),
)

person = Table(
    "person",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("person_id", Text, primary_key=True, comment="ESR's own id inside its files"),
    Column("employee_number", Text, nullable=False),
    Column("family_name", Text, nullable=False),
    Column("given_name", Text),
    Column("revision", Integer, nullable=False),
    Column("picture_hash", Text, nullable=False, comment="SHA-256 of the picture that was last published"),
    Column("is_gone", Boolean, nullable=False),
    Index("ix_person_employee_number", "vpd", "employee_number"),
)
