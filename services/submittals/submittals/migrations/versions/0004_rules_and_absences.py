"""What the rules and absences need: how much of full time a post is.

Revision: 0004
Follows: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "assignment",
        sa.Column(
            "fte",
            sa.Numeric(precision=7, scale=5),
            nullable=True,
            comment="1 is full time; none where ESR does not say",
        ),
    )


def downgrade() -> None:
    op.drop_column("assignment", "fte")
