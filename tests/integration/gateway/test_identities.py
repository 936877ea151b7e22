"""The world knows people by their ESR number, whatever becomes of ESR's own ids."""

from __future__ import annotations

from typing import Any

from tests.integration.gateway.conftest import GatewayUnderTest
from tests.unit.gateway.building import Go, person, position

EVERYBODY = [person(str(number)) for number in range(20000001, 20000007)]
FIRST = Go([position(), *EVERYBODY])
CHANGES = Go(kind="GOC", day="20260804", before="20260803", sequence=1945)
LATER = CHANGES.but(day="20260805", before="20260804", sequence=1946)


def newest(people: list[Any], number: str) -> tuple[bool, str, int]:
    """What a consumer ends with: the newest revision of a number, whatever the order of arrival."""
    one = max((p for p in people if p.employee_number == number), key=lambda p: p.revision)
    return one.gone, one.person_id, one.revision


async def test_a_person_whose_id_in_esr_changes_is_not_gone(gateway: GatewayUnderTest) -> None:
    await gateway.receive(FIRST)
    await gateway.receive(CHANGES.but(rows=[person("20000001", last_name="Bell")]))
    [file] = await gateway.receive(LATER.but(rows=["PRD~P20000001", person("20000001", person_id="P9")]))
    assert (file["people_changed"], file["people_gone"]) == (1, 0)
    assert newest(await gateway.people(), "20000001") == (False, "P9", 3)


async def test_two_people_whose_numbers_are_exchanged_both_stay(gateway: GatewayUnderTest) -> None:
    await gateway.receive(FIRST)
    swapped = [person("20000001", employee_number="20000002"), person("20000002", employee_number="20000001")]
    await gateway.receive(CHANGES.but(rows=swapped))
    people = await gateway.people()
    assert newest(people, "20000001") == (False, "P20000002", 2)
    assert newest(people, "20000002") == (False, "P20000001", 2)


async def test_a_number_that_nobody_has_any_more_is_gone(gateway: GatewayUnderTest) -> None:
    await gateway.receive(FIRST)
    await gateway.receive(CHANGES.but(rows=[person("20000001", employee_number="20000009")]))
    people = await gateway.people()
    assert newest(people, "20000001")[0]
    assert newest(people, "20000009") == (False, "P20000001", 2)


async def test_a_person_who_returns_is_published_again(gateway: GatewayUnderTest) -> None:
    await gateway.receive(FIRST)
    await gateway.receive(CHANGES.but(rows=["PRD~P20000001"]))
    assert newest(await gateway.people(), "20000001")[0]
    await gateway.receive(LATER.but(rows=[EVERYBODY[0]]))
    assert newest(await gateway.people(), "20000001") == (False, "P20000001", 3)
