"""Issues: what is wrong, one row for each cause, which counts on while it lasts and closes itself."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid, text

from esr_gateway.tables.base import metadata, moment

issue = Table(
    "issue",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("issue_id", Uuid, primary_key=True),
    Column("cause", Text, nullable=False, comment="what it is about, the same as long as the cause is the same"),
    Column("kind", Text, nullable=False, comment="exchange, file, rows, gap, brake, cut_off, run, landing, ..."),
    Column("severity", Text, nullable=False, comment="bad or warning"),
    Column("title", Text, nullable=False, comment="a sentence"),
    Column("advice", Text, nullable=False, comment="what to do next"),
    Column("place", Text, nullable=False, comment="the page to go to, under the service's root"),
    Column("count", Integer, nullable=False, comment="how often it was seen"),
    moment("first_seen_at", nullable=False),
    moment("last_seen_at", nullable=False),
    moment("closed_at"),
    Column("closed_by", Text, comment="who closed it; empty when its cause went away by itself"),
    Column("closed_reason", Text, comment="why that person closed it"),
    Index("uq_issue_open", "vpd", "cause", unique=True, postgresql_where=text("closed_at IS NULL")),
    Index("ix_issue_last_seen", "vpd", "last_seen_at"),
)
