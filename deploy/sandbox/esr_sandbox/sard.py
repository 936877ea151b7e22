"""The simulated SARD: the part of its JSON:API that tells of users and their online job plans.

Follows the API description that was public in 2020; there is no filter by change and no webhook. Its faults strike here.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from esr_sandbox.faults import (
    Fault,
    FaultBoard,
    Hang,
    Refuses,
    Reopened,
    RetryLater,
    Strikes,
    Unreadable,
    WrongTypes,
)
from esr_sandbox.settings import SandboxSettings
from esr_sandbox.world.job_plans import JobPlan, SardUser, job_plans, sard_users
from esr_sandbox.world.world import World

MEDIA_TYPE = "application/vnd.api+json"
NO_ACCESS_EMAIL = "no-access@sard.example"
"""An account with the right token and no right to read job plans: it is answered 403."""

_LARGEST_PAGE = 100
_STRING_FIGURES = ("contracted_dcc", "contracted_spa", "contracted_other")


class SardError(Exception):
    """An answer in JSON:API's error form."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail


class JsonApi(JSONResponse):
    """A response with JSON:API's media type."""

    media_type = MEDIA_TYPE


def create_sard(settings: SandboxSettings, faults: FaultBoard, world: Callable[[], World]) -> FastAPI:
    """Return SARD as an application of its own, to be mounted under `/sard`."""
    app = FastAPI(title="SARD (simulated)", default_response_class=JsonApi)

    @app.exception_handler(SardError)
    async def answer_error(_: Request, error: SardError) -> Response:
        return _problem(error.status, error.title, error.detail)

    @app.middleware("http")
    async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if hang := faults.strike(Fault.SARD_HANG, Hang):
            await asyncio.sleep(hang.seconds)
        if later := faults.strike(Fault.SARD_TOO_MANY_REQUESTS, RetryLater):
            response = _problem(429, "Too many requests", "Try again later.")
            response.headers["Retry-After"] = str(later.retry_after)
            return response
        if struck := _struck(faults):
            return struck
        try:
            _check_caller(request, settings)
        except SardError as error:
            return _problem(error.status, error.title, error.detail)
        return await call_next(request)

    _add_lists(app, faults, world)
    return app


def _struck(faults: FaultBoard) -> Response | None:
    """The answer of a fault that does not look at the request."""
    if faults.strike(Fault.SARD_ERROR, Strikes):
        return _problem(500, "Internal server error", "Something went wrong.")
    if faults.strike(Fault.SARD_ERROR_INSIDE, Strikes):
        inside = _problem(500, "Internal server error", "Something went wrong.")
        return Response(bytes(inside.body), media_type=MEDIA_TYPE)
    if faults.strike(Fault.SARD_TRUNCATED, Strikes):
        return Response(b'{"data": [{"id": "1", "type": "online_job_pl', media_type=MEDIA_TYPE)
    if refuses := faults.strike(Fault.SARD_REFUSES, Refuses):
        return _problem(refuses.status, "Refused", "The request is refused.")
    return None


def _add_lists(app: FastAPI, faults: FaultBoard, world: Callable[[], World]) -> None:
    @app.get("/api/v1/users")
    def users(request: Request) -> JsonApi:
        """List the users, page by page."""
        _check_filters(request, allowed=())
        return _page(request, [_user_resource(user) for user in sard_users(world())], faults)

    @app.get("/api/v1/online_job_plans")
    def plans(request: Request) -> JsonApi:
        """List the job plans, page by page; `filter[owner_id]` keeps those of one user."""
        _check_filters(request, allowed=("owner_id",))
        owner = request.query_params.get("filter[owner_id]")
        found = [plan for plan in job_plans(world()) if owner is None or plan.owner_id == owner]
        return _page(request, [_plan_resource(plan, faults) for plan in found], faults)

    @app.get("/api/v1/online_job_plans/{plan_id}")
    def plan(plan_id: str) -> JsonApi:
        """Return one job plan."""
        found = next((plan for plan in job_plans(world()) if plan.plan_id == plan_id), None)
        if found is None:
            raise SardError(404, "Not found", "There is no such job plan.")
        return JsonApi({"data": _plan_resource(found, faults)})


