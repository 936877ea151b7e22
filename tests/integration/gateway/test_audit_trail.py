"""The audit trail: only ever added to, whole unless somebody tampered with it, read by those who may and by the command."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from esr_gateway.bootstrap import service as definition
from esr_gateway.tables import trust
from esrlink import audit
from esrlink.cli import main
from tests.conftest import Running, RunService
from tests.integration.gateway.conftest import NOON


@pytest.fixture
async def hub(run_service: RunService) -> Running:
    return await run_service(definition, now=NOON)


async def _record(hub: Running, count: int) -> None:
    async with hub.database.write(["277"]) as tx:
        for number in range(count):
            detail = {"name": f"Büro {number}", "share": 0.25, "more": {"b": 1, "a": [None, True]}}
            at = NOON + timedelta(seconds=number)
            await audit.record(
                tx, "277", actor="olive", action="file.released", about=f"f{number}", at=at, detail=detail
            )


async def _verify(hub: Running) -> audit.BrokenChain | int:
    async with hub.database.read(["277"]) as tx:
        return await audit.verify(tx, "277", block=2)


def _behind_its_back(hub: Running, statement: str) -> None:
    """What somebody with the owner's rights can do, who also takes the guard away."""
    with psycopg.connect(hub.owner_url) as connection:
        connection.execute("ALTER TABLE audit_entry NO FORCE ROW LEVEL SECURITY")
        connection.execute("ALTER TABLE audit_entry DISABLE TRIGGER only_added")
        connection.execute(statement)  # type: ignore[call-overload]


async def test_a_trail_that_nobody_touched_is_whole_to_its_last_entry(hub: Running) -> None:
    assert await _verify(hub) == 0
    await _record(hub, 5)
    assert await _verify(hub) == 5
    answer = await hub.client.get("/v1/audit/chain", headers=hub.bearer("audit:read"))
    assert answer.json() == {"vpd": "277", "whole": True, "entries": 5, "broken_at": None, "problem": None}


@pytest.mark.parametrize(
    ("tampering", "number", "what"),
    [
        ("UPDATE audit_entry SET actor = 'nobody' WHERE number = 3", 3, "was changed"),
        ("UPDATE audit_entry SET detail = detail || '{\"share\": 0.5}' WHERE number = 4", 4, "was changed"),
        ("UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE number = 1", 1, "was changed"),
        ("DELETE FROM audit_entry WHERE number = 2", 2, "is missing"),
        ("UPDATE audit_entry SET previous = repeat('0', 64) WHERE number = 5", 5, "does not follow the one before"),
    ],
)
async def test_a_changed_or_missing_entry_is_found(tampering: str, number: int, what: str, hub: Running) -> None:
    await _record(hub, 5)
    await asyncio.to_thread(_behind_its_back, hub, tampering)
    assert await _verify(hub) == audit.BrokenChain("277", number, what)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET actor = 'nobody'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
async def test_the_table_refuses_changes_and_removals(statement: str, hub: Running) -> None:
    await _record(hub, 1)
    with pytest.raises(DBAPIError):
        async with hub.database.write(["277"]) as tx:
            await tx.execute(text(statement))

    def as_owner() -> None:
        with psycopg.connect(hub.owner_url) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    with pytest.raises(psycopg.errors.RaiseException, match="only ever added to"):
        await asyncio.to_thread(as_owner)
    assert await _verify(hub) == 1


async def test_the_trail_is_read_page_by_page_and_only_by_those_who_may(hub: Running) -> None:
    await _record(hub, 5)
    client, bearer = hub.client, hub.bearer("audit:read")

    async def numbers(**query: Any) -> list[int]:
        answer = await client.get("/v1/audit", params=query, headers=bearer)
        return [one["number"] for one in answer.json()["entries"]]

    assert await numbers() == [5, 4, 3, 2, 1]
    assert await numbers(limit=2) == [5, 4]
    assert await numbers(limit=2, before=4) == [3, 2]
    assert await numbers(about="f1") == [2]
    assert await numbers(action="file.") == [5, 4, 3, 2, 1]
    assert await numbers(actor="nobody") == []
    as_csv = await client.get("/v1/audit", params={"format": "csv"}, headers=bearer)
    assert as_csv.text.splitlines()[0].split(",") == list(audit.COLUMNS)
    assert (await client.get("/v1/audit", headers=hub.bearer("exchange:operate"))).status_code == 403
    assert (await client.get("/v1/audit?vpd=312", headers=bearer)).status_code == 404


async def test_the_command_says_of_each_trust_whether_its_trail_is_whole(hub: Running) -> None:
    environment = {
        "ESR_GATEWAY_DATABASE_URL": hub.settings.database_url.get_secret_value(),
        "ESR_GATEWAY_MODE": "tryout",
    }

    async def run(*arguments: str) -> tuple[int, str]:
        done = await asyncio.to_thread(CliRunner().invoke, main, ["audit", "verify", *arguments], env=environment)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    register = {"vpd": "277", "ods_code": "RPG", "name": "N", "configuration": {}, "version": 1, "calendar_revision": 1}
    async with hub.database.write(["277"]) as tx:
        await tx.execute(insert(trust).values(register))
    await _record(hub, 3)
    status, output = await run("--service", "esr-gateway")
    assert (status, output.strip()) == (0, "esr-gateway, trust 277: whole up to entry 3.")
    await asyncio.to_thread(_behind_its_back, hub, "DELETE FROM audit_entry WHERE number = 2")
    status, output = await run("--service", "esr-gateway")
    assert status == 1
    assert "entry 2 is missing" in output
    status, output = await run("--service", "rota")
    assert status == 2
