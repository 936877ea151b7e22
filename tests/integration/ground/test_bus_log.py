"""What only the bus on PostgreSQL promises: its log is bounded."""

from __future__ import annotations

from datetime import timedelta

from esrlink.bus.postgres import PostgresBus
from tests.contract.bus.test_bus_conformance import message, take


async def test_messages_that_every_group_has_had_leave_the_log_in_time(bus: PostgresBus) -> None:
    await bus.publish([message(n) for n in range(4)])
    await take(bus, "quick", 4)
    await take(bus, "slow", 2)
    await bus.forget(timedelta(days=1))
    assert len(await take(bus, "newcomer of today", 4)) == 4
    await bus.forget(timedelta(0))
    await bus.publish([message(9)])
    assert await take(bus, "newcomer", 3) == [message(2), message(3), message(9)]


async def test_a_group_of_which_nobody_was_seen_for_a_month_holds_nothing_up(bus: PostgresBus) -> None:
    """Each rebuild of a consumer has a group of its own; those given up must not hold the log for ever."""
    await bus.publish([message(n) for n in range(4)])
    await take(bus, "quick", 4)
    await take(bus, "given up", 1)
    async with bus._pool.connection() as connection:
        await connection.execute(
            "UPDATE bus_cursor SET seen_at = now() - interval '31 days' WHERE consumer_group = 'given up'"
        )
    await bus.forget(timedelta(0))
    await bus.publish([message(9)])
    assert await take(bus, "newcomer", 1) == [message(9)]
