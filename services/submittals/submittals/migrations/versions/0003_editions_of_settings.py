"""What a trust sets, dated: editions of each of its tables.

What each trust has set today becomes its first edition. Rates by grade leave the pay elements for the rate cards.

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from esrlink.db.tenancy import disable_sql, enable_sql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# No record is older than the first day of 2000, so an edition from there on is in force from the beginning of time.
_FIRST_EDITIONS = """
INSERT INTO settings_edition (vpd, name, effective_from, rows, digest, revision, put_by, put_at)
SELECT t.vpd, part.name, DATE '2000-01-01', jsonb_strip_nulls(part.rows),
    encode(sha256(convert_to(part.name || jsonb_strip_nulls(part.rows)::text, 'UTF8')), 'hex'), 1, 'migration', t.updated_at
FROM trust AS t,
LATERAL (VALUES
    ('general', jsonb_build_array(
        t.configuration
        - '{ods_code,name,departments,absence_types,pay_elements,rate_cards,cost_codes,validation_groups,rules}'::text[])),
    ('departments', t.configuration -> 'departments'),
    ('absence_types', t.configuration -> 'absence_types'),
    ('pay_elements', (
        SELECT coalesce(jsonb_agg(element - 'rates' ORDER BY place), '[]')
        FROM jsonb_array_elements(t.configuration -> 'pay_elements') WITH ORDINALITY AS listed (element, place))),
    ('rate_cards', (
        SELECT coalesce(jsonb_agg(rate || jsonb_build_object('element', element -> 'code')
                                  ORDER BY listed.place, given.place), '[]')
        FROM jsonb_array_elements(t.configuration -> 'pay_elements') WITH ORDINALITY AS listed (element, place),
        LATERAL jsonb_array_elements(coalesce(element -> 'rates', '[]')) WITH ORDINALITY AS given (rate, place))),
    ('cost_codes', t.configuration -> 'cost_codes'),
    ('validation_groups', '[]'),
    ('rules', '[]')
) AS part (name, rows)
WHERE t.configuration IS NOT NULL
"""

# The way back keeps what is in force today; what only editions can say is lost with them.
_IN_FORCE = """
UPDATE trust AS t
SET configuration = jsonb_build_object(
    'ods_code', t.ods_code,
    'name', t.name,
    'retro_days', coalesce(general.rows -> 0 -> 'retro_days', '90'),
    'hours_per_day', coalesce(general.rows -> 0 -> 'hours_per_day', '"7.5"'),
    'period_type', coalesce(general.rows -> 0 -> 'period_type', '"M"'),
    'departments', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'product', one -> 'product', 'department', one -> 'department', 'name', one -> 'name',
            'cost_code', one -> 'cost_code', 'validators', coalesce(one -> 'validators', '[]')) ORDER BY place), '[]')
        FROM jsonb_array_elements(departments.rows) WITH ORDINALITY AS listed (one, place)),
    'absence_types', coalesce(absence_types.rows, '[]'),
    'pay_elements', (
        SELECT coalesce(jsonb_agg(one || jsonb_build_object('rates', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'grade', card -> 'grade', 'job_role', card -> 'job_role', 'staff_group', card -> 'staff_group',
                'rate', card -> 'rate') ORDER BY n), '[]')
            FROM jsonb_array_elements(rate_cards.rows) WITH ORDINALITY AS cards (card, n)
            WHERE lower(card ->> 'element') = lower(one ->> 'code')
              AND coalesce(card ->> 'session_type', card ->> 'premium', card ->> 'bank_holiday') IS NULL))
            ORDER BY place), '[]')
        FROM jsonb_array_elements(pay_elements.rows) WITH ORDINALITY AS listed (one, place)),
    'cost_codes', coalesce(cost_codes.rows, '[]'))
FROM trust AS own
LEFT JOIN in_force AS general ON general.vpd = own.vpd AND general.name = 'general'
LEFT JOIN in_force AS departments ON departments.vpd = own.vpd AND departments.name = 'departments'
LEFT JOIN in_force AS absence_types ON absence_types.vpd = own.vpd AND absence_types.name = 'absence_types'
LEFT JOIN in_force AS pay_elements ON pay_elements.vpd = own.vpd AND pay_elements.name = 'pay_elements'
LEFT JOIN in_force AS rate_cards ON rate_cards.vpd = own.vpd AND rate_cards.name = 'rate_cards'
LEFT JOIN in_force AS cost_codes ON cost_codes.vpd = own.vpd AND cost_codes.name = 'cost_codes'
WHERE own.vpd = t.vpd
"""


def upgrade() -> None:
    op.create_table(
        "settings_edition",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="of the table, such as rate_cards"),
        sa.Column("effective_from", sa.Date(), nullable=False, comment="in force until the next edition's"),
        sa.Column("rows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "digest",
            sa.Text(),
            nullable=False,
            comment="of name and rows: whoever has read these need not read them again",
        ),
        sa.Column("revision", sa.Integer(), nullable=False, comment="1, 2, 3 … of this edition"),
        sa.Column("put_by", sa.Text(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "name", "effective_from", name=op.f("pk_settings_edition")),
    )
    op.execute(_FIRST_EDITIONS)
    op.execute(enable_sql("settings_edition"))
    op.alter_column(
        "trust",
        "configuration",
        nullable=True,
        comment="what there was before editions: kept for services of the release before while they are replaced",
    )
    op.alter_column("trust", "version", comment="grows with each change of any edition")


def downgrade() -> None:
    op.execute(disable_sql("settings_edition"))
    op.execute(
        "CREATE TEMPORARY TABLE in_force ON COMMIT DROP AS SELECT DISTINCT ON (vpd, name) vpd, name, rows"
        " FROM settings_edition ORDER BY vpd, name, effective_from > current_date, abs(effective_from - current_date)"
    )
    op.execute(_IN_FORCE)
    op.execute("DROP TABLE in_force")
    op.drop_table("settings_edition")
    op.alter_column("trust", "version", comment=None)
    op.alter_column("trust", "configuration", nullable=False, comment=None)
