"""The queues of people in their own order: a page reads its own rows and no others, however many records are stored.

Revision: 0007
Follows: 0006
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BY_DEPARTMENT = ["vpd", "state", "product", "department", "kind", "updated_at", "id"]


def upgrade() -> None:
    op.drop_index("ix_submittal_queue", table_name="submittal")
    op.create_index("ix_submittal_queue", "submittal", ["vpd", "state", "kind", "updated_at", "id"], unique=False)
    op.create_index("ix_submittal_department_queue", "submittal", _BY_DEPARTMENT, unique=False)


def downgrade() -> None:
    op.drop_index("ix_submittal_department_queue", table_name="submittal")
    op.drop_index("ix_submittal_queue", table_name="submittal")
    op.create_index("ix_submittal_queue", "submittal", ["vpd", "state", "product", "department", "id"], unique=False)
