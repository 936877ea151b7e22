"""The implementations of the `JobPlanProvider` port, each on a real provider that holds the sandbox's plans."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from esr_sandbox.run import Sandbox
from esr_sandbox.sard import _plan_resource, _user_resource
from esr_sandbox.settings import SandboxSettings
from esr_sandbox.world.job_plans import job_plans, sard_users
from esrlink.db import Database
from esrlink.http.spreadsheet import csv_text
from esrlink.http.table_files import table_of
from jobplan_adapter.bootstrap import service
from jobplan_adapter.plans.plan import Plan
from jobplan_adapter.providers.pace import Pace
from jobplan_adapter.providers.port import JobPlanProvider, ProviderUser, Snapshot
from jobplan_adapter.providers.sard import Patience, SardAccess, SardProvider
from jobplan_adapter.providers.sard_answers import read_plan, read_user
from jobplan_adapter.providers.upload import UploadProvider
from jobplan_adapter.providers.upload_layout import heading
from jobplan_adapter.providers.upload_reading import read_upload
from jobplan_adapter.providers.upload_writing import rows_written
from jobplan_adapter.uploads.keeping import keep, take, upload_of

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


class Uploading:
    """A trust that uploads what its system shows, and applies it, before each snapshot."""

    def __init__(self, sandbox: Sandbox, database: Database, now: datetime) -> None:
        self._sandbox, self._database, self._now = sandbox, database, now
        self._provider = UploadProvider(database, "277", "sas-doctors")

    def _file(self) -> bytes:
        world = self._sandbox.esr.world("277")
        users = [read_user(_user_resource(one), identity_field="ui_employee_number") for one in sard_users(world)]
        plans = [read_plan(_plan_resource(one, self._sandbox.faults)) for one in job_plans(world)]
        people = [one for one in users if isinstance(one, ProviderUser)]
        rows = rows_written(people, [one for one in plans if isinstance(one, Plan)])
        return csv_text(heading("employee_number"), rows).encode()

    async def snapshot(self) -> Snapshot:
        """What the file says once it is in effect."""
        content = self._file()
        found = read_upload(table_of(content, most_rows=100_000), "employee_number")
        async with self._database.write(["277"]) as tx:
            upload_id = uuid4()
            await keep(tx, "277", "sas-doctors", upload_id, found, "0" * 64, by="a test", now=self._now)
            kept, _ = await upload_of(tx, "277", "sas-doctors", upload_id)
            await take(tx, "277", "sas-doctors", kept, by="a test", now=self._now)
        return await self._provider.snapshot()


@pytest.fixture(params=["sard", "upload"])
async def open_provider(request: pytest.FixtureRequest, sandbox: Sandbox, run_service: Any) -> Provider:
    """Opens one of the implementations: `async with open_provider() as provider`."""
    if request.param == "sard":
        return lambda: sard(sandbox)
    running = await run_service(service)
    return lambda: nullcontext(Uploading(sandbox, running.database, running.clock.now()))


@pytest.fixture(params=[sard], ids=["sard"])
def open_asked(request: pytest.FixtureRequest, sandbox: Sandbox) -> Provider:
    """One that is asked over a network: `async with open_asked(attempts=…, timeout=…, token=…) as provider`."""
    return lambda **values: request.param(sandbox, **values)
