"""The database: sessions that say read or write, tenancy by row-level security, migrations, the outbox tables."""

from esrlink.db.database import Database, ReadTx, WriteTx
from esrlink.db.infrastructure import (
    dead_letter,
    dead_letter_job,
    dead_letter_step,
    event_archive,
    fuse,
    inbox,
    install,
    outbox,
)
from esrlink.db.register import trust_names
from esrlink.db.tenancy import EVERY_TRUST, tenant_table_names

__all__ = [
    "EVERY_TRUST",
    "Database",
    "ReadTx",
    "WriteTx",
    "dead_letter",
    "dead_letter_job",
    "dead_letter_step",
    "event_archive",
    "fuse",
    "inbox",
    "install",
    "outbox",
    "tenant_table_names",
    "trust_names",
]
