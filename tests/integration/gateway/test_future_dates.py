"""Dated rows begin and end by themselves: nobody's file need come for the world to hear of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from tests.integration.gateway.conftest import GatewayUnderTest
from tests.unit.gateway.building import Go, assignment, person, position, row

MARRIED = [
    person(effective_end_date="20260809"),
    person(effective_start_date="20260810", last_name="Bell", previous_last_name="Okafor"),
]
NEXT_DAY, LATER, MUCH_LATER = (datetime(2026, 8, day, 5, tzinfo=UTC) for day in (4, 10, 11))


async def repaint_days(gateway: GatewayUnderTest) -> list[Any]:
    async with gateway.hub.database.read(["277"]) as tx:
        return [one.repaint_on for one in await tx.all(text("SELECT repaint_on FROM person ORDER BY person_id"))]


async def test_a_name_that_begins_later_is_published_on_its_day(gateway: GatewayUnderTest) -> None:
    await gateway.receive(Go([position(), *MARRIED, assignment(), person("20000002")]))
    assert [str(day) for day in await repaint_days(gateway)] == ["2026-08-10", "None"]
    gateway.hub.clock.move_to(NEXT_DAY)
    await gateway.poll()
    assert [one.family_name for one in await gateway.people()] == ["Okafor", "Okafor"]
    gateway.hub.clock.move_to(LATER)
    await gateway.poll()
    last = (await gateway.people())[-1]
    assert (last.family_name, last.revision, last.previous_family_names) == ("Bell", 2, ("Okafor",))
    assert (last.source_file, last.as_of.isoformat()) == (
        "GO_277_GDW_GDR_20260803_00000001.DAT",
        "2026-08-02T23:00:00+00:00",
    )
    gateway.hub.clock.move_to(MUCH_LATER)
    await gateway.poll()
    assert len(await gateway.people()) == 3, "it is said once"
    assert await repaint_days(gateway) == [None, None]


async def test_a_file_of_the_day_before_does_not_paint_anybody_back(gateway: GatewayUnderTest) -> None:
    await gateway.receive(Go([position(), *MARRIED]))
    gateway.hub.clock.move_to(LATER)
    await gateway.poll()
    late = Go([person("20000002"), position(job_role="Consultant")], "GOC", "20260804", "20260803", 1945)
    await gateway.receive(late)
    married = [one for one in await gateway.people() if one.employee_number == "20000001"]
    assert [one.family_name for one in married] == ["Okafor", "Bell"]


async def test_a_position_that_changes_later_reaches_its_people_on_that_day(gateway: GatewayUnderTest) -> None:
    promoted = position(effective_from_date="20260810", job_role="Consultant")
    await gateway.receive(
        Go([position(effective_to_date="20260809", job_role="Registrar"), promoted, person(), assignment()])
    )
    gateway.hub.clock.move_to(LATER)
    await gateway.poll()
    roles = [one.assignments[0].job_role for one in await gateway.people()]
    assert roles == ["Registrar", "Consultant"]


async def test_a_days_end_that_changes_nothing_publishes_nothing(gateway: GatewayUnderTest) -> None:
    costing = row(
        "CO",
        person_id="P20000001",
        assignment_id="A20000009",
        costing_allocation_id="C1",
        effective_start_date="20260101",
        effective_end_date="20260805",
    )
    await gateway.receive(Go([position(), person(), assignment(), costing]))
    gateway.hub.clock.move_to(LATER)
    await gateway.poll()
    assert len(await gateway.people()) == 1
    assert await repaint_days(gateway) == [None]


async def test_whoever_is_due_is_painted_by_an_import_as_well(gateway: GatewayUnderTest) -> None:
    first = Go([position(), *MARRIED, *(person(str(n)) for n in range(20000002, 20000008))])
    await gateway.receive(first)
    await gateway.receive(first.but(day="20260811", before="20260810", sequence=2))
    assert [one.family_name for one in await gateway.people() if one.employee_number == "20000001"] == [
        "Okafor",
        "Bell",
    ]
    assert len(await gateway.people()) == 8
