"""What a link was and became, revision by revision, and runs of changed rules over a trust.

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

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
    # The owner is under the policy like everybody, and this is about the rows of all trusts.
    op.execute("ALTER TABLE link NO FORCE ROW LEVEL SECURITY")
    op.execute(_PRESENT)
    op.execute("ALTER TABLE link FORCE ROW LEVEL SECURITY")
    op.execute(enable_sql("link_revision"))
    op.execute(_refusal("what has been is only ever added to"))
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON link_revision"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _profile() -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in ("vpd", "product", "department", "profile_id")]


def _refusal(why: str) -> str:
    return (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{why}'; END $$"
    )


def downgrade() -> None:
    op.drop_table("link_revision")
    op.execute(_refusal("decisions are only ever added"))
