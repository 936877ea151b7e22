"""Whatever a client sends, the answer says what is wrong with it: no request is a 500."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.integration.hostile import TEXTS, as_body, paths, twisted
from tests.integration.profiles.conftest import Hub, imported, trust_settings

PROFILE: dict[str, Any] = {
    "employee_number": "20001001",
    "registration_number": "7012345",
    "title": "Dr",
    "given_name": "Adaeze",
    "family_name": "Okafor",
    "email": "adaeze.okafor@example.nhs.uk",
    "grade": "Consultant",
    "version": 0,
}
ROW = {"product": "clwrota", "department": "anaesthetics", "profile_id": "ao1", **PROFILE}
DECISION = {"decision": "confirm", "employee_number": "20001001", "reason": "Seen.", "by": "admin", "revision": 1}
KEY = {"product": "clwrota", "department": "anaesthetics", "profile_id": "ao1"}


async def _failures(hub: Hub, method: str, path: str, bodies: list[Any]) -> list[Any]:
    headers = hub.headers | {"content-type": "application/json"}
    failed = []
    for body in bodies:
        answer = await hub.running.client.request(method, path, content=as_body(body), headers=headers)
        if answer.status_code >= 500:
            failed.append(body)
    return failed


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/v1/profiles/clwrota/anaesthetics/ao1", PROFILE),
        ("POST", "/v1/profiles:batch", {"vpd": "277", "profiles": [ROW]}),
        ("POST", "/v1/links/clwrota/anaesthetics/ao1/decisions", DECISION),
        ("POST", "/v1/links/decisions", {"vpd": "277", "decisions": [KEY | DECISION]}),
        ("POST", "/v1/links/decisions:preview", {"vpd": "277", "decisions": [KEY | DECISION]}),
        ("POST", "/v1/trusts/277/rule-runs", {"dry_run": True, "registration_rule": "matched", "reason": "To see."}),
        ("PUT", "/v1/trusts/277", trust_settings()),
        ("POST", "/v1/people:search", {"search": "okafor ada", "vpd": "277", "cursor": "x", "limit": 5}),
    ],
)
async def test_no_hostile_body_is_a_failure_of_ours(hub: Hub, method: str, path: str, body: Any) -> None:
    await hub.people(imported())
    await hub.profile()
    assert await _failures(hub, method, path, [*twisted(body)]) == []


async def test_no_hostile_address_is_a_failure_of_ours(hub: Hub) -> None:
    urls = [*paths("/v1/profiles/{product}/{department}/{profile_id}", KEY)]
    for what in ("decisions", "explain", "history"):
        urls += paths(f"/v1/links/{{product}}/{{department}}/{{profile_id}}/{what}", KEY)
    urls += paths(
        "/v1/trusts/{vpd}/rule-runs/{run_id}", {"vpd": "277", "run_id": "01987a3e-77c0-7b3e-9d55-2f6f0c1b9a10"}
    )
    urls += paths("/v1/people/{vpd}/{employee_number}", {"vpd": "277", "employee_number": "20001001"})
    urls += paths("/v1/trusts/{vpd}", {"vpd": "277"})
    urls += [f"/v1/people/277/20001001?on={text}" for text in TEXTS]
    urls += paths("/v1/people/{vpd}/{employee_number}/history", {"vpd": "277", "employee_number": "20001001"})
    urls += [f"/v1/people/277/20001001/history?{name}={text}" for name in ("before", "limit") for text in TEXTS]
    for name in ("vpd", "product", "department", "state", "cursor", "limit", "employee_number"):
        urls += [f"/v1/{one}?{name}={text}" for one in ("profiles", "reviews", "matching") for text in TEXTS]
    assert [url for url in urls if (await hub.get(url)).status_code >= 500] == []


async def test_no_made_up_cursor_is_a_failure_of_ours(hub: Hub) -> None:
    keys = [b"x", b"\xff", b"[" * 700]
    for since in ("2026-08-03T08:00:00+00:00", "2026-08-03", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"):
        keys += [as_body(key) for key in twisted([since, "a", "b", "c"])]
    keys += [as_body(key) for key in twisted(["a", "b", "c"])]
    for key in keys:
        cursor = base64.urlsafe_b64encode(key[:700]).decode()
        for one in ("profiles", "reviews"):
            answer = await hub.get(f"/v1/{one}", params={"cursor": cursor})
            assert answer.status_code < 500, (one, key)
