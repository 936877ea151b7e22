"""The tables that every service's database has beside its own: outbox, archive, inbox, fuses and dead letters.

Outbox, archive, inbox and fuses belong to the machinery, not to a trust: no API reads them, and the relay must see them
all, so they carry no row-level security. Dead letters are read and mended by people, so they carry a policy of their own
(`esrlink.db.tenancy`), and every other table with a `vpd` column carries the common one.
"""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
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

# Under the policy of the dead letters: those of a transaction's trusts, and those of no known trust.
DEAD_LETTER_TABLES = ("dead_letter", "dead_letter_step")
INFRASTRUCTURE_TABLES = frozenset(
    {"outbox", "event_archive", "inbox", "fuse", "dead_letter_job", "alembic_version", *DEAD_LETTER_TABLES}
)

_metadata = MetaData(naming_convention=NAMING)

outbox = Table(
    "outbox",
    _metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    # Not unique: a replay puts the same event into the outbox again.
    Column("event_id", Uuid, nullable=False),
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

event_archive = Table(
    "event_archive",
    _metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False, comment="its place in the outbox"),
    Column("event_id", Uuid, nullable=False),
    Column("shard", SmallInteger, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    # What a replay asks for: one topic's events of a time, in their order.
    Index("ix_event_archive_topic", "topic", "created_at", "seq"),
    # Whether a later event of the same key is kept, so that the newest of a state is never forgotten.
    Index("ix_event_archive_key", "topic", "key", "seq"),
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
    Column("vpd", Text, comment="none where the message does not say whose it is"),
    Column("event_id", Uuid, comment="none where the message does not say which it is"),
    Column("headers", JSONB, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("edited_value", LargeBinary, comment="what a person put in its place; the original stays"),
    Column("reason_class", Text, nullable=False, server_default="defect"),
    Column("error_class", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="parked"),
    Column("attempts", Integer, nullable=False, server_default="1"),
    Column("parked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("settled_at", DateTime(timezone=True)),
    Index("ix_dead_letter_parked_at", "parked_at"),
    Index("ix_dead_letter_waiting", "topic", "parked_at", "id", postgresql_where="state = 'parked'"),
    Index("ix_dead_letter_key", "topic", "key"),
)

dead_letter_step = Table(
    "dead_letter_step",
    _metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("letter_id", Uuid, ForeignKey("dead_letter.id", ondelete="CASCADE"), nullable=False),
    Column("vpd", Text),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Index("ix_dead_letter_step_letter_id", "letter_id", "id"),
)

dead_letter_job = Table(
    "dead_letter_job",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("vpds", ARRAY(Text), nullable=False, comment="the trusts of whoever asked: no other's letters are retried"),
    Column("topic", Text),
    Column("reason_class", Text),
    Column("state", Text, nullable=False, server_default="running"),
    Column("total", Integer, nullable=False),
    Column("applied", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("left_out", Integer, nullable=False, server_default="0"),
    Column("finished_at", DateTime(timezone=True)),
    Column("after_parked_at", DateTime(timezone=True), comment="how far it has come"),
    Column("after_id", Uuid),
    Index("ix_dead_letter_job_running", "requested_at", postgresql_where="state = 'running'"),
)

fuse = Table(
    "fuse",
    _metadata,
    Column("consumer", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("blown_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("failures", Integer, nullable=False, comment="messages in a row that could not be taken into effect"),
    Column("reason_class", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("next_try_at", DateTime(timezone=True), nullable=False),
)


def install(metadata: MetaData) -> None:
    """Add these tables to a service's metadata, so that its migrations and checks cover them."""
    for table in _metadata.sorted_tables:
        table.to_metadata(metadata)
