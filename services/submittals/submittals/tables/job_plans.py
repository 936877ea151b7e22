"""This service's own copy of signed job plans and of what they ask for and got: numbers and times, no names."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Integer, Numeric, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from submittals.tables.base import instant, metadata

job_plan = Table(
    "job_plan",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("employee_number", Text, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("signed", Boolean, nullable=False, comment="it was signed off once: what is not binds nobody"),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date, comment="none: until further notice"),
    Column("sessions", JSONB, nullable=False, comment="direct clinical care of the typical week that has times"),
    instant("told_at"),
)
"""`told_at` is the event's moment: the newest of a version wins, whatever the order of arrival."""


job_plan_delivery = Table(
    "job_plan_delivery",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("employee_number", Text, primary_key=True),
    Column("first", Date, nullable=False, comment="of the plan year"),
    Column("until", Date, nullable=False, comment="the last day that is counted"),
    Column("pas_owed", Numeric(10, 3), comment="of direct clinical care; none where a figure cannot be read"),
    Column("pas_given", Numeric(10, 3), nullable=False),
    Column("sessions_owed", Numeric(10, 3), comment="none where the plan does not say sessions"),
    Column("sessions_given", Numeric(10, 3), nullable=False),
    Column("uncertainty", ARRAY(Text), nullable=False, comment="codes of what is not certain"),
    instant("told_at"),
)
"""`told_at` is the event's moment: the newest wins."""
