"""The payroll calendar, instructions, runs and their files, and what became of every line."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from esr_gateway.tables.base import metadata, moment

pay_period = Table(
    "pay_period",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("run_code", Text, primary_key=True, comment="as file names carry it, such as MN2705"),
    Column("period_type", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("tax_year", Integer, nullable=False),
    Column("period", Integer, nullable=False),
    Column("pay_name", Text, nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date, nullable=False),
    moment("cut_off", nullable=False),
    Column("pay_date", Date, nullable=False),
    # A calendar may tell of the past; a cut-off that had passed when it was first told is nobody's to catch up.
    Column("is_history", Boolean, nullable=False),
    Column("missed", Text, comment="what was decided of a cut-off that was missed: send or roll"),
    Column("missed_by", Text),
    Index("ix_pay_period_cut_off", "vpd", "cut_off"),
)

instruction = Table(
    "instruction",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("submittal_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("employee_number", Text, nullable=False),
    Column("kind", Text, comment="attendance or absence; none while only the withdrawal has come"),
    Column("state", Text, nullable=False),
    Column("reference", Text, nullable=False, comment="how ESR's files name it"),
    Column("content", JSONB, comment="the approved submittal, whole; none while only the withdrawal has come"),
    moment("approved_at"),
    moment("received_at", nullable=False),
    Column("run_code", Text, comment="the pay period that it was last told it will reach"),
    Column("code", Text),
    Column("reason", Text),
    Column("traceparent", Text, comment="of its approval; what becomes of it goes on with this trace"),
    Column("product", Text),
    Column("department", Text),
    Column("held_by", Text, comment="who holds it back from runs; a rule's hold has nobody here"),
    Index("ix_instruction_person", "vpd", "employee_number"),
    Index("ix_instruction_open", "vpd", "approved_at", postgresql_where=text("state IN ('waiting', 'held')")),
    Index("ix_instruction_reference", "vpd", "reference"),
    Index(
        "ix_instruction_awaited",
        "vpd",
        "submittal_id",
        "version",
        postgresql_where=text("state IN ('sent', 'accepted', 'missing')"),
    ),
)

run = Table(
    "run",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("run_id", Uuid, primary_key=True),
    Column("run_code", Text, nullable=False),
    Column("pay_name", Text, nullable=False),
    Column("state", Text, nullable=False, comment="frozen, approved, sending, unknown, sent, settled"),
    Column("totals", JSONB, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("lines_held", Integer, nullable=False),
    moment("cut_off", nullable=False),
    moment("frozen_at", nullable=False),
    Column("unusual", JSONB, nullable=False, server_default=text("'[]'")),
    Column("departments", JSONB, nullable=False, server_default=text("'[]'"), comment="the totals by department"),
    Column("pack_sha256", Text, comment="of the control pack: what is signed"),
    moment("approved_at"),
    Column("approved_by", Text, comment="who signed; empty when the trust sends unsigned"),
    moment("sent_at"),
    UniqueConstraint("vpd", "run_code"),
)

run_file = Table(
    "run_file",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("file_name", Text, primary_key=True),
    Column("run_id", Uuid, nullable=False),
    Column("layout", Text, nullable=False),
    Column("provenance", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("state", Text, nullable=False, comment="written, uploading, renaming, sent, unknown"),
    Column("answer", Text, comment="what ESR's confirmation says of the whole file: read or refused"),
    Column("problem", Text, comment="why the last attempt to send it failed, in words"),
    Column("checked_by", Text, comment="how the upload was checked: size or sha256, and whether the listing showed it"),
    Column("doubts", Integer, nullable=False, server_default="0", comment="how often its sending was in doubt"),
    moment("sent_at"),
    UniqueConstraint("vpd", "layout", "sequence"),
    ForeignKeyConstraint(["vpd", "run_id"], ["run.vpd", "run.run_id"]),
)

# Conservation is the database's business too: an approved version is in at most one line, ever.
line = Table(
    "line",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("file_name", Text, primary_key=True),
    Column("row_number", Integer, primary_key=True, comment="1 is the first row after the header"),
    Column("submittal_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("employee_number", Text, nullable=False),
    Column("assignment_number", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("name", Text, nullable=False, comment="ESR's pay element or absence type"),
    Column("reference", Text, nullable=False),
    Column("starts", Date, nullable=False, comment="the day worked, or the first day of an absence"),
    Column("ends", Date),
    Column("figures", ARRAY(Text), nullable=False, comment="the values sent, plain and sorted"),
    Column("units", Text, nullable=False),
    Column("amount", Text),
    Column("product", Text),
    Column("department", Text),
    Column("change", Text, nullable=False, server_default="new", comment="new, corrected or reversed"),
    Column("corrects", Uuid, comment="the submittal that it corrects or reverses"),
    UniqueConstraint("vpd", "submittal_id", "version"),
    Index("ix_line_person", "vpd", "employee_number"),
    Index("ix_line_reference", "vpd", "reference"),
    Index("ix_line_landing", "vpd", "assignment_number", "starts"),
    Index("ix_line_corrects", "vpd", "corrects", postgresql_where=text("corrects IS NOT NULL")),
    ForeignKeyConstraint(["vpd", "file_name"], ["run_file.vpd", "run_file.file_name"]),
)

sequence = Table(
    "sequence",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("layout", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

# Each fact about an instruction once: a second arrival of the same fact changes and publishes nothing.
fact = Table(
    "fact",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("submittal_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("outcome", Text, primary_key=True),
    Column("about", Text, primary_key=True, comment="the pay period, for facts that may come once for each"),
    Column("code", Text),
    Column("reason", Text),
    Column("field", Text),
    Column("file_name", Text),
    Column("row_number", Integer),
    moment("occurred_at", nullable=False, server_default=func.now()),
)

# What proved that a line landed: an element row proves one line only; an absence row its opening and its closing.
landing = Table(
    "landing",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("submittal_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("outcome", Text, nullable=False),
)

# Two different people must say the same of a file in doubt, each with what they saw.
resolution = Table(
    "resolution",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("file_name", Text, primary_key=True),
    Column(
        "doubt",
        Integer,
        primary_key=True,
        autoincrement=False,
        comment="which doubt of the file it is about: 1 is the first",
    ),
    Column("person", Text, primary_key=True),
    Column("verdict", Text, nullable=False, comment="sent or not_sent"),
    Column("evidence", Text, nullable=False, comment="what the person saw, and where"),
    moment("given_at", nullable=False),
    ForeignKeyConstraint(["vpd", "file_name"], ["run_file.vpd", "run_file.file_name"]),
)

signature = Table(
    "signature",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("run_id", Uuid, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("pack_sha256", Text, nullable=False, comment="of what was signed"),
    Column("statement", Text, nullable=False, comment="the sentence that the officer agreed to"),
    moment("signed_at", nullable=False),
    ForeignKeyConstraint(["vpd", "run_id"], ["run.vpd", "run.run_id"]),
)
