"""Every service takes into effect each message that was ever on the wire, and sets aside what it cannot know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from esrlink.bus.reasons import ReasonClass
from esrlink.contracts import Message
from esrlink.contracts.headers import PARKED_HEADERS
from esrlink.db import inbox, outbox
from esrlink.db.infrastructure import dead_letter
from esrlink.db.tenancy import EVERY_TRUST
from esrlink.reference.parties import handled_by
from esrlink.runtime import Definition, installed_services
from tests.conftest import Running, RunService
from tests.contract.events.golden import GOLDEN

CONSUMERS: Mapping[str, Definition] = {one.name: one for one in installed_services() if handled_by(one)}
every_consumer = pytest.mark.parametrize("consumer", CONSUMERS)


@every_consumer
async def test_it_takes_every_message_into_effect(run_service: RunService, consumer: str) -> None:
    hub = await run_service(CONSUMERS[consumer])
    messages = _messages_for(CONSUMERS[consumer])
    await hub.deliver_messages(*messages)
    assert await _parked(hub) == []
    async with hub.database.read() as tx:
        known = {row.event_id for row in await tx.all(select(inbox.c.event_id))}
    assert known == {UUID(message.headers["ce_id"]) for message in messages}


@every_consumer
async def test_it_takes_them_into_effect_in_any_order_and_twice(run_service: RunService, consumer: str) -> None:
    hub = await run_service(CONSUMERS[consumer])
    messages = _messages_for(CONSUMERS[consumer])
    for message in [*reversed(messages), *messages]:
        await hub.deliver_messages(message)
    assert await _parked(hub) == []


@every_consumer
async def test_it_parks_a_version_that_it_does_not_know(run_service: RunService, consumer: str) -> None:
    hub = await run_service(CONSUMERS[consumer])
    known = _messages_for(CONSUMERS[consumer])
    unknown = [
        replace(one, headers={**one.headers, "ce_type": f"{one.topic}.v99", "ce_id": str(UUID(int=n))})
        for n, one in enumerate(known[:3], start=1)
    ]
    await hub.deliver_messages(*unknown, *known)
    assert [row.value for row in await _parked(hub)] == [one.value for one in unknown]
    assert await _announced(hub) == [
        (f"{one.topic}.dlq", one.key, one.value, one.headers.keys() | {header.name for header in PARKED_HEADERS})
        for one in unknown
    ]


def test_the_classes_of_reason_are_told_where_the_header_is_described() -> None:
    [described] = [header for header in PARKED_HEADERS if header.name == "dlq_class"]
    assert re.findall(r"`(\w+)`", described.meaning) == [str(one) for one in ReasonClass]


async def _announced(hub: Running) -> Sequence[Any]:
    """What it published of dead letters: topic, key, value and the names of the headers."""
    async with hub.database.read() as tx:
        rows = await tx.all(select(outbox).where(outbox.c.topic.like("%.dlq")).order_by(outbox.c.seq))
    return [(row.topic, row.key, row.value, row.headers.keys()) for row in rows]


def _messages_for(consumer: Definition) -> Sequence[Message]:
    topics = {event.TOPIC for event in handled_by(consumer)}
    return [golden.message for golden in GOLDEN if golden.message.topic in topics]


async def _parked(hub: Running) -> Sequence[Any]:
    async with hub.database.read(EVERY_TRUST) as tx:
        return await tx.all(select(dead_letter).order_by(dead_letter.c.parked_at, dead_letter.c.id))
