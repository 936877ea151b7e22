"""Every decision of a person or a client leaves an entry in the audit trail, in its own transaction, and nothing else does."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from typer.testing import CliRunner

from esrlink import audit
from esrlink.auth import Role
from esrlink.auth.testing import person, signed_in_session
from esrlink.cli import main
from esrlink.ids import new_id
from profile_sync.rule_runs.working import RuleRuns

from .cohort_site import ALIKE, Cohorts
from .conftest import Hub, imported, trust_settings

AO1, C1 = "clwrota/anaesthetics/ao1", "medirota/cardiology/c1"
HOOK = {"url": "https://user:pw@rota.example.org/hook?key=s3cret", "topics": ["profile.linked"]}
# What no entry may hold: names, e-mail addresses, reasons that somebody wrote, and what an address may hide.
FORBIDDEN = ("Okafor", "Adaeze", "example.nhs.uk", "badge", "pw@", "s3cret", "whsec")


async def trail(hub: Hub) -> list[Any]:
    """The entries of trust 277 but for its own set-up, oldest first, when the chain is whole and holds nothing forbidden."""
    async with hub.running.database.read(["277"]) as tx:
        rows = list(reversed(await audit.entries(tx, ["277"], limit=1_000)))
        assert await audit.verify(tx, "277") == len(rows)
    said = json.dumps([row.detail for row in rows])
    assert [word for word in FORBIDDEN if word in said] == []
    return rows[1:]


async def done(hub: Hub) -> list[tuple[str, str, str, str]]:
    return [(row.actor, row.action, row.about, row.detail["through"]) for row in await trail(hub)]


async def send(hub: Hub, path: str, *roles: Role, vpds: tuple[str, ...] = ("277",), **form: Any) -> Any:
    cookies, session = signed_in_session(hub.running.service.app.state.auth, person(*roles, vpds=vpds))
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Accept": "text/html"}
    return await hub.running.client.post(path, data={"csrf_token": session.csrf, **form}, headers=headers)


@pytest.fixture
async def two(hub: Hub) -> Hub:
    """Two profiles that wait, and the person whom they are like."""
    await hub.people(imported(email="ada@example.nhs.uk"), imported("20001002", given_name="Maja"))
    await hub.profile(AO1)
    await hub.profile(C1)
    return hub


async def test_each_decision_on_a_link_is_recorded_with_who_and_how(two: Hub) -> None:
    why = {"reason": "Seen her badge"}
    await two.decide("confirm", employee_number="20001001", by="rota-user-7", **why)
    await two.decide("unlink", **why)
    await two.decide("undo", **why)
    await two.decide("exclude", C1, **why)
    key = "277/medirota/cardiology/c1/2"
    answer = await send(two, f"/links/{C1}/decide", Role.ADMINISTRATOR, key=key, act="reject 20001001", **why)
    assert answer.status_code == 303, answer.text
    assert await done(two) == [
        ("clwrota/rota-user-7", "link.confirmed", AO1, "api"),
        ("clwrota", "link.unlinked", AO1, "api"),
        ("clwrota", "link.undone", AO1, "api"),
        ("clwrota", "link.excluded", C1, "api"),
        ("sample-person", "link.rejected", C1, "page"),
    ]
    recorded = (await two.get(f"/v1/links/{AO1}/decisions")).json()["items"]
    rows = await trail(two)
    assert [row.detail["decision_id"] for row in rows[:3]] == [one["decision_id"] for one in recorded]
    assert rows[2].detail["undoes"] == recorded[1]["decision_id"]
    assert rows[0].detail["employee_number"] == "20001001"


async def test_several_at_once_are_an_entry_each_and_what_is_refused_is_none(two: Hub) -> None:
    keys = [f"277/{place}/1" for place in (AO1, C1)]
    items = [f"{key} exclude" for key in keys]
    answer = await send(two, "/reviews/apply", Role.ADMINISTRATOR, item=items, reason="Agency")
    ids = [part.partition("=")[2] for part in answer.headers["location"].partition("?")[2].partition("#")[0].split("&")]
    await send(two, "/reviews/apply", Role.ADMINISTRATOR, item=items, reason="Agency")  # stale: refused
    await send(two, "/reviews/undo", Role.ADMINISTRATOR, decision=ids)
    assert await done(two) == [
        ("sample-person", action, place, "page") for action in ("link.excluded", "link.undone") for place in (AO1, C1)
    ]


async def test_what_is_asked_twice_refused_or_undone_by_a_fault_leaves_no_entry(
    two: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {
        "product": "clwrota",
        "department": "anaesthetics",
        "profile_id": "ao1",
        "decision": "exclude",
        "reason": "No",
    }
    for _ in range(2):
        await two.post(
            "/v1/links/decisions", {"decisions": [row]}, headers={**two.headers, "Idempotency-Key": "k-1-2-3-4"}
        )
    await two.decide("unlink", C1)  # it is linked to nobody
    assert [one[1] for one in await done(two)] == ["link.excluded"]

    def lost(name: str) -> None:
        if name == "transaction.before_commit":
            raise RuntimeError("lost")

    with monkeypatch.context() as patched:
        patched.setattr("esrlink.db.database.crash.point", lost)
        assert (await two.decide("confirm", C1, employee_number="20001001")).status_code == 500
    assert [one[1] for one in await done(two)] == ["link.excluded"]


async def test_a_preview_reads_and_puts_leave_no_entry(two: Hub) -> None:
    row = {
        "product": "clwrota",
        "department": "anaesthetics",
        "profile_id": "ao1",
        "decision": "exclude",
        "reason": "No",
    }
    await two.post("/v1/links/decisions:preview", {"decisions": [row], "vpd": "277"})
    await two.profile(AO1, given_name="Ada")
    for path in (f"/v1/profiles/{AO1}", "/v1/reviews", "/v1/people/277/20001001", f"/v1/links/{AO1}/explain"):
        assert (await two.get(path)).status_code == 200
    await two.put("/v1/trusts/277", trust_settings())  # as it is already
    assert await done(two) == []


async def test_a_trusts_settings_and_runs_of_its_rules_are_recorded(hub: Hub) -> None:
    await hub.put("/v1/trusts/277", trust_settings(registration_rule="matched"))
    run = (await hub.post("/v1/trusts/277/rule-runs", {})).json()["run_id"]
    await hub.post(f"/v1/trusts/277/rule-runs/{run}/stop", None)
    real = (await hub.post("/v1/trusts/277/rule-runs", {"dry_run": False, "reason": "Seen her badge"})).json()["run_id"]
    assert (await hub.post("/v1/trusts/277/rule-runs", {})).status_code == 409
    await RuleRuns(hub.running.database, hub.running.clock, new_id).turn()
    found = await trail(hub)
    assert [(row.action, row.about) for row in found] == [
        ("trust.put", "277"),
        ("rule_run.asked", run),
        ("rule_run.stopped", run),
        ("rule_run.asked", real),
    ]
    assert found[0].detail["changed"] == ["registration_rule"]
    assert (found[1].detail["dry_run"], found[3].detail["dry_run"]) == (True, False)


async def test_webhooks_are_recorded_without_what_is_secret_of_them(hub: Hub) -> None:
    hub.headers = hub.running.bearer("profiles:read", "webhooks:write")
    made = (await hub.post("/v1/webhooks", {**HOOK, "url": "http://127.0.0.1:1/x?key=s3cret"})).json()
    path = f"/v1/webhooks/{made['webhook_id']}"
    body = {"url": "http://127.0.0.1:1/y?key=s3cret", "topics": ["profile.linked"], "paused": True}
    for _ in range(2):  # the same again changes nothing
        assert (await hub.put(path, body)).status_code == 200
    await hub.post(f"{path}/secret", {"keep_old_hours": 0})
    await hub.post(f"{path}/replay", {})
    await hub.running.client.delete(path, headers=hub.headers)
    found = await trail(hub)
    assert [row.action.removeprefix("webhook.") for row in found] == [
        *("created", "changed", "secret_changed", "replayed", "removed")
    ]
    assert {row.about for row in found} == {made["webhook_id"]}
    assert (found[0].detail["host"], found[1].detail["paused"], found[3].detail["queued"]) == ("127.0.0.1", True, 0)


async def test_a_cohort_is_recorded_when_it_is_applied_and_undone_with_the_links_it_makes(hub: Hub) -> None:
    cohorts = await Cohorts.begin(hub)
    await cohorts.plan()
    assert (await cohorts.edit(ALIKE, action="link", profile_id="zw")).status_code == 200
    await cohorts.finish("apply")
    await cohorts.finish("undo")
    found = await done(hub)
    assert [one[1:] for one in found if one[1].startswith("cohort.")] == [
        ("cohort.applied", cohorts.cohort_id, "api"),
        ("cohort.undone", cohorts.cohort_id, "api"),
    ]
    zw = "clwrota/anaesthetics/zw"
    assert [one[1:] for one in found if one[2] == zw] == [
        ("link.confirmed", zw, "cohort"),
        ("link.undone", zw, "cohort"),
    ]


async def test_an_auditor_reads_the_trail_of_their_trusts_and_checks_it(two: Hub) -> None:
    await two.decide("exclude")

    async def read(path: str, *vpds: str) -> Any:
        cookies, _ = signed_in_session(two.running.service.app.state.auth, person(Role.AUDITOR, vpds=vpds))
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Accept": "text/html"}
        return await two.running.client.get(path, headers=headers)

    page = (await read("/audit?check=true", "277")).text
    assert [word for word in ("Link excluded", AO1, "clwrota", "whole up to entry 2") if word not in page] == []
    assert AO1 not in (await read("/audit", "312")).text
    assert AO1 in (await read("/audit.csv", "277")).text
    told = (await read("/v1/audit?action=link.", "277")).json()["entries"]
    assert [(one["action"], one["about"]) for one in told] == [("link.excluded", AO1)]
    chain = await two.get("/v1/audit/chain", headers=two.running.bearer("audit:read"))
    assert (chain.json()["whole"], chain.json()["entries"]) == (True, 2)


async def test_the_command_follows_this_services_trail_too(two: Hub) -> None:
    await two.decide("exclude")
    environment = {
        "PROFILE_SYNC_DATABASE_URL": two.running.settings.database_url.get_secret_value(),
        "PROFILE_SYNC_MODE": "tryout",
    }
    command = ["audit", "verify", "--service", "profile-sync"]
    done = await asyncio.to_thread(CliRunner().invoke, main, command, env=environment)
    assert done.output.splitlines() == [
        "profile-sync, trust 277: whole up to entry 2.",
        "profile-sync, trust 312: whole up to entry 1.",
    ]
