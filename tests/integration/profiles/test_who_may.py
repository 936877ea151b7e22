"""Who may do what: the pages and the API ask for the same roles, and a machine client for its scope."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from esrlink.auth import Role
from esrlink.auth.testing import person, signed_in_session
from profile_sync.permitted import DECIDE, READ_NAMES, WATCH

from .conftest import Hub

AUDITORS = {Role.AUDITOR, Role.OPERATOR}
API_READERS = READ_NAMES | {Role.AUDITOR}
STAFF = set(Role) - {Role.CLINICIAN}
SOME = str(uuid4())
LINK = "/links/clwrota/anaesthetics/ao1"

# What is asked for, and the roles that get past the door; what is behind it may be missing or badly asked for.
TABLE: list[tuple[str, str, set[Role] | frozenset[Role]]] = [
    ("GET", "/reviews", READ_NAMES),
    ("GET", "/reviews.csv", READ_NAMES),
    ("GET", "/reviews.xlsx", READ_NAMES),
    ("POST", "/reviews/filter", READ_NAMES),
    ("POST", "/people", READ_NAMES),
    ("POST", "/v1/people:search", API_READERS),
    ("GET", f"{LINK}?vpd=277", READ_NAMES),
    ("POST", "/reviews/decide", DECIDE),
    ("POST", "/reviews/preview", DECIDE),
    ("POST", "/reviews/apply", DECIDE),
    ("POST", "/reviews/undo", DECIDE),
    ("POST", f"{LINK}/decide", DECIDE),
    ("POST", f"/v1{LINK}/decisions", DECIDE),
    ("POST", "/v1/links/decisions", DECIDE),
    ("POST", "/v1/links/decisions:preview", DECIDE),
    ("GET", "/v1/reviews", API_READERS),
    ("GET", f"/v1{LINK}/explain", API_READERS),
    ("GET", "/people", READ_NAMES),
    ("GET", "/cohorts", DECIDE),
    ("POST", "/cohorts/new", DECIDE),
    ("POST", f"/cohorts/277/{SOME}/apply", DECIDE),
    ("POST", f"/cohorts/277/{SOME}/undo", DECIDE),
    ("POST", f"/v1/cohorts/{SOME}:apply", DECIDE),
    ("POST", f"/v1/cohorts/{SOME}:undo", DECIDE),
    ("PUT", "/v1/trusts/277", DECIDE),
    ("POST", "/v1/trusts/277/rule-runs", DECIDE),
    ("POST", f"/v1/trusts/277/rule-runs/{SOME}/stop", DECIDE),
    ("GET", "/v1/trusts/277/rule-runs", WATCH),
    ("GET", f"/v1/trusts/277/rule-runs/{SOME}", WATCH),
    ("POST", "/v1/webhooks", DECIDE),
    ("PUT", f"/v1/webhooks/{SOME}", DECIDE),
    ("DELETE", f"/v1/webhooks/{SOME}", DECIDE),
    ("POST", f"/v1/webhooks/{SOME}/replay", DECIDE),
    ("GET", "/v1/webhooks", WATCH),
    ("GET", f"/v1/webhooks/{SOME}/deliveries", WATCH),
    ("GET", "/webhooks", WATCH),
    ("GET", f"/webhooks/277/{SOME}", WATCH),
    *(("POST", f"/webhooks/277/{SOME}/{act}", DECIDE) for act in ("pause", "resume", "replay", "remove")),
    ("POST", f"/webhooks/277/{SOME}/deliveries/{SOME}", DECIDE),
    ("GET", "/rule-runs", WATCH),
    ("POST", "/rule-runs", DECIDE),
    ("GET", f"/rule-runs/277/{SOME}", WATCH),
    ("POST", f"/rule-runs/277/{SOME}/stop", DECIDE),
    ("POST", f"/rule-runs/277/{SOME}/apply", DECIDE),
    ("GET", "/audit", AUDITORS),
    ("GET", "/audit.csv", AUDITORS),
    ("GET", "/v1/audit", AUDITORS),
    ("GET", "/v1/audit/chain", AUDITORS),
    ("GET", "/registrations", STAFF),
]


async def ask(hub: Hub, method: str, path: str, *roles: Role) -> int:
    cookies, session = signed_in_session(hub.running.service.app.state.auth, person(*roles))
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "X-CSRF-Token": session.csrf}
    body: dict[str, Any] = {"json": {}} if path.startswith("/v1/") and method != "GET" else {}
    return (await hub.running.client.request(method, path, headers=headers, **body)).status_code


async def test_pages_and_api_open_to_the_same_roles(hub: Hub) -> None:
    found = {
        (method, path): {role for role in Role if await ask(hub, method, path, role) != 403}
        for method, path, _ in TABLE
    }
    assert found == {(method, path): set(roles) for method, path, roles in TABLE}


MACHINES = {
    ("POST", f"/v1{LINK}/decisions"): {"profiles:write"},
    ("POST", "/v1/links/decisions"): {"profiles:write"},
    ("PUT", "/v1/trusts/277"): {"trusts:write"},
    ("POST", "/v1/trusts/277/rule-runs"): {"trusts:write"},
    ("POST", "/v1/webhooks"): {"profiles:read", "webhooks:write"},
    ("GET", "/v1/audit"): {"audit:read"},
}
EVERY = {"profiles:read", "profiles:write", "trusts:write", "webhooks:write", "audit:read", "contacts:read"}


async def test_a_machine_needs_exactly_the_scopes_that_are_told(hub: Hub) -> None:
    for (method, path), scopes in MACHINES.items():
        body: dict[str, Any] = {} if method == "GET" else {"json": {}}
        given = await hub.running.client.request(method, path, headers=hub.running.bearer(*scopes), **body)
        assert given.status_code != 403, path
        for one in scopes:
            lacking = hub.running.bearer(*(EVERY - {one}))
            answer = await hub.running.client.request(method, path, headers=lacking, **body)
            assert answer.status_code == 403, (path, one)


@pytest.mark.parametrize("role", [Role.PAYROLL_OFFICER, Role.ADMINISTRATOR])
async def test_who_only_looks_is_offered_nothing_to_decide(hub: Hub, role: Role) -> None:
    await hub.profile(family_name="Zzyzx")
    cookies, _ = signed_in_session(hub.running.service.app.state.auth, person(role))
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    for path in ("/reviews", f"{LINK}?vpd=277"):
        page = (await hub.running.client.get(path, headers=headers)).text
        assert "Zzyzx" in page
        assert ('/decide"' in page) is (role in DECIDE), path
