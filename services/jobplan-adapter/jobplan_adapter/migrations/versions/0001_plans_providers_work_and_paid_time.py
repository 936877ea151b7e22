"""Plans with their versions, providers, people by number, work delivered, and paid time.

Revision: 0001
Follows: nothing
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

PROTECTED = (
    "absence",
    "extra",
    "person",
    "plan",
    "plan_version",
    "provider",
    "provider_user",
    "void_submittal",
    "work",
)

# A version is what a provider showed at a moment: nothing that comes later can make it otherwise.
REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a plan version never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER plan_version_is_immutable BEFORE UPDATE ON plan_version
   FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("submittal_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("absence_type", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("start_part", sa.Text(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True, comment="none while the absence is open"),
        sa.Column("end_part", sa.Text(), nullable=False),
        sa.Column("closes", sa.Uuid(), nullable=True, comment="the open absence that this record ends"),
        sa.PrimaryKeyConstraint("vpd", "submittal_id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_person", "absence", ["vpd", "employee_number"], unique=False)
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
        "extra",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("submittal_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("session", sa.Text(), nullable=True),
        sa.Column("units", sa.Numeric(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "submittal_id", name=op.f("pk_extra")),
        comment="paid extra work: never counted as in-plan",
    )
    op.create_index("ix_extra_person", "extra", ["vpd", "employee_number", "date"], unique=False)
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
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "employee_number", name=op.f("pk_person")),
        comment="whom ESR shows: numbers only, no names",
    )
    op.create_table(
        "plan",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column(
            "effective_to",
            sa.Date(),
            nullable=True,
            comment="the day before a later signed-off plan of this owner begins",
        ),
        sa.Column("signed_version", sa.Integer(), nullable=True, comment="the newest version that was signed off"),
        sa.Column("signed_from", sa.Date(), nullable=True, comment="when the newest signed-off version begins"),
        sa.Column("gone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "provider", "plan_id", name=op.f("pk_plan")),
    )
    op.create_index("ix_plan_person", "plan", ["vpd", "employee_number"], unique=False)
    op.create_table(
        "provider",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="never", nullable=False, comment="never, up or down"),
        sa.Column("last_poll_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_good_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True, comment="in words, for the trust's administrator"),
        sa.Column(
            "faults",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
            comment="records of the last good poll left unread",
        ),
        sa.PrimaryKeyConstraint("vpd", "name", name=op.f("pk_provider")),
        comment="how each provider does",
    )
    op.create_table(
        "provider_user",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=True),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "provider", "user_id", name=op.f("pk_provider_user")),
        comment="whether ESR knows the number is asked of `person` when it is asked",
    )
    op.create_table(
        "trust",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("ods_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("configuration", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("vpd", name=op.f("pk_trust")),
        info={"register": True},
    )
    op.create_table(
        "void_submittal",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("submittal_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="this version and all before it do not count"),
        sa.PrimaryKeyConstraint("vpd", "submittal_id", name=op.f("pk_void_submittal")),
        comment="withdrawn or reversed; kept apart, so that the order of arrival does not matter",
    )
    op.create_table(
        "work",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("work_id", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("session", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("pas", sa.Numeric(), nullable=True),
        sa.Column("hours", sa.Numeric(), nullable=True),
        sa.Column("premium", sa.Boolean(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "product", "department", "work_id", name=op.f("pk_work")),
    )
    op.create_index("ix_work_person", "work", ["vpd", "employee_number", "date"], unique=False)
    op.create_table(
        "plan_version",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="as it was derived when the version came"),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vpd", "provider", "plan_id"],
            ["plan.vpd", "plan.provider", "plan.plan_id"],
            name=op.f("fk_plan_version_vpd_provider_plan_id_plan"),
        ),
        sa.PrimaryKeyConstraint("vpd", "provider", "plan_id", "version", name=op.f("pk_plan_version")),
        comment="never changed once written: a trigger refuses it",
    )
    for table in PROTECTED:
        op.execute(enable_sql(table))
    op.execute(REFUSE_CHANGE)


def downgrade() -> None:
    op.drop_table("plan_version")
    op.drop_index("ix_work_person", table_name="work")
    op.drop_table("work")
    op.drop_table("void_submittal")
    op.drop_table("trust")
    op.drop_table("provider_user")
    op.drop_table("provider")
    op.drop_index("ix_plan_person", table_name="plan")
    op.drop_table("plan")
    op.drop_table("person")
    op.drop_index("ix_outbox_unpublished", table_name="outbox", postgresql_where="published_at IS NULL")
    op.drop_index("ix_outbox_published_at", table_name="outbox", postgresql_where="published_at IS NOT NULL")
    op.drop_table("outbox")
    op.drop_index("ix_inbox_received_at", table_name="inbox")
    op.drop_table("inbox")
    op.drop_index("ix_extra_person", table_name="extra")
    op.drop_table("extra")
    op.drop_index("ix_dead_letter_parked_at", table_name="dead_letter")
    op.drop_table("dead_letter")
    op.drop_index("ix_absence_person", table_name="absence")
    op.drop_table("absence")
    op.execute("DROP FUNCTION refuse_change()")
