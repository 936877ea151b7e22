"""Whatever a client sends, the answer says what is wrong with it: no request is a 500, and none poisons what is stored."""

from __future__ import annotations

from typing import Any

from submittals import examples
from tests.integration.hostile import TEXTS, VALUES, as_body, paths, twisted
from tests.integration.submittals.conftest import SETTINGS, Rota, leave, work

PLACE = "/v1/submittals/clwrota/anaesthetics"


async def _failures(rota: Rota, method: str, path: str, bodies: list[Any]) -> list[Any]:
    headers = rota.bearer() | {"content-type": "application/json"}
    failed = []
    for body in bodies:
        answer = await rota.hub.client.request(method, path, content=as_body(body), headers=headers)
        if answer.status_code >= 500:
            failed.append((path, body))
    return failed


async def test_no_hostile_record_is_a_failure_of_ours(rota: Rota) -> None:
    bodies = [*twisted(work(unit="hours", units="4", rate="45.50", note="x")), *twisted(leave(open=False, days="3"))]
    assert await _failures(rota, "PUT", f"{PLACE}/r1", bodies) == []
    listed = [*twisted({"records": [examples.BATCH_RECORD]})]
    assert await _failures(rota, "POST", "/v1/submittals:batch", listed) == []
    assert (await rota.hub.client.get("/v1/submittals", headers=rota.bearer())).status_code == 200


async def test_no_hostile_command_is_a_failure_of_ours(rota: Rota) -> None:
    submittal_id = (await rota.taken("r1", work()))["submittal_id"]
    fields = {"units": "1", "starts": "08:00", "rate": "1.00", "assignment_number": "1"}
    body = {"by": "admin", "fields": fields, "note": "x", "version": 1}
    for command in ("enrich", "resubmit"):
        assert await _failures(rota, "POST", f"/v1/submittals/{submittal_id}/{command}", [*twisted(body)]) == []
    for command in ("validate", "approve", "return", "withdraw"):
        bodies = [*twisted({"by": "admin", "reason": "x"})]
        assert await _failures(rota, "POST", f"/v1/submittals/{submittal_id}/{command}", bodies) == []
    many = [*twisted({"commands": [{"submittal_id": submittal_id, "command": "enrich", **body}]})]
    assert await _failures(rota, "POST", "/v1/submittals:batch-commands", [{"commands": []}, *many]) == []
    await rota.read(submittal_id)


async def test_no_hostile_settings_are_a_failure_of_ours(rota: Rota) -> None:
    assert await _failures(rota, "PUT", "/v1/trusts/277", [*twisted(SETTINGS)]) == []


async def test_no_hostile_address_is_a_failure_of_ours(rota: Rota) -> None:
    key = {"product": "clwrota", "department": "anaesthetics", "record_id": "r1"}
    urls = [*paths("/v1/submittals/{product}/{department}/{record_id}", key)]
    urls += paths("/v1/submittals/{submittal_id}", {"submittal_id": "x"})
    urls += paths("/v1/trusts/{vpd}", {"vpd": "277"})
    for name in ("vpd", "state", "department", "cursor", "limit"):
        urls += [f"/v1/submittals?{name}={text}" for text in TEXTS]
    urls += [f"/v1/{one}?vpd={text}" for one in ("calendar", "submittals/counts") for text in TEXTS]
    failed = [url for url in urls if (await rota.hub.client.get(url, headers=rota.bearer())).status_code >= 500]
    assert failed == []
    for value in VALUES:
        if isinstance(value, str) and value.isascii() and value.isprintable():
            answer = await rota.put("r1", work(), headers={"If-Match": value})
            assert answer.status_code < 500
