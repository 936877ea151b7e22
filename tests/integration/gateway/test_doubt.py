"""A file in doubt is decided by two different people with evidence, or by a fact, and never by a machine."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from esr_gateway.to_esr.resolving import NotInDoubt
from esr_sandbox.faults import Fault, LostReceipt
from esrlink import audit
from esrlink.errors import Invalid, NotFound
from tests.integration.gateway.conftest import GatewayUnderTest, attendance
from tests.integration.gateway.sending import NAME, SAW, in_doubt, open_issues, rows, say, states_of_files, the_run
from tests.integration.gateway.test_confirmations import confirm
from tests.integration.gateway.test_runs import DAY, closed

IN_DOUBT, DISAGREED = f"file_sent/in_doubt/{NAME}", f"file_sent/disagreed/{NAME}"


async def facts(gateway: GatewayUnderTest) -> list[tuple[str, str | None]]:
    settled = [one.event for one in await gateway.hub.emitted("esr.record.settled")]
    return [(one.outcome.value, one.reason) for one in settled]


async def test_two_people_who_say_that_it_was_sent_settle_its_records(gateway: GatewayUnderTest) -> None:
    one = attendance("20000001", DAY)
    assert (await in_doubt(gateway, one))["state"] == "unknown"
    assert IN_DOUBT in await open_issues(gateway)
    assert await say(gateway, "ann", "sent") == "waits"
    assert await states_of_files(gateway) == ["unknown"], "one person is not enough"
    assert await say(gateway, "bob", "sent") == "sent"
    assert (await the_run(gateway))["state"] == "sent"
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "unknown", "sent"]
    assert await open_issues(gateway) == {}


async def test_two_people_who_say_that_it_was_not_sent_have_it_sent_once(gateway: GatewayUnderTest) -> None:
    one = attendance("20000001", DAY)
    before = await in_doubt(gateway, one)
    assert await say(gateway, "ann", "not_sent") == "waits"
    assert await gateway.close_due() == [], "nothing goes on one person's word"
    assert await say(gateway, "bob", "not_sent") == "not_sent"
    assert [row.state for row in await rows(gateway, "SELECT state FROM instruction")] == ["frozen"]
    assert (await facts(gateway))[-1] == (
        "scheduled",
        "Two people found out that the file had not reached ESR; it is sent again.",
    )
    [run] = await gateway.close_due()
    assert (run["state"], run["files"][0]["sha256"]) == ("sent", before["files"][0]["sha256"])
    assert [path.name for path in gateway.inbox.iterdir()] == [NAME]
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "unknown", "scheduled", "sent"]
    assert await open_issues(gateway) == {}


async def test_one_person_who_says_it_twice_is_one_person(gateway: GatewayUnderTest) -> None:
    await in_doubt(gateway, attendance("20000001", DAY))
    assert await say(gateway, "ann", "not_sent") == "waits"
    assert await say(gateway, "ann", "not_sent") == "waits"
    assert await states_of_files(gateway) == ["unknown"]


async def test_people_who_disagree_leave_it_in_doubt_until_one_corrects_himself(gateway: GatewayUnderTest) -> None:
    await in_doubt(gateway, attendance("20000001", DAY))
    await say(gateway, "ann", "not_sent")
    assert await say(gateway, "bob", "sent") == "waits"
    assert DISAGREED in await open_issues(gateway)
    assert await say(gateway, "cid", "sent") == "waits", "a majority is not agreement"
    assert await say(gateway, "ann", "sent") == "sent"
    assert await open_issues(gateway) == {}


async def test_a_second_doubt_of_a_file_needs_two_people_again_and_is_told_again(gateway: GatewayUnderTest) -> None:
    one = attendance("20000001", DAY)
    await in_doubt(gateway, one)
    await say(gateway, "ann", "not_sent")
    await say(gateway, "bob", "not_sent")
    gateway.sandbox.faults.switch_on(Fault.LOST_RECEIPT, LostReceipt())
    assert (await gateway.close_due_answer()).status_code == 503
    (gateway.inbox / NAME).unlink()
    await gateway.close_due()
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "unknown", "scheduled", "unknown"]
    assert await say(gateway, "ann", "sent") == "waits", "what was said of the first doubt does not count"
    assert await say(gateway, "bob", "sent") == "sent"
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "unknown", "scheduled", "unknown", "sent"]


async def test_each_word_is_in_the_audit_trail_and_its_evidence_beside_it(gateway: GatewayUnderTest) -> None:
    await in_doubt(gateway, attendance("20000001", DAY))
    await say(gateway, "ann", "sent")
    await say(gateway, "bob", "sent", evidence="  Seen in ESR's own\nlist of files ")
    async with gateway.hub.database.read(["277"]) as tx:
        trail = await audit.entries(tx, ["277"], audit.AuditFilter(about=NAME))
        said = await tx.all(text("SELECT person, evidence FROM resolution ORDER BY person"))
    assert [(one.actor, one.action, one.detail["decided"]) for one in reversed(trail)] == [
        ("ann", "file.resolved", "waits"),
        ("bob", "file.resolved", "sent"),
    ]
    assert [tuple(one) for one in said] == [("ann", SAW), ("bob", "Seen in ESR's own list of files")]


@pytest.mark.parametrize(
    ("given", "error"),
    [({"evidence": "  I know  "}, Invalid), ({"name": "TA_277_LNK_MN2705_00000009.DAT"}, NotFound)],
    ids=["no evidence", "no such file"],
)
async def test_a_word_that_cannot_be_checked_is_refused(
    gateway: GatewayUnderTest, given: dict[str, Any], error: type[Exception]
) -> None:
    await in_doubt(gateway, attendance("20000001", DAY))
    with pytest.raises(error):
        await say(gateway, "ann", "sent", **given)


async def test_a_file_that_is_not_in_doubt_is_nobodys_to_decide(gateway: GatewayUnderTest) -> None:
    await closed(gateway, attendance("20000001", DAY))
    with pytest.raises(NotInDoubt):
        await say(gateway, "ann", "not_sent")


async def test_an_answer_that_comes_after_two_people_were_wrong_still_counts(gateway: GatewayUnderTest) -> None:
    one = attendance("20000001", DAY)
    await in_doubt(gateway, one)
    await say(gateway, "ann", "not_sent")
    await say(gateway, "bob", "not_sent")
    await confirm(gateway, "CNF,1,,OK,,")
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "unknown", "scheduled", "sent", "accepted"]
    await gateway.close_due()
    assert list(gateway.inbox.iterdir()) == [], "ESR has it: it is not sent again"


async def test_a_later_file_of_the_kind_waits_behind_one_in_doubt(gateway: GatewayUnderTest) -> None:
    await in_doubt(gateway, attendance("20000001", DAY))
    gateway.hub.clock.move_to(gateway.hub.clock.now().replace(month=9, day=5))
    await gateway.hub.deliver(attendance("20000002", DAY))
    await gateway.close_due()
    assert await states_of_files(gateway) == ["unknown", "written"]
    await say(gateway, "ann", "sent")
    await say(gateway, "bob", "sent")
    await gateway.close_due()
    assert await states_of_files(gateway) == ["sent", "sent"]
