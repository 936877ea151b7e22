"""Groups that validate, corrections, withdrawals that come first, answers to repeat, and the audit trail.

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from esrlink.audit import APPEND_ONLY_SQL
from esrlink.db.tenancy import enable_sql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TENANT_TABLES = ("answered_request", "audit_entry", "correction", "early_withdrawal")
_NO_NAMES = {"server_default": "{}", "nullable": False}
_NO = {"server_default": "false", "nullable": False}


def upgrade() -> None:
    _columns()
    op.create_table(
        "early_withdrawal",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False, comment="the machine client or person that sent it"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "product", "department", "record_id", name=op.f("pk_early_withdrawal")),
    )
    op.create_table(
        "answered_request",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="the header Idempotency-Key"),
        sa.Column("asked", sa.Text(), nullable=False, comment="SHA-256 of the request"),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True, comment="the body, compressed"),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "client", "key", name=op.f("pk_answered_request")),
    )
    op.create_index("ix_answered_request_answered_at", "answered_request", ["vpd", "answered_at"], unique=False)
    _correction()
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
    for table in TENANT_TABLES:
        op.execute(enable_sql(table))
    op.execute(APPEND_ONLY_SQL)


def _columns() -> None:
    through = "derived: the validation groups that are through with it"
    taken_back = "a correction takes back what was sent: it claims nothing any more"
    for column in (
        sa.Column("endorsed", sa.Boolean(), comment="derived: the final approval is to come", **_NO),
        sa.Column("groups_through", postgresql.ARRAY(sa.Text()), comment=through, **_NO_NAMES),
        sa.Column("origin", sa.Uuid(), comment="the submittal that it was split from, or that it corrects"),
        sa.Column("relation", sa.Text(), comment="to its origin: split, reversal or replacement"),
        sa.Column("taken_back", sa.Boolean(), comment=taken_back, **_NO),
    ):
        op.add_column("submittal", column)
    op.create_index(
        "ix_submittal_origin", "submittal", ["vpd", "origin"], unique=False, postgresql_where="origin IS NOT NULL"
    )
    changed = "fields that differ from the version before"
    for column in (
        sa.Column("person", sa.Text(), comment="the employee number of who acted, where it is known"),
        sa.Column("validation_group", sa.Text(), comment="the validation group that a validator spoke for"),
        sa.Column("through", sa.Boolean(), comment="with it, the group is through", **_NO),
        sa.Column("changed", postgresql.ARRAY(sa.Text()), comment=changed, **_NO_NAMES),
    ):
        op.add_column("decision", column)


def _correction() -> None:
    op.create_table(
        "correction",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submittal_id", sa.Uuid(), nullable=False, comment="what was sent and is to be corrected"),
        sa.Column("version", sa.Integer(), nullable=False, comment="of it, that was sent"),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="proposed, seconded, declined or undone"),
        sa.Column(
            "given",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="what the replacement says; none: a reversal only",
        ),
        sa.Column("run", sa.Text(), nullable=False, comment="next or supplementary"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_by_person", sa.Text(), nullable=True, comment="their employee number, where it is known"),
        sa.Column("proposed_client", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_reason", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reversal_id", sa.Uuid(), nullable=True),
        sa.Column("replacement_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("vpd", "id", name=op.f("pk_correction")),
    )
    op.create_index("ix_correction_submittal", "correction", ["vpd", "submittal_id"], unique=False)
    op.create_index("ix_correction_reversal", "correction", ["vpd", "reversal_id"], unique=False)
    op.create_index("ix_correction_replacement", "correction", ["vpd", "replacement_id"], unique=False)
    op.create_index("ix_correction_state", "correction", ["vpd", "state", "proposed_at"], unique=False)


def downgrade() -> None:
    for table in TENANT_TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION esrlink_only_added()")
    op.drop_index("ix_submittal_origin", table_name="submittal", postgresql_where="origin IS NOT NULL")
    for column in ("changed", "through", "validation_group", "person"):
        op.drop_column("decision", column)
    for column in ("taken_back", "relation", "origin", "groups_through", "endorsed"):
        op.drop_column("submittal", column)
