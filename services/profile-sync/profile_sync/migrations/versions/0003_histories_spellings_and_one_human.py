"""The history of people, the words of their names for searches with slips, and one human under several ESR numbers.

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from esrlink.db.tenancy import enable_sql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "name_word",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column(
            "near",
            sa.Text(collation="C"),
            nullable=False,
            comment="the word, or the word without one of its letters",
        ),
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "near", "word", name=op.f("pk_name_word")),
    )
    op.create_table(
        "person_revision",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_file", sa.Text(), nullable=False),
        sa.Column(
            "changes",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="field by field, against the revision applied before; none in a person's first",
        ),
        sa.PrimaryKeyConstraint("vpd", "employee_number", "revision", name=op.f("pk_person_revision")),
    )
    op.create_index("ix_person_revision_applied_at", "person_revision", ["vpd", "applied_at"], unique=False)
    op.create_index(
        "ix_person_nhs_unique_id",
        "person",
        ["nhs_unique_id", "vpd"],
        unique=False,
        postgresql_where=sa.text("nhs_unique_id IS NOT NULL"),
    )
    # People who are here already are found with slips, too. The owner is under the policy like everybody.
    op.execute("ALTER TABLE person_key NO FORCE ROW LEVEL SECURITY")
    op.execute(
        """
        INSERT INTO name_word (vpd, near, word)
        SELECT DISTINCT w.vpd, left(w.word, n - 1) || substr(w.word, n + 1), w.word
          FROM (SELECT DISTINCT vpd, substr(key, 3) AS word FROM person_key WHERE key >= 't:' AND key < 't;') AS w
         CROSS JOIN LATERAL generate_series(1, length(w.word) + 1) AS n
         WHERE length(w.word) BETWEEN 4 AND 40
        """
    )
    op.execute("ALTER TABLE person_key FORCE ROW LEVEL SECURITY")
    for table in ("name_word", "person_revision"):
        op.execute(enable_sql(table))


def downgrade() -> None:
    op.drop_index("ix_person_nhs_unique_id", table_name="person", postgresql_where=sa.text("nhs_unique_id IS NOT NULL"))
    op.drop_index("ix_person_revision_applied_at", table_name="person_revision")
    op.drop_table("person_revision")
    op.drop_table("name_word")
