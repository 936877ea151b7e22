"""Errors on the wire: RFC 9457 problem details with a code, a sentence, the field, and the trace to quote when you ask."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import psycopg
import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from esrlink.auth import SignInNeeded
from esrlink.db.transient import is_transient
from esrlink.errors import EsrLinkError, FieldProblem, Invalid, NotFound, Unavailable
from esrlink.observability.logs import places
from esrlink.observability.tracing import current_traceparent
from esrlink.web import render_problem, wants_page

log = structlog.get_logger()


class ProblemField(BaseModel):
    """One field that is wrong."""

    field: str = Field(examples=["absence.start_date"])
    code: str = Field(examples=["date_from_datetime_parsing"])
    detail: str = Field(examples=["Input should be a valid date"])


class Problem(BaseModel):
    """A refusal: what was wrong and what to do. `application/problem+json`."""

    type: str = Field(examples=["urn:esr-link:problem:stale_version"])
    title: str = Field(examples=["The record has changed since you read it"])
    status: int = Field(examples=[409])
    code: str = Field(examples=["stale_version"])
    detail: str = Field(
        examples=["You sent version 3; the record is at version 4. Read it again and repeat your change."]
    )
    field: str | None = Field(default=None, examples=["version"])
    problems: list[ProblemField] = []
    trace: str | None = Field(default=None, description="Quote it when you report this.")


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of an operation that may answer with these statuses."""
    return {
        status: {"model": Problem, "content": {"application/problem+json": {}}, "description": _DESCRIPTIONS[status]}
        for status in statuses
    }


_DESCRIPTIONS = {
    400: "The request cannot be read",
    401: "No token or session, or one that is not valid",
    403: "The token lacks the scope, or the person the role",
    404: "There is no such thing, or not one that you may see",
    409: "Not possible in the present state, or the version is stale",
    410: "What you ask for was there and is kept no more",
    412: "The version in If-Match is stale",
    413: "The body is too large",
    422: "A value cannot be taken",
    503: "A part that is needed does not answer now; try again later",
}


def problem_of(error: Exception) -> EsrLinkError:
    """The refusal that stands for `error`; unknown errors become a plain 500 that tells nothing of the inside."""
    if isinstance(error, EsrLinkError):
        return error
    if isinstance(error, RequestValidationError):
        return Invalid("Some values cannot be taken; see `problems`.", problems=[_field(e) for e in error.errors()])
    if isinstance(error, HTTPException):
        return _of_http(error)
    # psycopg's own: COPY does not pass through SQLAlchemy.
    if isinstance(error, (SQLAlchemyError, psycopg.Error)) and is_transient(error):
        return Unavailable(
            "The database is busy or not reachable; try again in a moment.", headers={"Retry-After": "2"}
        )
    return EsrLinkError("The error is recorded. Nothing of this request was stored.")


def _field(error: dict[str, Any]) -> FieldProblem:
    place = [str(part) for part in error["loc"]]
    if len(place) > 1 and place[0] in {"body", "query", "path", "header"}:
        place = place[1:]
    return FieldProblem(".".join(place), error["type"], error["msg"])


def _of_http(error: HTTPException) -> EsrLinkError:
    if error.status_code == 404:
        return NotFound("There is nothing at this address.")
    refusal = EsrLinkError(str(error.detail), headers=error.headers)
    known = HTTPStatus(error.status_code)
    refusal.status, refusal.code, refusal.title = known.value, known.name.lower(), "The request cannot be served"
    return refusal


def answer(error: EsrLinkError) -> JSONResponse:
    """The response for a refusal."""
    traceparent = current_traceparent()
    body = Problem(
        type=f"urn:esr-link:problem:{error.code}",
        title=error.title,
        status=error.status,
        code=error.code,
        detail=error.detail,
        field=error.field,
        problems=[ProblemField(field=p.field, code=p.code, detail=p.detail) for p in error.problems],
        trace=traceparent.split("-")[1] if traceparent else None,
    )
    return JSONResponse(
        body.model_dump(), status_code=error.status, headers=error.headers, media_type="application/problem+json"
    )


async def handle(request: Request, error: Exception) -> Response:
    """FastAPI's exception handler for everything: a page for a person, a problem document for a machine."""
    if isinstance(error, SignInNeeded):
        return Response(status_code=error.status, headers=error.headers)
    problem = problem_of(error)
    if problem.status >= 500:
        log.error("request.failed", error=type(error).__name__, code=problem.code, at=places(error))
    if "/v1/" not in request.url.path and wants_page(request):
        return render_problem(request, problem, request.app.state.pages)
    return answer(problem)
