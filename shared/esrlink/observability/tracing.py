"""The trace that a piece of work belongs to, carried from an HTTP request through the outbox to the consumer and on.

A trace is named by a W3C traceparent. What comes from outside and has not its form is left aside, and a new trace begins.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_FORM = re.compile(r"00-((?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def current_traceparent() -> str | None:
    """The W3C traceparent of the work in hand, if it has one."""
    return _current.get()


def trace_id_of(traceparent: object) -> str | None:
    """The id of the trace, 32 hexadecimal digits; none for anything that is not a traceparent."""
    found = _FORM.fullmatch(traceparent) if isinstance(traceparent, str) else None
    return found.group(1) if found else None


def follow(traceparent: object) -> str:
    """The traceparent of a new span that goes on with this trace, or begins a new one where this is none."""
    return f"00-{trace_id_of(traceparent) or secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def continue_trace(traceparent: str | None) -> str:
    """Go on with the caller's trace as a new span, or start one; returns the new traceparent."""
    mine = follow(traceparent)
    _current.set(mine)
    return mine


@contextmanager
def new_trace() -> Iterator[str]:
    """A trace of its own for the work inside; afterwards the work before goes on with its own."""
    mine = follow(None)
    before = _current.set(mine)
    try:
        yield mine
    finally:
        _current.reset(before)
