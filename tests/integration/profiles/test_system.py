"""What the hub says that it offers is what it does, and what of it this caller may use."""

from __future__ import annotations

from .conftest import SCOPES, Hub


async def test_a_client_is_told_what_it_may_call_and_every_path_is_there(hub: Hub) -> None:
    answer = (await hub.get("/v1/system", headers=hub.running.bearer("profiles:read"))).json()
    allowed = {one["operation"]: one["allowed"] for one in answer["endpoints"]}
    assert (allowed["listChanges"], allowed["putProfile"], allowed["createWebhook"]) == (True, False, False)
    paths = set(hub.running.service.app.openapi()["paths"])
    assert {one["path"] for one in answer["endpoints"]} == {path for path in paths if path.startswith("/v1/")}
    assert answer["caller"] == {
        "subject": "clwrota",
        "scopes": ["profiles:read"],
        "roles": [],
        "vpds": ["277"],
        "departments": None,
    }


async def test_the_limits_are_those_that_hold(hub: Hub) -> None:
    answer = (await hub.get("/v1/system")).json()
    limits, settings = answer["limits"], hub.running.settings
    assert (limits["batch_rows"], limits["body_bytes"]) == (settings.batch_limit, settings.max_body_bytes)  # type: ignore[attr-defined]
    too_long = await hub.get(f"/v1/changes?wait={limits['changes_wait_seconds'] + 1}")
    assert too_long.status_code == 422
    assert {one["name"] for one in answer["services"]} >= {"profile-sync", "submittals"}
    assert "profile.linked" in answer["change_topics"]
    assert "profile.linked" in answer["event_topics"]


async def test_nobody_is_told_anything_without_a_scope(hub: Hub) -> None:
    assert (await hub.get("/v1/system", headers=hub.running.bearer("audit:read"))).status_code == 403
    assert (await hub.get("/v1/system", headers=hub.running.bearer(*SCOPES))).status_code == 200
