"""Runs: frozen at the cut-off, sent once, whatever breaks in between. Nothing is paid twice by a machine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from esr_gateway.to_esr.reference import reference_of
from esr_sandbox.faults import DroppedConnection, Fault, Strikes
from esr_sandbox.sftp import Exchange, listen
from esrlink.contracts import SubmittalApproved, SubmittalWithdrawn
from tests.integration.gateway.conftest import (
    AFTER_CUT_OFF,
    NOON,
    GatewayUnderTest,
    absence,
    attendance,
    trust_settings,
)
from tests.unit.gateway.building import Go, assignment, person, row

DAY = date(2026, 8, 4)


def withdrawal(one: SubmittalApproved) -> SubmittalWithdrawn:
    return SubmittalWithdrawn(
        vpd="277",
        employee_number=one.employee_number,
        submittal_id=one.submittal_id,
        version=one.version,
        reason="booked twice",
        occurred_at=NOON,
    )


async def closed(gateway: GatewayUnderTest, *approved: SubmittalApproved) -> dict[str, Any]:
    await gateway.hub.deliver(*approved)
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    [run] = await gateway.close_due()
    return run


async def state_of_file(gateway: GatewayUnderTest) -> str:
    [run] = (await gateway.get("/v1/runs"))["runs"]
    [file] = run["files"]
    return str(file["state"])


async def test_the_files_of_a_run_are_as_their_layouts_say(gateway: GatewayUnderTest) -> None:
    session = attendance("20000001", DAY)
    leave = absence("20000001", date(2026, 8, 10), date(2026, 8, 12), start_part="afternoon")
    await closed(gateway, session, leave)
    written = {path.name: path.read_text("ascii").splitlines() for path in gateway.inbox.iterdir()}
    header, line, trailer = written["TA_277_LNK_MN2705_00000001.DAT"]
    assert header == "HDR,TA_277_LNK_MN2705_00000001.DAT,20260805120001,LNK,277,M,N,05"
    assert line == (
        'ATT,20260804,ADD,,20000001,,"AMU Consultant Extra Session","Sessions",1,"Session Rate",450.00,"Pay Value",450.00'
        + "," * 27
        + "E10110"
    )
    assert line.count(",") == 39
    assert trailer == "FTR,1,0"
    header, line, trailer = written["AB_277_LNK_20260805_00000001.DAT"]
    reference = reference_of(leave.submittal_id, 1)
    assert line == f"ABS,20260810,ADD,{reference},20000001,Annual Leave,,20260810,PM,20260812,,3,,,N"


async def test_a_cut_off_is_not_due_before_its_time(gateway: GatewayUnderTest) -> None:
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF - timedelta(seconds=2))
    assert await gateway.close_due() == []
    assert (await gateway.get("/v1/conservation"))["waiting"] == 1


async def test_a_cut_off_missed_while_down_is_caught_up(gateway: GatewayUnderTest) -> None:
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(datetime(2026, 9, 10, tzinfo=UTC))
    runs = await gateway.close_due()
    assert [(run["run_code"], run["lines"], run["state"]) for run in runs] == [
        ("MN2705", 1, "sent"),
        ("MN2706", 0, "settled"),
    ]


async def test_an_approval_after_the_cut_off_rolls_to_the_next_run_and_says_so(gateway: GatewayUnderTest) -> None:
    late = attendance("20000001", DAY, approved_at=AFTER_CUT_OFF)
    run = await closed(gateway, late)
    assert run["lines"] == 0
    settled = [one.event for one in await gateway.hub.emitted("esr.record.settled")]
    assert [(one.outcome.value, one.pay_name) for one in settled] == [("scheduled", "Pay 6")]


async def test_closing_again_sends_nothing_again(gateway: GatewayUnderTest) -> None:
    await closed(gateway, attendance("20000001", DAY))
    assert await gateway.close_due() == []
    assert len(await gateway.hub.emitted("esr.run.sent")) == 1
    assert len(list(gateway.inbox.iterdir())) == 1


@pytest.mark.parametrize("withdrawn_first", [True, False], ids=["withdrawal first", "approval first"])
async def test_a_withdrawn_record_is_in_no_file(gateway: GatewayUnderTest, withdrawn_first: bool) -> None:
    one = attendance("20000001", DAY)
    events = [withdrawal(one), one] if withdrawn_first else [one, withdrawal(one)]
    for event in events:
        await gateway.hub.deliver(event)
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    [run] = await gateway.close_due()
    assert run["lines"] == 0
    figures = await gateway.get("/v1/conservation")
    assert (figures["approved"], figures["withdrawn"], figures["balanced"]) == (1, 1, True)


async def test_a_withdrawal_after_the_freeze_changes_nothing(gateway: GatewayUnderTest) -> None:
    one = attendance("20000001", DAY)
    await closed(gateway, one)
    await gateway.hub.deliver(withdrawal(one))
    figures = await gateway.get("/v1/conservation")
    assert (figures["withdrawn"], figures["sent_lines"], figures["balanced"]) == (0, 1, True)


@pytest.mark.parametrize(
    ("held", "code"),
    [
        pytest.param(attendance("20000001", DAY, pay_element="NONE"), "element_not_mapped", id="element not mapped"),
        pytest.param(attendance("20000001", DAY, rate=None), "figure_missing", id="figure missing"),
        pytest.param(attendance("20000001", DAY, cost_code="E" * 61), "too_long", id="over-long"),
        pytest.param(attendance("20000001", DAY, cost_code="É1"), "outside_charset", id="outside the charset"),
        pytest.param(attendance("20000001", DAY, cost_code="E1,E2"), "character_refused", id="a delimiter"),
    ],
)
async def test_a_line_that_cannot_be_written_is_held_and_the_rest_go(
    gateway: GatewayUnderTest, held: SubmittalApproved, code: str
) -> None:
    good = attendance("20000002", DAY)
    run = await closed(gateway, held, good)
    assert (run["lines"], run["lines_held"]) == (1, 1)
    assert await gateway.outcomes(good.submittal_id) == ["scheduled", "sent"]
    settled = [one.event for one in await gateway.hub.emitted("esr.record.settled")]
    [said] = [one for one in settled if one.outcome == "held"]
    assert (said.submittal_id, said.code) == (held.submittal_id, code)
    assert said.reason


async def test_a_held_line_goes_with_the_next_run_once_its_cause_is_mended(
    gateway: GatewayUnderTest, tmp_path: Any
) -> None:
    held = attendance("20000001", DAY, pay_element="NEW")
    await closed(gateway, held)
    settings = trust_settings(gateway.sandbox, tmp_path)
    settings["elements"]["NEW"] = settings["elements"]["EL0"]
    answer = await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())
    assert answer.status_code == 200
    gateway.hub.clock.move_to(datetime(2026, 9, 5, tzinfo=UTC))
    [run] = await gateway.close_due()
    assert (run["run_code"], run["lines"], run["lines_held"]) == ("MN2706", 1, 0)
    assert (await gateway.get("/v1/conservation"))["balanced"]


async def test_a_connection_lost_in_mid_file_is_sent_again(gateway: GatewayUnderTest) -> None:
    gateway.sandbox.faults.switch_on(Fault.DROPPED_CONNECTION, DroppedConnection(after_bytes=10))
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    answer = await gateway.close_due_answer()
    assert (answer.status_code, answer.json()["code"]) == (503, "exchange_unavailable")
    assert await state_of_file(gateway) == "uploading"
    [run] = await gateway.close_due()
    assert run["state"] == "sent"
    assert [path.name for path in gateway.inbox.iterdir()] == [run["files"][0]["file_name"]]


async def test_a_refused_rename_is_tried_again(gateway: GatewayUnderTest) -> None:
    gateway.sandbox.faults.switch_on(Fault.RENAME_REFUSED, Strikes())
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    answer = await gateway.close_due_answer()
    assert (answer.status_code, answer.json()["code"]) == (502, "exchange_refused")
    [run] = await gateway.close_due()
    assert run["state"] == "sent"


async def test_a_lost_receipt_is_looked_for_before_anything_is_sent_again(gateway: GatewayUnderTest) -> None:
    gateway.sandbox.faults.switch_on(Fault.LOST_RECEIPT, Strikes())
    one = attendance("20000001", DAY)
    await gateway.hub.deliver(one)
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    assert (await gateway.close_due_answer()).status_code == 503
    assert await state_of_file(gateway) == "renaming"
    [path] = gateway.inbox.iterdir()
    written_at = path.stat().st_mtime_ns
    [run] = await gateway.close_due()
    assert run["state"] == "sent"
    assert path.stat().st_mtime_ns == written_at, "the file was found, not written again"
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "sent"]


async def test_a_lost_receipt_of_a_file_that_esr_took_away_is_unknown_until_a_fact_proves_it(
    gateway: GatewayUnderTest,
) -> None:
    sandbox = gateway.sandbox
    sandbox.esr.snapshot("277", DAY)
    await gateway.poll()
    worker = next(p for p in sandbox.esr.world("277").in_departments() if p.works_on(DAY) and p.grade == "Consultant")
    one = attendance(worker.employee_number, DAY, worker.assignments[0].number)
    sandbox.faults.switch_on(Fault.LOST_RECEIPT, Strikes())
    await gateway.hub.deliver(one)
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    assert (await gateway.close_due_answer()).status_code == 503
    sandbox.esr.read_inbox("277", date(2026, 8, 6))
    [run] = await gateway.close_due()
    assert run["state"] == "unknown"
    assert await gateway.close_due() == [], "a machine never sends it again"
    assert list(gateway.inbox.iterdir()) == []
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "unknown"]
    await gateway.poll()
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "unknown", "sent", "accepted"]
    [run] = (await gateway.get("/v1/runs"))["runs"]
    assert run["state"] == "sent"
    assert len(await gateway.hub.emitted("esr.run.sent")) == 1
    assert len(sandbox.esr.applied("277").rows) == 1


async def test_a_file_that_was_frozen_before_a_crash_is_sent_with_the_same_bytes(gateway: GatewayUnderTest) -> None:
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    port = gateway.sandbox.sftp_port
    sftp = gateway.sandbox._sftp
    assert sftp is not None
    sftp.close()
    await sftp.wait_closed()
    assert (await gateway.close_due_answer()).status_code == 503
    [frozen] = (await gateway.get("/v1/runs"))["runs"]
    assert frozen["state"] == "approved"
    exchange = Exchange(
        gateway.sandbox.folders, gateway.sandbox.settings, gateway.sandbox.faults, gateway.sandbox.esr.outbox
    )
    gateway.sandbox._sftp = await listen(exchange, port)
    gateway.hub.clock.move_to(AFTER_CUT_OFF + timedelta(days=2))
    [run] = await gateway.close_due()
    assert (run["state"], run["files"][0]["sha256"]) == ("sent", frozen["files"][0]["sha256"])


async def test_a_refused_file_rejects_every_line_in_words(gateway: GatewayUnderTest) -> None:
    gateway.sandbox.esr.snapshot("277", DAY)
    await gateway.poll()
    one, two = attendance("20000001", DAY), attendance("20000002", DAY)
    await closed(gateway, one, two)
    gateway.sandbox.faults.switch_on(Fault.QUARANTINE, Strikes())
    gateway.sandbox.esr.read_inbox("277", date(2026, 8, 6))
    await gateway.poll()
    for refused in (one, two):
        assert (await gateway.outcomes(refused.submittal_id))[-1] == "rejected"
    [run] = (await gateway.get("/v1/runs"))["runs"]
    assert run["files"][0]["answer"] == "refused"


async def test_an_entry_with_other_figures_differs_and_says_both(gateway: GatewayUnderTest) -> None:
    await gateway.receive(Go([person(), assignment()]))
    one = attendance("20000001", DAY)
    await closed(gateway, one)
    entry = row(
        "EL",
        person_id="P20000001",
        element_entry_id="E1",
        effective_start_date="20260804",
        assignment_id="A20000001",
        element_type_name="AMU Consultant Extra Session",
        earned_date="20260804",
        entry_value_1="1",
        entry_value_2="400.00",
        entry_value_3="400.00",
    )
    await gateway.receive(Go([entry], kind="GOC", day="20260806", before="20260803", sequence=1945))
    said = (await gateway.hub.emitted("esr.record.settled"))[-1].event
    assert (said.outcome, said.reason) == ("differs", "Sent: 1, 450, 450. ESR shows: 1, 400, 400.")


@pytest.mark.parametrize("closing_first", [True, False], ids=["closing first", "opening first"])
async def test_an_open_absence_goes_without_an_end_and_is_closed_by_an_update(
    gateway: GatewayUnderTest, closing_first: bool
) -> None:
    opened = absence("20000001", DAY, None)
    earlier = {"approved_at": opened.approved_at - timedelta(minutes=1)} if closing_first else {}
    closing = absence("20000001", DAY, date(2026, 8, 9), closes=opened.submittal_id, **earlier)
    await closed(gateway, *([closing, opened] if closing_first else [opened, closing]))
    [path] = gateway.inbox.iterdir()
    rows = [line.split(",") for line in path.read_text("ascii").splitlines()[1:-1]]
    reference = reference_of(opened.submittal_id, 1)
    assert [(cells[2], cells[3], cells[9], cells[14]) for cells in rows] == [
        ("ADD", reference, "", "Y"),
        ("UPD", reference, "20260809", "N"),
    ]


async def test_the_database_itself_refuses_a_second_line_of_one_instruction(gateway: GatewayUnderTest) -> None:
    one = attendance("20000001", DAY)
    await closed(gateway, one)
    with pytest.raises(Exception, match="uq_line_vpd_submittal_id_version"):
        async with gateway.hub.database.write(["277"]) as tx:
            await tx.execute(
                text(
                    "INSERT INTO line SELECT vpd, file_name, row_number + 1, submittal_id, version, employee_number,"
                    " assignment_number, action, name, reference, starts, ends, figures, units, amount FROM line"
                )
            )


async def test_one_trusts_trouble_is_written_down_and_shown(gateway: GatewayUnderTest, tmp_path: Any) -> None:
    other_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
    settings = trust_settings(gateway.sandbox, tmp_path, host_key=other_key)
    await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())
    answer = await gateway.poll_answer()
    assert (answer.status_code, answer.json()["code"]) == (502, "exchange_refused")
    assert "another host key" in answer.json()["detail"]
    report = await gateway.hub.client.get("/v1/status", headers=gateway.bearer("audit:read"))
    assert report.json()["state"] == "degraded"
    assert "another host key" in report.json()["notices"][0]["text"]
