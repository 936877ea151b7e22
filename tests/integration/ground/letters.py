"""What the tests of dead letters share: letters that were parked for real, and handlers that can be mended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from esrlink.bus import Consumer
from esrlink.bus.dead_letters import Letter, LetterFilter, find_letters, history
from esrlink.bus.retrying import Retrying
from esrlink.clock import SystemClock
from esrlink.contracts import Message, ProfileImported, Received, to_message
from esrlink.db import EVERY_TRUST, WriteTx
from esrlink.errors import Invalid

from .conftest import Ground, note
from .test_relay import imported

TOPIC = ProfileImported.TOPIC


def message(number: str, revision: int = 1, *, vpd: str = "277", event_id: UUID | None = None) -> Message:
    event = imported(number, revision).model_copy(update={"vpd": vpd})
    return to_message(event, event_id=event_id or uuid4(), source="test", time=SystemClock().now())


def changed(sent: Message, value: bytes | None = None, **headers: str | None) -> Message:
    merged = {name: text for name, text in {**sent.headers, **headers}.items() if text is not None}
    return Message(sent.topic, sent.key, sent.value if value is None else value, merged)


class Mendable:
    """A handler that notes each event, and refuses those that `refuses` says, until it is mended."""

    def __init__(self, error: Callable[[], Exception] = lambda: Invalid("no such post")) -> None:
        self.refuses: Callable[[ProfileImported], bool] = lambda _: True
        self.error = error
        self.applied: list[tuple[str, int]] = []

    def mend(self) -> None:
        self.refuses = lambda _: False

    async def __call__(self, tx: WriteTx, received: Sequence[Received[Any]]) -> None:
        for one in received:
            await tx.execute(
                insert(note), {"vpd": one.event.vpd, "id": str(one.id), "text": f"{one.event.key}:{one.event.revision}"}
            )
            if self.refuses(one.event):
                raise self.error()
            self.applied.append((one.event.employee_number, one.event.revision))


async def deliver(ground: Ground, handler: Any, *messages: Message) -> None:
    await Consumer("ground", ground.database, None, {ProfileImported: handler}).apply(messages)  # type: ignore[arg-type]


async def letters(ground: Ground, wanted: LetterFilter | None = None) -> list[Letter]:
    """All letters, in the order of their parking."""
    async with ground.database.read(EVERY_TRUST) as tx:
        found, _ = await find_letters(tx, wanted or LetterFilter(), limit=10_000)
    return found[::-1]


async def parked(ground: Ground, handler: Any, *messages: Message) -> list[Letter]:
    await deliver(ground, handler, *messages)
    return await letters(ground)


async def steps(ground: Ground, letter: Letter) -> list[tuple[str, str, str]]:
    async with ground.database.read(EVERY_TRUST) as tx:
        return [(step.action, step.by, step.detail) for step in await history(tx, letter.id)]


async def noted(ground: Ground) -> list[str]:
    async with ground.database.read(["277", "312"]) as tx:
        return sorted(row.text for row in await tx.all(select(note)))


def retrying(ground: Ground, handler: Any) -> Retrying:
    return Retrying("ground", ground.database, {ProfileImported: handler})
