"""One trace from the HTTP request to the row of the payroll file and back to the department, whatever else travels beside it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import structlog
from sqlalchemy import insert, select

from esrlink.bus import Consumer, Relay
from esrlink.bus.postgres import PostgresBus
from esrlink.contracts import Event, Message, Received, SubmittalSettled, to_message
from esrlink.db import WriteTx, outbox
from esrlink.observability.logs import configure_logs
from esrlink.observability.tracing import continue_trace, trace_id_of
from tests.conftest import NOW, Running
from tests.integration.gateway.conftest import AFTER_CUT_OFF, GatewayUnderTest, gateway  # noqa: F401 - a fixture
from tests.integration.profiles.conftest import Hub, hub  # noqa: F401 - a fixture
from tests.integration.profiles.conftest import imported as person_of
from tests.integration.submittals.conftest import CONSULTANT, Rota, leave, link, person, rota  # noqa: F401 - a fixture
from tests.unit.gateway.building import Go
from tests.unit.gateway.building import person as person_row

from .conftest import Ground, note
from .test_relay import imported, until

FIRST, SECOND, OPERATOR = "1" * 32, "2" * 32, "3" * 32


def traceparent(trace_id: str) -> dict[str, str]:
    return {"traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"}


def on_trace(event: Event, trace_id: str) -> Message:
    """The message of an event that something on this trace led to."""
    return to_message(event, event_id=uuid4(), source="test", time=NOW, **traceparent(trace_id))


@asynccontextmanager
async def at_work(bus: PostgresBus, *services: Running) -> AsyncIterator[None]:
    """The services' relays and consumers, on one bus."""
    async with AsyncExitStack() as stack:
        for one in services:
            name, handlers = one.definition.name, one.service.handlers
            for run in (
                Relay(one.database, bus, poll=timedelta(milliseconds=20)).run,
                Consumer(name, one.database, bus, handlers, poll=timedelta(milliseconds=50)).run,
            ):
                task = asyncio.create_task(run())
                stack.push_async_callback(asyncio.gather, task, return_exceptions=True)
                stack.callback(task.cancel)
        yield


async def approve(rota: Rota, record_id: str, record: dict[str, Any], trace_id: str) -> str:  # noqa: F811
    """Take a record to its approval, every request of it on this trace; gives the submittal's id."""
    headers = rota.bearer() | traceparent(trace_id)
    put = await rota.hub.client.put(f"/v1/submittals/clwrota/anaesthetics/{record_id}", json=record, headers=headers)
    assert put.status_code == 200, put.text
    submittal_id = str(put.json()["submittal_id"])
    for command, by in (("enrich", "admin"), ("validate", "lead"), ("approve", "manager")):
        path = f"/v1/submittals/{submittal_id}/{command}"
        answer = await rota.hub.client.post(path, json={"by": by}, headers=headers)
        assert answer.status_code == 200, answer.text
    return submittal_id


async def traces(service: Running, topic: str) -> dict[str, set[str | None]]:
    """The traces of a topic's events, by submittal."""
    found: dict[str, set[str | None]] = {}
    for one in await service.emitted(topic):
        found.setdefault(str(one.event.submittal_id), set()).add(trace_id_of(one.traceparent))
    return found


async def test_a_row_of_the_file_and_all_that_becomes_of_it_lead_back_to_the_request(
    rota: Rota,  # noqa: F811
    gateway: GatewayUnderTest,  # noqa: F811
    bus: PostgresBus,
) -> None:
    first = await approve(rota, "a", leave(), FIRST)
    second = await approve(rota, "b", leave(start_date="2026-08-10", end_date="2026-08-11"), SECOND)
    expected: dict[str, set[str | None]] = {first: {FIRST}, second: {SECOND}}
    for topic in ("submittal.submitted", "submittal.approved"):
        assert await traces(rota.hub, topic) == expected

    async def told(count: int) -> bool:
        return len(await rota.hub.emitted("submittal.settled")) == count

    async with at_work(bus, rota.hub, gateway.hub):
        await until(lambda: told(2))  # scheduled, both
        gateway.hub.clock.move_to(AFTER_CUT_OFF)
        closing = gateway.bearer() | traceparent(OPERATOR)
        closed = await gateway.hub.client.post("/v1/runs/close-due", headers=closing)
        [run] = closed.json()["runs"]
        await until(lambda: told(4))  # and sent, both
    lines = (await gateway.get(f"/v1/runs/{run['run_id']}/lines"))["lines"]
    assert {line["submittal_id"]: {line["trace_id"]} for line in lines} == expected
    assert await traces(gateway.hub, "esr.record.settled") == expected
    assert await traces(rota.hub, "submittal.settled") == expected
    [sent] = await gateway.hub.emitted("esr.run.sent")
    assert trace_id_of(sent.traceparent) == OPERATOR


