"""The tables that every service's database has beside its own: outbox, inbox and dead letters.

They belong to the machinery, not to a trust: no API reads them by trust, and the relay must see them all, so they carry
no row-level security. Every other table with a `vpd` column does.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

INFRASTRUCTURE_TABLES = frozenset({"outbox", "inbox", "dead_letter", "alembic_version"})

_metadata = MetaData(naming_convention=NAMING)

outbox = Table(
    "outbox",
    _metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("shard", SmallInteger, nullable=False, comment="which relay lane publishes it; same key, same lane"),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("published_at", DateTime(timezone=True)),
    Index("ix_outbox_unpublished", "shard", "seq", postgresql_where="published_at IS NULL"),
    Index("ix_outbox_published_at", "published_at", postgresql_where="published_at IS NOT NULL"),
    # It fills and empties all day: the default thresholds would let dead rows pile up under the partial index.
    postgresql_with={"autovacuum_vacuum_scale_factor": "0.01", "autovacuum_vacuum_threshold": "1000"},
)

inbox = Table(
    "inbox",
    _metadata,
    Column("consumer", Text, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_inbox_received_at", "received_at"),
)

dead_letter = Table(
    "dead_letter",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("consumer", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("error_class", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("parked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_dead_letter_parked_at", "parked_at"),
)


def install(metadata: MetaData) -> None:
    """Add the three tables to a service's metadata, so that its migrations and checks cover them."""
    for table in (outbox, inbox, dead_letter):
        table.to_metadata(metadata)
