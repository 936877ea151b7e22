"""The audit trail, an index of the review queue for each reason, and one of the deliveries that were given up.

Revision: 0009
Follows: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from esrlink.audit import APPEND_ONLY_SQL
from esrlink.db.tenancy import enable_sql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_WAITS = sa.text("review_since IS NOT NULL")
_PARKED = sa.text("state = 'parked'")


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column(
            "number", sa.BigInteger(), autoincrement=False, nullable=False, comment="1, 2, 3, ... within the trust"
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "actor", sa.Text(), nullable=False, comment="the subject of a person or a client, or the name of a rule"
        ),
        sa.Column("action", sa.Text(), nullable=False, comment="such as run.signed"),
        sa.Column("about", sa.Text(), nullable=False, comment="the id of what it was done to"),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False, comment="the hash of the entry before; empty for the first"),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "number", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_about", "audit_entry", ["vpd", "about"], unique=False)
    op.execute(enable_sql("audit_entry"))
    op.execute(APPEND_ONLY_SQL)
    op.create_index(
        "ix_link_review_reason",
        "link",
        ["vpd", "reason", "review_since", "product", "department", "profile_id"],
        unique=False,
        postgresql_include=["state"],
        postgresql_where=_WAITS,
    )
    op.create_index(
        "ix_webhook_delivery_parked",
        "webhook_delivery",
        ["vpd", "webhook_id"],
        unique=False,
        postgresql_where=_PARKED,
    )


def downgrade() -> None:
    op.drop_index("ix_webhook_delivery_parked", table_name="webhook_delivery", postgresql_where=_PARKED)
    op.drop_index("ix_link_review_reason", table_name="link", postgresql_where=_WAITS)
    op.drop_table("audit_entry")
    op.execute("DROP FUNCTION esrlink_only_added()")
