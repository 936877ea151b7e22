"""One error base for the whole product: every refusal has a code, a status, a sentence and, where it helps, a field.

The HTTP edge answers them as RFC 9457 problem details. Nothing ever matches on an error text: match on its class or code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field of a request or row that is wrong: where, a code, and a sentence that says what to do."""

    field: str
    code: str
    detail: str


class EsrLinkError(Exception):
    """Base of every expected refusal. `status` is the HTTP status it is answered with."""

    code = "internal"
    status = 500
    title = "Something went wrong on our side"

    def __init__(
        self,
        detail: str,
        *,
        field: str | None = None,
        problems: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.problems = tuple(problems)
        self.headers = dict(headers or {})


class Invalid(EsrLinkError):
    """The request or row is understood but a value in it cannot be taken."""

    code, status, title = "invalid", 422, "A value cannot be taken"


class NotFound(EsrLinkError):
    """There is no such thing, or not one that this caller may know of: the answer is the same on purpose."""

    code, status, title = "not_found", 404, "Not found"


class Unauthenticated(EsrLinkError):
    """No credentials, or credentials that are forged, expired or from an unknown issuer."""

    code, status, title = "unauthenticated", 401, "Sign in or send a valid token"


class Forbidden(EsrLinkError):
    """The caller is known but lacks the scope or role."""

    code, status, title = "forbidden", 403, "Not allowed"


class Conflict(EsrLinkError):
    """The state of the thing, or its version, does not allow this now."""

    code, status, title = "conflict", 409, "Not possible in the present state"


class Ambiguous(Conflict):
    """Nobody can tell whether the work took effect before: a machine must not do it again, a person decides."""

    code, title = "ambiguous", "It cannot be known whether this took effect"


class StaleVersion(Conflict):
    """Someone changed the thing since the caller read it."""

    code, title = "stale_version", "The record has changed since you read it"

    def __init__(self, detail: str, *, field: str | None = None, current: int | None = None) -> None:
        super().__init__(detail, field=field)
        self.current = current
        """The version that is stored, where whoever raises it knows; 0: there is none."""


class PreconditionFailed(EsrLinkError):
    """As `StaleVersion`, of a caller who named the version in the header `If-Match`: HTTP has a status of its own for it."""

    code, status, title = "stale_version", 412, "The record has changed since you read it"


class TooLarge(EsrLinkError):
    """The request body is larger than the service takes."""

    code, status, title = "too_large", 413, "Request body too large"


class Unavailable(EsrLinkError):
    """A part that is needed does not answer now; the same call may work later."""

    code, status, title = "unavailable", 503, "Not available at the moment"
