"""Submittals, and what they are judged against.

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

TENANT_TABLES = (
    "assignment",
    "calendar",
    "cut_off",
    "decision",
    "person",
    "profile_link",
    "settlement",
    "submittal",
    "submittal_version",
)
# What was decided and what came back is evidence: nobody, and no code, changes it afterwards.
APPEND_ONLY_TABLES = ("decision", "settlement", "submittal_version")


def upgrade() -> None:
    op.create_table(
        "assignment",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("assignment_number", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("staff_group", sa.Text(), nullable=True),
        sa.Column("job_role", sa.Text(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("cost_centre", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint(
            "vpd", "employee_number", "assignment_number", "effective_from", name=op.f("pk_assignment")
        ),
    )
    op.create_table(
        "calendar",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="of esr.calendar.changed; the newest wins"),
        sa.PrimaryKeyConstraint("vpd", name=op.f("pk_calendar")),
    )
    op.create_table(
        "cut_off",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("run_code", sa.Text(), nullable=False, comment="such as MN2705"),
        sa.Column("pay_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pay_date", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "run_code", name=op.f("pk_cut_off")),
    )
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
        "decision",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("submittal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … within the submittal"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column(
            "took_back", sa.Boolean(), nullable=False, comment="it took an approved version back: submittal.withdrawn"
        ),
        sa.Column("client", sa.Text(), nullable=True, comment="the machine client or person that sent the command"),
        sa.PrimaryKeyConstraint("vpd", "submittal_id", "number", name=op.f("pk_decision")),
    )
    op.create_index(
        "ix_decision_counted", "decision", ["vpd"], unique=False, postgresql_where="kind = 'approved' OR took_back"
    )
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "event_id", name=op.f("pk_inbox")),
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"], unique=False)
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
        "person",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="of esr.profile.imported; the newest wins"),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "employee_number", name=op.f("pk_person")),
    )
    op.create_table(
        "profile_link",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=True, comment="none: the profile is not linked now"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="of profile.linked / unlinked; the newest wins"),
        sa.PrimaryKeyConstraint("vpd", "product", "department", "profile_id", name=op.f("pk_profile_link")),
    )
    op.create_index("ix_profile_link_person", "profile_link", ["vpd", "employee_number"], unique=False)
    op.create_table(
        "settlement",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("submittal_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("run_code", sa.Text(), nullable=True),
        sa.Column("pay_name", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("row_number", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("vpd", "submittal_id", "version", "outcome", "occurred_at", name=op.f("pk_settlement")),
    )
    op.create_table(
        "submittal",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="the current one"),
        sa.Column("employee_number", sa.Text(), nullable=True, comment="of the current version"),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True, comment="none: an open absence"),
        sa.Column("state", sa.Text(), nullable=False, comment="derived (state.py); kept for queries"),
        sa.Column(
            "outcome", sa.Text(), nullable=True, comment="derived: the fact behind the state, such as held or differs"
        ),
        sa.Column("reason", sa.Text(), nullable=True, comment="derived: why it stands so, in words"),
        sa.Column("field", sa.Text(), nullable=True, comment="derived: the field to mend"),
        sa.Column(
            "sent", sa.Boolean(), nullable=False, comment="derived: a version of it is on its way to ESR or there"
        ),
        sa.Column(
            "findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="what the rules said last"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "id", name=op.f("pk_submittal")),
        sa.UniqueConstraint(
            "vpd", "product", "department", "record_id", name=op.f("uq_submittal_vpd_product_department_record_id")
        ),
    )
    op.create_index("ix_submittal_person_days", "submittal", ["vpd", "employee_number", "first_day"], unique=False)
    op.create_index("ix_submittal_profile", "submittal", ["vpd", "product", "department", "profile_id"], unique=False)
    op.create_index("ix_submittal_queue", "submittal", ["vpd", "state", "product", "department", "id"], unique=False)
    op.create_table(
        "submittal_version",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("submittal_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("given", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="what people said"),
        sa.Column(
            "content",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="with the trust's defaults filled in",
        ),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("put_hash", sa.Text(), nullable=False, comment="of the last put: the same put again changes nothing"),
        sa.Column("employee_number", sa.Text(), nullable=True),
        sa.Column("assignment_number", sa.Text(), nullable=True),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "submittal_id", "version", name=op.f("pk_submittal_version")),
    )
    op.create_table(
        "trust",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("ods_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("configuration", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", name=op.f("pk_trust")),
        info={"register": True},
    )
    for table in TENANT_TABLES:
        op.execute(enable_sql(table))
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY_TABLES:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("trust")
    op.drop_table("submittal_version")
    op.drop_index("ix_submittal_queue", table_name="submittal")
    op.drop_index("ix_submittal_profile", table_name="submittal")
    op.drop_index("ix_submittal_person_days", table_name="submittal")
    op.drop_table("submittal")
    op.drop_table("settlement")
    op.drop_index("ix_profile_link_person", table_name="profile_link")
    op.drop_table("profile_link")
    op.drop_table("person")
    op.drop_index("ix_outbox_unpublished", table_name="outbox", postgresql_where="published_at IS NULL")
    op.drop_index("ix_outbox_published_at", table_name="outbox", postgresql_where="published_at IS NOT NULL")
    op.drop_table("outbox")
    op.drop_index("ix_inbox_received_at", table_name="inbox")
    op.drop_table("inbox")
    op.drop_index("ix_decision_counted", table_name="decision", postgresql_where="kind = 'approved' OR took_back")
    op.drop_table("decision")
    op.drop_index("ix_dead_letter_parked_at", table_name="dead_letter")
    op.drop_table("dead_letter")
    op.drop_table("cut_off")
    op.drop_table("calendar")
    op.drop_table("assignment")
    op.execute("DROP FUNCTION refuse_change()")
