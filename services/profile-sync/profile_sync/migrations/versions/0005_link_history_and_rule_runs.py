"""What a link was and became, revision by revision, and runs of changed rules over a trust.

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from esrlink.db.tenancy import enable_sql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Of what was before, the present is known.
_PRESENT = """
    INSERT INTO link_revision (vpd, product, department, profile_id, link_id, revision, state, employee_number, rule,
                               made_by, reason, changed_at)
    SELECT vpd, product, department, profile_id, link_id, revision, state, employee_number, rule, made_by, reason, changed_at
      FROM link
"""


def upgrade() -> None:
    op.create_table(
        "link_revision",
        *_profile(),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=True, comment="the person, when matched"),
        sa.Column(
            "let_go",
            sa.Text(),
            nullable=True,
            comment="the person whose link ended with this; told of as the revision before",
        ),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decision_id",
            sa.Uuid(),
            nullable=True,
            comment="the decision that led to it, on this profile or on a rival",
        ),
        sa.PrimaryKeyConstraint(
            "vpd", "product", "department", "profile_id", "link_id", "revision", name=op.f("pk_link_revision")
        ),
    )
    _create_runs()
    # The owner is under the policy like everybody, and this is about the rows of all trusts.
    op.execute("ALTER TABLE link NO FORCE ROW LEVEL SECURITY")
    op.execute(_PRESENT)
    op.execute("ALTER TABLE link FORCE ROW LEVEL SECURITY")
    for table in ("link_revision", "rule_run", "rule_run_change"):
        op.execute(enable_sql(table))
    op.execute(_refusal("what has been is only ever added to"))
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON link_revision"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _create_runs() -> None:
    op.create_table(
        "rule_run",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column(
            "registration_rule",
            sa.Text(),
            nullable=True,
            comment="tried out instead of the trust's own setting; in dry runs only",
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True, comment="why it failed"),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("stopped_by", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False, comment="profiles when it was asked for"),
        sa.Column("looked_at", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "after",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="product, department and id of the last profile looked at",
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'stopped', 'failed')", name=op.f("ck_rule_run_state")
        ),
        sa.CheckConstraint("dry_run OR registration_rule IS NULL", name=op.f("ck_rule_run_trial_is_dry")),
        sa.PrimaryKeyConstraint("vpd", "run_id", name=op.f("pk_rule_run")),
    )
    op.create_index(
        "uq_rule_run_under_way",
        "rule_run",
        ["vpd"],
        unique=True,
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_index("ix_rule_run_requested_at", "rule_run", ["vpd", "requested_at"], unique=False)
    op.create_table(
        "rule_run_change",
        *_profile(),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=False),
        sa.Column("from_person", sa.Text(), nullable=True),
        sa.Column("from_rule", sa.Text(), nullable=True),
        sa.Column("from_reason", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("to_person", sa.Text(), nullable=True),
        sa.Column("to_rule", sa.Text(), nullable=True),
        sa.Column("to_reason", sa.Text(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=True, comment="whom the profile claims after it, as in `link`"),
        sa.PrimaryKeyConstraint(
            "vpd", "run_id", "product", "department", "profile_id", name=op.f("pk_rule_run_change")
        ),
    )
    op.create_index(
        "ix_rule_run_change_claim",
        "rule_run_change",
        ["vpd", "run_id", "claim"],
        unique=False,
        postgresql_where=sa.text("claim IS NOT NULL"),
    )


def _profile() -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in ("vpd", "product", "department", "profile_id")]


def _refusal(why: str) -> str:
    return (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{why}'; END $$"
    )


def downgrade() -> None:
    op.drop_table("rule_run_change")
    op.drop_table("rule_run")
    op.drop_table("link_revision")
    op.execute(_refusal("decisions are only ever added"))
