"""How every connection to PostgreSQL is made: no statement, lock or dead peer may hold the one who waits for ever."""

from __future__ import annotations

import select
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import DisconnectionError

STATEMENT_TIMEOUT = timedelta(seconds=30)
_LOCK_TIMEOUT = timedelta(seconds=10)
# A frozen process would hold its locks, and with them the order of keys, until somebody notices. The longest pause that
# real work makes inside a transaction is the reading of a large file.
_IDLE_IN_TRANSACTION = timedelta(minutes=5)


def connect_args(name: str, *, statement_timeout: timedelta = STATEMENT_TIMEOUT) -> dict[str, Any]:
    """What psycopg is given beside the address. `name` is what `pg_stat_activity` shows."""
    limits = {
        "statement_timeout": statement_timeout,
        "lock_timeout": _LOCK_TIMEOUT,
        "idle_in_transaction_session_timeout": _IDLE_IN_TRANSACTION,
    }
    return {
        "application_name": name,
        "connect_timeout": 5,
        "options": " ".join(f"-c {limit}={int(value.total_seconds() * 1000)}" for limit, value in limits.items()),
        # A peer that vanished without a word (a host that was switched off) is found out in about half a minute.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 4,
        "tcp_user_timeout": 30_000,
    }


def replace_if_ended(connection: Any, _record: object, _fairy: object) -> None:
    """A pool's `checkout` event: make the pool replace a kept connection that has ended since, without asking the server.

    A server that goes away says so or hangs up, and a peer that vanished is given up by the keepalives above. An idle connection
    has nothing else to say, so whatever has come over it is its end. A question to the server, as `pool_pre_ping` puts it, would
    be a round trip before each transaction.
    """
    driver = connection.driver_connection
    if driver.closed:
        raise DisconnectionError("the connection was closed")
    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)
    if poll.poll(0):
        raise DisconnectionError("the server ended the connection")
