"""The tables of jobplan-adapter. All but the trust register are under row-level security by VPD."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
    false,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.db import install
from esrlink.db.infrastructure import NAMING

metadata = MetaData(naming_convention=NAMING)
install(metadata)

trust = Table(
    "trust",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("ods_code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("configuration", JSONB, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    info={"register": True},
)

provider = Table(
    "provider",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("state", Text, nullable=False, server_default="never", comment="never, up or down"),
    Column("last_poll_at", DateTime(timezone=True)),
    Column("last_good_at", DateTime(timezone=True)),
    Column("error_code", Text),
    Column("error", Text, comment="in words, for the trust's administrator"),
    Column("faults", JSONB, nullable=False, server_default="[]", comment="records of the last good poll left unread"),
    comment="how each provider does",
)

provider_user = Table(
    "provider_user",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("employee_number", Text),
    Column("standing", Text, nullable=False),
    comment="whether ESR knows the number is asked of `person` when it is asked",
)

person = Table(
    "person",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("employee_number", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("gone", Boolean, nullable=False),
    comment="whom ESR shows: numbers only, no names",
)

plan = Table(
    "plan",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("owner_id", Text, nullable=False),
    Column("employee_number", Text),
    Column("version", Integer, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("effective_from", Date),
    Column("effective_to", Date, comment="the day before a later signed-off plan of this owner begins"),
    Column("signed_version", Integer, comment="the newest version that was signed off"),
    Column("signed_from", Date, comment="when the newest signed-off version begins"),
    Column("gone", Boolean, nullable=False, server_default=false()),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index("ix_plan_person", "vpd", "employee_number"),
)

plan_version = Table(
    "plan_version",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", Text, nullable=False, comment="as it was derived when the version came"),
    Column("content", JSONB, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["vpd", "provider", "plan_id"], ["plan.vpd", "plan.provider", "plan.plan_id"]),
    comment="never changed once written: a trigger refuses it",
)

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
    Index("ix_work_person", "vpd", "employee_number", "date"),
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
    comment="withdrawn or reversed; kept apart, so that the order of arrival does not matter",
)
