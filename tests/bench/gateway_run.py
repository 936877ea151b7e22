"""A payroll run of 50,000 instructions: frozen, totalled, packed, written, uploaded over SFTP and settled, end to end.

Each run is closed by a process of its own (whose memory is measured) on a fresh database, against the sandbox's SFTP server.
The peer, in the same run: the bare upload of the same bytes by asyncssh, and a COPY of the same lines into a table without
indexes.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from uuid import UUID, uuid4

import asyncssh
import psycopg
from sqlalchemy import select

from esr_gateway.archive import FolderArchive
from esr_gateway.bootstrap import service as definition
from esr_gateway.exchange.sftp import sftp_exchange
from esr_gateway.tables import run
from esr_gateway.to_esr import instructions
from esr_gateway.to_esr.pay_calendar import put_calendar
from esr_gateway.to_esr.runs import RunCloser
from esr_gateway.trust_settings import TrustSettings
from esr_gateway.trusts import find_trust, put_trust
from esr_sandbox.run import Sandbox
from esr_sandbox.settings import SandboxSettings
from esr_sandbox.sftp import user_of
from esrlink.clock import FixedClock
from esrlink.contracts import Attendance, ProfileKey, Source, SubmittalApproved
from esrlink.db import Database
from esrlink.db.migrations import upgrade
from esrlink.db.urls import libpq_url, sqlalchemy_url
from esrlink.embedded import APP_ROLE, EmbeddedPostgres
from esrlink.ids import new_id
from tests.bench.report import Figure, report

INSTRUCTIONS = int(os.environ.get("BENCH_INSTRUCTIONS", "50000"))
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
PEOPLE = 10_000
VPD = "277"
NOON = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)
CUT_OFF = "2026-08-05T12:00"
AFTER_CUT_OFF = datetime(2026, 8, 5, 11, 0, 1, tzinfo=UTC)
_BLOCK = 2_000


def main() -> None:
    """Three runs, each on a fresh database."""
    if len(sys.argv) > 1:
        sys.stdout.write(json.dumps(asyncio.run(_close(sys.argv[1], Path(sys.argv[2])))))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        postgres = EmbeddedPostgres(folder / "postgres")
        try:
            runs = [asyncio.run(_run(postgres, folder / f"run-{n}")) for n in range(RUNS)]
        finally:
            postgres.stop()
    total = tuple(run["freeze"] + run["send"] for run in runs)
    peers = tuple(run["peer"] for run in runs)
    report(
        "gateway-run",
        [
            Figure(f"a run of {INSTRUCTIONS:,} instructions, to the end", "s", total, 10, "put + COPY", peers),
            Figure("of that: frozen, totalled, packed, written", "s", tuple(run["freeze"] for run in runs), 10),
            Figure("of that: uploaded and settled", "s", tuple(run["send"] for run in runs), 10),
            Figure("processor time of the service", "s", tuple(run["cpu"] for run in runs), 10),
            Figure("memory that it took above an idle service", "MB", tuple(run["memory"] for run in runs), 250),
        ],
    )


async def _run(postgres: EmbeddedPostgres, folder: Path) -> dict[str, float]:
    name = f"gateway_{uuid4().hex[:8]}"
    await asyncio.to_thread(postgres.ensure_database, name)
    await asyncio.to_thread(upgrade, definition.migrations, postgres.owner_url(name), app_role=APP_ROLE)
    await asyncio.to_thread(folder.mkdir)
    url = sqlalchemy_url(postgres.app_url(name))
    async with Sandbox(folder / "sandbox", SandboxSettings(staff={VPD: 1, "312": 1})) as sandbox:
        password = folder / "password"
        password.write_text(sandbox.settings.password(VPD))
        settings = _settings(sandbox, password)
        database = Database(url, service="esr-gateway", clock=FixedClock(NOON))
        await _fill(database, settings)
        await database.close()
        with psycopg.connect(libpq_url(postgres.owner_url(name)), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.bench.gateway_run",
            url,
            str(folder / "archive"),
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
        if process.returncode:
            raise SystemExit("closing the run failed")
        told: dict[str, float] = json.loads(out)
        with psycopg.connect(libpq_url(postgres.owner_url(name)), autocommit=True) as connection:
            told["peer"] = await _peer(connection, sandbox, settings, folder)
    postgres.drop_database(name)
    return told


def _settings(sandbox: Sandbox, password: Path) -> TrustSettings:
    figures = ("units", "rate", "amount")
    period = {"period_type": "M", "tax_year": 27, "period": 5, "pay_name": "August 2026 pay", "cut_off_local": CUT_OFF}
    days = {"starts": "2026-07-01", "ends": "2026-07-31", "pay_date": "2026-08-27"}
    return TrustSettings.model_validate(
        {
            "ods_code": "RPG",
            "name": "Bench",
            "exchange": {
                "host": "127.0.0.1",
                "port": sandbox.sftp_port,
                "user": user_of(VPD),
                "password_file": str(password),
                "host_key": sandbox.host_public_key,
                "supplier": "LNK",
            },
            "elements": {
                f"EL{n}": {"esr_element": f"Element {n}", "inputs": [{"name": f.title(), "figure": f} for f in figures]}
                for n in range(8)
            },
            "calendar": [{**period, **days}],
        }
    )


async def _fill(database: Database, settings: TrustSettings) -> None:
    async with database.write([VPD]) as tx:
        await put_calendar(tx, await put_trust(tx, VPD, settings), NOON)
    for start in range(0, INSTRUCTIONS, _BLOCK):
        some = [_approved(n) for n in range(start, min(start + _BLOCK, INSTRUCTIONS))]
        async with database.write([VPD]) as tx:
            await instructions.take(tx, VPD, some, NOON)


def _approved(number: int) -> SubmittalApproved:
    person = f"{20_000_000 + number % PEOPLE}"
    return SubmittalApproved(
        vpd=VPD,
        employee_number=person,
        submittal_id=UUID(int=number + 1),
        version=1,
        kind="attendance",
        source=Source(
            profile=ProfileKey(product="clwrota", department=f"department-{number % 40}", profile_id=f"p{person}"),
            record_id=f"r{number}",
        ),
        assignment_number=person,
        attendance=Attendance(
            date_worked=date(2026, 7, 1) + timedelta(days=number // PEOPLE),
            pay_element=f"EL{number % 8}",
            units=Decimal("1.5"),
            unit="sessions",
            rate=Decimal("412.50"),
            cost_code="E10110",
        ),
        content_hash="0" * 64,
        rules_version="1",
        enriched_by="a",
        validated_by=("b",),
        approved_by="c",
        approved_at=NOON + timedelta(seconds=number),
    )


async def _close(url: str, archive: Path) -> dict[str, float]:
    """In a process of its own: close the run, and tell the seconds and megabytes."""
    clock = FixedClock(AFTER_CUT_OFF)
    database = Database(url, service="esr-gateway", clock=clock)
    closer = RunCloser(database, FolderArchive(archive), sftp_exchange(timedelta(seconds=20)), clock, new_id)
    async with database.read([VPD]) as tx:
        trust = await find_trust(tx, VPD)
    idle, cpu, begun = _peak(), sum(os.times()[:2]), perf_counter()
    # As `close_due` does it, in two halves, so that each can be told.
    await closer._freeze_due(VPD, timedelta(0), None)
    frozen = perf_counter()
    await closer.close_due(trust)
    sent = perf_counter()
    async with database.read([VPD]) as tx:
        row = (await tx.execute(select(run.c.state, run.c.lines))).one()
    await database.close()
    if tuple(row) != ("sent", INSTRUCTIONS):
        raise SystemExit(f"the run is not what was to be measured: {row}")
    return {
        "freeze": frozen - begun,
        "send": sent - frozen,
        "cpu": sum(os.times()[:2]) - cpu,
        "memory": _peak() - idle,
    }


async def _peer(
    connection: psycopg.Connection[tuple[object, ...]], sandbox: Sandbox, settings: TrustSettings, folder: Path
) -> float:
    """Seconds to put the same bytes and to COPY the same lines, with nothing around it."""
    exchange = settings.exchange
    if exchange is None:
        raise SystemExit("the trust has no exchange")
    [sent] = sandbox.folders.inbox(VPD).iterdir()
    connection.execute("CREATE TABLE bare (LIKE line)")
    with connection.cursor().copy("COPY line TO STDOUT") as copy:
        rows = b"".join(bytes(block) for block in copy)
    begun = perf_counter()
    with connection.cursor().copy("COPY bare FROM STDIN") as copy:
        copy.write(rows)
    local = folder / "again.DAT"
    await asyncio.to_thread(local.write_bytes, await asyncio.to_thread(sent.read_bytes))
    key = asyncssh.import_known_hosts(f"127.0.0.1 {sandbox.host_public_key}")
    async with (
        asyncssh.connect(
            "127.0.0.1",
            sandbox.sftp_port,
            username=user_of(VPD),
            password=sandbox.settings.password(VPD),
            known_hosts=key,
        ) as ssh,
        ssh.start_sftp_client() as sftp,
    ):
        await sftp.put(str(local), "In/again._PART")
    return perf_counter() - begun


def _peak() -> float:
    """The most memory that this process has had so far, in megabytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
