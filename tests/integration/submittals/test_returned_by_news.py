"""A record that was good and is now not comes back when ESR changes the person: before the cut-off, whatever state it is in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from esrlink.contracts import Assignment, Outcome, ProfileImported
from tests.integration.submittals.conftest import CONSULTANT, Rota, leave, person, statements, work

STEPS = (("enrich", "admin"), ("validate", "lead"), ("approve", "manager"))


def changed(revision: int = 2, **post: Any) -> ProfileImported:
    return person(CONSULTANT, revision=revision, **post)


ENDED = {"effective_to": date(2026, 7, 31)}
SUSPENDED = {"status": "Suspend No Pay"}
MOVED = {
    "assignments": (
        Assignment(
            assignment_number=f"{CONSULTANT}-2",
            effective_from=date(2026, 8, 1),
            status="Active Assignment",
            primary=True,
            grade="YC72",
            cost_centre="E10110",
        ),
    )
}


async def pushed(rota: Rota, steps: int, record: dict[str, Any] | None = None) -> str:
    submittal_id = str((await rota.taken("a", record or work()))["submittal_id"])
    for command, by in STEPS[:steps]:
        await rota.done(submittal_id, command, by)
    return submittal_id


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
async def test_a_record_comes_back_from_every_open_state_when_the_post_has_ended(rota: Rota, steps: int) -> None:
    submittal_id = await pushed(rota, steps)
    await rota.hub.deliver(changed(**ENDED))
    stands = await rota.read(submittal_id)
    assert (stands["state"], stands["field"]) == ("returned", "attendance.date_worked")
    assert stands["reason"] == "The person left the trust on 31 July 2026, before 1 August 2026."
    assert stands["findings"][0]["code"] == "leaver"
    assert stands["history"][-1]["by"] == "rules"
    told = await rota.hub.emitted("submittal.withdrawn")
    assert [(one.event.version, one.event.reason) for one in told] == ([(1, stands["reason"])] if steps == 3 else [])


@pytest.mark.parametrize(("post", "code"), [(SUSPENDED, "assignment_suspended"), (MOVED, "assignment_changed")])
async def test_a_post_that_is_suspended_or_moved_takes_back_what_was_approved(
    rota: Rota, post: dict[str, Any], code: str
) -> None:
    submittal_id = await pushed(rota, 3)
    await rota.settle(submittal_id, Outcome.SCHEDULED)
    await rota.hub.deliver(changed(**post))
    stands = await rota.read(submittal_id)
    assert (stands["state"], stands["findings"][0]["code"]) == ("returned", code)
    assert len(await rota.hub.emitted("submittal.withdrawn")) == 1


async def test_it_goes_on_by_itself_when_esr_takes_the_change_back(rota: Rota) -> None:
    submittal_id = await pushed(rota, 3)
    await rota.hub.deliver(changed(**ENDED))
    await rota.hub.deliver(changed(3))
    assert (await rota.read(submittal_id))["state"] == "pending"
    assert (await rota.pushed_to_approval(submittal_id))["state"] == "approved"


async def test_what_was_sent_and_what_is_still_good_stays(rota: Rota) -> None:
    sent = await pushed(rota, 3)
    await rota.settle(sent, Outcome.SENT)
    good = (await rota.approved("b", leave(start_date="2026-07-20", end_date="2026-07-21")))["submittal_id"]
    told = len(await rota.hub.emitted())
    await rota.hub.deliver(changed(**ENDED))
    assert [(await rota.read(one))["state"] for one in (sent, good)] == ["sent", "approved"]
    assert len(await rota.hub.emitted()) == told


async def test_somebody_whom_esr_does_not_show_any_more_keeps_what_was_approved(rota: Rota) -> None:
    submittal_id = await pushed(rota, 3)
    await rota.hub.deliver(changed().model_copy(update={"gone": True, "assignments": ()}))
    assert (await rota.read(submittal_id))["state"] == "approved"
    assert await rota.hub.emitted("submittal.withdrawn") == []


async def test_leave_during_a_suspension_stays_and_its_page_says_so_when_it_is_next_judged(rota: Rota) -> None:
    submittal_id = await pushed(rota, 2, leave())
    await rota.hub.deliver(changed(**SUSPENDED))
    assert (await rota.read(submittal_id))["state"] == "validated"
    approved = await rota.done(submittal_id, "approve", "manager")
    assert "absence_while_away" in [finding["code"] for finding in approved["findings"]]


@pytest.mark.parametrize("size", [2, 120])
async def test_news_of_people_with_approved_records_costs_the_same_whatever_their_number(rota: Rota, size: int) -> None:
    key = {"product": "clwrota", "department": "anaesthetics"}
    records = [{**key, "record_id": f"r{n}", **work(session=f"Room {n}", starts=None, ends=None)} for n in range(size)]
    put = await rota.hub.client.post("/v1/submittals:batch", json={"records": records}, headers=rota.bearer())
    ids = [result["submittal"]["submittal_id"] for result in put.json()["results"]]
    for command, by in STEPS:
        commands = [{"submittal_id": one, "command": command, "by": by} for one in ids]
        await rota.hub.client.post("/v1/submittals:batch-commands", json={"commands": commands}, headers=rota.bearer())
    with statements(rota.hub) as seen:
        await rota.hub.deliver(changed(**ENDED))
    assert len(seen) <= 22, seen
    counts = (await rota.hub.client.get("/v1/submittals/counts", headers=rota.bearer())).json()
    assert (counts["states"], counts["withdrawn_versions"]) == ({"returned": size}, size)
