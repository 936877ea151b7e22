"""People, profiles and links

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
    "department",
    "person",
    "assignment",
    "person_key",
    "profile",
    "profile_key",
    "link",
    "link_candidate",
    "link_decision",
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
        "inbox",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "event_id", name=op.f("pk_inbox")),
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"], unique=False)
    op.create_table(
        "link_decision",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=True),
        sa.Column("undoes", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision IN ('confirm', 'reject', 'unlink', 'exclude', 'undo')", name=op.f("ck_link_decision_decision")
        ),
        sa.PrimaryKeyConstraint("vpd", "decision_id", name=op.f("pk_link_decision")),
    )
    op.create_index(
        "ix_link_decision_profile", "link_decision", ["vpd", "product", "department", "profile_id", "seq"], unique=False
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
        "person",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column(
            "revision",
            sa.BigInteger(),
            nullable=False,
            comment="of the newest event applied; an older one has no effect",
        ),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_file", sa.Text(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False, comment="ESR no longer shows them; kept for late claims"),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("nhs_unique_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=True),
        sa.Column("middle_names", sa.Text(), nullable=True),
        sa.Column("preferred_name", sa.Text(), nullable=True),
        sa.Column("previous_family_names", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("hire_date", sa.Date(), nullable=True),
        sa.Column("leaving_date", sa.Date(), nullable=True),
        sa.Column("registrations", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "grades", sa.ARRAY(sa.Text()), nullable=False, comment="grades of all assignments, for the similarity rule"
        ),
        sa.PrimaryKeyConstraint("vpd", "employee_number", name=op.f("pk_person")),
    )
    op.create_table(
        "person_key",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(collation="C"), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "key", "employee_number", name=op.f("pk_person_key")),
    )
    op.create_index("ix_person_key_person", "person_key", ["employee_number", "vpd"], unique=False)
    op.create_table(
        "trust",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("ods_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("configuration", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", name=op.f("pk_trust")),
        info={"register": True},
    )
    op.create_table(
        "assignment",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column(
            "row", sa.SmallInteger(), nullable=False, comment="place in the event: ESR may date-track one number often"
        ),
        sa.Column("assignment_number", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("primary", sa.Boolean(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("position_number", sa.Text(), nullable=True),
        sa.Column("position_title", sa.Text(), nullable=True),
        sa.Column("staff_group", sa.Text(), nullable=True),
        sa.Column("job_role", sa.Text(), nullable=True),
        sa.Column("occupation_code", sa.Text(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("fte", sa.Numeric(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("cost_centre", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("supervisor", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["vpd", "employee_number"], ["person.vpd", "person.employee_number"], name="fk_assignment_person"
        ),
        sa.PrimaryKeyConstraint("vpd", "employee_number", "row", name=op.f("pk_assignment")),
    )
    op.create_index("ix_assignment_number", "assignment", ["vpd", "assignment_number"], unique=False)
    op.create_table(
        "department",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["vpd"], ["trust.vpd"], name=op.f("fk_department_vpd_trust")),
        sa.PrimaryKeyConstraint("vpd", "product", "department", name=op.f("pk_department")),
    )
    op.create_table(
        "profile",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.Column(
            "employee_number", sa.Text(), nullable=True, comment="as the rota product says; the link says whose it is"
        ),
        sa.Column("registration_number", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("given_name", sa.Text(), nullable=True),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "deleted_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="kept, so that versions and revisions go on if it comes back",
        ),
        sa.ForeignKeyConstraint(
            ["vpd", "product", "department"],
            ["department.vpd", "department.product", "department.department"],
            name="fk_profile_department",
        ),
        sa.PrimaryKeyConstraint("vpd", "product", "department", "profile_id", name=op.f("pk_profile")),
    )
    op.create_table(
        "link",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=True, comment="the person, when matched"),
        sa.Column(
            "claim",
            sa.Text(),
            nullable=True,
            comment="the person whom a linking rule or a decision found, even if it cannot stand alone",
        ),
        sa.Column(
            "last_person",
            sa.Text(),
            nullable=True,
            comment="whom rules link it to, or did last: another number goes to review",
        ),
        sa.Column("rule", sa.Text(), nullable=True, comment="name/version of the rule that found it"),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="code; words are in reasons.py"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "review_since", sa.DateTime(timezone=True), nullable=True, comment="since when a person must look at it"
        ),
        sa.CheckConstraint(
            "(state = 'matched') = (employee_number IS NOT NULL)", name=op.f("ck_link_matched_has_person")
        ),
        sa.CheckConstraint("made_by IN ('rule', 'person')", name=op.f("ck_link_made_by")),
        sa.CheckConstraint("state IN ('matched', 'possible', 'unmatched', 'excluded')", name=op.f("ck_link_state")),
        sa.ForeignKeyConstraint(
            ["vpd", "employee_number"], ["person.vpd", "person.employee_number"], name="fk_link_person"
        ),
        sa.ForeignKeyConstraint(
            ["vpd", "product", "department", "profile_id"],
            ["profile.vpd", "profile.product", "profile.department", "profile.profile_id"],
            name="fk_link_profile",
        ),
        sa.PrimaryKeyConstraint("vpd", "product", "department", "profile_id", name=op.f("pk_link")),
        sa.UniqueConstraint("link_id", name=op.f("uq_link_link_id")),
    )
    op.create_index(
        "ix_link_claim", "link", ["claim", "vpd"], unique=False, postgresql_where=sa.text("claim IS NOT NULL")
    )
    op.create_index(
        "ix_link_review",
        "link",
        ["vpd", "review_since"],
        unique=False,
        postgresql_where=sa.text("review_since IS NOT NULL"),
    )
    op.create_index(
        "uq_link_person_department",
        "link",
        ["vpd", "employee_number", "product", "department"],
        unique=True,
        postgresql_where=sa.text("employee_number IS NOT NULL"),
    )
    op.create_table(
        "link_candidate",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("score", sa.Numeric(precision=4, scale=3), nullable=False),
        sa.Column(
            "parts",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="what the score is made of: part, weight, agreement",
        ),
        sa.ForeignKeyConstraint(
            ["vpd", "product", "department", "profile_id"],
            ["profile.vpd", "profile.product", "profile.department", "profile.profile_id"],
            name="fk_link_candidate_profile",
        ),
        sa.PrimaryKeyConstraint(
            "vpd", "product", "department", "profile_id", "employee_number", name=op.f("pk_link_candidate")
        ),
    )
    op.create_index("ix_link_candidate_person", "link_candidate", ["employee_number", "vpd"], unique=False)
    op.create_table(
        "profile_key",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(collation="C"), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vpd", "product", "department", "profile_id"],
            ["profile.vpd", "profile.product", "profile.department", "profile.profile_id"],
            name="fk_profile_key_profile",
        ),
        sa.PrimaryKeyConstraint("vpd", "key", "product", "department", "profile_id", name=op.f("pk_profile_key")),
    )
    op.create_index(
        "ix_profile_key_profile", "profile_key", ["profile_id", "department", "product", "vpd"], unique=False
    )
    for table in _TENANT_TABLES:
        op.execute(enable_sql(table))
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'decisions are only ever added';
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON link_decision"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_index("ix_profile_key_profile", table_name="profile_key")
    op.drop_table("profile_key")
    op.drop_index("ix_link_candidate_person", table_name="link_candidate")
    op.drop_table("link_candidate")
    op.drop_index(
        "uq_link_person_department", table_name="link", postgresql_where=sa.text("employee_number IS NOT NULL")
    )
    op.drop_index("ix_link_review", table_name="link", postgresql_where=sa.text("review_since IS NOT NULL"))
    op.drop_index("ix_link_claim", table_name="link", postgresql_where=sa.text("claim IS NOT NULL"))
    op.drop_table("link")
    op.drop_table("profile")
    op.drop_table("department")
    op.drop_index("ix_assignment_number", table_name="assignment")
    op.drop_table("assignment")
    op.drop_table("trust")
    op.drop_index("ix_person_key_person", table_name="person_key")
    op.drop_table("person_key")
    op.drop_table("person")
    op.drop_index("ix_outbox_unpublished", table_name="outbox", postgresql_where="published_at IS NULL")
    op.drop_index("ix_outbox_published_at", table_name="outbox", postgresql_where="published_at IS NOT NULL")
    op.drop_table("outbox")
    op.drop_index("ix_link_decision_profile", table_name="link_decision")
    op.drop_table("link_decision")
    op.drop_index("ix_inbox_received_at", table_name="inbox")
    op.drop_table("inbox")
    op.drop_index("ix_dead_letter_parked_at", table_name="dead_letter")
    op.drop_table("dead_letter")
    op.execute("DROP FUNCTION refuse_change()")
