"""Instructions keep the trace of their approval.

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "instruction",
        sa.Column(
            "traceparent",
            sa.Text(),
            nullable=True,
            comment="of its approval; what becomes of it goes on with this trace",
        ),
    )


def downgrade() -> None:
    op.drop_column("instruction", "traceparent")
