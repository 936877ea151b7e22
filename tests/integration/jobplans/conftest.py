"""jobplan-adapter beside the sandbox's SARD, set up for trust 277, with the people whom SARD and ESR both know."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from esr_sandbox.run import Sandbox
from esr_sandbox.settings import SandboxSettings
from esr_sandbox.world.job_plans import JobPlan, job_plans, sard_users
from esrlink.contracts import ProfileImported
from jobplan_adapter.bootstrap import service

NOW = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)
QUICK = {"retry_pause": 0, "retry_attempts": 2, "request_timeout": 0.5, "requests_per_second": 1000}


@pytest.fixture(scope="session")
async def started_sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sandbox]:
    root: Path = tmp_path_factory.mktemp("jobplans") / "sandbox"
    async with Sandbox(root, SandboxSettings(staff={"277": 120, "312": 20})) as running:
        yield running


@pytest.fixture
def sandbox(started_sandbox: Sandbox) -> Iterator[Sandbox]:
    started_sandbox.faults.switch_off()
    yield started_sandbox
    started_sandbox.faults.switch_off()


@dataclass
class Hub:
    """The service with its client, and the sandbox's world that it is told about."""

    running: Any
    sandbox: Sandbox
    token_file: Path

    @property
    def client(self) -> httpx.AsyncClient:
        client: httpx.AsyncClient = self.running.client
        return client

    def bearer(self, *scopes: str, **values: Any) -> dict[str, str]:
        headers: dict[str, str] = self.running.bearer(*scopes, **values)
        return headers

    def trust(self, **changes: Any) -> dict[str, Any]:
        """The body that sets the trust up."""
        provider = {
            "name": "sard",
            "kind": "sard",
            "url": f"{self.sandbox.http_url}/sard",
            "email": self.sandbox.settings.sard_email,
            "token_file": str(self.token_file),
            "poll_seconds": 600,
        }
        return {
            "ods_code": "RPG",
            "name": "Northcliffe University Hospitals",
            "departments": [{"product": "clwrota", "department": "anaesthetics", "name": "Anaesthetics"}],
            "providers": [provider],
            **changes,
        }

    async def set_up(self, vpd: str = "277", **changes: Any) -> None:
        headers = self.bearer("trusts:write", vpds=[vpd])
        answer = await self.client.put(f"/v1/trusts/{vpd}", json=self.trust(**changes), headers=headers)
        assert answer.status_code == 200, answer.text

    async def import_people(self, *numbers: str, vpd: str = "277") -> None:
        """Let ESR show these people; all of SARD's live ones when none is named."""
        users = sard_users(self.sandbox.esr.world("277"))
        known = [f"{u.attributes['ui_employee_number']:08d}" for u in users if int(u.user_id) < 9000]
        await self.running.deliver(
            *(
                ProfileImported(
                    vpd=vpd,
                    employee_number=number,
                    revision=1,
                    as_of=NOW,
                    source_file="GO_277_GDW_GDR_20260803_00000001.DAT",
                    person_id=number,
                    family_name="Invented",
                )
                for number in numbers or known
            )
        )

    async def poll(self) -> httpx.Response:
        return await self.client.post("/v1/providers/277/sard/poll", headers=self.bearer("exchange:operate"))

    async def plan(self, number: str, *, headers: dict[str, str] | None = None, **query: Any) -> httpx.Response:
        known = {**self.bearer("jobplans:read"), **(headers or {})}
        return await self.client.get(f"/v1/people/277/{number}/job-plan", params=query, headers=known)

    async def provider(self) -> dict[str, Any]:
        answer = await self.client.get("/v1/providers", headers=self.bearer("jobplans:read"))
        found: dict[str, Any] = answer.json()[0]
        return found

    def shown(self, state: str, *, alone: bool = True) -> JobPlan:
        """A plan of SARD in this state; `alone`: its owner has no other."""
        plans = job_plans(self.sandbox.esr.world("277"))
        owners = [plan.owner_id for plan in plans]
        return next(p for p in plans if p.attributes["state"] == state and (owners.count(p.owner_id) == 1) is alone)

    def number_of(self, plan: JobPlan) -> str:
        """The ESR number of a plan's owner."""
        users = {user.user_id: user for user in sard_users(self.sandbox.esr.world("277"))}
        return f"{users[plan.owner_id].attributes['ui_employee_number']:08d}"


@pytest.fixture
async def hub(run_service: Any, sandbox: Sandbox, tmp_path: Path) -> Hub:
    """The service, not set up yet."""
    token_file = tmp_path / "sard-token"
    token_file.write_text(sandbox.settings.sard_token.get_secret_value() + "\n")
    return Hub(await run_service(service, now=NOW, **QUICK), sandbox, token_file)


@pytest.fixture
async def polled(hub: Hub) -> Hub:
    """The service after its first poll."""
    await hub.set_up()
    await hub.import_people()
    answer = await hub.poll()
    assert answer.status_code == 200, answer.text
    return hub
