"""Cohorts of rotating doctors: a plan for a changeover, person by person, and what became of it.

Revision: 0006
Follows: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from esrlink.db.tenancy import enable_sql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NOW = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "cohort",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("changeover", sa.Date(), nullable=False),
        sa.Column("days_before", sa.SmallInteger(), nullable=False),
        sa.Column("days_after", sa.SmallInteger(), nullable=False),
        sa.Column(
            "departments",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="a list of product and department",
        ),
        sa.Column(
            "staff_groups", sa.ARRAY(sa.Text()), nullable=False, comment="only these, in ESR's words; none for all"
        ),
        sa.Column("grades", sa.ARRAY(sa.Text()), nullable=False, comment="only these pay scale codes; none for all"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", _NOW, nullable=False),
        sa.Column("planned_by", sa.Text(), nullable=False),
        sa.Column("planned_at", _NOW, nullable=False),
        sa.Column("applied_by", sa.Text()),
        sa.Column("applied_at", _NOW, comment="when a person said so; the work follows"),
        sa.Column("undone_by", sa.Text()),
        sa.Column("undone_at", _NOW),
        sa.CheckConstraint(
            "state IN ('planned', 'applying', 'applied', 'undoing', 'undone')", name=op.f("ck_cohort_state")
        ),
        sa.PrimaryKeyConstraint("vpd", "cohort_id", name=op.f("pk_cohort")),
    )
    op.create_index("ix_cohort_changeover", "cohort", ["vpd", "changeover"])
    op.create_index(
        "ix_cohort_working", "cohort", ["vpd"], postgresql_where=sa.text("state IN ('applying', 'undoing')")
    )
    op.create_table(
        "cohort_person",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False, comment="the order of lists"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date()),
        sa.Column("proposed_action", sa.Text(), nullable=False),
        sa.Column("proposed_profile_id", sa.Text(), comment="of a profile that is there, or one that is suggested"),
        sa.Column("reason", sa.Text(), nullable=False, comment="code of why this is proposed"),
        sa.Column("sentence", sa.Text(), nullable=False, comment="why, in words"),
        sa.Column(
            "facts",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="what a rota product is told of the person",
        ),
        sa.Column(
            "difference",
            postgresql.JSONB(astext_type=sa.Text()),
            comment="what the last computing changed: field, before, after",
        ),
        sa.Column("chosen_action", sa.Text()),
        sa.Column("chosen_profile_id", sa.Text()),
        sa.Column("excluded", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("edited_by", sa.Text()),
        sa.Column("edited_at", _NOW),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), comment="none while it waits"),
        sa.Column("outcome_code", sa.Text()),
        sa.Column("outcome_sentence", sa.Text()),
        sa.Column("outcome_at", _NOW),
        sa.Column("told_action", sa.Text(), comment="what was published; none where nothing was"),
        sa.Column("told_profile_id", sa.Text()),
        sa.Column("decision_id", sa.Uuid(), comment="the decision that linked it, so that undo finds that one"),
        sa.Column("acknowledged", sa.Text()),
        sa.Column("acknowledged_profile_id", sa.Text()),
        sa.Column("acknowledged_note", sa.Text()),
        sa.Column("acknowledged_by", sa.Text()),
        sa.Column("acknowledged_at", _NOW),
        sa.CheckConstraint("acknowledged IN ('done', 'refused')", name=op.f("ck_cohort_person_acknowledged")),
        sa.CheckConstraint("kind IN ('joiner', 'leaver', 'mover', 'returner')", name=op.f("ck_cohort_person_kind")),
        sa.CheckConstraint(
            "outcome IN ('done', 'failed', 'skipped', 'undone', 'kept')", name=op.f("ck_cohort_person_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["vpd", "cohort_id"], ["cohort.vpd", "cohort.cohort_id"], name="fk_cohort_person_cohort"
        ),
        sa.PrimaryKeyConstraint(
            "vpd", "cohort_id", "employee_number", "product", "department", name=op.f("pk_cohort_person")
        ),
    )
    op.create_index(
        "ix_cohort_person_list",
        "cohort_person",
        ["vpd", "cohort_id", "family_name", "employee_number", "product", "department"],
    )
    op.create_index(
        "ix_cohort_person_waiting",
        "cohort_person",
        ["vpd", "cohort_id"],
        postgresql_where=sa.text("outcome IS NULL"),
    )
    for table in ("cohort", "cohort_person"):
        op.execute(enable_sql(table))


def downgrade() -> None:
    op.drop_table("cohort_person")
    op.drop_table("cohort")
