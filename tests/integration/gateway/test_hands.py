"""A large file is read and painted by processes beside the service: nothing else about it is different."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from esr_gateway.from_esr import hands
from tests.integration.gateway.conftest import GatewayUnderTest
from tests.unit.gateway.building import Go, assignment, person, position

NUMBERS = [str(number) for number in range(20000100, 20000160)]


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[asyncio.subprocess.Process]:
    """Have processes help with every file; those that were started."""
    processes: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def remembered(*command: Any, **options: Any) -> asyncio.subprocess.Process:
        processes.append(await start(*command, **options))
        return processes[-1]

    monkeypatch.setattr(hands, "HELPED_FROM", 0)
    monkeypatch.setattr(hands.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(hands.asyncio, "create_subprocess_exec", remembered)
    return processes


def snapshot() -> Go:
    return Go([position(), *map(person, NUMBERS), *map(assignment, NUMBERS)])


async def test_every_person_of_every_part_is_published_once(
    gateway: GatewayUnderTest, started: list[asyncio.subprocess.Process]
) -> None:
    [file] = await gateway.receive(snapshot())
    assert (file["state"], file["rows"], len(started)) == ("imported", 121, 2)
    people = await gateway.people()
    assert sorted(one.employee_number for one in people) == NUMBERS
    assert all(len(one.assignments) == 1 for one in people), "a person's rows may lie in both parts"
    assert all(process.returncode is not None for process in started), "they end with the file"


async def test_rows_of_a_changes_file_count_in_their_order_over_the_parts(gateway: GatewayUnderTest) -> None:
    await gateway.receive(snapshot())
    few = NUMBERS[:4]  # the brake would hold a file that changes more
    rows = [person(one, last_name=f"Name {n}") for n in range(30) for one in few]
    rows[60:60] = [f"ASD~A{one}" for one in few[:3]]
    [file] = await gateway.receive(Go(rows, kind="GOC", day="20260804", before="20260803", sequence=1945))
    assert file["state"] == "imported", file
    latest = {one.employee_number: one for one in await gateway.people()}
    assert [(latest[one].family_name, len(latest[one].assignments)) for one in few] == [
        ("Name 29", 0),
        ("Name 29", 0),
        ("Name 29", 0),
        ("Name 29", 1),
    ]


async def test_a_bad_row_of_a_later_part_is_told_by_its_row_in_the_file(gateway: GatewayUnderTest) -> None:
    good = list(map(person, NUMBERS))
    [file] = await gateway.receive(Go([*good, person("999", hire_date="never")]))
    assert file["state"] == "imported", file
    [rejected] = (await gateway.get(f"/v1/files/{file['file_id']}/rejected-rows"))["rows"]
    assert rejected["row_number"] == len(good) + 2  # the header is row 1


async def test_what_only_the_whole_file_tells_is_told(gateway: GatewayUnderTest) -> None:
    accents = [person(one, last_name="Müller") for one in NUMBERS]
    [file] = await gateway.receive(Go(accents, charset="utf-8"))
    assert (file["state"], file["code"]) == ("quarantined", "wrong_charset")
    assert await gateway.people() == []


async def test_a_process_that_is_killed_costs_an_attempt_and_nothing_else(
    gateway: GatewayUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = hands.asyncio.create_subprocess_exec

    async def killed(*command: Any, **options: Any) -> asyncio.subprocess.Process:
        process = await start(*command, **options)
        process.kill()
        return process

    with monkeypatch.context() as during:
        during.setattr(hands.asyncio, "create_subprocess_exec", killed)
        snapshot().write(gateway.out)
        answer = await gateway.poll_answer()
        assert answer.status_code == 503, answer.text
    assert await gateway.people() == []
    await gateway.poll()
    [file] = (await gateway.get("/v1/files"))["files"]
    assert file["state"] == "imported"
    assert len(await gateway.people()) == len(NUMBERS)


async def test_they_are_told_no_secret(
    gateway: GatewayUnderTest, monkeypatch: pytest.MonkeyPatch, started: list[asyncio.subprocess.Process]
) -> None:
    given: list[dict[str, str]] = []
    start = hands.asyncio.create_subprocess_exec

    async def noted(*command: Any, **options: Any) -> asyncio.subprocess.Process:
        given.append(options["env"])
        return await start(*command, **options)

    monkeypatch.setenv("GATEWAY_DATABASE_URL", "postgresql://somebody:secret@host/db")
    monkeypatch.setattr(hands.asyncio, "create_subprocess_exec", noted)
    await gateway.receive(snapshot())
    assert len(given) == 2
    assert all(set(one) <= {"PATH", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"} for one in given)
