"""A person's records around some days are found without reading the years before: by their last day.

Revision: 0009
Follows: 0008
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_NAME, _TABLE, _PERSON = "ix_submittal_person_days", "submittal", ["vpd", "employee_number"]


def upgrade() -> None:
    op.drop_index(_NAME, table_name=_TABLE)
    op.create_index(_NAME, _TABLE, [*_PERSON, "last_day", "first_day"], unique=False)


def downgrade() -> None:
    op.drop_index(_NAME, table_name=_TABLE)
    op.create_index(_NAME, _TABLE, [*_PERSON, "first_day"], unique=False)
