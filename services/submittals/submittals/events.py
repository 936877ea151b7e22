"""What the service does with events of others: people, links, cut-offs, job plans, and what became of its instructions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from esrlink.bus import Handler
from esrlink.clock import Clock
from esrlink.contracts import (
    CalendarChanged,
    Event,
    JobplanDelivery,
    JobplanUpdated,
    ProfileImported,
    ProfileLinked,
    ProfileUnlinked,
    Received,
    RecordSettled,
)
from esrlink.db import WriteTx
from submittals.esr import cut_offs, people
from submittals.flow import moved_links, settlements, waiting
from submittals.job_plans import owed, signed
from submittals.records.locks import hold_trust


def handlers(clock: Clock) -> Mapping[type[Event], Handler]:
    """The handlers, by event; each gets the events of one trust in order."""

    async def on_people(tx: WriteTx, received: Sequence[Received[ProfileImported]]) -> None:
        await hold_trust(tx, received[0].event.vpd, alone=True)
        changed = await people.apply_people(tx, [one.event for one in received])
        if changed:
            news = {one.event.employee_number: one for one in _by_revision(received)}
            news = {number: news[number] for number in changed}
            await waiting.person_came(tx, received[0].event.vpd, news, clock.now())

    async def on_links(tx: WriteTx, received: Sequence[Received[ProfileLinked | ProfileUnlinked]]) -> None:
        await hold_trust(tx, received[0].event.vpd, alone=True)
        changed = await people.apply_links(tx, [one.event for one in received])
        if changed:
            news = {people.place_of(one.event.profile): one for one in _by_revision(received)}
            news = {place: news[place] for place in changed}
            await moved_links.take_back(tx, received[0].event.vpd, news, clock.now())
            await waiting.link_came(tx, received[0].event.vpd, news, clock.now())

    async def on_calendar(tx: WriteTx, received: Sequence[Received[CalendarChanged]]) -> None:
        # Every handler holds the trust first: one transaction of the consumer may hold events of several topics.
        await hold_trust(tx, received[0].event.vpd, alone=True)
        newest = max((one.event for one in received), key=lambda event: event.revision)
        await cut_offs.apply_calendar(tx, newest, clock.now())

    async def on_settled(tx: WriteTx, received: Sequence[Received[RecordSettled]]) -> None:
        await hold_trust(tx, received[0].event.vpd, alone=True)
        await settlements.record_facts(tx, received, clock.now())

    async def on_plans(tx: WriteTx, received: Sequence[Received[JobplanUpdated]]) -> None:
        await hold_trust(tx, received[0].event.vpd, alone=True)
        await signed.apply_plans(tx, [one.event for one in received])

    async def on_delivery(tx: WriteTx, received: Sequence[Received[JobplanDelivery]]) -> None:
        await hold_trust(tx, received[0].event.vpd, alone=True)
        await owed.apply_delivery(tx, [one.event for one in received])

    return {
        ProfileImported: on_people,
        ProfileLinked: on_links,
        ProfileUnlinked: on_links,
        CalendarChanged: on_calendar,
        RecordSettled: on_settled,
        JobplanUpdated: on_plans,
        JobplanDelivery: on_delivery,
    }


def _by_revision(received: Sequence[Received[Any]]) -> list[Received[Any]]:
    """The oldest revision first, so that of a key the newest is the last, as it is the one that counts."""
    return sorted(received, key=lambda one: int(one.event.revision))
