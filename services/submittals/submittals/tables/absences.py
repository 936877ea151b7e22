"""What was learnt of open absences while they lasted. Append-only, as all evidence is."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, Table, Text, Uuid

from submittals.tables.base import instant, metadata

absence_extension = Table(
    "absence_extension",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("submittal_id", Uuid, primary_key=True, comment="the open absence"),
    Column("number", Integer, primary_key=True, comment="1, 2, 3 … within the absence; the last one counts"),
    Column("certificate_until", Date, comment="last day that a doctor's statement covers"),
    Column("return_expected", Date, comment="the day on which the person is expected back"),
    Column("by", Text, nullable=False, comment="who said so"),
    Column("client", Text, nullable=False, comment="the machine client or person that sent it"),
    instant("at"),
)
