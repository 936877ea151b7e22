"""Withdrawing a record by its source key, also before it has arrived: then the withdrawal waits for it, and wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from esrlink.db import WriteTx
from esrlink.errors import Forbidden, NotFound
from submittals.flow.asking import Ask
from submittals.flow.commands import carry_out
from submittals.flow.roles import may
from submittals.records import early, store
from submittals.records.early import EarlyWithdrawal
from submittals.records.locks import hold_trust, lock_sources
from submittals.records.record import SourceKey
from submittals.records.results import Result
from submittals.records.state import Command, State
from submittals.trusts import editions


async def withdraw_source(
    tx: WriteTx, vpd: str, key: SourceKey, ask: Ask, *, now: datetime, client: str
) -> Result | None:
    """Withdraw the record with this source key; none when it has not arrived and the withdrawal waits for it.

    `ask` says who and why; its submittal id is not looked at. A record that is withdrawn already stays as it is. Raises
    `NotFound` for a department that the trust does not have.
    """
    await hold_trust(tx, vpd, alone=False)
    await lock_sources(tx, vpd, {key})
    record = (await store.by_sources(tx, vpd, {key})).get(key)
    if record is None:
        if ask.roles is not None and not may(Command.WITHDRAW, ask.roles, own=False):
            raise Forbidden("Nobody knows yet whose record it is: an administrator withdraws it.", field="record_id")
        product, department, _ = key
        settings = await editions.in_force(tx, vpd, now, ["departments"])
        if settings.department(product, department) is None:
            raise NotFound(f"The trust has no department {product}/{department} for submittals.", field="department")
        await early.keep(tx, vpd, key, EarlyWithdrawal(ask.by, ask.reason or "", client), now)
        return None
    asks = [replace(ask, submittal_id=record.id)]
    (result,) = await carry_out(tx, vpd, asks, now=now, client=client, may_touch=lambda *_: True)
    withdrawn = record.standing.state is State.WITHDRAWN
    return replace(result, error=None) if withdrawn else result
