"""What the rules and absences need: how much of full time a post is, extensions of open absences, and open ones found at once.

Revision: 0004
Follows: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from esrlink.db.tenancy import enable_sql

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
    op.create_table(
        "absence_extension",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("submittal_id", sa.Uuid(), nullable=False, comment="the open absence"),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … within the absence; the last one counts"),
        sa.Column("certificate_until", sa.Date(), nullable=True, comment="last day that a doctor's statement covers"),
        sa.Column("return_expected", sa.Date(), nullable=True, comment="the day on which the person is expected back"),
        sa.Column("by", sa.Text(), nullable=False, comment="who said so"),
        sa.Column("client", sa.Text(), nullable=False, comment="the machine client or person that sent it"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "submittal_id", "number", name=op.f("pk_absence_extension")),
    )
    op.execute(enable_sql("absence_extension"))
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON absence_extension"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.create_index(
        "ix_submittal_open_absence",
        "submittal",
        ["vpd", "first_day", "id"],
        unique=False,
        postgresql_where="last_day IS NULL",
    )


def downgrade() -> None:
    op.drop_index("ix_submittal_open_absence", table_name="submittal", postgresql_where="last_day IS NULL")
    op.drop_table("absence_extension")
    op.drop_column("assignment", "fte")
