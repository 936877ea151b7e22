"""What docker-compose.yml says, done without Docker: its commands, environment and secrets, in its order, on a real Kafka.

Replaced are only addresses, ports and folders, which a container has of its own.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from esrlink.auth import Scope
from esrlink.embedded import EmbeddedPostgres
from esrlink.healthy import is_healthy
from tests.contract.production.shape import ROOT, SERVICES, compose
from tests.integration.ground.test_process import ESRLINK, free_port
from tests.issuer import ServedIssuer, served_issuer

PARTS: dict[str, dict[str, Any]] = compose()["services"]
LISTENING = (*SERVICES, "site", "sandbox")


@dataclass
class Part:
    """A part that was started, and what it says."""

    name: str
    process: subprocess.Popen[bytes]
    told: Path

    async def until_healthy(self, address: str) -> None:
        """Wait until its health check is content."""
        deadline = time.monotonic() + 90
        while not await asyncio.to_thread(is_healthy, address):
            lives = self.process.poll() is None and time.monotonic() < deadline
            assert lives, f"{self.name} at {address}: {self.told.read_text()}"
            await asyncio.sleep(0.2)

    async def ended(self) -> str:
        """Wait for a good end; gives what it said."""
        grace = float(PARTS[self.name].get("stop_grace_period", "60s").removesuffix("s"))
        status = await asyncio.to_thread(self.process.wait, timeout=grace)
        said = self.told.read_text()
        assert (status, "Traceback" in said) == (0, False), f"{self.name}: {said}"
        return said

    def kill(self) -> None:
        """End it, if it has not ended."""
        self.process.kill()
        self.process.wait()


@dataclass
class Host:
    """One machine on which the parts run as processes."""

    folder: Path
    secrets: Path
    bootstrap: str
    socket: str
    issuer: ServedIssuer
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in (*LISTENING, "sftp")})
    prefix: str = field(default_factory=lambda: f"production-{uuid4().hex[:8]}.")

    def here(self, name: str, text: str) -> str:
        """The text of the part `name`, with the addresses and folders of this host."""
        for other, port in self.ports.items():
            text = text.replace(f"http://{other}:8000", f"http://127.0.0.1:{port}")
        text = text.replace("http://127.0.0.1:8000", f"http://127.0.0.1:{self.ports.get(name, 0)}")
        text = text.replace("kafka:9092", self.bootstrap).replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        text = text.replace("/run/secrets", str(self._granted(name)))
        return text.replace("/var/lib/esrlink", str(self.folder / name)).replace("/run/trusts", str(self.folder / name))

    def _granted(self, name: str) -> Path:
        """A folder with the secrets that the part is given, and no other."""
        folder = self.folder / name / "secrets"
        folder.mkdir(parents=True, exist_ok=True)
        for secret in PARTS[name].get("secrets", []):
            text = (self.secrets / secret).read_text()
            (folder / secret).write_text(re.sub(r"@postgres:5432/(\w+)", rf"@/\1?host={self.socket}", text))
        return folder

    def command(self, name: str) -> list[str]:
        words = [self.here(name, word) for word in PARTS[name]["command"]]
        return [str(self.ports[name]) if word == "8000" else word for word in words]

    def environment(self, name: str) -> dict[str, str]:
        given = {key: self.here(name, value) for key, value in PARTS[name].get("environment", {}).items()}
        given |= {"ESRLINK_KAFKA_PREFIX": self.prefix, "ESRLINK_KAFKA_PARTITIONS": "1", "COLUMNS": "200"}
        if "ESRLINK_ISSUER_URL" in given:
            given["ESRLINK_ISSUER_URL"] = self.issuer.url
        if name == "sandbox":
            given |= {"SANDBOX_HTTP_PORT": str(self.ports["sandbox"]), "SANDBOX_SFTP_PORT": str(self.ports["sftp"])}
            given["SANDBOX_STAFF"] = '{"277": 60, "312": 20}'
        return given

    def start(self, name: str, *further: str) -> Part:
        """Start the part `name` with its output in a file: nobody reads it while it runs."""
        told = self.folder / f"{name}.log"
        with told.open("wb") as output:
            started = subprocess.Popen(
                [ESRLINK, *self.command(name), *further],
                env={**os.environ, **self.environment(name)},
                stdout=output,
                stderr=output,
            )
        return Part(name, started, told)

    def address(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"


@pytest.fixture(scope="module")
def host(open_tmp: Path, kafka: str) -> Iterator[Host]:
    """A host with PostgreSQL and Kafka, and secrets that were made."""
    folder = open_tmp / f"production-{uuid4().hex[:8]}"
    server = EmbeddedPostgres(folder / "postgres", settings={"fsync": "off", "synchronous_commit": "off"})
    subprocess.run(["sh", ROOT / "deploy" / "make-secrets", folder / "secrets"], check=True, capture_output=True)
    with served_issuer() as issuer:
        yield Host(folder, folder / "secrets", kafka, server.owner_url("postgres").partition("?host=")[2], issuer)
    server.stop()


TRUST = {
    "ods_code": "RPG",
    "name": "Northcliffe",
    "elements": {},
    "calendar": [
        {
            "period_type": "M", "run": "N", "tax_year": 27, "period": 5, "pay_name": "August 2026",
            "starts": "2026-08-01", "ends": "2026-08-31", "cut_off_local": "2099-08-05T12:00", "pay_date": "2099-08-27",
        }
    ],
}  # fmt: skip


@pytest.mark.timeout(300)
async def test_the_production_shape_starts_works_and_stops(host: Host) -> None:
    with ExitStack() as stack:
        for name in ("databases", "migrate", "topics"):
            job = host.start(name)
            stack.callback(job.kill)
            await job.ended()
        parts = [host.start(name) for name in (*LISTENING, "reporting")]
        for part in parts:
            stack.callback(part.kill)
        for part in parts[:-1]:
            await part.until_healthy(host.here(part.name, PARTS[part.name]["healthcheck"]["test"][-1]))
        await _a_file_from_esr_reaches_every_service(host)
        await _the_doctor_finds_nothing_wrong(host)
        for part in parts:
            part.process.terminate()
        for part in parts:
            await part.ended()


async def _a_file_from_esr_reaches_every_service(host: Host) -> None:
    bearer = host.issuer.bearer(Scope.TRUSTS_WRITE, Scope.EXCHANGE_OPERATE, Scope.AUDIT_READ)
    async with httpx.AsyncClient(timeout=60) as client:
        sftp = (await client.get(f"{host.address('sandbox')}/sandbox/trusts/277")).json()["sftp"]
        (host.folder / "esr-gateway" / "sftp-277").write_text(sftp["password"])
        exchange = {
            "host": "127.0.0.1",
            "port": sftp["port"],
            "user": sftp["user"],
            "password_file": host.here("esr-gateway", "/run/trusts/sftp-277"),
            "host_key": sftp["host_public_key"],
            "supplier": "LNK",
        }
        gateway = f"{host.address('esr-gateway')}/esr-gateway/v1"
        answer = await client.put(f"{gateway}/trusts/277", json=TRUST | {"exchange": exchange}, headers=bearer)
        assert answer.status_code == 200, answer.text
        await client.post(f"{host.address('sandbox')}/sandbox/esr/277/snapshot", json={"date": "2026-08-03"})
        answer = await client.post(f"{gateway}/exchanges/277/poll", headers=bearer)
        assert answer.status_code == 200, answer.text
        for name in ("profile-sync", "submittals", "jobplan-adapter"):
            told = f'esrlink_events_consumed_total{{service="{name}",topic="esr.profile.imported"}}'
            await _until_told(client, f"{host.address(name)}/{name}/metrics", told)


async def _until_told(client: httpx.AsyncClient, address: str, text: str) -> None:
    async with asyncio.timeout(60):
        while True:
            if text in (await client.get(address)).text:
                return
            await asyncio.sleep(0.1)


async def _the_doctor_finds_nothing_wrong(host: Host) -> None:
    (host.folder / "doctor" / "archive").mkdir(parents=True)
    doctor = host.start("doctor", "--port", str(free_port()))
    await asyncio.to_thread(doctor.process.wait, timeout=60)
    said = doctor.told.read_text()
    wrong = [line for line in said.splitlines() if "!!" in line and "page styles" not in line]
    assert wrong == [], said
    assert "as declared" in said
    assert said.count("bound by row-level") == len(SERVICES)
