"""The database: sessions that say read or write, tenancy by row-level security, migrations, the outbox tables."""

from esrlink.db.database import Database, ReadTx, WriteTx
from esrlink.db.infrastructure import dead_letter, inbox, install, outbox
from esrlink.db.register import trust_names
from esrlink.db.tenancy import tenant_table_names

__all__ = [
    "Database",
    "ReadTx",
    "WriteTx",
    "dead_letter",
    "inbox",
    "install",
    "outbox",
    "tenant_table_names",
    "trust_names",
]
