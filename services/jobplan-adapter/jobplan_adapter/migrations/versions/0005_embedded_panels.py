"""Embedded panels: tokens that open one page once.

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from esrlink.db.tenancy import enable_sql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "embed_token",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False, comment="SHA-256: the token itself is not kept"),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True, comment="the day asked about; none = the day it is shown"),
        sa.Column("origin", sa.Text(), nullable=False, comment="whose page may frame it"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("vpd", "token_hash", name=op.f("pk_embed_token")),
    )
    op.create_index("ix_embed_token_expires", "embed_token", ["vpd", "expires_at"])
    op.execute(enable_sql("embed_token"))


def downgrade() -> None:
    op.drop_table("embed_token")
