"""Trusts as the register knows them, and how each one's exchange is."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from esr_gateway.tables.base import metadata, moment

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
    moment("polled_at", comment="last look at Out/, whether it worked or not"),
    moment("answered_at", comment="last look that worked"),
    Column("problem_code", Text),
    Column("problem", Text, comment="why the last look failed, in words"),
    Column("changes_sequence", Integer, comment="of the last changes file that was taken"),
    moment("reached", comment="the moment up to which ESR's files are known"),
    moment("snapshot_reached", comment="the same, of the last snapshot"),
    moment(
        "elements_shown_at", comment="when a file last showed element entries: without them no payment can be proved"
    ),
    moment("absences_shown_at", comment="the same of absences that carry a third party's reference"),
    moment("snapshot_asked_at", comment="when we last asked ESR for a snapshot; none once one has come"),
    Column("snapshot_asked_name", Text, comment="the name of that request file"),
    moment("next_poll_at"),
    Column(
        "repainted_on", Date, comment="the day as of which people whose dated rows begin or end were last looked at"
    ),
)

remote_file = Table(
    "remote_file",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("modified", BigInteger, nullable=False, comment="seconds since 1970, as the server says"),
    Column("is_taken", Boolean, nullable=False),
    moment("looked_at", nullable=False),
    moment("taken_at"),
    moment("removed_at", comment="when we removed it from Out/, by the trust's retention"),
)
