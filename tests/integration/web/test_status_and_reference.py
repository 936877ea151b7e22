"""What every service serves to the site: a status report of the trusts in hand, and a reference of its API."""

from __future__ import annotations

import re

import pytest

from esrlink.runtime import installed_services
from tests.conftest import Running, RunService

DEFINITIONS = {definition.name: definition for definition in installed_services()}


@pytest.fixture(params=sorted(DEFINITIONS))
async def service(request: pytest.FixtureRequest, run_service: RunService) -> Running:
    return await run_service(DEFINITIONS[request.param])


async def test_the_status_names_ones_own_trusts_and_is_of_the_one_that_is_asked_for(service: Running) -> None:
    admin = service.bearer("trusts:write", vpds=["277", "312"])
    for vpd in ("277", "312"):
        body = {"ods_code": "RPG", "name": f"Hospital {vpd}", "departments": []}
        if service.definition.name == "esr-gateway":
            del body["departments"]
        answer = await service.client.put(f"/v1/trusts/{vpd}", json=body, headers=admin)
        assert answer.status_code in {200, 201}, answer.text
    both, one = service.bearer("audit:read", vpds=["277", "312"]), service.bearer("audit:read", vpds=["312"])
    assert (await service.client.get("/v1/status?vpd=277", headers=both)).json()["trusts"] == {
        "277": "Hospital 277",
        "312": "Hospital 312",
    }
    assert (await service.client.get("/v1/status", headers=one)).json()["trusts"] == {"312": "Hospital 312"}
    assert (await service.client.get("/v1/status?vpd=277", headers=one)).status_code == 404


async def test_the_api_reference_loads_nothing_from_elsewhere_and_needs_no_sign_in(service: Running) -> None:
    answer = await service.client.get("/docs")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
    document = (await service.client.get("/openapi.json")).json()
    for methods in document["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in answer.text
