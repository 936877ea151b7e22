"""Makes the databases and roles of a production set-up on an empty server, and sets their passwords by the settings.

What is to be made is read from the very addresses that the services use, so nothing can differ. It may run any number of
times: what is there stays, and a password follows its secret. It never takes anything away, and it gives no role more than
it needs: the owner of a database owns that one only, the running role owns nothing and may connect to its own database only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from esrlink.db.urls import libpq_url
from esrlink.errors import Conflict, Invalid, Unavailable

_MAKING = 0x4553_5250  # advisory lock: one run at a time on a server
_PLAIN = sql.SQL("LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION")

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A database with its owner, and the role of the running service; the bus's own database has no such role."""

    name: str
    owner_url: str
    running_url: str | None = None


def make_databases(administrator_url: str, wanted: list[Wanted]) -> None:
    """Make what is wanted and is not there, as a role that may make roles and databases.

    Raises `Invalid` for addresses that contradict each other, `Conflict` for a database that somebody else owns, and
    `Unavailable` when the server does not answer or refuses the administrator.
    """
    administrator = make_url(administrator_url)
    for one in wanted:
        _check(one, administrator)
    try:
        connection = psycopg.connect(libpq_url(administrator_url), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise Unavailable("The database server does not answer, or refuses the administrator.") from error
    with connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_MAKING])
        for one in wanted:
            _make(connection, one)


def _check(one: Wanted, administrator: URL) -> None:
    """Refuse what would make a set-up that looks right and is not."""
    owner = make_url(one.owner_url)
    running = make_url(one.running_url) if one.running_url else None
    for url in filter(None, (owner, running)):
        if not (url.username and url.password and url.database):
            raise Invalid(f"The address of {one.name} needs a role, a password and a database.")
        if url.username == administrator.username:
            raise Invalid(f"The address of {one.name} names the administrator: choose a role of its own.")
    if _server(owner) != _server(administrator):
        raise Invalid(f"The address of the owner of {one.name} is on another server than the administrator's.")
    if running and running.database != owner.database:
        raise Invalid(f"The two addresses of {one.name} name different databases.")
    if running and running.username == owner.username:
        raise Invalid(f"The running role of {one.name} must not own its tables: choose two roles.")


def _server(url: URL) -> tuple[object, object]:
    """Host (or the folder of its socket) and port."""
    return url.host or url.query.get("host"), url.port or 5432


def _make(connection: Connection, one: Wanted) -> None:
    owner = make_url(one.owner_url)
    _make_role(connection, owner)
    _make_database(connection, str(owner.database), str(owner.username))
    if one.running_url:
        running = make_url(one.running_url)
        _make_role(connection, running)
        # TEMPORARY: a large file is loaded into a temporary table first.
        connection.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                sql.Identifier(str(running.database)), sql.Identifier(str(running.username))
            )
        )


def _make_role(connection: Connection, url: URL) -> None:
    name = str(url.username)
    row = connection.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    if row and row[0]:
        raise Conflict(f"The role {name!r} is there and can bypass row-level security: choose another, or mend it.")
    if not row:
        connection.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(name), _PLAIN))
    # Only the hash travels: the server may log statements, and a password in its log is one that leaked.
    hashed = connection.pgconn.encrypt_password(str(url.password).encode(), name.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(hashed)))


def _make_database(connection: Connection, name: str, owner: str) -> None:
    row = connection.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name]).fetchone()
    if row and row[0] != owner:
        raise Conflict(f"The database {name!r} is there and belongs to {row[0]!r}, not to {owner!r}.")
    if not row:
        # An administrator who is no superuser (a managed server) must be a member of the role that is to own.
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(owner)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )
    # Otherwise any role of the server could connect, and one service's could look for another's tables.
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
