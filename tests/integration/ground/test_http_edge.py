"""The edge that every service has: each refusal is a problem document that says what to do."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import psycopg
import pytest
import structlog
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import create_async_engine

from esrlink.auth import Principal, Role, Scope, require
from esrlink.auth.testing import TestIssuer, person, session_cookie, tryout_settings
from esrlink.contracts.types import EmployeeNumber
from esrlink.errors import StaleVersion
from esrlink.http import create_app
from esrlink.http.trust import VpdQuery, trust_scope
from esrlink.observability.logs import configure_logs
from esrlink.status import StatusReport
from esrlink.web import Pages

from .conftest import Ground
from .test_relay import commit, imported


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
    employee_number: EmployeeNumber


router = APIRouter()
Reader = Annotated[Principal, Depends(require(Scope.PROFILES_READ, roles=(Role.AUDITOR,)))]


@router.post("/v1/things")
async def make(body: Body, principal: Reader, vpd: VpdQuery = None) -> dict[str, str]:
    return {"vpd": trust_scope(principal, vpd), "employee_number": body.employee_number}


@router.get("/v1/stale")
async def stale(principal: Reader) -> None:
    raise StaleVersion("You sent version 1; it is at 2.", field="version")


@router.get("/v1/broken")
async def broken(principal: Reader) -> None:
    raise RuntimeError("Dr Invented Person could not be read")


@router.get("/v1/copy")
async def copy(principal: Reader) -> None:
    raise psycopg.errors.AdminShutdown("terminating connection")


class Edge:
    def __init__(self, client: httpx.AsyncClient, issuer: TestIssuer, cookies: dict[str, str]) -> None:
        self.client, self.issuer, self.cookies = client, issuer, cookies


@pytest.fixture
async def edge(ground: Ground) -> AsyncIterator[Edge]:
    issuer = TestIssuer()
    settings = tryout_settings(max_body_bytes=1000)
    auth = issuer.authenticator(settings)

    async def status(principal: Principal) -> StatusReport:
        return StatusReport(service="ground", title="Ground", version="0")

    app = create_app(
        name="ground",
        title="Ground",
        description="",
        settings=settings,
        database=ground.database,
        auth=auth,
        pages=Pages(settings),
        routers=[router],
        status=status,
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as client:
        yield Edge(client, issuer, session_cookie(auth, person(Role.AUDITOR)))


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = answer.json()
    assert body["code"] == code
    assert body["status"] == status
    assert body["detail"]
    assert body["trace"] == answer.headers["traceparent"].split("-")[1]
    return body


GOOD = {"employee_number": "00123456"}


async def test_a_good_call_is_answered(edge: Edge) -> None:
    answer = await edge.client.post("/v1/things", json=GOOD, headers=edge.issuer.bearer("profiles:read"))
    assert answer.json() == {"vpd": "277", "employee_number": "00123456"}


async def test_no_token(edge: Edge) -> None:
    answer = await edge.client.post("/v1/things", json=GOOD)
    problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("kind", ["expired", "forged", "unsigned", "signed_with_the_public_key"])
async def test_a_token_that_is_not_good(edge: Edge, kind: str) -> None:
    token = getattr(edge.issuer, kind)("profiles:read")
    answer = await edge.client.post("/v1/things", json=GOOD, headers={"Authorization": f"Bearer {token}"})
    problem(answer, 401, "unauthenticated")


async def test_a_token_without_the_scope(edge: Edge) -> None:
    answer = await edge.client.post("/v1/things", json=GOOD, headers=edge.issuer.bearer("work:write"))
    assert "profiles:read" in str(problem(answer, 403, "forbidden")["detail"])


async def test_another_trust_looks_as_if_it_did_not_exist(edge: Edge) -> None:
    headers = edge.issuer.bearer("profiles:read", vpds=["277"])
    for vpd in ("312", "999"):
        problem(await edge.client.post("/v1/things", params={"vpd": vpd}, json=GOOD, headers=headers), 404, "not_found")


async def test_a_client_of_several_trusts_must_say_which(edge: Edge) -> None:
    headers = edge.issuer.bearer("profiles:read", vpds=["277", "312"])
    body = problem(await edge.client.post("/v1/things", json=GOOD, headers=headers), 422, "invalid")
    assert body["field"] == "vpd"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"employee_number": "12 34"}, "employee_number"),
        ({"employee_number": 1234}, "employee_number"),
        ({"employee_number": "1" * 31}, "employee_number"),
        ({}, "employee_number"),
        ({**GOOD, "salary": "1"}, "salary"),
    ],
)
async def test_a_value_that_cannot_be_taken_is_named_by_its_field(edge: Edge, sent: object, field: str) -> None:
    answer = await edge.client.post("/v1/things", json=sent, headers=edge.issuer.bearer("profiles:read"))
    problems = problem(answer, 422, "invalid")["problems"]
    assert [p["field"] for p in problems] == [field]  # type: ignore[attr-defined]


@pytest.mark.parametrize("content", [b"", b"{", b"\x00", b"[1]", b'{"employee_number": "\\ud800"}'])
async def test_a_body_that_is_no_proper_json(edge: Edge, content: bytes) -> None:
    headers = {**edge.issuer.bearer("profiles:read"), "content-type": "application/json"}
    problem(await edge.client.post("/v1/things", content=content, headers=headers), 422, "invalid")


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 900,
        b'{"employee_number": ' + b"9" * 900 + b"}",
        b'{"\\ud800": 1}',
        b'{"employee_number": NaN}',
        b"\xff\xfe{",
    ],
)
async def test_a_body_that_is_meant_to_break_the_reader_is_refused(edge: Edge, content: bytes) -> None:
    headers = {**edge.issuer.bearer("profiles:read"), "content-type": "application/json"}
    answer = await edge.client.post("/v1/things", content=content, headers=headers)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_method_that_an_address_does_not_have(edge: Edge) -> None:
    answer = await edge.client.delete("/v1/things")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


async def test_invented_methods_do_not_fill_the_metrics(edge: Edge) -> None:
    for n in range(3):
        await edge.client.request(f"INVENTED{n}", "/v1/things")
    metrics = (await edge.client.get("/metrics")).text
    assert "INVENTED" not in metrics
    assert 'method="OTHER"' in metrics


async def test_a_database_that_fails_below_a_copy_is_unavailable_too(edge: Edge) -> None:
    answer = await edge.client.get("/v1/copy", headers=edge.issuer.bearer("profiles:read"))
    problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "2"


async def test_the_metrics_tell_of_waiting_events_though_nobody_asks_for_readiness(edge: Edge, ground: Ground) -> None:
    await commit(ground, imported("1", 1), imported("2", 1))
    assert 'esrlink_outbox_waiting{service="ground"} 2.0' in (await edge.client.get("/metrics")).text


async def test_an_error_is_logged_by_its_place_and_without_its_text(
    edge: Edge, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs()
    try:
        await edge.client.get("/v1/broken", headers=edge.issuer.bearer("profiles:read"))
    finally:
        structlog.reset_defaults()
        logging.getLogger().handlers.clear()
    said = capsys.readouterr().err
    assert "test_http_edge.py" in said
    assert "Invented" not in said


async def test_a_body_that_is_too_large_by_its_announcement(edge: Edge) -> None:
    headers = edge.issuer.bearer("profiles:read")
    problem(await edge.client.post("/v1/things", content=b"x" * 1001, headers=headers), 413, "too_large")


async def test_a_body_that_is_too_large_without_announcement(edge: Edge) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 100

    headers = {**edge.issuer.bearer("profiles:read"), "content-type": "application/json"}
    problem(await edge.client.post("/v1/things", content=endless(), headers=headers), 413, "too_large")


async def test_a_stale_version(edge: Edge) -> None:
    answer = await edge.client.get("/v1/stale", headers=edge.issuer.bearer("profiles:read"))
    assert problem(answer, 409, "stale_version")["field"] == "version"


async def test_an_unknown_address(edge: Edge) -> None:
    problem(await edge.client.get("/v1/nothing"), 404, "not_found")


async def test_an_error_on_our_side_tells_nothing_of_the_inside(edge: Edge) -> None:
    answer = await edge.client.get("/v1/broken", headers=edge.issuer.bearer("profiles:read"))
    problem(answer, 500, "internal")
    assert "Invented" not in answer.text


async def test_an_issuer_that_is_down_is_no_fault_of_the_caller(edge: Edge) -> None:
    edge.issuer.is_down = True
    answer = await edge.client.post("/v1/things", json=GOOD, headers=edge.issuer.bearer("profiles:read"))
    problem(answer, 503, "unavailable")


async def test_a_person_with_the_role_is_let_in_by_the_session(edge: Edge) -> None:
    edge.client.cookies.update(edge.cookies)
    answer = await edge.client.get("/v1/status")
    assert answer.json()["service"] == "ground"


async def test_the_callers_trace_goes_on(edge: Edge) -> None:
    sent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = await edge.client.get("/live", headers={"traceparent": sent})
    assert answer.headers["traceparent"].split("-")[1] == sent.split("-")[1]
    assert answer.headers["traceparent"] != sent


async def test_health_says_ready_and_metrics_name_nobody(edge: Edge) -> None:
    assert (await edge.client.get("/ready")).json()["state"] == "ready"
    await edge.client.post("/v1/things", json=GOOD, headers=edge.issuer.bearer("profiles:read"))
    metrics = (await edge.client.get("/metrics")).text
    assert 'route="/v1/things"' in metrics
    assert "00123456" not in metrics


async def test_a_database_that_is_down_is_not_ready(edge: Edge, ground: Ground) -> None:
    await ground.database.close()
    ground.database.engine = create_async_engine("postgresql+psycopg://nobody@/none?host=/nowhere")
    answer = await edge.client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["state"] == "not_ready"
