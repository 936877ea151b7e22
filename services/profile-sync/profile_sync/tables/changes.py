"""What changed, in an order that readers can follow, and what is sent of it to the addresses that rota products gave."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Sequence,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from profile_sync.tables.base import metadata

# Drawn by one transaction at a time, which numbers rows that are committed already: a lower number never comes later.
change_position = Sequence("change_position", metadata=metadata, data_type=BigInteger)

change = Table(
    "change",
    metadata,
    Column(
        "id", BigInteger, Identity(always=True), primary_key=True, comment="drawn when written: says nothing of commits"
    ),
    Column("vpd", Text, nullable=False),
    Column("position", BigInteger, comment="its place in the feed; none until it is numbered, after its commit"),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False, comment="changes of one key are in order: a person, or a profile without one"),
    Column("employee_number", Text),
    Column("product", Text),
    Column("department", Text),
    Column("profile_id", Text),
    Column("revision", BigInteger, comment="of the person, or of the link"),
    Column("data", JSONB, comment="the rest of the event"),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Index("ix_change_position", "vpd", "position", unique=True, postgresql_where=text("position IS NOT NULL")),
    Index("ix_change_unnumbered", "id", postgresql_where=text("position IS NULL")),
    Index("ix_change_changed_at", "vpd", "changed_at"),
)

change_floor = Table(
    "change_floor",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("position", BigInteger, nullable=False, comment="everything up to here may be forgotten"),
)

webhook = Table(
    "webhook",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("webhook_id", Uuid, primary_key=True),
    Column("owner", Text, nullable=False, comment="the client that registered it"),
    Column("url", Text, nullable=False),
    Column("topics", ARRAY(Text), nullable=False),
    Column("departments", ARRAY(Text), comment="product/department; none for all of the trust"),
    Column("contacts", Boolean, nullable=False, comment="whether its owner may see contact details"),
    Column("secret", Text, nullable=False, comment="signs; no answer ever holds it again"),
    Column("previous_secret", Text),
    Column("previous_until", DateTime(timezone=True), comment="until when the secret before signs, too"),
    Column("paused", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("position", BigInteger, nullable=False, comment="how far it was given what the feed holds"),
    Column("missed_at", DateTime(timezone=True), comment="when changes were forgotten before it was given them"),
    Column("failures", Integer, nullable=False, server_default="0", comment="of its endpoint, in a row"),
    Column("next_try_at", DateTime(timezone=True), comment="its endpoint is left alone until then"),
    Column("leased_by", Uuid, comment="the process that sends for it now"),
    Column("leased_until", DateTime(timezone=True)),
)

webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("delivery_id", Uuid, primary_key=True),
    Column("webhook_id", Uuid, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("body", Text, nullable=False, comment="as it is signed and sent, but for what is said of the delivery"),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("outcome", Text, comment="code of what the last attempt came to"),
    Column("replayed", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("settled_at", DateTime(timezone=True)),
    ForeignKeyConstraint(
        ["vpd", "webhook_id"],
        ["webhook.vpd", "webhook.webhook_id"],
        name="fk_webhook_delivery_webhook",
        ondelete="CASCADE",
    ),
    CheckConstraint("state IN ('waiting', 'delivered', 'parked')", name="state"),
    Index("ix_webhook_delivery_list", "vpd", "webhook_id", "position", unique=True),
    Index("ix_webhook_delivery_waiting", "vpd", "webhook_id", "position", postgresql_where=text("state = 'waiting'")),
    Index(
        "ix_webhook_delivery_key", "vpd", "webhook_id", "key", "position", postgresql_where=text("state = 'waiting'")
    ),
    Index("ix_webhook_delivery_parked", "vpd", "webhook_id", postgresql_where=text("state = 'parked'")),
    Index("ix_webhook_delivery_created_at", "vpd", "created_at"),
)
