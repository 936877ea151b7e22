"""What ties profiles to people, and what was decided about it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from profile_sync.tables.base import PROFILE, metadata, of_profile, profile_key_columns

link = Table(
    "link",
    metadata,
    *profile_key_columns(),
    Column("link_id", Uuid, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("employee_number", Text, comment="the person, when matched"),
    Column("claim", Text, comment="the person whom a linking rule or a decision found, even if it cannot stand alone"),
    Column("last_person", Text, comment="whom rules link it to, or did last: another number goes to review"),
    Column("rule", Text, comment="name/version of the rule that found it"),
    Column("made_by", Text, nullable=False),
    Column("reason", Text, nullable=False, comment="code; words are in reasons.py"),
    Column("revision", Integer, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("review_since", DateTime(timezone=True), comment="since when a person must look at it"),
    of_profile("link"),
    ForeignKeyConstraint(["vpd", "employee_number"], ["person.vpd", "person.employee_number"], name="fk_link_person"),
    CheckConstraint("state IN ('matched', 'possible', 'unmatched', 'excluded')", name="state"),
    CheckConstraint("made_by IN ('rule', 'person')", name="made_by"),
    CheckConstraint("(state = 'matched') = (employee_number IS NOT NULL)", name="matched_has_person"),
    # The last defence of "one person has at most one profile per department".
    Index(
        "uq_link_person_department",
        "vpd",
        "employee_number",
        "product",
        "department",
        unique=True,
        postgresql_where=text("employee_number IS NOT NULL"),
    ),
    Index("ix_link_claim", "claim", "vpd", postgresql_where=text("claim IS NOT NULL")),
    # In the order of the review queue, with what it is filtered by: a page of it reads nothing else.
    Index(
        "ix_link_review",
        *("vpd", "review_since", "product", "department", "profile_id"),
        postgresql_include=["state", "reason"],
        postgresql_where=text("review_since IS NOT NULL"),
    ),
    # The same for one reason: a rare one need not be looked for among all that wait.
    Index(
        "ix_link_review_reason",
        *("vpd", "reason", "review_since", "product", "department", "profile_id"),
        postgresql_include=["state"],
        postgresql_where=text("review_since IS NOT NULL"),
    ),
)


# No foreign key: they only ever follow `link`, thousands at a time.
link_candidate = Table(
    "link_candidate",
    metadata,
    *profile_key_columns(),
    Column("employee_number", Text, primary_key=True),
    Column("rank", SmallInteger, nullable=False),
    Column("rule", Text, nullable=False),
    Column("score", Numeric(4, 3), nullable=False),
    Column("parts", JSONB, nullable=False, comment="what the score is made of: part, weight, agreement"),
    Index("ix_link_candidate_person", "employee_number", "vpd"),
)


# Append-only (a trigger refuses anything else), as decisions are; it outlives the link. The id of a link is of version 7, so the
# key is the order in time, too.
link_revision = Table(
    "link_revision",
    metadata,
    *profile_key_columns(),
    Column("link_id", Uuid, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("employee_number", Text, comment="the person, when matched"),
    Column("let_go", Text, comment="the person whose link ended with this; told of as the revision before"),
    Column("rule", Text),
    Column("made_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("decision_id", Uuid, comment="the decision that led to it, on this profile or on a rival"),
)


# Append-only (a trigger refuses anything else). No foreign key: a decision outlives what it was about.
link_decision = Table(
    "link_decision",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("decision_id", Uuid, primary_key=True),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("product", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("employee_number", Text),
    Column("undoes", Uuid),
    Column("reason", Text),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("decision IN ('confirm', 'reject', 'unlink', 'exclude', 'undo')", name="decision"),
    Index("ix_link_decision_profile", *PROFILE, "seq"),
)
