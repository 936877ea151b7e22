"""The register of trusts, and how each of their providers does."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Integer, Table, Text, func
from sqlalchemy.dialects.postgresql import JSONB

from jobplan_adapter.tables.base import metadata

trust = Table(
    "trust",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("ods_code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("configuration", JSONB, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    info={"register": True},
)

provider = Table(
    "provider",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("state", Text, nullable=False, server_default="never", comment="never, up or down"),
    Column("last_poll_at", DateTime(timezone=True)),
    Column("last_good_at", DateTime(timezone=True)),
    Column("error_code", Text),
    Column("error", Text, comment="in words, for the trust's administrator"),
    Column("faults", JSONB, nullable=False, server_default="[]", comment="records of the last good poll left unread"),
    Column("not_before", DateTime(timezone=True), comment="the provider asked to wait so long"),
    Column("fault_count", Integer, nullable=False, server_default="0"),
    comment="how each provider does; of its faults the first hundred",
)

provider_user = Table(
    "provider_user",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("employee_number", Text),
    Column("standing", Text, nullable=False),
    Column("email", Text),
    Column("name", Text),
    Column("name_key", Text),
    comment="whether ESR knows the number is asked of `person` when it is asked; addresses and names of unmatched users only",
)
