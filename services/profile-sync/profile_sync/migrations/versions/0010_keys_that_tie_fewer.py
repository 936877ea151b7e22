"""Keys that tie fewer pairs of a person and a profile; no foreign keys, and no index, that many rows pay for and nobody needs.

A key of sounds has two letters of the given name, and a key of given names two of the family name. What they are made of stands
in the keys that are there: a few too many find a pair more, and go when the person or profile next changes. The keys of the
release before stay, because it runs on these tables, too; a later migration makes the new ones once more, for what that
release has written, and drops the old ones, which nobody asks for any longer.

Revision: 0010
Follows: 0009
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# The owner is under the policy like everybody, and this is about the rows of all trusts.
_TABLES = ("person_key", "profile_key")

_PERSON = ("person_key", "vpd, employee_number")
_PROFILE = ("profile_key", "vpd, product, department, profile_id")

# From a given name with one letter of the family name, and the names that stand for the family (`k`: people and profiles).
_GIVEN_NAMES = """
    INSERT INTO {table} (key, {owner})
    SELECT DISTINCT 'g:' || split_part(g.key, ':', 2) || ':' || two.letters, {owner}
      FROM {table} g JOIN {table} k USING ({owner})
     CROSS JOIN LATERAL (SELECT split_part(k.key, ':', 2) AS name) AS f
     CROSS JOIN LATERAL (VALUES (left(f.name, 2)), (left(f.name, 1) || '-' || right(f.name, 1))) AS two(letters)
     WHERE g.key >= 'g:' AND g.key < 'g;' AND k.key >= 'k:' AND k.key < 'k;'
       AND left(f.name, 1) = split_part(g.key, ':', 3) AND length(split_part(g.key, ':', 3)) = 1
        ON CONFLICT DO NOTHING
"""
_SOUNDS = """
    INSERT INTO {table} (key, {owner})
    SELECT DISTINCT 's:' || split_part(s.key, ':', 2) || ':' || left(split_part(g.key, ':', 2), 2), {owner}
      FROM {table} s JOIN {table} g USING ({owner})
     WHERE s.key >= 's:' AND s.key < 's;' AND g.key >= 'g:' AND g.key < 'g;'
       AND left(split_part(g.key, ':', 2), 1) = split_part(s.key, ':', 3) AND length(split_part(g.key, ':', 2)) > 1
        ON CONFLICT DO NOTHING
"""
# Anybody's initial may be all that a profile has; a profile is looked for by it if it is.
_INITIALS_OF_PEOPLE = """
    INSERT INTO person_key (key, vpd, employee_number)
    SELECT key || '.', vpd, employee_number
      FROM person_key WHERE key >= 's:' AND key < 's;' AND length(split_part(key, ':', 3)) = 1
        ON CONFLICT DO NOTHING
"""
_INITIALS_OF_PROFILES = """
    INSERT INTO profile_key (key, vpd, product, department, profile_id)
    SELECT DISTINCT s.key || '.', vpd, product, department, profile_id
      FROM profile_key s JOIN profile_key g USING (vpd, product, department, profile_id)
     WHERE s.key >= 's:' AND s.key < 's;' AND g.key >= 'g:' AND g.key < 'g;'
       AND split_part(g.key, ':', 2) = split_part(s.key, ':', 3)
        ON CONFLICT DO NOTHING
"""
_ONE_LETTER = """
    INSERT INTO {table} (key, {owner})
    SELECT DISTINCT 'g:' || split_part(key, ':', 2) || ':' || left(split_part(key, ':', 3), 1), {owner}
      FROM {table} WHERE key >= 'g:' AND key < 'g;'
     UNION
    SELECT 's:' || split_part(s.key, ':', 2) || ':' || split_part(k.key, ':', 3), {owner}
      FROM {table} s JOIN {table} k USING ({owner})
     WHERE s.key >= 's:' AND s.key < 's;' AND k.key >= 'k:' AND k.key < 'k;'
        ON CONFLICT DO NOTHING
"""
_NO_MORE_LETTERS = """
    DELETE FROM {table}
     WHERE ((key >= 's:' AND key < 's;') OR (key >= 'g:' AND key < 'g;')) AND length(split_part(key, ':', 3)) > 1
"""

_FOLLOWS_PROFILE = ("profile_key", "link_candidate")
_OF_PROFILE = ["vpd", "product", "department", "profile_id"]
_OF_PERSON = ["vpd", "employee_number"]


def upgrade() -> None:
    for name in _FOLLOWS_PROFILE:
        op.drop_constraint(f"fk_{name}_profile", name, type_="foreignkey")
    op.drop_constraint("fk_assignment_person", "assignment", type_="foreignkey")
    both = [_PERSON, _PROFILE]
    _unforced(
        *(_GIVEN_NAMES.format(table=table, owner=owner) for table, owner in both),
        *(_SOUNDS.format(table=table, owner=owner) for table, owner in both),
        _INITIALS_OF_PEOPLE,
        _INITIALS_OF_PROFILES,
    )
    op.drop_index("ix_person_key_person", table_name="person_key")


def downgrade() -> None:
    op.create_index("ix_person_key_person", "person_key", ["employee_number", "vpd"])
    both = [_PERSON, _PROFILE]
    _unforced(
        *(_ONE_LETTER.format(table=table, owner=owner) for table, owner in both),
        *(_NO_MORE_LETTERS.format(table=table) for table, _ in both),
    )
    op.create_foreign_key("fk_assignment_person", "assignment", "person", _OF_PERSON, _OF_PERSON)
    for name in _FOLLOWS_PROFILE:
        op.create_foreign_key(f"fk_{name}_profile", name, "profile", _OF_PROFILE, _OF_PROFILE)


def _unforced(*statements: str) -> None:
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in statements:
        op.execute(statement)
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
