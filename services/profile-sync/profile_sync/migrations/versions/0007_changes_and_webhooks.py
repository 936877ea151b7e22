"""The change feed, and webhooks that tell of it.

Revision: 0007
Follows: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from esrlink.db.tenancy import enable_sql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NOW = sa.DateTime(timezone=True)
_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.execute("CREATE SEQUENCE change_position AS bigint")
    op.create_table(
        "change",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=True),
            nullable=False,
            comment="drawn when written: says nothing of commits",
        ),
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column(
            "position", sa.BigInteger(), comment="its place in the feed; none until it is numbered, after its commit"
        ),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column(
            "key",
            sa.Text(),
            nullable=False,
            comment="changes of one key are in order: a person, or a profile without one",
        ),
        sa.Column("employee_number", sa.Text()),
        sa.Column("product", sa.Text()),
        sa.Column("department", sa.Text()),
        sa.Column("profile_id", sa.Text()),
        sa.Column("revision", sa.BigInteger(), comment="of the person, or of the link"),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), comment="the rest of the event"),
        sa.Column("changed_at", _NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index(
        "ix_change_position",
        "change",
        ["vpd", "position"],
        unique=True,
        postgresql_where=sa.text("position IS NOT NULL"),
    )
    op.create_index("ix_change_unnumbered", "change", ["id"], postgresql_where=sa.text("position IS NULL"))
    op.create_index("ix_change_changed_at", "change", ["vpd", "changed_at"])
    op.create_table(
        "change_floor",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="everything up to here may be forgotten"),
        sa.PrimaryKeyConstraint("vpd", name=op.f("pk_change_floor")),
    )
    op.create_table(
        "webhook",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False, comment="the client that registered it"),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("topics", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("departments", sa.ARRAY(sa.Text()), comment="product/department; none for all of the trust"),
        sa.Column("contacts", sa.Boolean(), nullable=False, comment="whether its owner may see contact details"),
        sa.Column("secret", sa.Text(), nullable=False, comment="signs; no answer ever holds it again"),
        sa.Column("previous_secret", sa.Text()),
        sa.Column("previous_until", _NOW, comment="until when the secret before signs, too"),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _NOW, nullable=False),
        sa.Column("changed_at", _NOW, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="how far it was given what the feed holds"),
        sa.Column("missed_at", _NOW, comment="when changes were forgotten before it was given them"),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False, comment="of its endpoint, in a row"),
        sa.Column("next_try_at", _NOW, comment="its endpoint is left alone until then"),
        sa.Column("leased_by", sa.Uuid(), comment="the process that sends for it now"),
        sa.Column("leased_until", _NOW),
        sa.PrimaryKeyConstraint("vpd", "webhook_id", name=op.f("pk_webhook")),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "body", sa.Text(), nullable=False, comment="as it is signed and sent, but for what is said of the delivery"
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", _NOW, nullable=False),
        sa.Column("outcome", sa.Text(), comment="code of what the last attempt came to"),
        sa.Column("replayed", sa.Boolean(), nullable=False),
        sa.Column("created_at", _NOW, nullable=False),
        sa.Column("settled_at", _NOW),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'parked')", name=op.f("ck_webhook_delivery_state")),
        sa.ForeignKeyConstraint(
            ["vpd", "webhook_id"],
            ["webhook.vpd", "webhook.webhook_id"],
            name="fk_webhook_delivery_webhook",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("vpd", "delivery_id", name=op.f("pk_webhook_delivery")),
    )
    here = ["vpd", "webhook_id"]
    op.create_index("ix_webhook_delivery_list", "webhook_delivery", [*here, "position"], unique=True)
    op.create_index("ix_webhook_delivery_waiting", "webhook_delivery", [*here, "position"], postgresql_where=_WAITING)
    op.create_index(
        "ix_webhook_delivery_key", "webhook_delivery", [*here, "key", "position"], postgresql_where=_WAITING
    )
    op.create_index("ix_webhook_delivery_created_at", "webhook_delivery", ["vpd", "created_at"])
    for table in ("change", "change_floor", "webhook", "webhook_delivery"):
        op.execute(enable_sql(table))


def downgrade() -> None:
    for table in ("webhook_delivery", "webhook", "change_floor", "change"):
        op.drop_table(table)
    op.execute("DROP SEQUENCE change_position")
