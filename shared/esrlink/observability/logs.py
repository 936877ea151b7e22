"""Structured logs, one JSON object a line. Values that name a person are cut out whatever code passes them."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
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


def places(error: BaseException) -> list[str]:
    """Where an error came from, innermost last: file, line and function of its frames, and never its text or values.

    The text of a database error quotes the row, so neither it nor a traceback may be logged.
    """
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-12:]]


# A library that cannot reach its server says so several times a second; it is as true every ten seconds.
_REPEAT_SECONDS = 10.0
_MOST_WORDS = 1_000


class _Foreign(logging.Handler):
    """Takes what libraries log: the first line as they wrote it, without the values that they would fill in.

    The same words of the same library are logged at most once in ten seconds.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Log the record through structlog."""
        words = str(record.msg).partition("\n")[0]
        said = self._said.get((record.name, words))
        if said is not None and record.created - said < _REPEAT_SECONDS:
            return
        if len(self._said) > _MOST_WORDS:  # a library that makes its words up each time must not fill our memory
            self._said.clear()
        self._said[record.name, words] = record.created
        error = record.exc_info[1] if record.exc_info else None
        about = {} if error is None else {"error": type(error).__name__, "at": places(error)}
        structlog.get_logger().log(record.levelno, "library", logger=record.name, words=words, **about)


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
    logging.basicConfig(level=logging.WARNING, handlers=[_Foreign()], force=True)
