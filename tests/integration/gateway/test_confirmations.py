"""Confirmations: whatever ESR writes into one, only records that it really speaks of are settled, and nothing stops."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.integration.gateway.conftest import AFTER_CUT_OFF, GatewayUnderTest, absence, attendance, trust_settings
from tests.integration.gateway.sending import open_issues, say, the_run
from tests.integration.gateway.test_runs import DAY, closed

NAME = "TA_277_LNK_MN2705_00000001.DAT"


async def confirm(gateway: GatewayUnderTest, *rows: str, name: str = NAME) -> dict[str, Any]:
    lines = [f"HDR,CF_277_{name},20260806063000,277", *rows, f"FTR,{len(rows)}"]
    (gateway.out / f"CF_277_{name}").write_bytes("".join(f"{line}\n" for line in lines).encode("iso-8859-1"))
    files = await gateway.poll() or await gateway.poll()
    return next(file for file in files if file["kind"] == "confirmation")


@pytest.mark.parametrize("number", ["9" * 5_000, "99999999999", "-1", "1.0", "x"])
async def test_a_row_number_that_is_none_is_set_aside(gateway: GatewayUnderTest, number: str) -> None:
    one = attendance("20000001", DAY)
    await closed(gateway, one)
    file = await confirm(gateway, f"CNF,{number},,OK,,", "CNF,1,,OK,,")
    assert (file["state"], file["set_aside"]) == ("imported", 1)
    assert (await gateway.outcomes(one.submittal_id))[-1] == "accepted"


async def test_rows_that_the_answered_file_has_not_are_set_aside(gateway: GatewayUnderTest) -> None:
    await closed(gateway, attendance("20000001", DAY))
    file = await confirm(gateway, "CNF,2,,OK,,", "CNF,2,,REJ,,", "NONE")
    rows = (await gateway.get(f"/v1/files/{file['file_id']}/rejected-rows"))["rows"]
    assert [(row["row_number"], row["code"]) for row in rows] == [
        (2, "no_such_row"),
        (3, "no_such_row"),
        (4, "unknown_record"),
    ]


async def test_an_answer_with_the_reference_of_another_row_settles_nobody(gateway: GatewayUnderTest) -> None:
    one = absence("20000001", DAY, DAY)
    await closed(gateway, one)
    name = "AB_277_LNK_20260805_00000001.DAT"
    file = await confirm(gateway, "CNF,1,01J8XQ4R7N5W2VZ3K9T6YB0C1D-1,REJ,A020,Overlap", name=name)
    assert (file["state"], file["set_aside"]) == ("imported", 1)
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "sent"]


async def test_a_nul_byte_quarantines_a_confirmation(gateway: GatewayUnderTest) -> None:
    await closed(gateway, attendance("20000001", DAY))
    file = await confirm(gateway, "CNF,1,,REJ,X1,a\0b")
    assert (file["state"], file["code"]) == ("quarantined", "nul_byte")


async def test_an_answer_to_a_file_that_was_not_sent_yet_leaves_it_to_two_people(gateway: GatewayUnderTest) -> None:
    one = attendance("20000001", DAY)
    await closed(gateway, one)
    async with gateway.hub.database.write(["277"]) as tx:  # as a copy of the database from before the first byte has it
        await tx.execute(text("UPDATE run_file SET state = 'written', sent_at = NULL"))
        await tx.execute(text("UPDATE instruction SET state = 'frozen'"))
        await tx.execute(text("DELETE FROM fact WHERE outcome = 'sent'"))
    (gateway.inbox / NAME).unlink()
    file = await confirm(gateway, "CNF,1,,OK,,")
    assert (file["state"], file["code"]) == ("held", "answers_unsent_file")
    await gateway.close_due()
    assert list(gateway.inbox.iterdir()) == [], "ESR has answered it: it may have been sent before"
    assert (await the_run(gateway))["state"] == "unknown"
    await say(gateway, "ann", "sent")
    await say(gateway, "bob", "sent")
    await gateway.poll()
    assert (await gateway.outcomes(one.submittal_id))[-3:] == ["unknown", "sent", "accepted"], "the answer counts now"


async def test_the_same_confirmation_under_another_clock_changes_nothing(gateway: GatewayUnderTest) -> None:
    one = attendance("20000001", DAY)
    await closed(gateway, one)
    await confirm(gateway, "CNF,1,,OK,,")
    gateway.hub.clock.move_to(AFTER_CUT_OFF.replace(day=6))
    (gateway.out / f"CF_277_{NAME}").touch()
    await gateway.poll()
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "sent", "accepted"]


async def test_a_trusts_own_words_for_a_code_go_before_the_layouts(gateway: GatewayUnderTest, tmp_path: Path) -> None:
    settings = trust_settings(gateway.sandbox, tmp_path)
    settings["codes"] = {
        "C012": {"words": "Ring payroll: the cost code ended in July.", "field": "attendance.cost_code"}
    }
    await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())
    await closed(gateway, attendance("20000001", DAY))
    await confirm(gateway, "CNF,1,,REJ,C012,Code E10110 closed 20260731")
    told = (await gateway.hub.emitted("esr.record.settled"))[-1].event
    assert (told.outcome, told.code, told.field) == ("rejected", "C012", "attendance.cost_code")
    assert told.reason == "Ring payroll: the cost code ended in July. ESR says: Code E10110 closed 20260731"


async def test_a_code_that_is_put_into_words_closes_its_issue(gateway: GatewayUnderTest, tmp_path: Path) -> None:
    await closed(gateway, attendance("20000001", DAY), absence("20000001", DAY, DAY))
    await confirm(gateway, "CNF,1,,REJ,Z999,")
    assert "Z999" in (await open_issues(gateway))["code/Z999"].title
    settings = {**trust_settings(gateway.sandbox, tmp_path), "codes": {"Z999": {"words": "Odd."}}}
    await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())
    await confirm(gateway, "CNF,1,,OK,,", name="AB_277_LNK_20260805_00000001.DAT")
    assert await open_issues(gateway) == {}


async def test_a_file_that_is_refused_as_a_whole_is_an_issue_and_rejects_every_line(gateway: GatewayUnderTest) -> None:
    many = [attendance(f"2000000{n}", DAY) for n in range(1, 4)]
    await closed(gateway, *many)
    await confirm(gateway, "CNF,0,,REJ,F009,")
    assert (await open_issues(gateway))[f"file_sent/refused/{NAME}"].severity == "bad"
    told = [one.event for one in await gateway.hub.emitted("esr.record.settled")][-3:]
    assert [(one.outcome, one.reason) for one in told] == [
        ("rejected", "The whole file was put in quarantine by ESR.")
    ] * 3
    assert (await the_run(gateway))["files"][0]["answer"] == "refused"
