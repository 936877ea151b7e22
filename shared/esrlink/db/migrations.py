"""Running a service's Alembic tree: each service keeps its own revisions, all share this environment.

Migrations run as the role that owns the tables. Afterwards the running service's role is granted what it needs and no
more: it owns nothing, so row-level security binds it. Of two runs on one database at the same time the second waits, and
then finds its work done.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, text
from sqlalchemy.pool import NullPool

from esrlink.db.urls import sqlalchemy_url
from esrlink.errors import Unavailable

_MIGRATING = 0x4553_524D  # advisory lock: one run of migrations on a database at a time
# The longest migration of a large table takes minutes.
_TURN_SECONDS = 600.0
_LOOK_SECONDS = 0.2


def alembic_config(tree: Path, connection: Connection | None = None) -> Config:
    """Alembic's configuration for the tree of revisions in `tree`, on an open connection when one is given."""
    config = Config()
    config.set_main_option("script_location", str(tree))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def run_env(metadata: MetaData) -> None:
    """The body of each tree's `env.py`."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection, target_metadata=metadata, compare_type=True, transaction_per_migration=True
    )
    with context.begin_transaction():
        # A migration that cannot get its lock gives up quickly; one that waits blocks every request behind it.
        connection.execute(text("SELECT set_config('lock_timeout', '5s', false)"))
        context.run_migrations()


def upgrade(tree: Path, owner_url: str, *, app_role: str | None, to: str = "head") -> None:
    """Bring the database to revision `to` and grant `app_role` the running service's rights."""
    with _our_turn(owner_url) as connection:
        command.upgrade(alembic_config(tree, connection), to)
        connection.commit()
        if app_role:
            _grant(connection, app_role)


def downgrade(tree: Path, owner_url: str, *, to: str = "base") -> None:
    """Take the database back to revision `to`."""
    with _our_turn(owner_url) as connection:
        command.downgrade(alembic_config(tree, connection), to)
        connection.commit()


@contextmanager
def _our_turn(owner_url: str) -> Iterator[Connection]:
    """A connection that holds the database's migration lock until it is closed. Raises `Unavailable` if it never gets it."""
    engine = create_engine(sqlalchemy_url(owner_url), poolclass=NullPool, connect_args={"connect_timeout": 10})
    try:
        with engine.connect() as connection:
            _wait_for_turn(connection)
            yield connection
    finally:
        engine.dispose()


def _wait_for_turn(connection: Connection) -> None:
    """Ask again and again, between transactions: one that waits inside would hold up a `CREATE INDEX CONCURRENTLY`."""
    deadline = time.monotonic() + _TURN_SECONDS
    while True:
        mine = connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _MIGRATING}).scalar_one()
        connection.commit()  # Alembic opens transactions of its own; the lock is the session's and stays
        if mine:
            return
        if time.monotonic() > deadline:
            raise Unavailable("Another run of `esrlink migrate` has held this database for ten minutes. End it first.")
        time.sleep(_LOOK_SECONDS)


def head_of(tree: Path) -> str | None:
    """The newest revision in the tree."""
    return ScriptDirectory.from_config(alembic_config(tree)).get_current_head()


def revision_of(connection: Connection) -> str | None:
    """The revision that a database is at; none when it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def _grant(connection: Connection, role: str) -> None:
    name = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {name}"))
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}"))
    connection.execute(text(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}"))
    connection.commit()
