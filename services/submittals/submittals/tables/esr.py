"""This service's own copy of people, posts, links and cut-offs: numbers and dates, no names."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, Numeric, Table, Text

from submittals.tables.base import instant, metadata

person = Table(
    "person",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("employee_number", Text, primary_key=True),
    Column("revision", Integer, nullable=False, comment="of esr.profile.imported; the newest wins"),
    Column("gone", Boolean, nullable=False),
)


assignment = Table(
    "assignment",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("employee_number", Text, primary_key=True),
    Column("assignment_number", Text, primary_key=True),
    Column("effective_from", Date, primary_key=True),
    Column("effective_to", Date),
    Column("status", Text, nullable=False),
    Column("is_primary", Boolean, nullable=False),
    Column("staff_group", Text),
    Column("job_role", Text),
    Column("grade", Text),
    Column("cost_centre", Text),
    Column("fte", Numeric(7, 5), comment="1 is full time; none where ESR does not say"),
)


profile_link = Table(
    "profile_link",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("product", Text, primary_key=True),
    Column("department", Text, primary_key=True),
    Column("profile_id", Text, primary_key=True),
    Column("employee_number", Text, comment="none: the profile is not linked now"),
    Column("revision", Integer, nullable=False, comment="of profile.linked / unlinked; the newest wins"),
    Index("ix_profile_link_person", "vpd", "employee_number"),
)


calendar = Table(
    "calendar",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("revision", Integer, nullable=False, comment="of esr.calendar.changed; the newest wins"),
)


cut_off = Table(
    "cut_off",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("run_code", Text, primary_key=True, comment="such as MN2705"),
    Column("pay_name", Text, nullable=False),
    instant("at"),
    Column("pay_date", Text, nullable=False),
)
