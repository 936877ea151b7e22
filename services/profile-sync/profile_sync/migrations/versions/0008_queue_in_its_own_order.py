"""The index of the review queue in the queue's own order, with what it is filtered by: a page reads nothing else.

Revision: 0008
Follows: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_WAITS = sa.text("review_since IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_link_review", table_name="link", postgresql_where=_WAITS)
    op.create_index(
        "ix_link_review",
        "link",
        ["vpd", "review_since", "product", "department", "profile_id"],
        unique=False,
        postgresql_include=["state", "reason"],
        postgresql_where=_WAITS,
    )


def downgrade() -> None:
    op.drop_index("ix_link_review", table_name="link", postgresql_where=_WAITS)
    op.create_index("ix_link_review", "link", ["vpd", "review_since"], unique=False, postgresql_where=_WAITS)
