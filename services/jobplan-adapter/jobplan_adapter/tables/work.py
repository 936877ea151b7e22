"""Work that was put, what submittals says was leave or paid extra, and whose figures are to be reckoned anew."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    Uuid,
    false,
)

from jobplan_adapter.tables.base import metadata

work = Table(
    "work",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("product", Text, primary_key=True),
    Column("department", Text, primary_key=True),
    Column("work_id", Text, primary_key=True),
    Column("employee_number", Text, nullable=False),
    Column("date", Date, nullable=False),
    Column("session", Text),
    Column("category", Text, nullable=False),
    Column("pas", Numeric),
    Column("hours", Numeric),
    Column("premium", Boolean, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("sessions", Numeric),
    Column("location", Text),
    Column("covered", Text, comment="a profile id, never a name"),
    Column("displaced_by", Text, comment="the id of the work that was done instead"),
    Index("ix_work_person", "vpd", "employee_number", "date"),
    Index("ix_work_department", "vpd", "product", "department", "employee_number", "date"),
)

absence = Table(
    "absence",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("submittal_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("employee_number", Text, nullable=False),
    Column("absence_type", Text, nullable=False),
    Column("starts", Date, nullable=False),
    Column("start_part", Text, nullable=False),
    Column("ends", Date, comment="none while the absence is open"),
    Column("end_part", Text, nullable=False),
    Column("closes", Uuid, comment="the open absence that this record ends"),
    Index("ix_absence_person", "vpd", "employee_number"),
)

extra = Table(
    "extra",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("submittal_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("employee_number", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("date", Date, nullable=False),
    Column("session", Text),
    Column("units", Numeric, nullable=False),
    Column("unit", Text, nullable=False),
    Index("ix_extra_person", "vpd", "employee_number", "date"),
    comment="paid extra work: never counted as in-plan",
)

void_submittal = Table(
    "void_submittal",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("submittal_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False, comment="this version and all before it do not count"),
    comment="withdrawn; kept apart, so that the order of arrival does not matter",
)

reversal = Table(
    "reversal",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("submittal_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("corrects", Uuid, nullable=False, comment="the submittal that does not count while this reversal stands"),
    Index("ix_reversal_corrects", "vpd", "corrects"),
)

touched = Table(
    "touched",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("employee_number", Text, nullable=False),
    Column("month", Date, comment="whose work changed, by its first day"),
    Column("every_month", Boolean, nullable=False, server_default=false(), comment="the work of all months may have"),
    Index("ix_touched_person", "vpd", "employee_number"),
    comment="whose figures may have changed; only ever added to, so that nobody who puts work waits for whoever reckons",
)

work_month = Table(
    "work_month",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("employee_number", Text, primary_key=True),
    Column("month", Date, primary_key=True, comment="its first day"),
    Column("product", Text, primary_key=True),
    Column("department", Text, primary_key=True),
    Column("category", Text, primary_key=True),
    Column("gone", Boolean, primary_key=True, comment="cancelled or displaced"),
    Column("pieces", Integer, nullable=False),
    Column(
        "pas", Integer, nullable=False, comment="thousandths, as are the others: whole numbers add up many times faster"
    ),
    Column("hours", Integer, nullable=False),
    Column("premium_hours", Integer, nullable=False),
    Column("sessions", ARRAY(Integer), nullable=False, comment="by weekday, Monday first"),
    Column("weeks", Integer, nullable=False, comment="bits: weeks with any work, from that of the month's first day"),
    comment="sums of `work` without paid extra work; a month that `touched` names is out of date",
)

told = Table(
    "told",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("employee_number", Text, primary_key=True),
    Column("figures_hash", Text, nullable=False),
    Column("until", Date, nullable=False),
    comment="what `jobplan.delivery` said last of a person, and up to which day",
)
