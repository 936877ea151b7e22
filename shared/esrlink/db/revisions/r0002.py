"""Revision 0002 of the tables that all services share: the archive of events, the fuses, and what people do with dead letters.

Each service's own tree runs it, so that one `esrlink migrate` brings a whole database up to date.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from esrlink.db.infrastructure import DEAD_LETTER_TABLES
from esrlink.db.tenancy import disable_sql, enable_sql


def upgrade() -> None:
    """Add the archive, the fuses, and what people do with dead letters."""
    op.create_table(
        "dead_letter_job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "vpds",
            sa.ARRAY(sa.Text()),
            nullable=False,
            comment="the trusts of whoever asked: no other's letters are retried",
        ),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("reason_class", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="running", nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("applied", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("left_out", sa.Integer(), server_default="0", nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("after_parked_at", sa.DateTime(timezone=True), nullable=True, comment="how far it has come"),
        sa.Column("after_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter_job")),
    )
    op.create_index(
        "ix_dead_letter_job_running",
        "dead_letter_job",
        ["requested_at"],
        unique=False,
        postgresql_where="state = 'running'",
    )
    op.create_table(
        "event_archive",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False, comment="its place in the outbox"),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_archive")),
    )
    op.create_index("ix_event_archive_key", "event_archive", ["topic", "key", "seq"], unique=False)
    op.create_index("ix_event_archive_topic", "event_archive", ["topic", "created_at", "seq"], unique=False)
    op.create_table(
        "fuse",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("blown_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "failures", sa.Integer(), nullable=False, comment="messages in a row that could not be taken into effect"
        ),
        sa.Column("reason_class", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "topic", name=op.f("pk_fuse")),
    )
    op.create_table(
        "dead_letter_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("vpd", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["dead_letter.id"],
            name=op.f("fk_dead_letter_step_letter_id_dead_letter"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter_step")),
    )
    op.create_index("ix_dead_letter_step_letter_id", "dead_letter_step", ["letter_id", "id"], unique=False)
    op.add_column(
        "dead_letter",
        sa.Column("vpd", sa.Text(), nullable=True, comment="none where the message does not say whose it is"),
    )
    op.add_column(
        "dead_letter",
        sa.Column("event_id", sa.Uuid(), nullable=True, comment="none where the message does not say which it is"),
    )
    op.add_column(
        "dead_letter",
        sa.Column(
            "edited_value",
            sa.LargeBinary(),
            nullable=True,
            comment="what a person put in its place; the original stays",
        ),
    )
    op.add_column("dead_letter", sa.Column("reason_class", sa.Text(), server_default="defect", nullable=False))
    op.add_column("dead_letter", sa.Column("state", sa.Text(), server_default="parked", nullable=False))
    op.add_column("dead_letter", sa.Column("attempts", sa.Integer(), server_default="1", nullable=False))
    op.add_column("dead_letter", sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_dead_letter_key", "dead_letter", ["topic", "key"], unique=False)
    op.create_index(
        "ix_dead_letter_waiting",
        "dead_letter",
        ["topic", "parked_at", "id"],
        unique=False,
        postgresql_where="state = 'parked'",
    )
    op.drop_constraint(op.f("uq_outbox_event_id"), "outbox", type_="unique")
    # Letters that were parked before: what their headers say of them, if it has the form.
    op.execute("UPDATE dead_letter SET vpd = headers->>'ce_vpd' WHERE headers->>'ce_vpd' ~ '^[0-9]{3}$'")
    op.execute(
        "UPDATE dead_letter SET event_id = CAST(headers->>'ce_id' AS uuid)"
        " WHERE pg_input_is_valid(headers->>'ce_id', 'uuid')"
    )
    for table in DEAD_LETTER_TABLES:
        op.execute(enable_sql(table))


def downgrade() -> None:
    """Take them away again."""
    for table in DEAD_LETTER_TABLES:
        op.execute(disable_sql(table))
    # What was replayed stands twice in the outbox; the constraint of before allows it once.
    op.execute("DELETE FROM outbox WHERE headers ? 'ce_replay'")
    op.create_unique_constraint(op.f("uq_outbox_event_id"), "outbox", ["event_id"], postgresql_nulls_not_distinct=False)
    op.drop_index("ix_dead_letter_waiting", table_name="dead_letter", postgresql_where="state = 'parked'")
    op.drop_index("ix_dead_letter_key", table_name="dead_letter")
    op.drop_column("dead_letter", "settled_at")
    op.drop_column("dead_letter", "attempts")
    op.drop_column("dead_letter", "state")
    op.drop_column("dead_letter", "reason_class")
    op.drop_column("dead_letter", "edited_value")
    op.drop_column("dead_letter", "event_id")
    op.drop_column("dead_letter", "vpd")
    op.drop_index("ix_dead_letter_step_letter_id", table_name="dead_letter_step")
    op.drop_table("dead_letter_step")
    op.drop_table("fuse")
    op.drop_index("ix_event_archive_topic", table_name="event_archive")
    op.drop_index("ix_event_archive_key", table_name="event_archive")
    op.drop_table("event_archive")
    op.drop_index("ix_dead_letter_job_running", table_name="dead_letter_job", postgresql_where="state = 'running'")
    op.drop_table("dead_letter_job")
