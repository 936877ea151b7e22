"""What job plans say of a person's week and of work owed and given, kept beside the records that are judged by it.

Revision: 0008
Follows: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from esrlink.db.tenancy import enable_sql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


TABLES = ("job_plan", "job_plan_delivery")


def upgrade() -> None:
    op.create_table(
        "job_plan",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False, comment="it was signed off once: what is not binds nobody"),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True, comment="none: until further notice"),
        sa.Column(
            "sessions",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="direct clinical care of the typical week that has times",
        ),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "employee_number", "provider", "plan_id", "version", name=op.f("pk_job_plan")),
    )
    op.create_table(
        "job_plan_delivery",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False, comment="of the plan year"),
        sa.Column("until", sa.Date(), nullable=False, comment="the last day that is counted"),
        sa.Column(
            "pas_owed",
            sa.Numeric(10, 3),
            nullable=True,
            comment="of direct clinical care; none where a figure cannot be read",
        ),
        sa.Column("pas_given", sa.Numeric(10, 3), nullable=False),
        sa.Column(
            "sessions_owed", sa.Numeric(10, 3), nullable=True, comment="none where the plan does not say sessions"
        ),
        sa.Column("sessions_given", sa.Numeric(10, 3), nullable=False),
        sa.Column("uncertainty", sa.ARRAY(sa.Text()), nullable=False, comment="codes of what is not certain"),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "employee_number", name=op.f("pk_job_plan_delivery")),
    )
    for table in TABLES:
        op.execute(enable_sql(table))


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
