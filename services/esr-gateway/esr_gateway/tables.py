"""The gateway's tables: trusts, files and their rows, people as ESR shows them, instructions, runs and what became of them.

Every table but the trust register is under row-level security by `vpd`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from esrlink.db.infrastructure import NAMING, install

metadata = MetaData(naming_convention=NAMING)
install(metadata)


def _moment(name: str, **options: object) -> Column[object]:
    return Column(name, DateTime(timezone=True), **options)  # type: ignore[arg-type]


trust = Table(
    "trust",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("ods_code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("configuration", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    Column("calendar_revision", Integer, nullable=False),
    # For schedulers, which look at all trusts; no person's data.
    info={"register": True},
)

exchange = Table(
    "exchange",
    metadata,
    Column("vpd", Text, primary_key=True),
    _moment("polled_at", comment="last look at Out/, whether it worked or not"),
    _moment("answered_at", comment="last look that worked"),
    Column("problem_code", Text),
    Column("problem", Text, comment="why the last look failed, in words"),
    Column("changes_sequence", Integer, comment="of the last changes file that was taken"),
    _moment("reached", comment="the moment up to which ESR's files are known"),
    _moment("snapshot_reached", comment="the same, of the last snapshot"),
)

remote_file = Table(
    "remote_file",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("modified", BigInteger, nullable=False, comment="seconds since 1970, as the server says"),
    Column("is_taken", Boolean, nullable=False),
    _moment("looked_at", nullable=False),
)

file = Table(
    "file",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("file_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("kind", Text, nullable=False, comment="snapshot, changes, confirmation or unknown"),
    Column("state", Text, nullable=False, comment="received, imported, quarantined, held, duplicate, waiting_for_gap"),
    Column("code", Text),
    Column("reason", Text),
    Column("sequence", Integer),
    _moment("created_by_esr"),
    _moment("previous_run"),
    _moment("this_run"),
    Column("rows", Integer, nullable=False, server_default="0"),
    Column("rows_set_aside", Integer, nullable=False, server_default="0"),
    Column("rows_unread", Integer, nullable=False, server_default="0"),
    Column("rows_without_parent", Integer, nullable=False, server_default="0"),
    Column("people_changed", Integer, nullable=False, server_default="0"),
    Column("people_gone", Integer, nullable=False, server_default="0"),
    Column("seen_again", Integer, nullable=False, server_default="0"),
    Column("released_by", Text, comment="who has looked at it and let it go on, when it was held"),
    _moment("received_at", nullable=False),
    _moment("settled_at", comment="when it was imported, quarantined, held or found to be a duplicate"),
    UniqueConstraint("vpd", "name", "sha256"),
    Index("ix_file_received", "vpd", "received_at"),
    Index("ix_file_open", "vpd", postgresql_where=text("state IN ('received', 'waiting_for_gap')")),
)

rejected_row = Table(
    "rejected_row",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("file_id", Uuid, primary_key=True),
    Column("row_number", Integer, primary_key=True),
    Column("record", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("raw", Text, nullable=False, comment="as it came, sensitive cells masked"),
    ForeignKeyConstraint(["vpd", "file_id"], ["file.vpd", "file.file_id"], ondelete="CASCADE"),
)

# One row of ESR's data. `line` is the row as ESR wrote it with sensitive cells emptied: comparing it as one text is what
# makes "only real changes" cheap, and its columns are found by the layout.
esr_row = Table(
    "esr_row",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("effective_from", Text, primary_key=True, comment="yyyymmdd; empty where a record is not date-tracked"),
    Column("effective_to", Text, nullable=False),
    Column("parent_id", Text, nullable=False, comment="the person (or position) that the row belongs to"),
    Column("line", Text, nullable=False),
    Index("ix_esr_row_parent", "vpd", "parent_id", "record", postgresql_where=text("parent_id <> ''")),
)

person = Table(
    "person",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("person_id", Text, primary_key=True, comment="ESR's own id inside its files"),
    Column("employee_number", Text, nullable=False),
    Column("family_name", Text, nullable=False),
    Column("given_name", Text),
    Column("revision", Integer, nullable=False),
    Column("picture_hash", Text, nullable=False, comment="SHA-256 of the picture that was last published"),
    Column("is_gone", Boolean, nullable=False),
    Index("ix_person_employee_number", "vpd", "employee_number"),
)

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
    _moment("cut_off", nullable=False),
    Column("pay_date", Date, nullable=False),
    # A calendar may tell of the past; a cut-off that had passed when it was first told is nobody's to catch up.
    Column("is_history", Boolean, nullable=False),
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
    _moment("approved_at"),
    _moment("received_at", nullable=False),
    Column("run_code", Text, comment="the pay period that it was last told it will reach"),
    Column("code", Text),
    Column("reason", Text),
    Column("traceparent", Text, comment="of its approval; what becomes of it goes on with this trace"),
    Index("ix_instruction_open", "vpd", "approved_at", postgresql_where=text("state IN ('waiting', 'held')")),
    Index("ix_instruction_reference", "vpd", "reference"),
)

run = Table(
    "run",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("run_id", Uuid, primary_key=True),
    Column("run_code", Text, nullable=False),
    Column("pay_name", Text, nullable=False),
    Column("state", Text, nullable=False, comment="frozen, sending, unknown, sent, settled"),
    Column("totals", JSONB, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("lines_held", Integer, nullable=False),
    _moment("cut_off", nullable=False),
    _moment("frozen_at", nullable=False),
    _moment("sent_at"),
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
    _moment("sent_at"),
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
    UniqueConstraint("vpd", "submittal_id", "version"),
    Index("ix_line_reference", "vpd", "reference"),
    Index("ix_line_landing", "vpd", "assignment_number", "starts"),
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
    _moment("occurred_at", nullable=False, server_default=func.now()),
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
