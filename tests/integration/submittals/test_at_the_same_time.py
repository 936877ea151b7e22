"""Two requests at once: one record, one claim, one decision."""

from __future__ import annotations

import asyncio

from tests.integration.submittals.conftest import Rota, work


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
