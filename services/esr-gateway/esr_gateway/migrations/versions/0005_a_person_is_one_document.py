"""A person is one document

The rows of people move from `esr_row` into one document for each person. A document that was made here has no digest and is
due for repainting, so the next poll or import writes it as the running release does, and publishes only what really differs.

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Where the layout of that time has a row's id and first day, counted from 1, the row's code included.
_ID_AT = "CASE left(line, 2) WHEN 'PR' THEN 2 WHEN 'CO' THEN 4 ELSE 3 END"
_FROM_AT = "CASE left(line, 2) WHEN 'PR' THEN 3 WHEN 'AS' THEN 4 WHEN 'EL' THEN 4 WHEN 'ST' THEN 4 WHEN 'CO' THEN 5 END"
_OF_NOBODY = "('PO', 'OR', 'LC', 'CD', 'PI')"

_INTO_DOCUMENTS = f"""
INSERT INTO person (vpd, person_id, revision, picture_hash, is_gone, document, keys, waiting_rows, repaint_on)
SELECT vpd, person_id, 0, '', false, document, keys,
       CASE WHEN has_person THEN 0 ELSE n END, DATE '2000-01-01'
  FROM (SELECT vpd, CASE record WHEN 'PR' THEN record_id ELSE parent_id END AS person_id, count(*) AS n,
               string_agg(line, chr(30) ORDER BY line COLLATE "C") AS document,
               array_agg(DISTINCT record || record_id) AS keys, bool_or(record = 'PR') AS has_person
          FROM esr_row WHERE record NOT IN {_OF_NOBODY} GROUP BY 1, 2) AS d
ON CONFLICT (vpd, person_id) DO UPDATE SET document = excluded.document, keys = excluded.keys,
    waiting_rows = excluded.waiting_rows, repaint_on = excluded.repaint_on
"""  # noqa: S608 - constants
_INTO_ROWS = f"""
INSERT INTO esr_row (vpd, record, record_id, effective_from, effective_to, parent_id, line)
SELECT vpd, left(line, 2), split_part(line, '~', {_ID_AT}),
       coalesce(left(split_part(line, '~', {_FROM_AT}), 8), ''),
       coalesce(left(split_part(line, '~', {_FROM_AT} + 1), 8), ''),
       CASE left(line, 2) WHEN 'PR' THEN '' ELSE person_id END, line
  FROM person, unnest(string_to_array(document, chr(30))) AS line WHERE document <> ''
ON CONFLICT DO NOTHING
"""  # noqa: S608 - constants


def upgrade() -> None:
    op.alter_column("person", "person_id", type_=sa.Text(collation="C"), existing_nullable=False)
    op.alter_column("person", "employee_number", type_=sa.Text(collation="C"), nullable=True)
    op.alter_column("person", "family_name", existing_type=sa.Text(), nullable=True)
    op.alter_column(
        "person",
        "employee_number",
        existing_type=sa.Text(collation="C"),
        comment="none while rows of a person came and the person has not",
    )
    op.alter_column(
        "person",
        "revision",
        existing_type=sa.Integer(),
        existing_nullable=False,
        comment="of the picture that was last published; 0 before the first",
    )
    op.add_column(
        "person",
        sa.Column(
            "document",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="the rows as ESR wrote them, sensitive cells emptied, in order, with 0x1E between them",
        ),
    )
    op.add_column(
        "person",
        sa.Column("digest", sa.Text(), server_default="", nullable=False, comment="BLAKE2b of the document, 16 bytes"),
    )
    op.add_column(
        "person",
        sa.Column(
            "keys",
            postgresql.ARRAY(sa.Text(collation="C")),
            server_default="{}",
            nullable=False,
            comment="record and id of each row, and of each position, organisation and location that one points at",
        ),
    )
    op.add_column(
        "person",
        sa.Column(
            "waiting_rows", sa.Integer(), server_default="0", nullable=False, comment="rows that wait for their person"
        ),
    )
    op.add_column(
        "person",
        sa.Column(
            "works_until",
            sa.Date(),
            nullable=True,
            comment="last day of the last assignment; 9999-12-31 until further notice",
        ),
    )
    op.add_column(
        "person",
        sa.Column(
            "repaint_on",
            sa.Date(),
            nullable=True,
            comment="next day on which a dated row begins or ends to be in force",
        ),
    )
    op.add_column(
        "exchange",
        sa.Column(
            "repainted_on",
            sa.Date(),
            nullable=True,
            comment="the day as of which people whose dated rows begin or end were last looked at",
        ),
    )
    _unforced(_INTO_DOCUMENTS, f"DELETE FROM esr_row WHERE record NOT IN {_OF_NOBODY}")  # noqa: S608 - constants
    op.create_index("ix_person_waiting", "person", ["vpd"], postgresql_where=sa.text("waiting_rows > 0"))
    op.create_index(
        "ix_person_repaint_on", "person", ["vpd", "repaint_on"], postgresql_where=sa.text("repaint_on IS NOT NULL")
    )
    op.drop_index("ix_esr_row_parent", table_name="esr_row")
    op.alter_column(
        "esr_row",
        "parent_id",
        existing_type=sa.Text(),
        existing_nullable=False,
        comment="the position that the row belongs to, if it does",
    )


def downgrade() -> None:
    _unforced(_INTO_ROWS, "DELETE FROM person WHERE employee_number IS NULL")
    op.alter_column(
        "esr_row",
        "parent_id",
        existing_type=sa.Text(),
        existing_nullable=False,
        comment="the person (or position) that the row belongs to",
    )
    op.create_index(
        "ix_esr_row_parent",
        "esr_row",
        ["vpd", "parent_id", "record"],
        unique=False,
        postgresql_where=sa.text("parent_id <> ''"),
    )
    op.drop_index("ix_person_repaint_on", table_name="person")
    op.drop_index("ix_person_waiting", table_name="person")
    op.drop_column("exchange", "repainted_on")
    for column in ("repaint_on", "works_until", "waiting_rows", "keys", "digest", "document"):
        op.drop_column("person", column)
    op.alter_column("person", "revision", existing_type=sa.Integer(), existing_nullable=False, comment=None)
    op.alter_column("person", "family_name", existing_type=sa.Text(), nullable=False)
    op.alter_column("person", "employee_number", type_=sa.Text(), nullable=False, comment=None)
    op.alter_column("person", "person_id", type_=sa.Text(), existing_nullable=False)


def _unforced(*statements: str) -> None:
    """The owner is under the policy, too, unless it is told not to be."""
    for table in ("esr_row", "person"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in statements:
        op.execute(statement)
    for table in ("esr_row", "person"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
