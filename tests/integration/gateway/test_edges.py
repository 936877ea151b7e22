"""What the API refuses, and how: each refusal by its code, and never a word of another trust."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from esrlink.auth import Role
from esrlink.auth.testing import person as somebody
from esrlink.auth.testing import session_cookie
from tests.integration.gateway.conftest import AFTER_CUT_OFF, GatewayUnderTest, attendance, trust_settings
from tests.integration.gateway.test_runs import DAY
from tests.unit.gateway.building import Go, person

# Fixed, because parallel workers must name the same tests.
NOBODYS = "00000000-0000-4000-8000-000000000000"

OPERATIONS = [
    ("GET", "/v1/trusts/277"),
    ("POST", "/v1/exchanges/277/poll"),
    ("GET", "/v1/files"),
    ("GET", f"/v1/files/{NOBODYS}"),
    ("GET", f"/v1/files/{NOBODYS}/rejected-rows"),
    ("POST", f"/v1/files/{NOBODYS}/release"),
    ("GET", "/v1/runs"),
    ("POST", "/v1/runs/close-due"),
    ("GET", f"/v1/runs/{NOBODYS}"),
    ("GET", f"/v1/runs/{NOBODYS}/lines"),
    ("GET", "/v1/conservation"),
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
async def test_a_token_without_the_scope_is_refused(gateway: GatewayUnderTest, method: str, path: str) -> None:
    answer = await gateway.hub.client.request(method, path, headers=gateway.bearer("profiles:read"))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("kind", ["expired", "forged"])
async def test_a_bad_token_is_refused(gateway: GatewayUnderTest, kind: str) -> None:
    token = getattr(gateway.hub.issuer, kind)("exchange:operate")
    answer = await gateway.hub.client.get("/v1/files", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v1/exchanges/277/poll"), ("GET", "/v1/files?vpd=277"), ("GET", "/v1/trusts/277")]
)
async def test_another_trust_looks_as_if_it_did_not_exist(gateway: GatewayUnderTest, method: str, path: str) -> None:
    stranger = gateway.bearer("exchange:operate", "trusts:write", vpds=("312",))
    answer = await gateway.hub.client.request(method, path, headers=stranger)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_another_trusts_file_and_run_are_not_found_by_their_ids(gateway: GatewayUnderTest) -> None:
    [file] = await gateway.receive(Go([person()]))
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    [run] = await gateway.close_due()
    stranger = gateway.bearer(vpds=("312",))
    for path in (
        f"/v1/files/{file['file_id']}",
        f"/v1/files/{file['file_id']}/rejected-rows",
        f"/v1/runs/{run['run_id']}",
        f"/v1/runs/{run['run_id']}/lines",
    ):
        assert (await gateway.hub.client.get(path, headers=gateway.bearer())).status_code == 200
        assert (await gateway.hub.client.get(path, headers=stranger)).status_code == 404


@pytest.mark.parametrize("path", ["/v1/files", "/v1/runs", "/v1/conservation", "/v1/trusts/999"])
async def test_an_unknown_trust_is_not_found(gateway: GatewayUnderTest, path: str) -> None:
    mine = gateway.bearer(vpds=("999",))
    answer = await gateway.hub.client.get(path, headers=mine)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await gateway.hub.client.post("/v1/exchanges/999/poll", headers=mine)).status_code == 404


async def test_a_token_for_several_trusts_must_name_one(gateway: GatewayUnderTest) -> None:
    answer = await gateway.hub.client.get("/v1/files", headers=gateway.bearer(vpds=("277", "312")))
    assert (answer.status_code, answer.json()["field"]) == (422, "vpd")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"ods_code": "no!"}, "ods_code", id="ODS code"),
        pytest.param({"unknown": 1}, "unknown", id="unknown field"),
        pytest.param({"exchange": {"supplier": "lnk"}}, "exchange.supplier", id="supplier code"),
        pytest.param({"exchange": {"key_file": "/k"}}, "exchange", id="two secrets"),
        pytest.param({"calendar": [{"period_type": "Y"}]}, "calendar.0.period_type", id="period type"),
    ],
)
async def test_settings_that_cannot_be_taken_name_the_field(
    gateway: GatewayUnderTest, tmp_path: Path, change: dict[str, Any], field: str
) -> None:
    settings = trust_settings(gateway.sandbox, tmp_path)
    settings |= {k: {**settings[k], **v} if k == "exchange" else v for k, v in change.items()}
    answer = await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())
    assert answer.status_code == 422
    assert field in {problem["field"] for problem in answer.json()["problems"]}


async def test_the_same_settings_again_change_and_publish_nothing(gateway: GatewayUnderTest, tmp_path: Path) -> None:
    settings = trust_settings(gateway.sandbox, tmp_path)
    before = await gateway.hub.emitted("esr.calendar.changed")
    answer = await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())
    assert answer.status_code == 200
    assert await gateway.hub.emitted("esr.calendar.changed") == before
    [calendar] = [one.event for one in before]
    assert [cut.cut_off.isoformat() for cut in calendar.cut_offs] == [
        "2026-08-05T11:00:00+00:00",
        "2026-09-04T11:00:00+00:00",
    ]
    settings["calendar"] = settings["calendar"][:1]
    await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())
    assert [one.event.revision for one in await gateway.hub.emitted("esr.calendar.changed")] == [1, 2]


async def test_an_oversized_body_is_refused(gateway: GatewayUnderTest) -> None:
    answer = await gateway.hub.client.put(
        "/v1/trusts/277", content=b" " * (gateway.hub.settings.max_body_bytes + 1), headers=gateway.bearer()
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_trust_without_an_exchange_cannot_be_polled(gateway: GatewayUnderTest) -> None:
    mine = gateway.bearer(vpds=("312",))
    body = {"ods_code": "ZX2", "name": "Thornfield Vale Hospital"}
    assert (await gateway.hub.client.put("/v1/trusts/312", json=body, headers=mine)).status_code == 200
    answer = await gateway.hub.client.post("/v1/exchanges/312/poll", headers=mine)
    assert (answer.status_code, answer.json()["field"]) == (409, "exchange")


async def test_the_page_shows_files_runs_and_how_sure_each_layout_is(gateway: GatewayUnderTest) -> None:
    await gateway.receive(Go([person(), "ZZA~1"]), Go([], kind="GOC", sequence=1950, day="20260809", before="20260808"))
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    [run] = await gateway.close_due()
    app = gateway.hub.service.app
    gateway.hub.client.cookies = httpx.Cookies(session_cookie(app.state.auth, somebody(Role.OPERATOR, vpds=["277"])))
    answer = await gateway.hub.client.get("/", headers={"accept": "text/html"})
    assert answer.status_code == 200
    for words in ("GO_277_GDW_GDR_20260803_00000001.DAT", "Waiting for gap", "Reported", "Assumed", "Pay 5", "Pay 6"):
        assert words in answer.text, words
    answer = await gateway.hub.client.get(f"/runs/{run['run_id']}", headers={"accept": "text/html"})
    for words in ("TA_277_LNK_MN2705_00000001.DAT", "layout reported", "£450.00", "Control totals"):
        assert words in answer.text, words
    gateway.hub.client.cookies = httpx.Cookies(session_cookie(app.state.auth, somebody(Role.OPERATOR, vpds=["312"])))
    page = await gateway.hub.client.get("/", headers={"accept": "text/html"})
    assert "No exchange is set up" in page.text
    assert "GO_277" not in page.text
