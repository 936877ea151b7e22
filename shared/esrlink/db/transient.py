"""What a database error says of the work: it may pass, it is for ever, or not the work but the database is wrong."""

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

# A value that no row or index can hold is an `OperationalError` too (class 54), and no waiting makes it smaller.
_FOR_EVER = (pg.ProgramLimitExceeded, pg.StatementTooComplex, pg.TooManyArguments, pg.TooManyColumns)
_OTHER_RELEASE = (pg.UndefinedTable, pg.UndefinedColumn, pg.UndefinedFunction, pg.InvalidSchemaName)


def is_transient(error: BaseException) -> bool:
    """True when the same work may succeed later without anyone changing anything."""
    cause = _cause(error)
    if isinstance(cause, _FOR_EVER):
        return False
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(cause, (*_PASSING, PoolTimeout, Unavailable, ConnectionError, TimeoutError))


def is_too_slow(error: BaseException) -> bool:
    """True when a statement was ended by its time limit: it may pass, but work that is too large for it never does."""
    return isinstance(_cause(error), pg.QueryCanceled)


def is_of_another_release(error: BaseException) -> bool:
    """True when the database lacks what this build needs: the migrations have not run, or have run ahead."""
    return isinstance(_cause(error), _OTHER_RELEASE)


def _cause(error: BaseException) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
