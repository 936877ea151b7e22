"""What each operation answers is what its OpenAPI document says, whatever is asked: schemathesis makes the requests.

Valid and broken requests are made from the document itself, the same ones in every run. No answer is a 5xx, none has a status, a
media type or a form that the document does not name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import FailureGroup, content_type_conformance, not_a_server_error, response_schema_conformance
from schemathesis.specs.openapi.checks import status_code_conformance

from esrlink.auth import Scope
from esrlink.runtime import Definition, installed_services
from tests.conftest import Running, RunService

SERVICES = installed_services()
# Of each operation, valid ones and as many broken ones: some three thousand requests in all.
EXAMPLES = 5
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

Ask = Callable[[Case], httpx.Response]


@pytest.mark.parametrize("service", SERVICES, ids=[one.name for one in SERVICES])
@pytest.mark.timeout(300)
async def test_every_answer_is_a_documented_one(service: Definition, run_service: RunService) -> None:
    hub = await run_service(service)
    document = await asyncio.to_thread(hub.service.app.openapi)
    await _set_up(hub, document)
    schema = schemathesis.openapi.from_dict(document)
    ask = _asker(hub)
    wrong = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            said = await asyncio.to_thread(_tried, operation, mode, ask)
            if said:
                wrong[f"{operation.label} {mode.value}"] = said
    assert not wrong, "\n\n".join(f"{name}: {said}" for name, said in wrong.items())


async def _set_up(hub: Running, document: dict[str, Any]) -> None:
    """The trust of the document's own example, so that valid requests are about something."""
    put = document["paths"]["/v1/trusts/{vpd}"]["put"]
    media = put["requestBody"]["content"]["application/json"]
    model = document["components"]["schemas"][media["schema"]["$ref"].rsplit("/", 1)[1]]
    whole = media.get("examples") or media["schema"].get("examples") or model.get("examples")
    example = (
        next(iter(whole.values()))["value"]
        if isinstance(whole, dict)
        else whole[0]
        if whole
        else {name: one["examples"][0] for name, one in model["properties"].items() if "examples" in one}
    )
    answer = await hub.client.put("/v1/trusts/277", json=example, headers=hub.bearer(*Scope))
    assert answer.status_code < 300, answer.text


def _asker(hub: Running) -> Ask:
    """Sends a case to the service, from the thread in which it was made."""
    loop = asyncio.get_running_loop()
    headers = hub.bearer(*Scope)

    def ask(case: Case) -> httpx.Response:
        told = case.as_transport_kwargs(base_url="http://hub.test", headers=headers)
        if "wait" in (told.get("params") or {}):
            told["params"]["wait"] = 0  # nothing comes, and a long poll would wait for it
        return asyncio.run_coroutine_threadsafe(hub.client.request(**_for_httpx(told)), loop).result(60)

    return ask


def _for_httpx(told: dict[str, Any]) -> dict[str, Any]:
    kept = {name: told[name] for name in ("method", "url", "params", "json", "headers", "files") if told.get(name)}
    if told.get("data") is not None:
        kept["content" if isinstance(told["data"], str | bytes) else "data"] = told["data"]
    return kept


def _tried(operation: APIOperation, mode: GenerationMode, ask: Ask) -> str | None:
    """What was wrong with the first answer that is not documented; none when all are."""

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def every(case: Case) -> None:
        case.validate_response(ask(case), checks=CHECKS)

    try:
        every()
    except Unsatisfiable:
        return None  # it takes nothing that could be broken
    except FailureGroup as failures:
        return str(failures)
    return None
