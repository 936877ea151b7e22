"""`docs/how-to/show-a-job-plan.md` is true: its commands and its rota are run as they stand there, against a running hub."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest

from esrlink.clock import FixedClock
from esrlink.db import Database
from esrlink.db.urls import sqlalchemy_url
from esrlink.runtime import serve
from esrlink.tryout import TryOut
from jobplan_adapter.bootstrap import service
from tests.integration.jobplans.conftest import NOW
from tests.integration.jobplans.held import ANN, hold, plan

PAGE = (Path(__file__).parents[3] / "docs" / "how-to" / "show-a-job-plan.md").read_text(encoding="utf-8")
[ROTA] = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
SHELL = re.findall(r"^```sh\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
CLIENT = {"grant_type": "client_credentials", "client_id": "operations", "client_secret": "try-out-only"}
TRUST = {
    "ods_code": "RPG",
    "name": "Northcliffe University Hospitals",
    "departments": [
        {"product": "clwrota", "department": "anaesthetics", "name": "Anaesthetics", "specialties": ["Anaesthetics"]}
    ],
}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
async def hub(open_tmp: Path) -> AsyncIterator[TryOut]:
    """A try-out with this service only, a trust that is set up, and Ann's plan."""
    hub = TryOut(open_tmp / f"tryout-{uuid4().hex[:8]}", port=free_port(), definitions=[service])
    server = await asyncio.to_thread(hub.prepare)
    with hub.listen() as listening:
        async with hub.built(server) as (app, loops):
            serving = asyncio.ensure_future(serve(app, loops, listening))
            async with httpx.AsyncClient(base_url=hub.url) as client:
                token = (await client.post("/issuer/token", data=CLIENT)).json()["access_token"]
                headers = {"Authorization": f"Bearer {token}"}
                put = await client.put("/jobplan-adapter/v1/trusts/277", json=TRUST, headers=headers)
                assert put.status_code == 200, put.text
            clock = FixedClock(NOW)
            database = Database(
                sqlalchemy_url(server.app_url(service.database_name)), service=service.name, clock=clock
            )
            await hold(SimpleNamespace(running=SimpleNamespace(database=database, clock=clock)), plan("1"))
            await database.close()
            yield hub
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
    await asyncio.to_thread(server.stop)


@pytest.mark.skipif(shutil.which("jq") is None or shutil.which("curl") is None, reason="needs curl and jq")
async def test_a_developer_shows_a_plan_with_the_commands_of_the_page(hub: TryOut, tmp_path: Path) -> None:
    (tmp_path / "rota.py").write_text(ROTA)
    (tmp_path / "page.sh").write_text("set -euo pipefail\n" + "\n".join(SHELL))
    environment = {**os.environ, "HUB": hub.url, "ROTA_PORT": str(free_port())}
    running = await asyncio.create_subprocess_exec(
        "bash",
        "page.sh",
        cwd=tmp_path,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(90):
        said = (await running.communicate())[0].decode()
    assert running.returncode == 0, said
    assert '"duties":["Theatre list (DCC)"]' in said
    assert '"state": "signed_off"' in said
    assert "\n304\n" in said
    assert f'{{"employee_number":"{ANN}","status":304}}\n{{"employee_number":"99999999","status":404}}' in said
    assert "<li>signed off\n<li>DCC: 7.5\n<li>SPA: 2.5" in said
    assert "<caption>Typical week" in said
    assert said.rstrip().endswith("410")
