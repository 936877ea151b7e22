"""Which database errors may pass if the same work is tried again. Everything else is permanent and survives every wrapper."""

from __future__ import annotations

import psycopg.errors as pg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from esrlink.errors import Unavailable

_PASSING = (
    pg.SerializationFailure,
    pg.DeadlockDetected,
    pg.LockNotAvailable,
    pg.QueryCanceled,
    pg.TooManyConnections,
    pg.OperationalError,  # the connection was cut, or the server is restarting
)


def is_transient(error: BaseException) -> bool:
    """True when the same work may succeed later without anyone changing anything."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error.orig, _PASSING)
    return isinstance(error, (*_PASSING, PoolTimeout, Unavailable, ConnectionError, TimeoutError))
