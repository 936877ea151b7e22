"""The import brake: a file that touches too many of a trust's people at once waits for a person, with figures to decide by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import text

from tests.integration.gateway.conftest import GatewayUnderTest, trust_settings
from tests.unit.gateway.building import Go, assignment, person, position

NUMBERS = [str(number) for number in range(20000001, 20000026)]
EVERYBODY = [row for number in NUMBERS for row in (person(number), assignment(number))]
FIRST = Go([position(), *EVERYBODY])
CHANGES = Go([], "GOC", "20260804", "20260803", 1945)


async def set_brake(gateway: GatewayUnderTest, tmp_path: Path, **brake: float) -> None:
    body = {**trust_settings(gateway.sandbox, tmp_path), "brake": brake}
    answer = await gateway.hub.client.put("/v1/trusts/277", json=body, headers=gateway.bearer())
    assert answer.status_code == 200, answer.text


async def figures(gateway: GatewayUnderTest, file_id: str) -> Any:
    async with gateway.hub.database.read(["277"]) as tx:
        return await tx.scalar(text("SELECT brake FROM file WHERE file_id = :id"), {"id": file_id})


async def test_a_file_that_ends_many_assignments_is_held_with_figures_and_a_sample(gateway: GatewayUnderTest) -> None:
    await gateway.receive(FIRST)
    ended = [assignment(number, effective_end_date="20260731") for number in NUMBERS[:6]]
    [file] = await gateway.receive(CHANGES.but(rows=ended))
    assert (file["state"], file["code"]) == ("held", "too_many_ended")
    assert file["reason"].startswith("6 of 25 people would be without an assignment")
    held = await figures(gateway, file["file_id"])
    assert {name: held[name] for name in ("people", "removed", "ended", "changed")} == {
        "people": 25,
        "removed": 0,
        "ended": 6,
        "changed": 6,
    }
    assert held["limits"]["ended"] == 0.2
    assert {(one["employee_number"], one["family_name"], one["given_name"], one["what"]) for one in held["sample"]} == {
        (number, "Okafor", "Ana", "ended") for number in NUMBERS[:6]
    }
    people = await gateway.people()
    assert len(people) == 25, "nothing of the file was taken"
    assert all(one.assignments[0].effective_to is None for one in people)


async def test_a_file_that_changes_most_people_is_held_until_it_is_released(gateway: GatewayUnderTest) -> None:
    await gateway.receive(FIRST)
    [file] = await gateway.receive(CHANGES.but(rows=[person(number, title="Dr.") for number in NUMBERS[:13]]))
    assert (file["state"], file["code"]) == ("held", "too_many_changed")
    answer = await gateway.hub.client.post(f"/v1/files/{file['file_id']}/release", headers=gateway.bearer())
    assert (answer.json()["state"], answer.json()["people_changed"]) == ("imported", 13)


async def test_a_column_that_nobody_sees_changes_nobody(gateway: GatewayUnderTest) -> None:
    await gateway.receive(FIRST)
    [file] = await gateway.receive(CHANGES.but(rows=[person(number, previous_employer="X") for number in NUMBERS]))
    assert (file["state"], file["people_changed"]) == ("imported", 0)


async def test_a_trust_sets_its_own_limits(gateway: GatewayUnderTest, tmp_path: Path) -> None:
    await gateway.receive(FIRST)
    await set_brake(gateway, tmp_path, removed=0.0)
    [file] = await gateway.receive(CHANGES.but(rows=[f"PRD~P{NUMBERS[0]}"]))
    assert (file["state"], file["code"]) == ("held", "too_many_gone")
    held = await figures(gateway, file["file_id"])
    assert (held["removed"], held["changed"], held["sample"][0]["what"]) == (1, 1, "removed")


async def test_a_small_trust_changes_without_a_brake_and_loses_people_with_one(gateway: GatewayUnderTest) -> None:
    some = [row for number in NUMBERS[:5] for row in (person(number), assignment(number))]
    await gateway.receive(FIRST.but(rows=[position(), *some]))
    ended = [assignment(number, effective_end_date="20260731") for number in NUMBERS[:5]]
    [file] = await gateway.receive(CHANGES.but(rows=ended))
    assert (file["state"], file["people_changed"]) == ("imported", 5)
    gone = [f"PRD~P{number}" for number in NUMBERS[:2]]
    [file] = await gateway.receive(CHANGES.but(rows=gone, day="20260805", before="20260804", sequence=1946))
    assert file["code"] == "too_many_gone"


async def test_joiners_are_nobody_who_changes(gateway: GatewayUnderTest) -> None:
    await gateway.receive(FIRST)
    joiners = [person(str(number)) for number in range(20000100, 20000150)]
    [file] = await gateway.receive(CHANGES.but(rows=joiners))
    assert (file["state"], file["people_changed"]) == ("imported", 50)
