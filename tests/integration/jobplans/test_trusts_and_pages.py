"""Setting a trust up, the page for its people, and the service's report of itself."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from esr_sandbox.faults import Fault, Strikes
from esrlink.auth import Role
from esrlink.auth.testing import person, session_cookie
from esrlink.errors import Invalid
from esrlink.settings import Mode
from jobplan_adapter.settings import Settings
from jobplan_adapter.trusts import TrustSettings, check_token_files


async def test_a_trust_is_set_up_twice_alike_and_read_back(hub: Any) -> None:
    await hub.set_up()
    await hub.set_up()

    answer = await hub.client.get("/v1/trusts/277", headers=hub.bearer("trusts:write"))

    assert answer.json()["providers"][0]["identity_field"] == "ui_employee_number"
    assert hub.sandbox.settings.sard_token.get_secret_value() not in answer.text
    assert (await hub.provider())["state"] == "never"


async def test_a_trust_that_is_not_set_up_is_not_found(hub: Any) -> None:
    for path in ("/v1/trusts/277", "/v1/providers?vpd=277"):
        answer = await hub.client.get(path, headers=hub.bearer("trusts:write", "jobplans:read"))
        assert answer.status_code == 404
    assert (await hub.poll()).status_code == 404
    await hub.set_up()
    other = await hub.client.get("/v1/trusts/312", headers=hub.bearer("trusts:write"))
    assert other.status_code == 404


async def test_a_provider_that_cannot_be_is_422(hub: Any) -> None:
    body = hub.trust()
    body["providers"][0]["url"] = "file:///etc/passwd"

    answer = await hub.client.put("/v1/trusts/277", json=body, headers=hub.bearer("trusts:write"))

    assert answer.status_code == 422


def test_in_production_a_token_file_outside_the_secrets_folder_is_refused(tmp_path: Path) -> None:
    trust = {
        "ods_code": "RPG",
        "name": "Northcliffe",
        "providers": [{"name": "sard", "url": "https://sard.example", "email": "a@b", "token_file": "/etc/shadow"}],
    }
    production = {
        "mode": Mode.PRODUCTION,
        "database_url": "postgresql://x",
        "bus_url": "kafka://x",
        "issuer_url": "https://x",
        "session_secret": "x",
    }

    for root in (None, tmp_path):
        with pytest.raises(Invalid):
            check_token_files(TrustSettings.model_validate(trust), Settings(**production, secrets_root=root))
    trust["providers"][0]["token_file"] = str(tmp_path / "sard")  # type: ignore[index]
    check_token_files(TrustSettings.model_validate(trust), Settings(**production, secrets_root=tmp_path))
    trust["providers"][0]["url"] = "http://sard.example"  # type: ignore[index]
    with pytest.raises(Invalid, match="https"):
        check_token_files(TrustSettings.model_validate(trust), Settings(**production, secrets_root=tmp_path))


async def page(hub: Any, *roles: Role, vpds: tuple[str, ...] = ("277",)) -> Any:
    cookies = session_cookie(hub.running.service.app.state.auth, person(*roles, vpds=vpds))
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Accept": "text/html"}
    return await hub.client.get("/", headers=headers)


async def test_the_page_says_in_words_that_nothing_is_set_up_yet(hub: Any) -> None:
    answer = await page(hub, Role.OPERATOR)

    assert answer.status_code == 200
    assert "No job plan provider is set up yet" in answer.text


async def test_the_page_shows_state_match_rate_and_plans_of_ones_own_trusts_only(polled: Any) -> None:
    own, others = await page(polled, Role.OPERATOR), await page(polled, Role.OPERATOR, vpds=("312",))

    assert 'href="/jobplan-adapter/providers/277/sard"' in own.text
    assert "Signed off" in own.text
    assert re.search(r"\d\.\d%", own.text)
    assert "sard" not in others.text
    assert (await page(polled, Role.CLINICIAN)).status_code == 403
    assert (await polled.client.get("/", headers={"Accept": "text/html"})).status_code in {302, 303}


async def test_the_status_names_a_provider_that_is_down_and_how_old_its_plans_are(polled: Any) -> None:
    polled.running.clock.move_to(polled.running.clock.now() + timedelta(minutes=30))
    polled.sandbox.faults.switch_on(Fault.SARD_ERROR, Strikes(times=None))
    await polled.poll()

    report = (await polled.client.get("/v1/status", headers=polled.bearer("audit:read"))).json()
    others = (await polled.client.get("/v1/status", headers=polled.bearer("audit:read", vpds=["312"]))).json()

    assert report["state"] == "degraded"
    assert "30 minutes ago" in report["notices"][0]["text"]
    assert {one["label"]: one["value"] for one in report["figures"]}["Users without an ESR person"] == 1
    assert (others["state"], others["notices"]) == ("up", [])


async def test_every_operation_is_described_and_named(hub: Any) -> None:
    paths = (await hub.client.get("/openapi.json")).json()["paths"]

    for path, operations in paths.items():
        for operation in operations.values():
            assert operation.get("summary"), path
            if path.startswith("/v1/") and path != "/v1/status":
                assert operation.get("description"), path
                assert "_" not in operation["operationId"], path