def _check_caller(request: Request, settings: SandboxSettings) -> None:
    for header in ("content-type", "accept"):
        asked = request.headers.get(header, MEDIA_TYPE)
        if MEDIA_TYPE not in asked and not (header == "accept" and "*/*" in asked):
            raise SardError(415, "Unsupported media type", f"Use {MEDIA_TYPE}.")
    email = request.headers.get("x-api-email", "")
    token = request.headers.get("x-api-token", "")
    known = email in {settings.sard_email, NO_ACCESS_EMAIL}
    # Compared in constant time out of habit; a sandbox has no secrets.
    if not known or not hmac.compare_digest(token.encode(), settings.sard_token.get_secret_value().encode()):
        raise SardError(401, "Unauthorized", "X-API-EMAIL and X-API-TOKEN do not name an account.")
    if email == NO_ACCESS_EMAIL:
        raise SardError(403, "Forbidden", "The account may not read job plans.")


def _check_filters(request: Request, allowed: Sequence[str]) -> None:
    for name in request.query_params:
        if name.startswith("filter") and name not in {f"filter[{known}]" for known in allowed}:
            raise SardError(422, "Unprocessable entity", f"{name} is not a filter of this list.")


def _page(request: Request, resources: Sequence[Mapping[str, Any]], faults: FaultBoard) -> JsonApi:
    page = _positive(request, "page", 1)
    if page > 1 and faults.strike(Fault.SARD_SHIFTING, Strikes):
        resources = resources[1:]
    per_page = min(_positive(request, "per_page", 25), _LARGEST_PAGE)
    pages = max(1, -(-len(resources) // per_page))
    start = (page - 1) * per_page

    def link(number: int) -> str | None:
        if not 1 <= number <= pages:
            return None
        return str(request.url.include_query_params(page=number, per_page=per_page))

    return JsonApi(
        {
            "data": resources[start : start + per_page],
            "links": {"self": link(page), "prev": link(page - 1), "next": link(page + 1), "last": link(pages)},
            "meta": {"page": page, "per_page": per_page, "total_pages": pages, "total_count": len(resources)},
        }
    )


def _positive(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise SardError(422, "Unprocessable entity", f"{name} must be a whole number above 0.")
    return int(text)


def _user_resource(user: SardUser) -> dict[str, Any]:
    return {"id": user.user_id, "type": "users", "attributes": user.attributes}


def _plan_resource(plan: JobPlan, faults: FaultBoard) -> dict[str, Any]:
    attributes = dict(plan.attributes)
    reopened = faults.standing(Fault.SARD_REOPENED, Reopened)
    if reopened and plan.plan_id == (reopened.plan_id or plan.plan_id) and attributes["state"] == "completed":
        attributes |= {"state": "draft", "completion_date": None, "consultant_sign_off": False}
        attributes |= {"consultant_sign_off_date": None}
    unreadable = faults.standing(Fault.SARD_UNREADABLE, Unreadable)
    if unreadable:
        attributes |= dict.fromkeys(_STRING_FIGURES, unreadable.text)
    wrong = faults.standing(Fault.SARD_WRONG_TYPES, WrongTypes)
    if wrong and plan.plan_id == (wrong.plan_id or plan.plan_id):
        attributes |= {"effective_date": 20260401, "contracted_dcc": [7.5], "job_contents": "see attachment"}
        attributes |= {"speciality": {"name": attributes["speciality"]}, "job_plan_signatories": "all"}
        if wrong.whole:
            return {"id": plan.plan_id, "type": "online_job_plans", "attributes": "not today"}
    return {"id": plan.plan_id, "type": "online_job_plans", "attributes": attributes}


def _problem(status: int, title: str, detail: str) -> JsonApi:
    return JsonApi({"errors": [{"status": str(status), "title": title, "detail": detail}]}, status_code=status)
