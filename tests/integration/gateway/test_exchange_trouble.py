"""Trouble with one file, one name or one trust never holds another."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from esr_gateway.to_esr.runs import RunCloser
from esr_gateway.trust_lock import TrustBusy
from esr_sandbox.faults import Fault, FileRefused, ListingRefused, Silent
from tests.integration.gateway.conftest import (
    AFTER_CUT_OFF,
    GatewayUnderTest,
    absence,
    attendance,
    period,
    trust_settings,
)
from tests.integration.gateway.sending import in_doubt, states_of_files
from tests.integration.gateway.test_bad_files import CHANGES, SNAPSHOT
from tests.integration.gateway.test_loops import running, until
from tests.integration.gateway.test_runs import DAY, closed
from tests.unit.gateway.building import Go, assignment, person, row


async def put(gateway: GatewayUnderTest, settings: dict[str, Any], vpd: str = "277") -> None:
    answer = await gateway.hub.client.put(f"/v1/trusts/{vpd}", json=settings, headers=gateway.bearer(vpds=(vpd,)))
    assert answer.status_code == 200, answer.text


def write(folder: Path, name: bytes) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"half")


async def test_a_file_name_that_is_no_text_holds_no_other_file(gateway: GatewayUnderTest) -> None:
    write(gateway.out, b"GO_277_M\xfcller.DAT")
    write(gateway.out, b"GO_277_\x01.DAT")
    [file] = await gateway.receive(SNAPSHOT)
    assert file["state"] == "imported"


async def test_a_file_that_may_not_be_read_holds_no_other_file(gateway: GatewayUnderTest) -> None:
    gateway.sandbox.faults.switch_on(Fault.READING_REFUSED, FileRefused(name=SNAPSHOT.name))
    SNAPSHOT.write(gateway.out)
    SNAPSHOT.but(sequence=2).write(gateway.out)
    assert (await gateway.poll_answer()).status_code == 502
    files = (await gateway.get("/v1/files"))["files"]
    assert [(file["name"][-6:], file["state"]) for file in files] == [("02.DAT", "imported")]


async def test_of_two_files_of_one_name_the_first_counts_though_neither_was_taken_yet(
    gateway: GatewayUnderTest,
) -> None:
    [first] = await gateway.receive(CHANGES)
    second = (await gateway.receive(CHANGES.but(rows=[person(last_name="Somebodyelse")])))[0]
    await gateway.receive(SNAPSHOT)
    states = {file["file_id"]: file["state"] for file in (await gateway.get("/v1/files"))["files"]}
    assert (states[first["file_id"]], states[second["file_id"]]) == ("imported", "quarantined")


@pytest.mark.parametrize("host", ["x" * 64 + ".example", "..", "a b"])
async def test_a_host_that_cannot_be_is_explained_and_ends_no_loop(
    gateway: GatewayUnderTest, tmp_path: Path, host: str
) -> None:
    await put(gateway, trust_settings(gateway.sandbox, tmp_path, host=host))
    answer = await gateway.poll_answer()
    assert answer.status_code in {502, 503}
    assert answer.json()["code"] in {"exchange_refused", "exchange_unavailable"}


async def test_a_trust_whose_run_cannot_be_frozen_holds_no_other_trusts_run(
    gateway: GatewayUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_due = RunCloser.close_due

    async def broken_for_one(self: RunCloser, trust: Any, **given: Any) -> Any:
        if trust.vpd == "001":
            raise RuntimeError("a fault of ours")
        return await close_due(self, trust, **given)

    await put(gateway, {**trust_settings(gateway.sandbox, tmp_path), "calendar": []}, vpd="001")
    monkeypatch.setattr(RunCloser, "close_due", broken_for_one)
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)

    async def sent() -> bool:
        return bool(await gateway.hub.emitted("esr.run.sent"))

    async with running(gateway) as tasks:
        await until(sent)
        await asyncio.wait(tasks, timeout=10, return_when=asyncio.FIRST_EXCEPTION)
        assert any(task.done() and isinstance(task.exception(), RuntimeError) for task in tasks), "it is not hidden"


async def test_a_server_that_lists_nothing_after_the_rename_is_believed(gateway: GatewayUnderTest) -> None:
    gateway.sandbox.faults.switch_on(Fault.LISTING_REFUSED, ListingRefused(folder="In"))
    one = attendance("20000001", DAY)
    run = await closed(gateway, one)
    assert run["state"] == "sent"
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "sent"]


async def test_a_file_that_is_refused_holds_no_file_of_another_kind(gateway: GatewayUnderTest) -> None:
    gateway.sandbox.faults.switch_on(Fault.WRITING_REFUSED, FileRefused(name="AB_"))
    await gateway.hub.deliver(attendance("20000001", DAY), absence("20000001", DAY, DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    assert (await gateway.close_due_answer()).status_code == 502
    assert [path.name[:2] for path in gateway.inbox.iterdir()] == ["TA"]


async def test_a_sender_that_lost_its_lock_stops_when_another_has_gone_on(gateway: GatewayUnderTest) -> None:
    gateway.sandbox.faults.switch_on(Fault.SILENT, Silent(on="writing"))
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    sending = asyncio.create_task(gateway.close_due_answer())

    async def uploading() -> bool:
        return await states_of_files(gateway) == ["uploading"]

    await until(uploading)
    async with gateway.hub.database.write(["277"]) as tx:  # the other replica
        await tx.execute(text("UPDATE run_file SET state = 'sent'"))
    gateway.sandbox.faults.switch_off()
    answer = await sending
    assert (answer.status_code, answer.json()["code"]) == (TrustBusy.status, TrustBusy.code)
    assert [path.suffix for path in gateway.inbox.iterdir()] == [".tmp"], "it renamed nothing"


async def test_a_cut_off_put_right_after_a_slip_into_the_past_gets_its_run(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    settings = trust_settings(gateway.sandbox, tmp_path)
    await put(gateway, {**settings, "calendar": [period(7, "2025-10-05T12:00")]})
    await put(gateway, {**settings, "calendar": [period(7, "2026-10-05T12:00")]})
    gateway.hub.clock.move_to(datetime(2026, 10, 6, tzinfo=UTC))
    assert [run["run_code"] for run in await gateway.close_due()] == ["MN2707"]


async def test_a_run_is_frozen_under_the_settings_of_that_moment(
    gateway: GatewayUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze = RunCloser._freeze_due

    async def after_an_edit(self: RunCloser, vpd: Any, *given: Any) -> Any:
        settings = trust_settings(gateway.sandbox, tmp_path)
        settings["elements"]["NEW"] = settings["elements"]["EL0"]
        await put(gateway, settings)
        return await freeze(self, vpd, *given)

    monkeypatch.setattr(RunCloser, "_freeze_due", after_an_edit)
    run = await closed(gateway, attendance("20000001", DAY, pay_element="NEW"))
    assert (run["lines"], run["lines_held"]) == (1, 0)


@pytest.mark.parametrize(("value", "outcomes"), [("400.00", []), ("450.00", ["sent", "landed"])])
async def test_only_an_equal_entry_proves_that_a_file_in_doubt_was_sent(
    gateway: GatewayUnderTest, value: str, outcomes: list[str]
) -> None:
    await gateway.receive(Go([person(), assignment()]))
    one = attendance("20000001", DAY)

    run = await in_doubt(gateway, one)
    assert run["state"] == "unknown"
    entry = row(
        "EL",
        person_id="P20000001",
        element_entry_id="E1",
        effective_start_date="20260804",
        assignment_id="A20000001",
        element_type_name="AMU Consultant Extra Session",
        earned_date="20260804",
        entry_value_1="1",
        entry_value_2=value,
        entry_value_3=value,
    )
    await gateway.receive(Go([entry], kind="GOC", day="20260806", before="20260803", sequence=1945))
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "unknown", *outcomes]


async def test_approvals_up_to_the_very_second_of_the_cut_off_are_in_the_run(gateway: GatewayUnderTest) -> None:
    cut_off = AFTER_CUT_OFF - timedelta(seconds=1)
    run = await closed(
        gateway,
        attendance("20000001", DAY, approved_at=cut_off),
        attendance("20000001", DAY, approved_at=cut_off + timedelta(microseconds=1)),
    )
    assert run["lines"] == 1
    assert (await gateway.get("/v1/conservation"))["waiting"] == 1


async def test_one_record_with_a_figure_beyond_reason_holds_no_other(gateway: GatewayUnderTest) -> None:
    good = attendance("20000001", date(2026, 8, 3))
    odd = [attendance("20000001", DAY, units=units) for units in ("1E+999999999", "1E-999999999", "1E+400", "1000000")]
    run = await closed(gateway, good, *odd)
    assert (run["lines"], run["lines_held"]) == (1, len(odd))
