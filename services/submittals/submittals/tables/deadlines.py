"""Reminders before cut-offs, the e-mails that carry them, and the addresses that they go to.

An address stands in `mail_recipient` and nowhere else: what else there is of it names the recipient's id.
"""

from __future__ import annotations

from sqlalchemy import ARRAY, Boolean, Column, DateTime, Index, Integer, Table, Text, UniqueConstraint, Uuid

from submittals.tables.base import instant, metadata
from submittals.tables.records import settlement, submittal

reminder_setting = Table(
    "reminder_setting",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("hours_before", ARRAY(Integer), nullable=False, comment="a cut-off, longest first; none: no reminders"),
    instant("changed_at"),
)


# A row here is the turn: whoever writes it makes the reminders, in the same transaction.
reminder_round = Table(
    "reminder_round",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("run_code", Text, primary_key=True),
    Column("cut_off", DateTime(timezone=True), primary_key=True, comment="one that is moved is reminded of anew"),
    Column("hours_before", Integer, primary_key=True),
    Column("skipped", Boolean, nullable=False, comment="its time had passed when a later one was made"),
    Column("reminders", Integer, nullable=False),
    instant("made_at"),
)


mail_recipient = Table(
    "mail_recipient",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("recipient_id", Uuid, primary_key=True),
    Column("address", Text, nullable=False),
    Column("address_key", Text, nullable=False, comment="the address without capitals: one recipient for each"),
    instant("unsubscribed_at", nullable=True),
    instant("created_at"),
    UniqueConstraint("vpd", "address_key"),
)


approver_address = Table(
    "approver_address",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("product", Text, primary_key=True),
    Column("department", Text, primary_key=True),
    Column("approver", Text, primary_key=True, comment="without capitals; empty: the department itself"),
    Column("recipient_id", Uuid, nullable=False),
    instant("changed_at"),
    Index("ix_approver_address_recipient", "vpd", "recipient_id"),
)


mail = Table(
    "mail",
    metadata,
    Column("vpd", Text, primary_key=True),
    Column("mail_id", Uuid, primary_key=True),
    Column("recipient_id", Uuid, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False, comment="counts, a deadline and a link: nobody's name, no pay"),
    Column("state", Text, nullable=False, comment="waiting, sending, sent, parked, unknown or dropped"),
    Column("attempts", Integer, nullable=False),
    Column("outcome", Text, comment="a code: why it waits again, is parked, unknown or dropped"),
    instant("due_at"),
    instant("useless_after"),
    instant("leased_until", nullable=True),
    instant("created_at"),
    instant("settled_at", nullable=True),
    Index("ix_mail_due", "vpd", "due_at", postgresql_where="state IN ('waiting', 'sending')"),
    Index("ix_mail_created", "vpd", "created_at"),
)


# What belongs to a pay is found by its days, and what a run carried by the run.
Index("ix_submittal_days", submittal.c.vpd, submittal.c.first_day, submittal.c.id)
Index(
    "ix_settlement_run",
    settlement.c.vpd,
    settlement.c.run_code,
    settlement.c.submittal_id,
    settlement.c.version,
    postgresql_where=settlement.c.run_code.is_not(None),
)
