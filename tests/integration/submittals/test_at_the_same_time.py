"""Two requests at once: one record, one claim, one decision."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text

from submittals.api.requests import RecordIn
from submittals.flow.intake import take_in
from tests.conftest import NOW
from tests.integration.submittals.conftest import CONSULTANT, Rota, link, person, work


async def test_one_record_put_twice_at_once_is_one_record(rota: Rota) -> None:
    answers = await asyncio.gather(*(rota.put("a", work()) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["submittal_id"] for answer in answers}) == 1
    assert len(await rota.hub.emitted("submittal.submitted")) == 1


async def test_one_session_claimed_by_two_departments_at_once_is_claimed_once(rota: Rota) -> None:
    answers = await asyncio.gather(rota.put("a", work()), rota.put("b", work(profile_id="c9"), "medirota/cardiology"))
    assert sorted(answer.json()["state"] for answer in answers) == ["pending", "returned"]


async def test_one_record_approved_twice_at_once_is_published_once(rota: Rota) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    await rota.done(submittal_id, "enrich", "admin")
    await rota.done(submittal_id, "validate", "lead")
    answers = await asyncio.gather(*(rota.command(submittal_id, "approve", by) for by in ("lead", "manager")))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(await rota.hub.emitted("submittal.approved")) == 1


async def _waits_or_ends(rota: Rota, task: asyncio.Task[None]) -> None:
    """Until `task` is done, or waits for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
        " WHERE NOT granted AND datname = current_database()"
    )
    async with asyncio.timeout(10):
        while not task.done():
            async with rota.hub.database.read() as tx:
                if await tx.scalar(waiting):
                    return
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("news", ["link", "person"])
async def test_a_record_does_not_miss_what_arrives_while_it_is_judged(rota: Rota, news: str) -> None:
    arriving = link(CONSULTANT, "new") if news == "link" else person("20000003")
    if news == "person":
        await rota.hub.deliver(link("20000003", "new"))
    put = RecordIn.model_validate(work(profile_id="new")).put("clwrota", "anaesthetics", "a")
    async with rota.hub.database.write(["277"]) as tx:
        (taken,) = await take_in(tx, "277", [put], now=NOW, new_id=uuid4, client="test")
        assert taken.record is not None
        task = asyncio.create_task(rota.hub.deliver(arriving))
        await _waits_or_ends(rota, task)
    await task
    assert (await rota.read(str(taken.record.id)))["state"] == "pending"
