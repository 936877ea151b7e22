"""One text leads to everything: the whole way of a record, in order, with the file, the row and the proof."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from esr_gateway.search import understand
from esr_gateway.to_esr.reference import reference_of
from tests.integration.gateway.conftest import AFTER_CUT_OFF, GatewayUnderTest, attendance
from tests.integration.gateway.desk import sit_down
from tests.integration.gateway.test_pages import counted

LIMIT = 14


async def ask(gateway: GatewayUnderTest, text: str) -> Any:
    with counted(gateway) as seen:
        answer = await gateway.get("/v1/timeline", text=text)
    assert len(seen) <= LIMIT, seen
    return answer


async def test_a_landed_record_is_told_from_its_approval_to_its_proof(gateway: GatewayUnderTest) -> None:
    sandbox, hub = gateway.sandbox, gateway.hub
    sandbox.esr.snapshot("277", date(2026, 8, 3))
    await gateway.poll()
    person = next(
        one
        for one in sandbox.esr.world("277").in_departments()
        if one.grade == "Consultant" and one.works_on(date(2026, 7, 1)) and one.works_on(date(2026, 8, 4))
    )
    number, post = person.employee_number, person.assignments[0].number
    session = attendance(number, date(2026, 8, 4), post)
    await hub.deliver(session, *(attendance(number, date(2026, 8, 4), post, pay_element="NOBODY") for _ in range(3)))
    hub.clock.move_to(AFTER_CUT_OFF)
    [run] = await gateway.close_due()
    sandbox.esr.read_inbox("277", date(2026, 8, 6))
    await gateway.poll()
    sandbox.esr.changes("277", date(2026, 8, 7))
    await gateway.poll()

    [story] = (await ask(gateway, str(session.submittal_id)))["stories"]
    assert (story["kind"], story["state"]) == ("record", "landed")
    told = [step["what"] for step in story["steps"]]
    assert set(told) == {
        "Approved", "Received", "Scheduled", "Frozen", "Sent", "Accepted by ESR", "Landed"
    }  # fmt: skip
    moments = [step["at"] for step in story["steps"]]
    assert moments == sorted(moments)
    [file_name] = [file["file_name"] for file in run["files"]]
    words = " ".join(step["words"] for step in story["steps"])
    assert f"row 1 of {file_name}" in words
    assert "The proof is element entry" in words
    frozen = next(step for step in story["steps"] if step["what"] == "Frozen")
    assert frozen["place"] == f"runs/{run['run_id']}"

    by_reference = await ask(gateway, reference_of(session.submittal_id, 1).lower())
    assert [one["title"] for one in by_reference["stories"]] == [story["title"]]
    of_person = await ask(gateway, number)
    assert len([one for one in of_person["stories"] if one["kind"] == "record"]) == 4
    assert [(one["employee_number"], one["is_gone"]) for one in of_person["people"]] == [(number, False)]
    of_post = await ask(gateway, post)
    assert len([one for one in of_post["stories"] if one["kind"] == "record"]) == 4
    assert (await ask(gateway, f"{number}-9"))["stories"] == []

    sent, answered = (await ask(gateway, file_name))["stories"]
    assert (sent["kind"], answered["kind"]) == ("file_sent", "file")
    assert [step["what"] for step in sent["steps"]][-1] == "Answered"
    assert answered["title"] == f"CF_277_{file_name}"
    by_hash = await ask(gateway, run["files"][0]["sha256"])
    assert [one["title"] for one in by_hash["stories"]] == [file_name]

    page = await sit_down(hub).words("search", text=str(session.submittal_id))
    assert "Landed" in page
    assert "The proof is element entry" in page


async def test_what_cannot_be_found_says_what_can_be_searched(gateway: GatewayUnderTest) -> None:
    for text in ("20009999", "nobody_has_this_name.DAT", "what ever", "0" * 64, "%"):
        answer = await ask(gateway, text)
        assert (answer["people"], answer["stories"]) == ([], []), text
        assert answer["searchable"], text


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("20001234", "number"),
        (" 20001234-2 ", "number"),
        ("2000123A", "number"),
        ("019f23a2-57cd-72cf-9e9e-000000000001", "record"),
        ("019f23a257cd72cf9e9e000000000001", "record"),
        ("01J8XQ4R7N5W2VZ3K9T6YB0C1D-1", "reference"),
        ("ab12cd34ef56", "hash"),
        ("a" * 64, "hash"),
        ("GO_277_GDW_GOC_20260804_00000002.DAT", "file"),
        ("GOC_2026", "file"),
        ("Ana Okafor", "nothing"),
        ("", "nothing"),
    ],
)
def test_a_text_is_understood_by_its_form(text: str, meaning: str) -> None:
    assert understand(text).meaning == meaning
