"""What was approved for one person is never paid to another, whatever happens to the link in between."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from esrlink.contracts import Outcome, ProfileKey, ProfileUnlinked
from tests.integration.submittals.conftest import CONSULTANT, REGISTRAR, Rota, link, work


@pytest.mark.parametrize("outcome", [None, Outcome.SCHEDULED, Outcome.HELD])
async def test_an_approved_record_comes_back_when_its_profile_turns_out_to_be_anothers(
    rota: Rota, outcome: Outcome | None
) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    if outcome:
        await rota.settle(submittal_id, outcome)
    await rota.hub.deliver(link(REGISTRAR, "p1", revision=5))
    stands = await rota.read(submittal_id)
    assert (stands["state"], stands["field"]) == ("returned", "profile_id")
    [told] = await rota.hub.emitted("submittal.withdrawn")
    assert (told.event.employee_number, told.event.version) == (CONSULTANT, 1)
    resubmitted = await rota.command(submittal_id, "resubmit", "admin")
    assert resubmitted.json()["employee_number"] == REGISTRAR


async def test_what_is_sent_stays_sent_when_its_profile_turns_out_to_be_anothers(rota: Rota) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.settle(submittal_id, Outcome.SENT)
    await rota.hub.deliver(link(REGISTRAR, "p1", revision=5))
    assert (await rota.read(submittal_id))["state"] == "sent"
    assert await rota.hub.emitted("submittal.withdrawn") == []


async def test_a_profile_that_is_deleted_takes_nothing_back(rota: Rota) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.hub.deliver(
        ProfileUnlinked(
            vpd="277",
            employee_number=CONSULTANT,
            link_id=uuid4(),
            revision=5,
            profile=ProfileKey(product="clwrota", department="anaesthetics", profile_id="p1"),
            made_by="rule",
            reason="deleted",
            occurred_at=datetime(2026, 8, 1, tzinfo=UTC),
        )
    )
    assert (await rota.read(submittal_id))["state"] == "approved"
    assert await rota.hub.emitted("submittal.withdrawn") == []