async def test_what_waited_for_a_person_or_a_link_goes_on_with_the_trace_of_that_news(rota: Rota) -> None:  # noqa: F811
    await rota.taken("a", leave(profile_id="p7"))
    await rota.taken("b", leave(profile_id="p8"))
    news = [on_trace(link("20000007", "p7"), FIRST), on_trace(link("20000008", "p8"), SECOND)]
    await rota.hub.deliver(person("20000007"), person("20000008"))
    await rota.hub.deliver_messages(*news)
    again = [one for one in await rota.hub.emitted("submittal.submitted") if one.event.version == 2]
    assert {(one.event.source.record_id, trace_id_of(one.traceparent)) for one in again} == {
        ("a", FIRST),
        ("b", SECOND),
    }


async def test_a_link_goes_on_with_the_trace_of_the_person_whose_news_changed_it(hub: Hub) -> None:  # noqa: F811
    people = {"20001001": FIRST, "20001002": SECOND}
    for number in people:
        await hub.profile(f"clwrota/anaesthetics/p{number}", employee_number=number)
    before = len(await hub.running.emitted())
    await hub.running.deliver_messages(*(on_trace(person_of(number), trace) for number, trace in people.items()))
    linked = (await hub.running.emitted())[before:]
    assert {(one.event.TOPIC, one.event.employee_number): trace_id_of(one.traceparent) for one in linked} == {
        ("profile.linked", number): trace for number, trace in people.items()
    }


async def test_each_file_that_comes_is_a_trace_which_its_events_and_its_log_line_carry(
    gateway: GatewayUnderTest,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs()
    try:
        await gateway.receive(Go([person_row("20000001"), person_row("20000002")]))
        changed = [person_row("20000001"), person_row("20000002", last_name="Newname")]
        await gateway.receive(Go(changed, day="20260804", before="20260803"))
    finally:
        structlog.reset_defaults()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    logged = {line["file_id"]: line["trace_id"] for line in lines if line["event"] == "file.decided"}
    received = await gateway.hub.emitted("esr.file.received")
    assert {str(one.event.file_id): trace_id_of(one.traceparent) for one in received} == logged
    assert len(set(logged.values())) == 2
    by_file: dict[str, set[str | None]] = {}
    for one in await gateway.hub.emitted("esr.profile.imported"):
        by_file.setdefault(one.event.source_file, set()).add(trace_id_of(one.traceparent))
    assert by_file == {one.event.file_name: {trace_id_of(one.traceparent)} for one in received}


async def test_an_event_goes_on_with_the_trace_of_what_led_to_it_and_not_of_its_batch(ground: Ground) -> None:
    async def handle(tx: WriteTx, received: list[Received[Any]]) -> None:
        for one in received:
            tx.emit(settled(one), because=one)
            tx.emit(settled(one))
            await tx.execute(insert(note), {"vpd": "277", "id": str(one.id)})

    def settled(one: Received[Any]) -> SubmittalSettled:
        return SubmittalSettled(
            vpd="277", employee_number=one.event.employee_number, submittal_id=one.id, version=1, state="sent",
            occurred_at=one.time,
        )  # fmt: skip

    hostile = "00-" + "f" * 32 + "'; DROP TABLE outbox; --"
    sent = {"1": traceparent(FIRST)["traceparent"], "2": traceparent(SECOND)["traceparent"], "3": hostile, "4": None}
    continue_trace(None)
    await Consumer("ground", ground.database, None, {type(imported("1", 1)): handle}).apply(  # type: ignore[arg-type, dict-item]
        [
            to_message(
                imported(n, 1), event_id=uuid4(), source="x", time=ground.database.clock.now(), traceparent=given
            )
            for n, given in sent.items()
        ]
    )
    async with ground.database.read() as tx:
        rows = await tx.all(select(outbox.c.key, outbox.c.headers).order_by(outbox.c.seq))
    found = [(row.key[-1], trace_id_of(row.headers["ce_traceparent"])) for row in rows]
    about, batch = dict(found[::2]), dict(found[1::2])
    assert (about["1"], about["2"]) == (FIRST, SECOND)
    assert len(set(about.values())) == 4, "what has no trace of its own begins one"
    assert None not in about.values()
    assert set(batch.values()) == {FIRST}


@pytest.mark.parametrize("hostile", ["00-" + "0" * 32 + "-00f067aa0ba902b7-01", "x" * 5_000, "00-ü-1-01"], ids=range(3))
async def test_a_hostile_traceparent_of_a_request_is_left_aside(rota: Rota, hostile: str) -> None:  # noqa: F811
    headers = rota.bearer() | {"traceparent": hostile.encode("utf-8")}  # type: ignore[operator]
    put = await rota.hub.client.put("/v1/submittals/clwrota/anaesthetics/a", json=leave(), headers=headers)
    assert put.status_code == 200
    [event] = await rota.hub.emitted("submittal.submitted")
    assert trace_id_of(event.traceparent) == trace_id_of(put.headers["traceparent"])
    assert CONSULTANT in event.event.employee_number
