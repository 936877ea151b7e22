"""The register of trusts, and the editions of each table that a trust sets."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from submittals.tables.base import instant, metadata

trust = Table(
    "trust",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("ods_code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column(
        "configuration",
        JSONB,
        comment="what there was before editions: kept for services of the release before while they are replaced",
    ),
    Column("version", Integer, nullable=False, comment="grows with each change of any edition"),
    instant("updated_at"),
    info={"register": True},
)


settings_edition = Table(
    "settings_edition",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("name", Text, primary_key=True, comment="of the table, such as rate_cards"),
    Column("effective_from", Date, primary_key=True, comment="in force until the next edition's"),
    Column("rows", JSONB, nullable=False),
    Column("digest", Text, nullable=False, comment="of name and rows: whoever has read these need not read them again"),
    Column("revision", Integer, nullable=False, comment="1, 2, 3 … of this edition"),
    Column("put_by", Text, nullable=False),
    instant("put_at"),
)
