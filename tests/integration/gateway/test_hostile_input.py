"""Hostile requests to every operation: each is answered in words, and never with a 500."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from tests.integration.gateway.conftest import AFTER_CUT_OFF, GatewayUnderTest, attendance, trust_settings
from tests.integration.gateway.test_runs import DAY
from tests.integration.hostile import TEXTS, as_body, paths, twisted
from tests.unit.gateway.building import Go, person

QUERIES = ("vpd", "state", "name", "limit", "after", "offset", "format")


async def ask(gateway: GatewayUnderTest, method: str, path: str, body: bytes | None = None) -> None:
    answer = await gateway.hub.client.request(method, path, content=body, headers=gateway.bearer())
    assert answer.status_code < 500 or answer.json()["code"] == "exchange_unavailable", (
        method,
        path,
        body,
        answer.text,
    )


async def test_no_path_or_query_breaks_an_operation(gateway: GatewayUnderTest) -> None:
    [file] = await gateway.receive(Go([person(), "bad"]))
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    [run] = await gateway.close_due()
    reads = ["/v1/files", f"/v1/files/{file['file_id']}", f"/v1/files/{file['file_id']}/rejected-rows", "/v1/runs",
             f"/v1/runs/{run['run_id']}", f"/v1/runs/{run['run_id']}/lines", "/v1/conservation"]  # fmt: skip
    for path in reads:
        for name in QUERIES:
            for text in (*TEXTS, quote("\x00"), "9" * 20, "2147483648", "9223372036854775808"):
                await ask(gateway, "GET", f"{path}?{name}={text}")
    templates = [("GET", "/v1/files/{id}"), ("POST", "/v1/files/{id}/release"), ("GET", "/v1/files/{id}/rejected-rows"),
                 ("GET", "/v1/runs/{id}"), ("GET", "/v1/runs/{id}/lines"), ("GET", "/v1/trusts/{id}"),
                 ("POST", "/v1/exchanges/{id}/poll")]  # fmt: skip
    for method, template in templates:
        for path in paths(template, {"id": str(uuid4())}):
            await ask(gateway, method, path)
    for text in TEXTS:
        await ask(gateway, "POST", f"/v1/runs/close-due?vpd={text}")


async def test_no_settings_break_the_service(gateway: GatewayUnderTest, tmp_path: Path) -> None:
    settings = trust_settings(gateway.sandbox, tmp_path)
    settings = {**settings, "calendar": settings["calendar"][:1], "elements": {"EL0": settings["elements"]["EL0"]}}
    settings["absence_types"] = {"Leave": {"esr_name": "Annual Leave", "reasons": {"S10": "S10 Anxiety"}}}
    for body in twisted(settings):
        await ask(gateway, "PUT", "/v1/trusts/277", as_body(body))
    for body in (b"", b"{", b"\xff\xfe", b"[" * 50_000, b"null", b'{"name": "\\ud800"}'):
        await ask(gateway, "PUT", "/v1/trusts/277", body)
