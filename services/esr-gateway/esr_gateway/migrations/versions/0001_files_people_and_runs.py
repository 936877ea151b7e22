"""The tables of files, people, instructions and runs

Revision: 0001
Follows:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from esrlink.db.tenancy import enable_sql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


_TENANT_TABLES = (
    "exchange",
    "remote_file",
    "file",
    "rejected_row",
    "esr_row",
    "person",
    "pay_period",
    "instruction",
    "run",
    "run_file",
    "line",
    "sequence",
    "fact",
    "landing",
)


def upgrade() -> None:
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("error_class", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter")),
    )
    op.create_index("ix_dead_letter_parked_at", "dead_letter", ["parked_at"], unique=False)
    op.create_table(
        "esr_row",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column(
            "effective_from", sa.Text(), nullable=False, comment="yyyymmdd; empty where a record is not date-tracked"
        ),
        sa.Column("effective_to", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=False, comment="the person (or position) that the row belongs to"),
        sa.Column("line", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "record", "record_id", "effective_from", name=op.f("pk_esr_row")),
    )
    op.create_index(
        "ix_esr_row_parent",
        "esr_row",
        ["vpd", "parent_id", "record"],
        unique=False,
        postgresql_where=sa.text("parent_id <> ''"),
    )
    op.create_table(
        "exchange",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column(
            "polled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="last look at Out/, whether it worked or not",
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True, comment="last look that worked"),
        sa.Column("problem_code", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True, comment="why the last look failed, in words"),
        sa.Column("changes_sequence", sa.Integer(), nullable=True, comment="of the last changes file that was taken"),
        sa.Column(
            "reached", sa.DateTime(timezone=True), nullable=True, comment="the moment up to which ESR's files are known"
        ),
        sa.Column(
            "snapshot_reached", sa.DateTime(timezone=True), nullable=True, comment="the same, of the last snapshot"
        ),
        sa.PrimaryKeyConstraint("vpd", name=op.f("pk_exchange")),
    )
    op.create_table(
        "fact",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("submittal_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False, comment="the pay period, for facts that may come once for each"),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("row_number", sa.Integer(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "submittal_id", "version", "outcome", "about", name=op.f("pk_fact")),
    )
    op.create_table(
        "file",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="snapshot, changes, confirmation or unknown"),
        sa.Column(
            "state",
            sa.Text(),
            nullable=False,
            comment="received, imported, quarantined, held, duplicate, waiting_for_gap",
        ),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("created_by_esr", sa.DateTime(timezone=True), nullable=True),
        sa.Column("previous_run", sa.DateTime(timezone=True), nullable=True),
        sa.Column("this_run", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_set_aside", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_unread", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_without_parent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("people_changed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("people_gone", sa.Integer(), server_default="0", nullable=False),
        sa.Column("seen_again", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "released_by", sa.Text(), nullable=True, comment="who has looked at it and let it go on, when it was held"
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "settled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was imported, quarantined, held or found to be a duplicate",
        ),
        sa.PrimaryKeyConstraint("vpd", "file_id", name=op.f("pk_file")),
        sa.UniqueConstraint("vpd", "name", "sha256", name=op.f("uq_file_vpd_name_sha256")),
    )
    op.create_index(
        "ix_file_open",
        "file",
        ["vpd"],
        unique=False,
        postgresql_where=sa.text("state IN ('received', 'waiting_for_gap')"),
    )
    op.create_index("ix_file_received", "file", ["vpd", "received_at"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "event_id", name=op.f("pk_inbox")),
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"], unique=False)
    op.create_table(
        "instruction",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("submittal_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.Text(), nullable=True, comment="attendance or absence; none while only the withdrawal has come"
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False, comment="how ESR's files name it"),
        sa.Column(
            "content",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="the approved submittal, whole; none while only the withdrawal has come",
        ),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_code", sa.Text(), nullable=True, comment="the pay period that it was last told it will reach"),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("vpd", "submittal_id", "version", name=op.f("pk_instruction")),
    )
    op.create_index(
        "ix_instruction_open",
        "instruction",
        ["vpd", "approved_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'held')"),
    )
    op.create_index("ix_instruction_reference", "instruction", ["vpd", "reference"], unique=False)
    op.create_table(
        "landing",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("submittal_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "record", "record_id", "submittal_id", "version", name=op.f("pk_landing")),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column(
            "shard", sa.SmallInteger(), nullable=False, comment="which relay lane publishes it; same key, same lane"
        ),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outbox_event_id")),
        postgresql_with={"autovacuum_vacuum_scale_factor": "0.01", "autovacuum_vacuum_threshold": "1000"},
    )
    op.create_index(
        "ix_outbox_published_at", "outbox", ["published_at"], unique=False, postgresql_where="published_at IS NOT NULL"
    )
    op.create_index(
        "ix_outbox_unpublished", "outbox", ["shard", "seq"], unique=False, postgresql_where="published_at IS NULL"
    )
    op.create_table(
        "pay_period",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("run_code", sa.Text(), nullable=False, comment="as file names carry it, such as MN2705"),
        sa.Column("period_type", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("tax_year", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("pay_name", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("cut_off", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pay_date", sa.Date(), nullable=False),
        sa.Column("is_history", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "run_code", name=op.f("pk_pay_period")),
    )
    op.create_index("ix_pay_period_cut_off", "pay_period", ["vpd", "cut_off"], unique=False)
    op.create_table(
        "person",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False, comment="ESR's own id inside its files"),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("picture_hash", sa.Text(), nullable=False, comment="SHA-256 of the picture that was last published"),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "person_id", name=op.f("pk_person")),
    )
    op.create_index("ix_person_employee_number", "person", ["vpd", "employee_number"], unique=False)
    op.create_table(
        "remote_file",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("modified", sa.BigInteger(), nullable=False, comment="seconds since 1970, as the server says"),
        sa.Column("is_taken", sa.Boolean(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "name", name=op.f("pk_remote_file")),
    )
    op.create_table(
        "run",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("run_code", sa.Text(), nullable=False),
        sa.Column("pay_name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="frozen, sending, unknown, sent, settled"),
        sa.Column("totals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("lines_held", sa.Integer(), nullable=False),
        sa.Column("cut_off", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("vpd", "run_id", name=op.f("pk_run")),
        sa.UniqueConstraint("vpd", "run_code", name=op.f("uq_run_vpd_run_code")),
    )
    op.create_table(
        "sequence",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "layout", name=op.f("pk_sequence")),
    )
    op.create_table(
        "trust",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("ods_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("configuration", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("calendar_revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("vpd", name=op.f("pk_trust")),
        info={"register": True},
    )
    op.create_table(
        "rejected_row",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False, comment="as it came, sensitive cells masked"),
        sa.ForeignKeyConstraint(
            ["vpd", "file_id"],
            ["file.vpd", "file.file_id"],
            name=op.f("fk_rejected_row_vpd_file_id_file"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("vpd", "file_id", "row_number", name=op.f("pk_rejected_row")),
    )
    op.create_table(
        "run_file",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="written, uploading, renaming, sent, unknown"),
        sa.Column(
            "answer",
            sa.Text(),
            nullable=True,
            comment="what ESR's confirmation says of the whole file: read or refused",
        ),
        sa.Column("problem", sa.Text(), nullable=True, comment="why the last attempt to send it failed, in words"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["vpd", "run_id"], ["run.vpd", "run.run_id"], name=op.f("fk_run_file_vpd_run_id_run")),
        sa.PrimaryKeyConstraint("vpd", "file_name", name=op.f("pk_run_file")),
        sa.UniqueConstraint("vpd", "layout", "sequence", name=op.f("uq_run_file_vpd_layout_sequence")),
    )
    op.create_table(
        "line",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="1 is the first row after the header"),
        sa.Column("submittal_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("assignment_number", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="ESR's pay element or absence type"),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False, comment="the day worked, or the first day of an absence"),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("figures", postgresql.ARRAY(sa.Text()), nullable=False, comment="the values sent, plain and sorted"),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["vpd", "file_name"], ["run_file.vpd", "run_file.file_name"], name=op.f("fk_line_vpd_file_name_run_file")
        ),
        sa.PrimaryKeyConstraint("vpd", "file_name", "row_number", name=op.f("pk_line")),
        sa.UniqueConstraint("vpd", "submittal_id", "version", name=op.f("uq_line_vpd_submittal_id_version")),
    )
    op.create_index("ix_line_landing", "line", ["vpd", "assignment_number", "starts"], unique=False)
    op.create_index("ix_line_reference", "line", ["vpd", "reference"], unique=False)
    for table in _TENANT_TABLES:
        op.execute(enable_sql(table))


def downgrade() -> None:
    op.drop_index("ix_line_reference", table_name="line")
    op.drop_index("ix_line_landing", table_name="line")
    op.drop_table("line")
    op.drop_table("run_file")
    op.drop_table("rejected_row")
    op.drop_table("trust")
    op.drop_table("sequence")
    op.drop_table("run")
    op.drop_table("remote_file")
    op.drop_index("ix_person_employee_number", table_name="person")
    op.drop_table("person")
    op.drop_index("ix_pay_period_cut_off", table_name="pay_period")
    op.drop_table("pay_period")
    op.drop_index("ix_outbox_unpublished", table_name="outbox", postgresql_where="published_at IS NULL")
    op.drop_index("ix_outbox_published_at", table_name="outbox", postgresql_where="published_at IS NOT NULL")
    op.drop_table("outbox")
    op.drop_table("landing")
    op.drop_index("ix_instruction_reference", table_name="instruction")
    op.drop_index(
        "ix_instruction_open", table_name="instruction", postgresql_where=sa.text("state IN ('waiting', 'held')")
    )
    op.drop_table("instruction")
    op.drop_index("ix_inbox_received_at", table_name="inbox")
    op.drop_table("inbox")
    op.drop_index("ix_file_received", table_name="file")
    op.drop_index(
        "ix_file_open", table_name="file", postgresql_where=sa.text("state IN ('received', 'waiting_for_gap')")
    )
    op.drop_table("file")
    op.drop_table("fact")
    op.drop_table("exchange")
    op.drop_index("ix_esr_row_parent", table_name="esr_row", postgresql_where=sa.text("parent_id <> ''"))
    op.drop_table("esr_row")
    op.drop_index("ix_dead_letter_parked_at", table_name="dead_letter")
    op.drop_table("dead_letter")
