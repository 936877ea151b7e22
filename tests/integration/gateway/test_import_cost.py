"""What an import costs the database: the same number of statements whatever the number of people, and a few for each bucket."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from esrlink.contracts import ProfileImported, from_message
from esrlink.contracts.envelope import Message
from tests.integration.gateway.conftest import GatewayUnderTest
from tests.unit.gateway.building import Go, assignment, person, position


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement and every COPY."""
    seen: list[str] = []

    def noting(name: str) -> None:
        real = getattr(psycopg.AsyncCursor, name)

        def note(self: Any, statement: Any, *args: Any, **kwargs: Any) -> Any:
            seen.append(str(statement))
            return real(self, statement, *args, **kwargs)

        monkeypatch.setattr(psycopg.AsyncCursor, name, note)

    noting("execute")
    noting("copy")
    return seen


def snapshot(size: int, **values: Any) -> Go:
    numbers = [str(number) for number in range(20000001, 20000001 + size)]
    rows = [row for number in numbers for row in (person(number, title="Dr."), assignment(number))]
    return Go([position(), *rows], **values)


async def cost(gateway: GatewayUnderTest, ran: list[str], file: Go) -> int:
    ran.clear()
    [found] = await gateway.receive(file)
    assert found["state"] == "imported", found["reason"]
    return len(ran)


async def test_an_import_costs_the_same_statements_whatever_the_number_of_people(
    gateway: GatewayUnderTest, ran: list[str]
) -> None:
    first = await cost(gateway, ran, snapshot(5))
    few = await cost(gateway, ran, snapshot(10, day="20260804", before="20260803", sequence=2))
    many = await cost(gateway, ran, snapshot(400, day="20260805", before="20260804", sequence=3))
    same = await cost(gateway, ran, snapshot(400, day="20260806", before="20260805", sequence=4))
    # The first has nothing to compare with.
    # A cursor of the server is asked for more rows a few times.
    assert first <= few <= many <= few + 5, ran
    assert many <= 125
    assert same < many


async def test_each_bucket_costs_a_few_statements_more(
    gateway: GatewayUnderTest, ran: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await cost(gateway, ran, snapshot(100))
    monkeypatch.setattr("esr_gateway.from_esr.spill._BUCKET", 2_000)
    rows = [person(str(number), title="Prof.") for number in range(20000001, 20000101)]
    file = Go([position(), *rows], day="20260804", before="20260803", sequence=2)
    buckets = -(-len(file.content) // 2_000)
    assert buckets >= 5
    answer = await gateway.receive(file)
    assert answer[0]["state"] == "held", "the brake"
    ran.clear()
    await gateway.hub.client.post(f"/v1/files/{answer[0]['file_id']}/release", headers=gateway.bearer())
    assert len(ran) <= first + 12 + 5 * buckets, ran
    titles = [one.title for one in await gateway.people()]
    assert (titles.count("Dr."), titles.count("Prof.")) == (100, 100)


async def test_what_is_published_is_what_the_event_model_would_write(gateway: GatewayUnderTest) -> None:
    odd = person(
        last_name='O\'Neill "x" \\ \xe9',
        middle_names="\\x41",
        nhs_unique_id="N1",
        hire_date="20200101 000000",
        actual_termination_date="47121231",
        previous_last_name="Zed",
        maiden_name="Abe",
    )
    registered = "ETA~P20000001~E1~NHS Regs and Memships~~General Medical Council~1234567~~~31/03/2027 00:00:00"
    rows = [
        position(position_number="", occupation_code="021"),
        odd,
        assignment(fte=".50", primary_assignment="Yes", effective_end_date="20261231"),
        registered + "~" * (56 - registered.count("~")),
    ]
    await gateway.receive(Go(rows))
    async with gateway.hub.database.read(["277"]) as tx:
        [found] = await tx.all(text("SELECT * FROM outbox WHERE topic = 'esr.profile.imported'"))
        kept = (await tx.all(text("SELECT picture_hash FROM person")))[0]
    received = from_message(Message(found.topic, found.key, bytes(found.value), found.headers))
    event = received.event
    assert isinstance(event, ProfileImported)
    assert event.model_dump_json().encode() == bytes(found.value)
    assert (event.family_name, event.middle_names) == ('O\'Neill "x" \\ \xe9', "\\x41")
    assert (str(event.assignments[0].fte), event.assignments[0].primary) == ("0.50", True)
    assert str(event.registrations[0].expires) == "2027-03-31"
    assert (received.id, found.key, found.headers["ce_subject"]) == (found.event_id, event.key, event.key)
    assert received.traceparent
    assert len(kept.picture_hash) == 64
