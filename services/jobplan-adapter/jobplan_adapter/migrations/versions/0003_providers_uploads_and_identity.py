"""Providers of several kinds, uploads of job plans, who a provider's user may be, and the audit trail.

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from esrlink.audit import APPEND_ONLY_SQL
from esrlink.db.tenancy import enable_sql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TENANT_TABLES = ("audit_entry", "plan_upload")
_PERSON = ("email", "local_part", "name", "name_key")
_LOOKED_UP = ("email", "local_part", "name_key")
_USER = ("email", "name", "name_key")


def upgrade() -> None:
    for name in _PERSON:
        comment = "work address, in lower case" if name == "email" else None
        op.add_column("person", sa.Column(name, sa.Text(), nullable=True, comment=comment))
    for name in _LOOKED_UP:
        op.create_index(f"ix_person_{name}", "person", ["vpd", name], unique=False)
    op.create_table_comment(
        "person",
        "whom ESR shows; names and addresses only to suggest whom an unmatched user may be",
        existing_comment="whom ESR shows: numbers only, no names",
    )
    for name in _USER:
        op.add_column("provider_user", sa.Column(name, sa.Text(), nullable=True))
    op.create_table_comment(
        "provider_user",
        "whether ESR knows the number is asked of `person` when it is asked; addresses and names of unmatched users only",
        existing_comment="whether ESR knows the number is asked of `person` when it is asked",
    )
    op.add_column("plan", sa.Column("post", sa.Text(), nullable=True, comment="the post, when the owner has several"))
    op.add_column(
        "provider",
        sa.Column(
            "not_before", sa.DateTime(timezone=True), nullable=True, comment="the provider asked to wait so long"
        ),
    )
    op.add_column("provider", sa.Column("fault_count", sa.Integer(), server_default="0", nullable=False))
    op.create_table_comment(
        "provider", "how each provider does; of its faults the first hundred", existing_comment="how each provider does"
    )
    op.create_table(
        "plan_upload",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False, comment="of the file's bytes"),
        sa.Column("rows", sa.Integer(), nullable=False, comment="below the heading"),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("plans", sa.Integer(), nullable=False),
        sa.Column(
            "content",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="people, plans, what was set aside",
        ),
        sa.Column("troubles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column(
            "taken_at", sa.DateTime(timezone=True), nullable=True, comment="the newest of a provider is in effect"
        ),
        sa.PrimaryKeyConstraint("vpd", "upload_id", name=op.f("pk_plan_upload")),
    )
    op.create_index("ix_plan_upload_provider", "plan_upload", ["vpd", "provider", "taken_at"], unique=False)
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


def downgrade() -> None:
    op.drop_index("ix_audit_entry_about", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.execute("DROP FUNCTION esrlink_only_added()")
    op.drop_index("ix_plan_upload_provider", table_name="plan_upload")
    op.drop_table("plan_upload")
    op.create_table_comment("provider", "how each provider does", existing_comment=None)
    op.drop_column("provider", "fault_count")
    op.drop_column("provider", "not_before")
    op.drop_column("plan", "post")
    op.create_table_comment(
        "provider_user", "whether ESR knows the number is asked of `person` when it is asked", existing_comment=None
    )
    for name in _USER:
        op.drop_column("provider_user", name)
    op.create_table_comment("person", "whom ESR shows: numbers only, no names", existing_comment=None)
    for name in _LOOKED_UP:
        op.drop_index(f"ix_person_{name}", table_name="person")
    for name in _PERSON:
        op.drop_column("person", name)
