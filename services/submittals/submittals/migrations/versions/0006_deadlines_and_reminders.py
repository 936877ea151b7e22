"""Deadlines, chase lists and reminders.

Revision: 0006
Follows: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from esrlink.db.tenancy import enable_sql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("approver_address", "mail", "mail_recipient", "reminder_round", "reminder_setting")


def upgrade() -> None:
    op.create_table(
        "reminder_setting",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column(
            "hours_before",
            sa.ARRAY(sa.Integer()),
            nullable=False,
            comment="a cut-off, longest first; none: no reminders",
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", name=op.f("pk_reminder_setting")),
    )
    op.create_table(
        "reminder_round",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("run_code", sa.Text(), nullable=False),
        sa.Column(
            "cut_off", sa.DateTime(timezone=True), nullable=False, comment="one that is moved is reminded of anew"
        ),
        sa.Column("hours_before", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Boolean(), nullable=False, comment="its time had passed when a later one was made"),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "run_code", "cut_off", "hours_before", name=op.f("pk_reminder_round")),
    )
    op.create_table(
        "mail_recipient",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column(
            "address_key", sa.Text(), nullable=False, comment="the address without capitals: one recipient for each"
        ),
        sa.Column("unsubscribed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "recipient_id", name=op.f("pk_mail_recipient")),
        sa.UniqueConstraint("vpd", "address_key", name=op.f("uq_mail_recipient_vpd_address_key")),
    )
    op.create_table(
        "approver_address",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("approver", sa.Text(), nullable=False, comment="without capitals; empty: the department itself"),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "product", "department", "approver", name=op.f("pk_approver_address")),
    )
    op.create_index("ix_approver_address_recipient", "approver_address", ["vpd", "recipient_id"], unique=False)
    op.create_table(
        "mail",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("mail_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="counts, a deadline and a link: nobody's name, no pay"),
        sa.Column("state", sa.Text(), nullable=False, comment="waiting, sending, sent, parked, unknown or dropped"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "outcome", sa.Text(), nullable=True, comment="a code: why it waits again, is parked, unknown or dropped"
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("useless_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("vpd", "mail_id", name=op.f("pk_mail")),
    )
    op.create_index(
        "ix_mail_due", "mail", ["vpd", "due_at"], unique=False, postgresql_where="state IN ('waiting', 'sending')"
    )
    op.create_index("ix_mail_created", "mail", ["vpd", "created_at"], unique=False)
    op.create_index("ix_submittal_days", "submittal", ["vpd", "first_day", "id"], unique=False)
    op.create_index(
        "ix_settlement_run",
        "settlement",
        ["vpd", "run_code", "submittal_id", "version"],
        unique=False,
        postgresql_where=sa.text("run_code IS NOT NULL"),
    )
    for table in TABLES:
        op.execute(enable_sql(table))


def downgrade() -> None:
    op.drop_index("ix_settlement_run", table_name="settlement")
    op.drop_index("ix_submittal_days", table_name="submittal")
    op.drop_index("ix_mail_created", table_name="mail")
    op.drop_index("ix_mail_due", table_name="mail")
    op.drop_table("mail")
    op.drop_index("ix_approver_address_recipient", table_name="approver_address")
    op.drop_table("approver_address")
    op.drop_table("mail_recipient")
    op.drop_table("reminder_round")
    op.drop_table("reminder_setting")
