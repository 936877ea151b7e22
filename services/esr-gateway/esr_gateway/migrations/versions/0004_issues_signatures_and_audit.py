"""Issues, signatures, resolutions, an audit trail, and what runs and exchanges say more.

Revision: 0004
Follows: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from esrlink.audit import APPEND_ONLY_SQL
from esrlink.db.tenancy import enable_sql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
    op.create_table(
        "issue",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column(
            "cause", sa.Text(), nullable=False, comment="what it is about, the same as long as the cause is the same"
        ),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="exchange, file, rows, gap, brake, cut_off, run, landing, ..."
        ),
        sa.Column("severity", sa.Text(), nullable=False, comment="bad or warning"),
        sa.Column("title", sa.Text(), nullable=False, comment="a sentence"),
        sa.Column("advice", sa.Text(), nullable=False, comment="what to do next"),
        sa.Column("place", sa.Text(), nullable=False, comment="the page to go to, under the service's root"),
        sa.Column("count", sa.Integer(), nullable=False, comment="how often it was seen"),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "closed_by", sa.Text(), nullable=True, comment="who closed it; empty when its cause went away by itself"
        ),
        sa.Column("closed_reason", sa.Text(), nullable=True, comment="why that person closed it"),
        sa.PrimaryKeyConstraint("vpd", "issue_id", name=op.f("pk_issue")),
    )
    op.create_index("ix_issue_last_seen", "issue", ["vpd", "last_seen_at"], unique=False)
    op.create_index(
        "uq_issue_open", "issue", ["vpd", "cause"], unique=True, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_table(
        "signature",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("pack_sha256", sa.Text(), nullable=False, comment="of what was signed"),
        sa.Column("statement", sa.Text(), nullable=False, comment="the sentence that the officer agreed to"),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["vpd", "run_id"], ["run.vpd", "run.run_id"], name=op.f("fk_signature_vpd_run_id_run")),
        sa.PrimaryKeyConstraint("vpd", "run_id", name=op.f("pk_signature")),
    )
    op.create_table(
        "resolution",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column(
            "doubt",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="which doubt of the file it is about: 1 is the first",
        ),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False, comment="sent or not_sent"),
        sa.Column("evidence", sa.Text(), nullable=False, comment="what the person saw, and where"),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vpd", "file_name"],
            ["run_file.vpd", "run_file.file_name"],
            name=op.f("fk_resolution_vpd_file_name_run_file"),
        ),
        sa.PrimaryKeyConstraint("vpd", "file_name", "doubt", "person", name=op.f("pk_resolution")),
    )
    op.add_column(
        "exchange",
        sa.Column(
            "elements_shown_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when a file last showed element entries: without them no payment can be proved",
        ),
    )
    op.add_column(
        "exchange",
        sa.Column(
            "absences_shown_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the same of absences that carry a third party's reference",
        ),
    )
    op.add_column(
        "exchange",
        sa.Column(
            "snapshot_asked_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when we last asked ESR for a snapshot; none once one has come",
        ),
    )
    op.add_column(
        "exchange", sa.Column("snapshot_asked_name", sa.Text(), nullable=True, comment="the name of that request file")
    )
    op.add_column("exchange", sa.Column("next_poll_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "file",
        sa.Column(
            "brake",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="figures and a sample of whom it would change, when it was held for that",
        ),
    )
    op.add_column("instruction", sa.Column("product", sa.Text(), nullable=True))
    op.add_column("instruction", sa.Column("department", sa.Text(), nullable=True))
    op.add_column(
        "instruction",
        sa.Column(
            "held_by", sa.Text(), nullable=True, comment="who holds it back from runs; a rule's hold has nobody here"
        ),
    )
    op.create_index(
        "ix_instruction_awaited",
        "instruction",
        ["vpd", "submittal_id", "version"],
        unique=False,
        postgresql_where=sa.text("state IN ('sent', 'accepted', 'missing')"),
    )
    op.create_index("ix_instruction_person", "instruction", ["vpd", "employee_number"], unique=False)
    op.add_column("line", sa.Column("product", sa.Text(), nullable=True))
    op.add_column("line", sa.Column("department", sa.Text(), nullable=True))
    op.add_column(
        "line",
        sa.Column("change", sa.Text(), server_default="new", nullable=False, comment="new, corrected or reversed"),
    )
    op.add_column(
        "line", sa.Column("corrects", sa.Uuid(), nullable=True, comment="the submittal that it corrects or reverses")
    )
    op.create_index("ix_line_person", "line", ["vpd", "employee_number"], unique=False)
    op.create_index(
        "ix_line_corrects",
        "line",
        ["vpd", "corrects"],
        unique=False,
        postgresql_where=sa.text("corrects IS NOT NULL"),
    )
    op.add_column(
        "pay_period",
        sa.Column(
            "missed", sa.Text(), nullable=True, comment="what was decided of a cut-off that was missed: send or roll"
        ),
    )
    op.add_column("pay_period", sa.Column("missed_by", sa.Text(), nullable=True))
    op.add_column("remote_file", sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "remote_file",
        sa.Column(
            "removed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when we removed it from Out/, by the trust's retention",
        ),
    )
    op.add_column(
        "run",
        sa.Column("unusual", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    )
    op.add_column(
        "run",
        sa.Column(
            "departments",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="the totals by department",
        ),
    )
    op.add_column(
        "run", sa.Column("pack_sha256", sa.Text(), nullable=True, comment="of the control pack: what is signed")
    )
    op.add_column("run", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "run",
        sa.Column("approved_by", sa.Text(), nullable=True, comment="who signed; empty when the trust sends unsigned"),
    )
    op.alter_column(
        "run",
        "state",
        existing_type=sa.TEXT(),
        comment="frozen, approved, sending, unknown, sent, settled",
        existing_comment="frozen, sending, unknown, sent, settled",
        existing_nullable=False,
    )
    op.add_column(
        "run_file",
        sa.Column(
            "checked_by",
            sa.Text(),
            nullable=True,
            comment="how the upload was checked: size or sha256, and whether the listing showed it",
        ),
    )
    op.add_column(
        "run_file",
        sa.Column(
            "doubts", sa.Integer(), server_default="0", nullable=False, comment="how often its sending was in doubt"
        ),
    )
    for table in ("audit_entry", "issue", "signature", "resolution"):
        op.execute(enable_sql(table))
    op.execute(APPEND_ONLY_SQL)
    # A run that was frozen went on to be sent; from now on it is approved in between. The owner is under the policy, too.
    op.execute("ALTER TABLE run NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE run SET state = 'approved', approved_at = frozen_at WHERE state = 'frozen'")
    op.execute("ALTER TABLE run FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("ALTER TABLE run NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE run SET state = 'frozen' WHERE state = 'approved'")
    op.execute("ALTER TABLE run FORCE ROW LEVEL SECURITY")
    op.drop_column("run_file", "doubts")
    op.drop_column("run_file", "checked_by")
    op.alter_column(
        "run",
        "state",
        existing_type=sa.TEXT(),
        comment="frozen, sending, unknown, sent, settled",
        existing_comment="frozen, approved, sending, unknown, sent, settled",
        existing_nullable=False,
    )
    op.drop_column("run", "approved_by")
    op.drop_column("run", "approved_at")
    op.drop_column("run", "pack_sha256")
    op.drop_column("run", "departments")
    op.drop_column("run", "unusual")
    op.drop_column("remote_file", "removed_at")
    op.drop_column("remote_file", "taken_at")
    op.drop_column("pay_period", "missed_by")
    op.drop_column("pay_period", "missed")
    op.drop_index("ix_line_corrects", table_name="line", postgresql_where=sa.text("corrects IS NOT NULL"))
    op.drop_index("ix_line_person", table_name="line")
    op.drop_column("line", "corrects")
    op.drop_column("line", "change")
    op.drop_column("line", "department")
    op.drop_column("line", "product")
    op.drop_index("ix_instruction_person", table_name="instruction")
    op.drop_index(
        "ix_instruction_awaited",
        table_name="instruction",
        postgresql_where=sa.text("state IN ('sent', 'accepted', 'missing')"),
    )
    op.drop_column("instruction", "held_by")
    op.drop_column("instruction", "department")
    op.drop_column("instruction", "product")
    op.drop_column("file", "brake")
    op.drop_column("exchange", "next_poll_at")
    op.drop_column("exchange", "snapshot_asked_name")
    op.drop_column("exchange", "snapshot_asked_at")
    op.drop_column("exchange", "absences_shown_at")
    op.drop_column("exchange", "elements_shown_at")
    op.drop_table("resolution")
    op.drop_table("signature")
    op.drop_index("uq_issue_open", table_name="issue", postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_index("ix_issue_last_seen", table_name="issue")
    op.drop_table("issue")
    op.drop_index("ix_audit_entry_about", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.execute("DROP FUNCTION esrlink_only_added()")
