"""Every service takes into effect each message that was ever on the wire, and sets aside what it cannot know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from esrlink.contracts import Message
from esrlink.db import inbox
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
    unknown = [replace(one, headers={**one.headers, "ce_type": f"{one.topic}.v99"}) for one in known[:3]]
    await hub.deliver_messages(*unknown, *known)
    assert [row.value for row in await _parked(hub)] == [one.value for one in unknown]


def _messages_for(consumer: Definition) -> Sequence[Message]:
    topics = {event.TOPIC for event in handled_by(consumer)}
    return [golden.message for golden in GOLDEN if golden.message.topic in topics]


async def _parked(hub: Running) -> Sequence[Any]:
    async with hub.database.read(EVERY_TRUST) as tx:
        return await tx.all(select(dead_letter).order_by(dead_letter.c.parked_at, dead_letter.c.id))
