"""Rows that come before their person wait, are counted, and raise one issue that closes by itself."""

from __future__ import annotations

from sqlalchemy import text

from esr_gateway.from_esr.kept_rows import rows_of_person
from tests.integration.gateway.conftest import GatewayUnderTest
from tests.unit.gateway.building import Go, assignment, person, position, row

FIRST = Go(
    [
        position(),
        person(),
        assignment(),
        assignment("20000002"),
        row("QL", person_id="P20000002", qualification_id="Q1"),
    ]
)
CHANGES = Go([], "GOC", "20260804", "20260803", 1945)


async def orphans(gateway: GatewayUnderTest) -> list[tuple[int, bool]]:
    async with gateway.hub.database.read(["277"]) as tx:
        rows = await tx.all(text("SELECT count, closed_at FROM issue WHERE kind = 'orphans' ORDER BY first_seen_at"))
    return [(one.count, one.closed_at is None) for one in rows]


async def test_orphans_are_one_issue_that_counts_and_closes_by_itself(gateway: GatewayUnderTest) -> None:
    [file] = await gateway.receive(FIRST)
    assert file["without_parent"] == 2
    assert await orphans(gateway) == [(2, True)]
    [file] = await gateway.receive(CHANGES.but(rows=[assignment("20000003")]))
    assert file["without_parent"] == 1
    assert await orphans(gateway) == [(3, True)]
    arrived = CHANGES.but(
        rows=[person("20000002"), person("20000003")], day="20260805", before="20260804", sequence=1946
    )
    [file] = await gateway.receive(arrived)
    assert (file["without_parent"], file["people_changed"]) == (0, 2)
    assert await orphans(gateway) == [(3, False)]
    assert [(one.employee_number, len(one.assignments)) for one in await gateway.people()] == [
        ("20000001", 1),
        ("20000002", 1),
        ("20000003", 1),
    ]


async def test_whoever_waits_is_nobody_who_is_gone(gateway: GatewayUnderTest) -> None:
    await gateway.receive(FIRST)
    [file] = await gateway.receive(
        FIRST.but(rows=[position(), person(), assignment()], day="20260804", before="20260803", sequence=2)
    )
    assert (file["state"], file["people_gone"]) == ("imported", 0)
    async with gateway.hub.database.read(["277"]) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM person")) == 1
    assert await orphans(gateway) == [(2, False)]


async def test_a_person_who_is_deleted_leaves_rows_that_wait(gateway: GatewayUnderTest) -> None:
    others = [person(str(number)) for number in range(20000002, 20000008)]
    await gateway.receive(FIRST.but(rows=[position(), person(), assignment(), *others]))
    [file] = await gateway.receive(CHANGES.but(rows=["PRD~P20000001"]))
    assert (file["people_gone"], await orphans(gateway)) == (1, [(1, True)])
    again = CHANGES.but(rows=[person()], day="20260805", before="20260804", sequence=1946)
    await gateway.receive(again)
    last = (await gateway.people())[-1]
    assert (last.gone, last.revision, len(last.assignments)) == (False, 3, 1)


async def test_a_row_that_passes_to_another_person_leaves_the_first(gateway: GatewayUnderTest) -> None:
    await gateway.receive(FIRST.but(rows=[position(), person(), assignment(), person("20000002")]))
    moved = assignment(assignment_number="20000002", person_id="P20000002")
    await gateway.receive(CHANGES.but(rows=[moved]))
    last = {one.employee_number: [a.assignment_number for a in one.assignments] for one in await gateway.people()}
    assert last == {"20000001": [], "20000002": ["20000002"]}


async def test_a_delete_finds_its_row_wherever_it_is(gateway: GatewayUnderTest) -> None:
    entry = row(
        "EL",
        person_id="P20000001",
        element_entry_id="E1",
        effective_start_date="20260801",
        assignment_id="A20000001",
        entry_value_1="secret of nobody",
    )
    await gateway.receive(FIRST.but(rows=[position(), person(), assignment(), entry]))
    async with gateway.hub.database.read(["277"]) as tx:
        kept = await rows_of_person(tx, "277", "20000001")
    assert list(kept) == ["PR", "AS", "EL"]
    assert kept["EL"][0].cells["Entry Value 1"] == "secret of nobody"
    assert "National Insurance Number" not in kept["PR"][0].cells
    [file] = await gateway.receive(CHANGES.but(rows=["ELD~E1", "ELD~E9"]))
    assert (file["state"], file["people_changed"]) == ("imported", 0)
    async with gateway.hub.database.read(["277"]) as tx:
        assert list(await rows_of_person(tx, "277", "20000001")) == ["PR", "AS"]


async def test_a_delete_in_a_snapshot_removes_what_stands_before_it(gateway: GatewayUnderTest) -> None:
    rows = [position(), person(), assignment(), "ASD~A20000001", assignment("20000001", "-2")]
    await gateway.receive(FIRST.but(rows=rows))
    [one] = await gateway.people()
    assert [a.assignment_number for a in one.assignments] == ["20000001-2"]


async def test_a_supervisor_is_shown_by_the_number_that_the_world_knows(gateway: GatewayUnderTest) -> None:
    supervised = assignment("20000002", supervisor_person_id="P20000001")
    others = [person(str(number)) for number in range(20000003, 20000009)]
    await gateway.receive(FIRST.but(rows=[position(), person(), person("20000002"), supervised, *others]))
    await gateway.receive(CHANGES.but(rows=[person(employee_number="30000001")]))
    changes = CHANGES.but(day="20260805", before="20260804", sequence=1946)
    await gateway.receive(changes.but(rows=["PRD~P20000001"]))
    seen = [one.assignments[0].supervisor for one in await gateway.people() if one.employee_number == "20000002"]
    assert seen == ["20000001", "30000001", None]


async def test_a_number_that_comes_back_to_another_id_goes_on_with_its_revisions(gateway: GatewayUnderTest) -> None:
    others = [person(str(number)) for number in range(20000003, 20000009)]
    await gateway.receive(FIRST.but(rows=[position(), person(), person("20000002"), *others]))
    for sequence in range(1945, 1948):
        day = sequence - 1945 + 4
        rows = [person(title=f"Dr. {sequence}")]
        await gateway.receive(
            CHANGES.but(rows=rows, day=f"2026080{day}", before=f"2026080{day - 1}", sequence=sequence)
        )
    swapped = [person("20000001", employee_number="20000002"), person("20000002", employee_number="20000001")]
    await gateway.receive(CHANGES.but(rows=swapped, day="20260807", before="20260806", sequence=1948))
    revisions = [one.revision for one in await gateway.people() if one.employee_number == "20000001"]
    assert revisions == [1, 2, 3, 4, 5]
