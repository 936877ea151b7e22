"""People as ESR shows them."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from esr_gateway.tables.base import metadata

# A row of ESR's data that belongs to no person: positions, organisations, locations, competences. `line` is the row as ESR
# wrote it with sensitive cells emptied: comparing it as one text is what makes "only real changes" cheap, and its columns
# are found by the layout.
esr_row = Table(
    "esr_row",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("effective_from", Text, primary_key=True, comment="yyyymmdd; empty where a record is not date-tracked"),
    Column("effective_to", Text, nullable=False),
    Column("parent_id", Text, nullable=False, comment="the position that the row belongs to, if it does"),
    Column("line", Text, nullable=False),
)

# A person with all rows that belong to it as one document: comparing one text is enough to see that nothing has changed, and
# a million rows are written as a hundred and fifty thousand.
person = Table(
    "person",
    metadata,
    Column("vpd", Text, primary_key=True),
    # Ids are compared and never shown in order, so the plain order of bytes will do, which is the quickest.
    Column("person_id", Text(collation="C"), primary_key=True, comment="ESR's own id inside its files"),
    Column("employee_number", Text(collation="C"), comment="none while rows of a person came and the person has not"),
    Column("family_name", Text),
    Column("given_name", Text),
    Column("revision", Integer, nullable=False, comment="of the picture that was last published; 0 before the first"),
    Column("picture_hash", Text, nullable=False, comment="SHA-256 of the picture that was last published"),
    Column("is_gone", Boolean, nullable=False),
    Column(
        "document",
        Text,
        nullable=False,
        server_default="",
        comment="the rows as ESR wrote them, sensitive cells emptied, in order, with 0x1E between them",
    ),
    Column("digest", Text, nullable=False, server_default="", comment="BLAKE2b of the document, 16 bytes"),
    Column(
        "keys",
        ARRAY(Text(collation="C")),
        nullable=False,
        server_default="{}",
        comment="record and id of each row, and of each position, organisation and location that one points at",
    ),
    Column("waiting_rows", Integer, nullable=False, server_default="0", comment="rows that wait for their person"),
    Column("works_until", Date, comment="last day of the last assignment; 9999-12-31 until further notice"),
    Column("repaint_on", Date, comment="next day on which a dated row begins or ends to be in force"),
    Index("ix_person_employee_number", "vpd", "employee_number"),
    Index("ix_person_waiting", "vpd", postgresql_where=text("waiting_rows > 0")),
    Index("ix_person_repaint_on", "vpd", "repaint_on", postgresql_where=text("repaint_on IS NOT NULL")),
)
