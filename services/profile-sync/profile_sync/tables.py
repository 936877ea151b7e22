"""The tables of profile-sync: people as ESR knows them, profiles as rota products know them, and what ties the two.

Every table but the register of trusts is under row-level security by `vpd`. Look-ups by name, number or registration go
through `person_key` and `profile_key` by equality or range only: under row-level security PostgreSQL uses an index for no
operator that could leak a value, so LIKE, trigram and array operators would read whole trusts.
"""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.db.infrastructure import NAMING, install

metadata = MetaData(naming_convention=NAMING)
install(metadata)

trust = Table(
    "trust",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("ods_code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("configuration", JSONB, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    info={"register": True},
)

department = Table(
    "department",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("product", Text, primary_key=True),
    Column("department", Text, primary_key=True),
    Column("name", Text, nullable=False),
    ForeignKeyConstraint(["vpd"], ["trust.vpd"]),
)

person = Table(
    "person",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("employee_number", Text, primary_key=True),
    Column("revision", BigInteger, nullable=False, comment="of the newest event applied; an older one has no effect"),
    Column("as_of", DateTime(timezone=True), nullable=False),
    Column("source_file", Text, nullable=False),
    Column("gone", Boolean, nullable=False, comment="ESR no longer shows them; kept for late claims"),
    Column("person_id", Text, nullable=False),
    Column("nhs_unique_id", Text),
    Column("title", Text),
    Column("family_name", Text, nullable=False),
    Column("given_name", Text),
    Column("middle_names", Text),
    Column("preferred_name", Text),
    Column("previous_family_names", ARRAY(Text), nullable=False),
    Column("email", Text),
    Column("hire_date", Date),
    Column("leaving_date", Date),
    Column("registrations", JSONB, nullable=False),
    Column("grades", ARRAY(Text), nullable=False, comment="grades of all assignments, for the similarity rule"),
    Column(
        "organisations",
        ARRAY(Text),
        nullable=False,
        server_default=text("'{}'"),
        comment="organisations of all assignments, for the similarity rule",
    ),
    # One human in several trusts, or under two numbers in one.
    Index("ix_person_nhs_unique_id", "nhs_unique_id", "vpd", postgresql_where=text("nhs_unique_id IS NOT NULL")),
)

assignment = Table(
    "assignment",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("employee_number", Text, primary_key=True),
    Column("row", SmallInteger, primary_key=True, comment="place in the event: ESR may date-track one number often"),
    Column("assignment_number", Text, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date),
    Column("status", Text, nullable=False),
    Column("primary", Boolean, nullable=False),
    Column("category", Text),
    Column("position_number", Text),
    Column("position_title", Text),
    Column("staff_group", Text),
    Column("job_role", Text),
    Column("occupation_code", Text),
    Column("grade", Text),
    Column("fte", Numeric),
    Column("organisation", Text),
    Column("cost_centre", Text),
    Column("location", Text),
    Column("supervisor", Text),
    ForeignKeyConstraint(
        ["vpd", "employee_number"], ["person.vpd", "person.employee_number"], name="fk_assignment_person"
    ),
    Index("ix_assignment_number", "vpd", "assignment_number"),
)

# `C` order, so that a prefix is a range of the index.
person_key = Table(
    "person_key",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("key", Text(collation="C"), primary_key=True),
    Column("employee_number", Text, primary_key=True),
    Index("ix_person_key_person", "employee_number", "vpd"),
)

# The words of people's names, each under itself and under every spelling of it that lacks one letter: two words that differ
# by one slip share such a spelling. Words are few beside people, and one that nobody bears any longer finds nobody.
name_word = Table(
    "name_word",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("near", Text(collation="C"), primary_key=True, comment="the word, or the word without one of its letters"),
    Column("word", Text(collation="C"), primary_key=True),
)

# No foreign key: it only ever follows `person`, and thousands are added at a time.
person_revision = Table(
    "person_revision",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("employee_number", Text, primary_key=True),
    Column("revision", BigInteger, primary_key=True),
    Column("applied_at", DateTime(timezone=True), nullable=False),
    Column("as_of", DateTime(timezone=True), nullable=False),
    Column("source_file", Text, nullable=False),
    Column("changes", JSONB, comment="field by field, against the revision applied before; none in a person's first"),
    Index("ix_person_revision_applied_at", "vpd", "applied_at"),
)

_PROFILE = ("vpd", "product", "department", "profile_id")


def _profile_key_columns() -> list[Column[str]]:
    return [Column(name, Text, primary_key=True) for name in _PROFILE]


def _of_profile(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(list(_PROFILE), [f"profile.{name}" for name in _PROFILE], name=f"fk_{table}_profile")


profile = Table(
    "profile",
    metadata,
    *_profile_key_columns(),
    Column("employee_number", Text, comment="as the rota product says; the link says whose it is"),
    Column("registration_number", Text),
    Column("title", Text),
    Column("given_name", Text),
    Column("family_name", Text, nullable=False),
    Column("email", Text),
    Column("grade", Text),
    Column("version", Integer, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column(
        "deleted_at", DateTime(timezone=True), comment="kept, so that versions and revisions go on if it comes back"
    ),
    ForeignKeyConstraint(
        ["vpd", "product", "department"],
        ["department.vpd", "department.product", "department.department"],
        name="fk_profile_department",
    ),
)

profile_key = Table(
    "profile_key",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("key", Text(collation="C"), primary_key=True),
    Column("product", Text, primary_key=True),
    Column("department", Text, primary_key=True),
    Column("profile_id", Text, primary_key=True),
    _of_profile("profile_key"),
    Index("ix_profile_key_profile", *reversed(_PROFILE)),
)

link = Table(
    "link",
    metadata,
    *_profile_key_columns(),
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
    _of_profile("link"),
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
    Index("ix_link_review", "vpd", "review_since", postgresql_where=text("review_since IS NOT NULL")),
)

link_candidate = Table(
    "link_candidate",
    metadata,
    *_profile_key_columns(),
    Column("employee_number", Text, primary_key=True),
    Column("rank", SmallInteger, nullable=False),
    Column("rule", Text, nullable=False),
    Column("score", Numeric(4, 3), nullable=False),
    Column("parts", JSONB, nullable=False, comment="what the score is made of: part, weight, agreement"),
    _of_profile("link_candidate"),
    Index("ix_link_candidate_person", "employee_number", "vpd"),
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
    Index("ix_link_decision_profile", *_PROFILE, "seq"),
)
