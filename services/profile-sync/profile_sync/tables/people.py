"""People as ESR knows them, and what they are found by."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Numeric,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from profile_sync.tables.base import metadata

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


# No foreign key: they only ever follow `person`, thousands at a time.
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
    Index("ix_assignment_number", "vpd", "assignment_number"),
)


# `C` order, so that a prefix is a range of the index.
person_key = Table(
    "person_key",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("key", Text(collation="C"), primary_key=True),
    Column("employee_number", Text, primary_key=True),
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


# No foreign key, as little as assignments have one.
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
