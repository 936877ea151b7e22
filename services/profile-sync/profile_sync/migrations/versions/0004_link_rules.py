"""What the link rules of version 2 look at: the organisations of a person's assignments, and keys with initials.

Revision: 0004
Follows: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The owner is under the policy like everybody, and this is about the rows of all trusts.
_TABLES = ("person", "assignment", "person_key", "profile_key")

_ORGANISATIONS = """
    UPDATE person p SET organisations = a.names
      FROM (SELECT vpd, employee_number, array_agg(DISTINCT organisation ORDER BY organisation) AS names
              FROM assignment WHERE organisation IS NOT NULL GROUP BY vpd, employee_number) AS a
     WHERE (p.vpd, p.employee_number) = (a.vpd, a.employee_number)
"""

# What the keys with initials are made of stands in those that are there: a few too many find a pair more, and go when the
# person or profile next changes.
_PERSON_KEYS = """
    INSERT INTO person_key (vpd, key, employee_number)
    SELECT f.vpd, 'k:' || substr(f.key, 3) || ':' || right(s.key, 1), f.employee_number
      FROM person_key f JOIN person_key s USING (vpd, employee_number)
     WHERE f.key >= 'f:' AND f.key < 'f;' AND s.key >= 's:' AND s.key < 's;'
     UNION
    SELECT t.vpd, 'g:' || substr(t.key, 3) || ':' || substr(f.key, 3, 1), t.employee_number
      FROM person_key t JOIN person_key f USING (vpd, employee_number)
     WHERE t.key >= 't:' AND t.key < 't;' AND length(t.key) > 3 AND f.key >= 'f:' AND f.key < 'f;'
        ON CONFLICT DO NOTHING
"""
_PROFILE_KEYS = """
    INSERT INTO profile_key (vpd, key, product, department, profile_id)
    SELECT f.vpd, 'k:' || substr(f.key, 3) || ':' || right(s.key, 1), f.product, f.department, f.profile_id
      FROM profile_key f JOIN profile_key s USING (vpd, product, department, profile_id)
     WHERE f.key >= 'f:' AND f.key < 'f;' AND s.key >= 's:' AND s.key < 's;'
     UNION
    SELECT g.vpd, 'g:' || substr(g.key, 3) || ':' || substr(f.key, 3, 1), g.product, g.department, g.profile_id
      FROM profile_key g JOIN profile_key f USING (vpd, product, department, profile_id)
     WHERE g.key >= 'f:' AND g.key < 'f;' AND f.key >= 'f:' AND f.key < 'f;' AND g.key <> f.key
        ON CONFLICT DO NOTHING
"""
# A family name alone is a profile's key only where no given name is known.
_NO_FAMILY_KEYS = """
    DELETE FROM profile_key f USING profile_key s
     WHERE (f.vpd, f.product, f.department, f.profile_id) = (s.vpd, s.product, s.department, s.profile_id)
       AND f.key >= 'f:' AND f.key < 'f;' AND s.key >= 's:' AND s.key < 's;'
"""
_FAMILY_KEYS = """
    INSERT INTO profile_key (vpd, key, product, department, profile_id)
    SELECT DISTINCT vpd, 'f:' || split_part(key, ':', 2), product, department, profile_id
      FROM profile_key WHERE key >= 'k:' AND key < 'k;'
        ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    op.add_column(
        "person",
        sa.Column(
            "organisations",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="organisations of all assignments, for the similarity rule",
        ),
    )
    _unforced(_ORGANISATIONS, _PERSON_KEYS, _PROFILE_KEYS, _NO_FAMILY_KEYS)


def downgrade() -> None:
    _unforced(
        _FAMILY_KEYS,
        "DELETE FROM person_key WHERE left(key, 2) IN ('k:', 'g:')",
        "DELETE FROM profile_key WHERE left(key, 2) IN ('k:', 'g:')",
    )
    op.drop_column("person", "organisations")


def _unforced(*statements: str) -> None:
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in statements:
        op.execute(statement)
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
