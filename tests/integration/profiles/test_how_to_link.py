"""`docs/how-to/link-your-rota.md` is true: its commands and its receiver are run as they stand there, against a running hub."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from esrlink.bus.postgres import PostgresBus
from esrlink.contracts import to_message
from esrlink.runtime import serve
from esrlink.tryout import BUS_DATABASE, TryOut
from profile_sync.bootstrap import service
from profile_sync.webhooks.signing import signature

from .conftest import imported, trust_settings

PAGE = (Path(__file__).parents[3] / "docs" / "how-to" / "link-your-rota.md").read_text(encoding="utf-8")
[RECEIVER] = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
SHELL = re.findall(r"^```sh\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
CLIENT = {"grant_type": "client_credentials", "client_id": "operations", "client_secret": "try-out-only"}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
async def hub(open_tmp: Path) -> AsyncIterator[TryOut]:
    """A try-out with this service only, a trust that is set up, and people from ESR."""
    hub = TryOut(open_tmp / f"tryout-{uuid4().hex[:8]}", port=free_port(), definitions=[service])
    server = await asyncio.to_thread(hub.prepare)
    with hub.listen() as listening:
        async with hub.built(server) as (app, loops):
            serving = asyncio.ensure_future(serve(app, loops, listening))
            async with httpx.AsyncClient(base_url=hub.url) as client:
                token = (await client.post("/issuer/token", data=CLIENT)).json()["access_token"]
                headers = {"Authorization": f"Bearer {token}"}
                put = await client.put("/profile-sync/v1/trusts/277", json=trust_settings(), headers=headers)
                assert put.status_code == 200, put.text
                bus = PostgresBus(server.bus_url(BUS_DATABASE))
                people = [imported("20001001", family_name="Marlow"), imported("20001002", family_name="Mason")]
                await bus.publish(
                    [to_message(one, event_id=uuid4(), source="esr-gateway", time=one.as_of) for one in people]
                )
                await bus.stop()
                known = await client.get("/profile-sync/v1/changes?wait=30", headers=headers, timeout=40)
                assert len(known.json()["items"]) == len(people)
            yield hub
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
    await asyncio.to_thread(server.stop)


@pytest.mark.skipif(shutil.which("jq") is None or shutil.which("curl") is None, reason="needs curl and jq")
async def test_a_developer_links_a_profile_with_the_commands_of_the_page(hub: TryOut, tmp_path: Path) -> None:
    (tmp_path / "receiver.py").write_text(RECEIVER)
    (tmp_path / "page.sh").write_text("set -euo pipefail\n" + "\n".join(SHELL))
    environment = {**os.environ, "HUB": hub.url, "HOOK_PORT": str(free_port())}
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
    assert '"state": "matched"' in said
    assert '{"topic":"profile.linked","employee_number":"20001002","profile":"howto-1"}' in said
    assert '"departments": [\n    "anaesthetics"' in said
    assert '{"delivered":true,"outcome":"delivered"}' in said
    received = (tmp_path / "received.txt").read_text().splitlines()
    assert [line.partition(" ")[0] for line in received] == ["verified", "verified"]
    assert '"topic":"profile.unlinked"' in received[1]


def test_a_forged_or_old_delivery_is_refused_by_the_page_s_receiver() -> None:
    known: dict[str, object] = {}
    exec(RECEIVER.partition("class Receiver")[0], known)  # noqa: S102 - the page's own lines
    check = known["is_from_the_hub"]
    assert callable(check)
    now = int(time.time())
    assert check("secret", signature(["old", "secret"], now, "{}"), b"{}")
    assert not check("secret", signature(["secret"], now, "{}"), b"{ }")
    assert not check("secret", signature(["another"], now, "{}"), b"{}")
    assert not check("secret", signature(["secret"], now - 301, "{}"), b"{}")
