"""The implementations of the `JobPlanProvider` port, each on a real provider that holds the sandbox's plans."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from esr_sandbox.run import Sandbox
from esr_sandbox.settings import SandboxSettings
from jobplan_adapter.providers.pace import Pace
from jobplan_adapter.providers.port import JobPlanProvider
from jobplan_adapter.providers.sard import Patience, SardAccess, SardProvider

PATIENCE = Patience(timedelta(seconds=2), timedelta(seconds=10), 3, timedelta(milliseconds=1))


@pytest.fixture(scope="session")
async def started_sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sandbox]:
    root: Path = tmp_path_factory.mktemp("jobplan-provider") / "sandbox"
    async with Sandbox(root, SandboxSettings(staff={"277": 120, "312": 20})) as running:
        yield running


@pytest.fixture
def sandbox(started_sandbox: Sandbox) -> Iterator[Sandbox]:
    started_sandbox.faults.switch_off()
    yield started_sandbox
    started_sandbox.faults.switch_off()


@asynccontextmanager
async def sard(
    sandbox: Sandbox, *, attempts: int = 3, timeout: float = 2, token: str | None = None
) -> AsyncIterator[JobPlanProvider]:
    """The SARD adapter against the sandbox's SARD, over HTTP."""
    secret = SecretStr(token) if token else sandbox.settings.sard_token
    access = SardAccess(f"{sandbox.http_url}/sard", sandbox.settings.sard_email, secret)
    patience = Patience(timedelta(seconds=timeout), PATIENCE.budget, attempts, PATIENCE.pause)
    async with httpx.AsyncClient() as http:
        yield SardProvider(http, access, pace=Pace(1000), patience=patience, page_size=10)


Provider = Callable[..., object]


@pytest.fixture(params=[sard], ids=["sard"])
def open_provider(request: pytest.FixtureRequest, sandbox: Sandbox) -> Provider:
    """Opens one of the implementations: `async with open_provider(attempts=…, timeout=…, token=…) as provider`."""
    return lambda **values: request.param(sandbox, **values)
