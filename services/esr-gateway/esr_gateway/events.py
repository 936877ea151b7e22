"""What the gateway does with events of other services: approvals become instructions, withdrawals take them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from esr_gateway.to_esr import instructions
from esrlink.bus import Handler
from esrlink.clock import Clock
from esrlink.contracts import Event, Received, SubmittalApproved, SubmittalWithdrawn
from esrlink.db import WriteTx
from esrlink.observability.tracing import follow


def handlers(clock: Clock) -> Mapping[type[Event], Handler]:
    """The handlers, by event."""

    async def on_approved(tx: WriteTx, received: Sequence[Received[SubmittalApproved]]) -> None:
        events = [one.event for one in received]
        # Whatever becomes of an instruction, months later perhaps, goes on with the trace of its approval.
        traces = {(one.event.submittal_id, one.event.version): follow(one.traceparent) for one in received}
        await instructions.take(tx, events[0].vpd, events, clock.now(), traces=traces)

    async def on_withdrawn(tx: WriteTx, received: Sequence[Received[SubmittalWithdrawn]]) -> None:
        events = [one.event for one in received]
        await instructions.withdraw(tx, events[0].vpd, events, clock.now())

    return {SubmittalApproved: on_approved, SubmittalWithdrawn: on_withdrawn}
