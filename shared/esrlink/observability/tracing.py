"""The trace that a piece of work belongs to, carried from an HTTP request through the outbox to the consumer."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

_FORM = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def current_traceparent() -> str | None:
    """The W3C traceparent of the work in hand, if it has one."""
    return _current.get()


def continue_trace(traceparent: str | None) -> str:
    """Go on with the caller's trace as a new span, or start one; returns the new traceparent."""
    trace_id = traceparent.split("-")[1] if traceparent and _FORM.match(traceparent) else secrets.token_hex(16)
    mine = f"00-{trace_id}-{secrets.token_hex(8)}-01"
    _current.set(mine)
    return mine
