"""Structured logs, one JSON object a line. Values that name a person are cut out whatever code passes them."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from esrlink.observability.tracing import current_traceparent

# Keys that could hold personal data or a secret. Ids of records, files and runs are fine.
PRIVATE = frozenset(
    {
        "authorization", "birth", "cookie", "dob", "email", "employee_number", "family_name", "given_name", "key", "name",
        "ni_number", "note", "password", "profile_id", "raw", "secret", "subject", "token", "value",
    }
)  # fmt: skip


def _without_personal_data(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in event:
        if key in PRIVATE:
            event[key] = "(left out)"
    return event


def _with_trace(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if traceparent := current_traceparent():
        event["trace_id"] = traceparent.split("-")[1]
    return event


def configure_logs(level: str = "INFO", *, human: bool = False) -> None:
    """Set up structlog for this process: JSON lines to standard error, or coloured lines for a person."""
    renderer: Any = structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_trace,
            _without_personal_data,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
