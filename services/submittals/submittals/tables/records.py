"""Submittals, their versions, decisions and facts.

`submittal_version`, `decision` and `settlement` are append-only (a trigger in the migration refuses anything else): the
state of a submittal is derived from them. The state columns of `submittal` are a cache for queries, written in the same
transaction.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, Table, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from submittals.tables.base import instant, metadata

submittal = Table(
    "submittal",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("product", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("claimed_by", Text),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False, comment="the current one"),
    Column("employee_number", Text, comment="of the current version"),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, comment="none: an open absence"),
    Column("state", Text, nullable=False, comment="derived (state.py); kept for queries"),
    Column("outcome", Text, comment="derived: the fact behind the state, such as held or differs"),
    Column("reason", Text, comment="derived: why it stands so, in words"),
    Column("field", Text, comment="derived: the field to mend"),
    Column("sent", Boolean, nullable=False, comment="derived: a version of it is on its way to ESR or there"),
    Column("findings", JSONB, nullable=False, comment="what the rules said last"),
    Column(
        "endorsed", Boolean, nullable=False, server_default="false", comment="derived: the final approval is to come"
    ),
    Column(
        "groups_through",
        ARRAY(Text),
        nullable=False,
        server_default="{}",
        comment="derived: the validation groups that are through with it",
    ),
    Column("origin", Uuid, comment="the submittal that it was split from, or that it corrects"),
    Column("relation", Text, comment="to its origin: split, reversal or replacement"),
    Column(
        "taken_back",
        Boolean,
        nullable=False,
        server_default="false",
        comment="a correction takes back what was sent: it claims nothing any more",
    ),
    instant("created_at"),
    instant("updated_at"),
    UniqueConstraint("vpd", "product", "department", "record_id"),
    # The rules look for a person's other live records around some days: years of earlier ones are not read.
    Index("ix_submittal_person_days", "vpd", "employee_number", "last_day", "first_day"),
    Index("ix_submittal_profile", "vpd", "product", "department", "profile_id"),
    Index("ix_submittal_origin", "vpd", "origin", postgresql_where="origin IS NOT NULL"),
    # Open absences are few, and are chased until somebody closes them.
    Index("ix_submittal_open_absence", "vpd", "first_day", "id", postgresql_where="last_day IS NULL"),
    # What waits for somebody, in the order in which it is worked through.
    Index("ix_submittal_queue", "vpd", "state", "kind", "updated_at", "id"),
    Index("ix_submittal_department_queue", "vpd", "state", "product", "department", "kind", "updated_at", "id"),
)


submittal_version = Table(
    "submittal_version",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("submittal_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("given", JSONB, nullable=False, comment="what people said"),
    Column("content", JSONB, nullable=False, comment="with the trust's defaults filled in"),
    Column("content_hash", Text, nullable=False),
    Column("put_hash", Text, nullable=False, comment="of the last put: the same put again changes nothing"),
    Column("employee_number", Text),
    Column("assignment_number", Text),
    Column("rules_version", Text, nullable=False),
    instant("made_at"),
)


decision = Table(
    "decision",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("submittal_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True, comment="1, 2, 3 … within the submittal"),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("by", Text, nullable=False),
    instant("at"),
    Column("reason", Text),
    Column("field", Text),
    Column("took_back", Boolean, nullable=False, comment="it took an approved version back: submittal.withdrawn"),
    Column("client", Text, comment="the machine client or person that sent the command"),
    Column("person", Text, comment="the employee number of who acted, where it is known"),
    Column("validation_group", Text, comment="the validation group that a validator spoke for"),
    Column("through", Boolean, nullable=False, server_default="false", comment="with it, the group is through"),
    Column(
        "changed",
        ARRAY(Text),
        nullable=False,
        server_default="{}",
        comment="fields that differ from the version before",
    ),
    Index("ix_decision_counted", "vpd", postgresql_where="kind = 'approved' OR took_back"),
)


settlement = Table(
    "settlement",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("submittal_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("outcome", Text, primary_key=True),
    Column("occurred_at", DateTime(timezone=True), primary_key=True),
    Column("code", Text),
    Column("reason", Text),
    Column("field", Text),
    Column("run_id", Uuid),
    Column("run_code", Text),
    Column("pay_name", Text),
    Column("file_name", Text),
    Column("row_number", Integer),
)
