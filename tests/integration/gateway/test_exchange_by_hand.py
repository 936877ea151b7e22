"""What people and clients see of an exchange and may do to it: its state, a trial of every step, and what is cleared away."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from esr_gateway.exchange.trial import STEPS
from esr_gateway.exchange_command import exchange_test_command
from esr_sandbox.faults import FAULTS, Fault
from tests.integration.gateway.conftest import NOON, GatewayUnderTest, exchange_settings, trust_settings
from tests.integration.hostile import as_body, twisted
from tests.unit.gateway.building import Go, person

SNAPSHOT = Go([person()])


async def put(gateway: GatewayUnderTest, tmp_path: Path, **exchange: Any) -> httpx.Response:
    settings = trust_settings(gateway.sandbox, tmp_path, **exchange)
    return await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())


async def tried(gateway: GatewayUnderTest, body: Any = None, *scopes: str) -> dict[str, Any]:
    answer = await gateway.hub.client.post(
        "/v1/exchanges/277/test", json=body, headers=gateway.bearer(*(scopes or ("exchange:operate", "trusts:write")))
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert [step["name"] for step in found["steps"]] == list(STEPS)
    assert all(bool(step["advice"]) == (step["outcome"] == "failed") for step in found["steps"])
    assert gateway.sandbox.settings.password("277") not in answer.text
    return found


def outcomes(trial: dict[str, Any]) -> dict[str, str]:
    return {step["name"]: step["outcome"] for step in trial["steps"]}


async def test_a_trial_goes_every_step_and_leaves_nothing_behind(gateway: GatewayUnderTest) -> None:
    assert outcomes(await tried(gateway))["read"] == "skipped", "there is nothing to read yet"
    SNAPSHOT.write(gateway.out)
    trial = await tried(gateway)
    assert trial["works"]
    assert set(outcomes(trial).values()) == {"ok"}
    assert list(gateway.inbox.iterdir()) == []
    assert (await gateway.get("/v1/files"))["files"] == [], "and takes nothing in"
    audit = await gateway.hub.client.get("/v1/audit", headers=gateway.bearer("audit:read"))
    assert [entry["action"] for entry in audit.json()["entries"]] == ["exchange.tried"] * 2 + ["trust.put"]


@pytest.mark.parametrize(
    ("fault", "step"),
    [
        (Fault.WRONG_HOST_KEY, "host_key"),
        (Fault.LOGIN_REVOKED, "login"),
        (Fault.LISTING_REFUSED, "list_out"),
        (Fault.READING_REFUSED, "read"),
        (Fault.WRITING_REFUSED, "write"),
        (Fault.RENAME_REFUSED, "rename"),
        (Fault.DROPPED_CONNECTION, "write"),
        (Fault.LOST_RECEIPT, "rename"),
    ],
)
async def test_the_step_that_fails_is_named_and_nothing_is_left_behind(
    gateway: GatewayUnderTest, fault: Fault, step: str
) -> None:
    SNAPSHOT.write(gateway.out)
    given = {"after_bytes": 3} if fault is Fault.DROPPED_CONNECTION else {}
    gateway.sandbox.faults.switch_on(fault, FAULTS[fault].parameters(**given))
    trial = await tried(gateway)
    failed = [name for name, outcome in outcomes(trial).items() if outcome == "failed"]
    assert failed[0] == step
    assert not trial["works"]
    assert list(gateway.inbox.iterdir()) == []
    if fault is Fault.WRONG_HOST_KEY:
        assert trial["offered_fingerprint"].startswith("SHA256:")
        assert trial["offered_fingerprint"] in str(trial["steps"])
        assert trial["offered_host_key"].split()[0] == "ssh-ed25519"
        assert outcomes(trial)["login"] == "skipped", "nothing is sent to a stranger"


async def test_settings_can_be_tried_before_they_are_stored_by_whoever_may_store_them(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    other = exchange_settings(gateway.sandbox, tmp_path, port=1)
    assert outcomes(await tried(gateway, other))["connect"] == "failed"
    nowhere = exchange_settings(gateway.sandbox, tmp_path, host="nowhere.invalid")
    assert outcomes(await tried(gateway, nowhere))["resolve"] == "failed"
    assert (await tried(gateway))["works"], "what is stored is as it was"
    path, client = "/v1/exchanges/277/test", gateway.hub.client
    may_not = await client.post(path, json=other, headers=gateway.bearer("exchange:operate"))
    assert may_not.status_code == 403
    stolen = {**other, "password_file": None, "password_env": "ESR_EXCHANGE_312"}
    answer = await client.post(path, json=stolen, headers=gateway.bearer())
    assert (answer.status_code, answer.json()["field"]) == (422, "exchange.password_env")
    foreign = await client.post(path, headers=gateway.bearer(vpds=("312",)))
    assert foreign.status_code == 404


async def test_exchanges_say_how_they_are_and_when_they_are_looked_at(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    [new] = (await gateway.get("/v1/exchanges"))["exchanges"]
    assert (new["state"], new["next_poll_at"]) == ("waiting", None)
    assert (await put(gateway, tmp_path, poll_cron="30 5 * * *")).status_code == 200
    await gateway.receive(SNAPSHOT)
    [up] = (await gateway.get("/v1/exchanges"))["exchanges"]
    assert (up["state"], up["last_file"], up["lag_seconds"]) == ("up", SNAPSHOT.name, 13 * 3600)
    assert up["next_poll_at"] == "2026-08-04T04:30:00Z", "half past five in London"
    async with gateway.hub.database.read(["277"]) as tx:
        stored = await tx.scalar(text("SELECT next_poll_at FROM exchange"))
    assert stored.isoformat() == "2026-08-04T04:30:00+00:00"
    gateway.sandbox.faults.switch_on(Fault.LOGIN_REVOKED, FAULTS[Fault.LOGIN_REVOKED].parameters())
    await gateway.poll_answer()
    [down] = (await gateway.get("/v1/exchanges", vpd="277"))["exchanges"]
    assert (down["state"], "does not accept" in down["problem"]) == ("down", True)


async def test_old_files_are_removed_only_if_the_trust_says_so_and_the_archive_has_them(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    later = SNAPSHOT.but(day="20260804", before="20260803", sequence=2)
    await gateway.receive(SNAPSHOT)
    await gateway.receive(later)
    gateway.hub.clock.move_to(NOON + timedelta(days=40))
    await gateway.poll()
    assert len(list(gateway.out.iterdir())) == 2, "never by itself"
    settings: Any = gateway.hub.settings
    sha256 = next(f["sha256"] for f in (await gateway.get("/v1/files"))["files"] if f["name"] == later.name)
    lost = settings.archive / sha256[:2] / sha256
    lost.rename(tmp_path / "lost")
    assert (await put(gateway, tmp_path, delete_after_days=41)).status_code == 200
    await gateway.poll()
    assert len(list(gateway.out.iterdir())) == 2, "not before its time"
    assert (await put(gateway, tmp_path, delete_after_days=40)).status_code == 200
    await gateway.poll()
    assert [path.name for path in gateway.out.iterdir()] == [later.name], "what the archive has lost is kept"
    (tmp_path / "lost").rename(lost)
    Go([person()], sequence=3).write(gateway.out)
    await gateway.poll()
    assert [path.name[-6:] for path in gateway.out.iterdir()] == ["03.DAT"], "what is new is not old"
    audit = await gateway.hub.client.get("/v1/audit", headers=gateway.bearer("audit:read"))
    removed = [entry["about"] for entry in audit.json()["entries"] if entry["action"] == "exchange.file_removed"]
    assert sorted(removed) == sorted([SNAPSHOT.name, later.name])


async def test_the_command_line_tries_it_too(gateway: GatewayUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    settings: Any = gateway.hub.settings
    given = {
        "MODE": "tryout",
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "ARCHIVE_DIR": settings.archive,
    }
    for name, value in given.items():
        monkeypatch.setenv(f"ESR_GATEWAY_{name}", str(value))
    run = CliRunner().invoke
    good = await asyncio.to_thread(run, exchange_test_command, ["--vpd", "277"])
    assert (good.exit_code, good.output.count("ok      ")) == (0, 9), (good.output, good.exception)
    gateway.sandbox.faults.switch_on(Fault.LOGIN_REVOKED, FAULTS[Fault.LOGIN_REVOKED].parameters())
    bad = await asyncio.to_thread(run, exchange_test_command, ["--vpd", "277"])
    assert bad.exit_code == 1
    assert "FAILED  Sign in" in bad.output
    assert "What to do" in bad.output
    assert (await asyncio.to_thread(run, exchange_test_command, ["--vpd", "999"])).exit_code == 2


async def test_no_settings_break_a_trial(gateway: GatewayUnderTest, tmp_path: Path) -> None:
    # Refused, so that none of them goes far.
    gateway.sandbox.faults.switch_on(Fault.LOGIN_REVOKED, FAULTS[Fault.LOGIN_REVOKED].parameters())
    settings = exchange_settings(gateway.sandbox, tmp_path, poll_cron="0 5 * * *")
    for body in twisted(settings):
        answer = await gateway.hub.client.post(
            "/v1/exchanges/277/test", content=as_body(body), headers=gateway.bearer()
        )
        assert answer.status_code < 500, (body, answer.text)
