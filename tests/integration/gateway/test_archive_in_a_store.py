"""A gateway whose archive is an S3-compatible store does all that one with a folder does, and keeps no file of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from esr_gateway.bootstrap import service as definition
from esr_sandbox.run import Sandbox
from esr_sandbox.settings import SandboxSettings
from tests.conftest import RunService
from tests.integration.gateway.conftest import AFTER_CUT_OFF, NOON, GatewayUnderTest, attendance, trust_settings
from tests.integration.gateway.test_runs import DAY
from tests.s3.server import NO_S3, s3_server
from tests.unit.gateway.building import Go, assignment, person, position


async def test_files_come_in_and_go_out_by_a_store_and_its_trouble_is_waited_out(
    run_service: RunService, tmp_path: Path
) -> None:
    (tmp_path / "s3").mkdir()
    with s3_server(tmp_path / "s3") as store:
        if store is None:
            if os.environ.get("CI") == "true":
                pytest.fail(NO_S3)
            pytest.skip(NO_S3)
        async with Sandbox(tmp_path / "sandbox", SandboxSettings(staff={"277": 2, "312": 2})) as sandbox:
            hub = await run_service(
                definition,
                now=NOON,
                archive_s3_bucket=store.bucket,
                archive_s3_url=store.url,
                archive_s3_access_key=store.key,
                archive_s3_secret_key=store.secret,
                archive_s3_prefix="gateway",
            )
            gateway = GatewayUnderTest(hub, sandbox)
            settings = trust_settings(sandbox, tmp_path)
            assert (await hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())).status_code == 200
            [file] = await gateway.receive(Go([position(), person(), assignment()]))
            assert (file["state"], file["people_changed"]) == ("imported", 1)
            one = attendance("20000001", DAY)
            await hub.deliver(one)
            hub.clock.move_to(AFTER_CUT_OFF)
            [run] = await gateway.close_due()
            assert run["state"] == "sent", run
            kept = {file["sha256"], run["files"][0]["sha256"]}
            if store.data is not None:
                assert kept <= {path.name for path in (store.data / "gateway").rglob("*") if path.is_file()}
            left: Any = hub.settings
            assert [path for path in left.archive.rglob("*") if path.is_file()] == []
    # The store is gone now.
    async with Sandbox(tmp_path / "sandbox", SandboxSettings(staff={"277": 2, "312": 2})) as sandbox:
        gateway = GatewayUnderTest(hub, sandbox)
        settings = trust_settings(sandbox, tmp_path)
        assert (await hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())).status_code == 200
        Go([person()], sequence=2, day="20260804", before="20260803").write(gateway.out)
        answer = await gateway.poll_answer()
        assert (answer.status_code, answer.json()["code"]) == (503, "archive_unavailable")
        [issue] = (await gateway.get("/v1/issues", kind="exchange"))["issues"]
        assert "archive's store" in issue["title"]
        assert len((await gateway.get("/v1/files"))["files"]) == 1, "nothing is noted that is not kept"
