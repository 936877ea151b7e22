"""Work and delivery: what reckoning over departments and years needs.

Revision: 0004
Follows: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from esrlink.db.tenancy import enable_sql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


PROTECTED = ("reversal", "told", "touched", "work_month")

# Whatever changes a plan (a poll, an upload), the figures of its person are to be reckoned anew, and of whom it was before.
TOUCH_BY_PLAN = """
CREATE FUNCTION touch_by_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO touched (vpd, employee_number)
  SELECT NEW.vpd, n FROM unnest(ARRAY[NEW.employee_number, CASE TG_OP WHEN 'UPDATE' THEN OLD.employee_number END]) AS n
   WHERE n IS NOT NULL GROUP BY n;
  RETURN NULL;
END $$;
CREATE TRIGGER plan_touches_person AFTER INSERT OR UPDATE ON plan
   FOR EACH ROW EXECUTE FUNCTION touch_by_plan();
"""

# Work that is there already is summed up once the service runs, and until then read piece by piece.
SUM_UP_ALL = """
ALTER TABLE work NO FORCE ROW LEVEL SECURITY;
INSERT INTO touched (vpd, employee_number, every_month) SELECT DISTINCT vpd, employee_number, true FROM work;
ALTER TABLE work FORCE ROW LEVEL SECURITY
"""


def upgrade() -> None:
    op.add_column("work", sa.Column("sessions", sa.Numeric(), nullable=True))
    op.add_column("work", sa.Column("location", sa.Text(), nullable=True))
    op.add_column("work", sa.Column("covered", sa.Text(), nullable=True, comment="a profile id, never a name"))
    op.add_column(
        "work",
        sa.Column("displaced_by", sa.Text(), nullable=True, comment="the id of the work that was done instead"),
    )
    op.create_index("ix_work_department", "work", ["vpd", "product", "department", "employee_number", "date"])
    op.create_table(
        "reversal",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("submittal_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "corrects",
            sa.Uuid(),
            nullable=False,
            comment="the submittal that does not count while this reversal stands",
        ),
        sa.PrimaryKeyConstraint("vpd", "submittal_id", name=op.f("pk_reversal")),
    )
    op.create_index("ix_reversal_corrects", "reversal", ["vpd", "corrects"])
    op.create_table(
        "touched",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=True, comment="whose work changed, by its first day"),
        sa.Column(
            "every_month",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="the work of all months may have",
        ),
        sa.PrimaryKeyConstraint("vpd", "id", name=op.f("pk_touched")),
        comment="whose figures may have changed; only ever added to, so that nobody who puts work waits for whoever reckons",
    )
    op.create_index("ix_touched_person", "touched", ["vpd", "employee_number"])
    op.create_table(
        "work_month",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False, comment="its first day"),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False, comment="cancelled or displaced"),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column(
            "pas",
            sa.Integer(),
            nullable=False,
            comment="thousandths, as are the others: whole numbers add up many times faster",
        ),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("premium_hours", sa.Integer(), nullable=False),
        sa.Column("sessions", sa.ARRAY(sa.Integer()), nullable=False, comment="by weekday, Monday first"),
        sa.Column(
            "weeks",
            sa.Integer(),
            nullable=False,
            comment="bits: weeks with any work, from that of the month's first day",
        ),
        sa.PrimaryKeyConstraint(
            "vpd",
            "employee_number",
            "month",
            "product",
            "department",
            "category",
            "gone",
            name=op.f("pk_work_month"),
        ),
        comment="sums of `work` without paid extra work; a month that `touched` names is out of date",
    )
    op.create_table(
        "told",
        sa.Column("vpd", sa.Text(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=False),
        sa.Column("figures_hash", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("vpd", "employee_number", name=op.f("pk_told")),
        comment="what `jobplan.delivery` said last of a person, and up to which day",
    )
    op.create_table_comment(
        "void_submittal",
        "withdrawn; kept apart, so that the order of arrival does not matter",
        existing_comment="withdrawn or reversed; kept apart, so that the order of arrival does not matter",
    )
    op.execute(SUM_UP_ALL)
    for table in PROTECTED:
        op.execute(enable_sql(table))
    op.execute(TOUCH_BY_PLAN)


def downgrade() -> None:
    op.execute("DROP TRIGGER plan_touches_person ON plan; DROP FUNCTION touch_by_plan()")
    op.create_table_comment(
        "void_submittal",
        "withdrawn or reversed; kept apart, so that the order of arrival does not matter",
        existing_comment="withdrawn; kept apart, so that the order of arrival does not matter",
    )
    op.drop_table("work_month")
    op.drop_table("told")
    op.drop_table("touched")
    op.drop_index("ix_reversal_corrects", table_name="reversal")
    op.drop_table("reversal")
    op.drop_index("ix_work_department", table_name="work")
    for column in ("displaced_by", "covered", "location", "sessions"):
        op.drop_column("work", column)
