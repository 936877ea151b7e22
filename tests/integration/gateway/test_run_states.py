"""Runs from the freeze to the signature: nothing goes before it is approved, and what is signed is what is sent."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from esr_gateway.archive import FolderArchive
from esr_gateway.gateway import assemble
from esr_gateway.settings import Settings
from esr_gateway.to_esr.missed import decide_missed
from esr_gateway.to_esr.pay_calendar import open_supplementary
from esr_gateway.to_esr.preview import Preview, preview
from esr_gateway.to_esr.reopening import CannotReopen, reopen
from esr_gateway.to_esr.runs import RunCloser
from esr_gateway.to_esr.signing import NotAnOfficer, NotFrozen, PackChanged, sign
from esr_gateway.to_esr.totals import BY, totals_of_run
from esr_gateway.trusts import find_trust
from esr_sandbox.world.trusts import TRUSTS
from esrlink.ids import new_id
from tests.integration.gateway.conftest import (
    AFTER_CUT_OFF,
    NOON,
    GatewayUnderTest,
    absence,
    attendance,
    period,
    trust_settings,
)

DAY = date(2026, 8, 4)
AFTER_SECOND_CUT_OFF = datetime(2026, 9, 5, tzinfo=UTC)


async def set_up(gateway: GatewayUnderTest, tmp_path: Path, **changes: Any) -> None:
    settings = {**trust_settings(gateway.sandbox, tmp_path), **changes}
    answer = await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())
    assert answer.status_code == 200, answer.text


async def look(gateway: GatewayUnderTest, run_code: str = "MN2705") -> Preview:
    async with gateway.hub.database.read(["277"]) as tx:
        return await preview(tx, await find_trust(tx, "277"), run_code, gateway.hub.clock.now())


async def the_run(gateway: GatewayUnderTest) -> Any:
    async with gateway.hub.database.read(["277"]) as tx:
        return (await tx.execute(text("SELECT * FROM run"))).one()


async def issues(gateway: GatewayUnderTest, kind: str) -> dict[str, str]:
    """The open issues of a kind: titles and severities."""
    async with gateway.hub.database.read(["277"]) as tx:
        found = text("SELECT title, severity FROM issue WHERE kind = :kind AND closed_at IS NULL")
        return {row.title: row.severity for row in await tx.all(found, {"kind": kind})}


async def audited(gateway: GatewayUnderTest) -> list[tuple[str, str]]:
    async with gateway.hub.database.read(["277"]) as tx:
        rows = await tx.all(text("SELECT * FROM audit_entry WHERE action <> 'trust.put' ORDER BY number"))
    return [(row.actor, row.action) for row in rows]


async def signed(gateway: GatewayUnderTest, run: Any, subject: str = "paula", pack: str | None = None) -> None:
    async with gateway.hub.database.write(["277"]) as tx:
        trust = await find_trust(tx, "277")
        now = gateway.hub.clock.now()
        await sign(tx, trust, run.run_id, subject=subject, pack_sha256=pack or run.pack_sha256, now=now)


async def test_a_run_that_must_be_signed_is_not_sent_before_and_is_sent_after(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    await set_up(gateway, tmp_path, sign="named_officer", officers=["paula"])
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    await gateway.close_due()
    run = await the_run(gateway)
    assert (run.state, run.approved_at) == ("frozen", None)
    assert await gateway.close_due() == []
    assert list(gateway.inbox.iterdir()) == []
    assert await issues(gateway, "run") == {"Pay 5 (MN2705) waits for a signature.": "warning"}
    with pytest.raises(NotAnOfficer):
        await signed(gateway, run, "oscar")
    with pytest.raises(PackChanged):
        await signed(gateway, run, pack="0" * 64)
    await signed(gateway, run)
    with pytest.raises(NotFrozen):
        await signed(gateway, run)
    [sent] = await gateway.close_due()
    assert sent["state"] == "sent"
    run = await the_run(gateway)
    assert (run.approved_by, run.approved_at) == ("paula", AFTER_CUT_OFF)
    assert await issues(gateway, "run") == {}
    assert await audited(gateway) == [("paula", "run.signed")]


async def test_the_next_run_waits_behind_one_that_nobody_has_signed(gateway: GatewayUnderTest, tmp_path: Path) -> None:
    await set_up(gateway, tmp_path, sign="named_officer")
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    await gateway.close_due()
    first = await the_run(gateway)
    await set_up(gateway, tmp_path)
    await gateway.hub.deliver(attendance("20000001", date(2026, 8, 20), approved_at=AFTER_CUT_OFF))
    gateway.hub.clock.move_to(AFTER_SECOND_CUT_OFF)
    [second] = await gateway.close_due()
    assert second["state"] == "approved", "its file has the next number: ESR would see a gap"
    await signed(gateway, first)
    assert {run["state"] for run in await gateway.close_due()} == {"sent"}
    assert len(list(gateway.inbox.iterdir())) == 2


async def test_a_signature_that_is_wanted_becomes_urgent_near_the_pay_date(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    await set_up(gateway, tmp_path, sign="named_officer")
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    await gateway.close_due()
    closer = gateway_closer(gateway)
    async with gateway.hub.database.read() as tx:
        trust = await find_trust(tx, "277")
    for day, severity in ((23, "warning"), (24, "bad")):
        gateway.hub.clock.move_to(datetime(2026, 9, day, 12, 0, tzinfo=UTC))
        await closer.look_after(trust)
        assert list((await issues(gateway, "run")).values()) == [severity]


def gateway_closer(gateway: GatewayUnderTest) -> RunCloser:
    hub = gateway.hub
    assert isinstance(hub.settings, Settings)
    return assemble(hub.settings, hub.database, hub.clock, new_id).closer


async def test_the_pack_has_its_hash_and_names_the_very_bytes_that_are_sent(gateway: GatewayUnderTest) -> None:
    held = attendance("20000003", DAY, pay_element="NONE")
    leave = absence("20000001", DAY, DAY)
    await gateway.hub.deliver(attendance("20000001", DAY), attendance("20000002", DAY), leave, held)
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    await gateway.close_due()
    run = await the_run(gateway)
    assert isinstance(gateway.hub.settings, Settings)
    async with FolderArchive(gateway.hub.settings.archive).open(run.pack_sha256) as path:
        content = path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == run.pack_sha256
    pack = json.loads(content)
    assert json.dumps(pack, sort_keys=True, separators=(",", ":")).encode() == content, "canonical"
    sent = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in gateway.inbox.iterdir()}
    assert {file["file_name"]: file["sha256"] for file in pack["files"]} == sent
    assert [(one["submittal_id"], one["code"]) for one in pack["held"]] == [
        (str(held.submittal_id), "element_not_mapped")
    ]
    assert pack["totals"]["department"][0]["lines"] == 3
    assert (pack["calendar"]["run_code"], pack["lines"], pack["lines_held"]) == ("MN2705", 3, 1)


async def test_a_preview_shows_what_the_freeze_then_does(gateway: GatewayUnderTest) -> None:
    some = [attendance(f"2000000{n}", DAY, units=n) for n in range(1, 6)]
    opened = absence("20000001", DAY, None)
    closing = absence("20000001", DAY, date(2026, 8, 9), closes=opened.submittal_id)
    held = attendance("20000007", DAY, rate=None)
    await gateway.hub.deliver(closing, *some, opened, held)
    seen = await look(gateway)
    assert (await gateway.get("/v1/conservation"))["waiting"] == 8, "it writes nothing"
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    await gateway.close_due()
    run = await the_run(gateway)
    assert (seen.line_count, seen.held_count) == (run.lines, run.lines_held) == (7, 1)
    assert [one.code for one in seen.held] == ["figure_missing"]
    rows = [row for path in sorted(gateway.inbox.iterdir()) for row in path.read_text("ascii").splitlines()[1:-1]]
    assert [placed.row for placed in sorted(seen.lines, key=lambda one: one.line.kind)] == rows
    async with gateway.hub.database.read(["277"]) as tx:
        by = {"element": seen.by_element, "department": seen.by_department, "assignment": seen.by_assignment}
        for name in BY:
            counted = await totals_of_run(tx, "277", run.run_id, name)
            assert [one.as_json() | {"units": one.units} for one in counted] == [
                one.as_json() | {"units": one.units} for one in by[name]
            ]


async def test_a_later_run_is_previewed_without_what_goes_before_it(gateway: GatewayUnderTest) -> None:
    late = attendance("20000002", DAY, approved_at=AFTER_CUT_OFF)
    await gateway.hub.deliver(attendance("20000001", DAY), late)
    assert [one.line.submittal_id for one in (await look(gateway, "MN2706")).lines] == [late.submittal_id]


async def test_a_run_that_is_opened_again_gives_its_records_and_its_number_back(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    await set_up(gateway, tmp_path, sign="named_officer")
    one, held = attendance("20000001", DAY), attendance("20000002", DAY, rate=None)
    await gateway.hub.deliver(one, held)
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    await gateway.close_due()
    run = await the_run(gateway)
    async with gateway.hub.database.write(["277"]) as tx:
        await reopen(tx, await find_trust(tx, "277"), run.run_id, by="olive", reason="wrong rate", now=AFTER_CUT_OFF)
    figures = await gateway.get("/v1/conservation")
    assert (figures["waiting"], figures["held"], figures["sent_lines"], figures["balanced"]) == (1, 1, 0, True)
    answer = await gateway.close_due_answer()
    assert (answer.status_code, answer.json()["code"]) == (409, "cut_off_waits"), "a person says when"
    assert len(await issues(gateway, "cut_off")) == 1
    async with gateway.hub.database.write(["277"]) as tx:
        await decide_missed(tx, "277", "MN2705", decision="send", by="olive", now=AFTER_CUT_OFF)
    await gateway.close_due()
    again = await the_run(gateway)
    assert (again.lines, again.lines_held, again.state) == (1, 1, "frozen")
    await signed(gateway, again)
    [sent] = await gateway.close_due()
    assert [file["file_name"] for file in sent["files"]] == ["TA_277_LNK_MN2705_00000001.DAT"]
    assert await issues(gateway, "cut_off") == {}
    with pytest.raises(CannotReopen):
        async with gateway.hub.database.write(["277"]) as tx:
            await reopen(tx, await find_trust(tx, "277"), again.run_id, by="o", reason="no", now=AFTER_CUT_OFF)
    assert (await gateway.outcomes(held.submittal_id)).count("held") == 2


async def test_what_is_unusual_is_told_and_holds_nothing(gateway: GatewayUnderTest, tmp_path: Path) -> None:
    calendar = [period(5, "2026-08-05T12:00"), period(6, "2026-09-04T12:00")]
    await set_up(gateway, tmp_path, calendar=calendar, unusual={"least_amount": 100, "line_amount": 2_000})
    await gateway.hub.deliver(*(attendance(f"2000001{n}", DAY) for n in range(2)))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    await gateway.close_due()
    september = date(2026, 9, 1)
    when = AFTER_CUT_OFF + timedelta(days=1)
    usual = [attendance(f"2000003{n}", september, approved_at=when) for n in range(2)]
    twice = attendance("20000030", september, approved_at=when)
    paid_before = attendance("20000010", DAY, approved_at=when)
    large = attendance("20000040", september, rate=2_500, approved_at=when)
    new = attendance("20000041", september, pay_element="EL1", approved_at=when)
    await gateway.hub.deliver(*usual, twice, paid_before, large, new)
    gateway.hub.clock.move_to(AFTER_SECOND_CUT_OFF)
    seen = await look(gateway, "MN2706")
    [run] = await gateway.close_due()
    assert run["lines"] == 6
    async with gateway.hub.database.read(["277"]) as tx:
        stored = await tx.scalar(text("SELECT unusual FROM run WHERE run_code = 'MN2706'"))
    assert [one.as_json() for one in seen.unusual] == stored
    assert {(one.code, one.name) for one in seen.unusual} == {
        ("total_off", TRUSTS[0].pay_elements[0].name),
        ("new_element", TRUSTS[0].pay_elements[1].name),
        ("large_line", "20000040"),
        ("same_session_twice", "20000010"),
        ("same_session_twice", "20000030"),
    }
    sentences = {one.sentence for one in seen.unusual}
    assert "20000030 has AMU Consultant Extra Session on 1 September 2026 twice in this run." in sentences
    assert "20000010 has AMU Consultant Extra Session on 4 August 2026 in an earlier run already." in sentences


async def test_a_supplementary_run_takes_what_came_too_late(gateway: GatewayUnderTest) -> None:
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    await gateway.close_due()
    late = attendance("20000001", DAY, approved_at=AFTER_CUT_OFF)
    await gateway.hub.deliver(late)
    now = gateway.hub.clock.now()
    for code in ("MS2705", "MS2706"):
        async with gateway.hub.database.write(["277"]) as tx:
            opened = await open_supplementary(
                tx,
                await find_trust(tx, "277"),
                after_run_code="MN2705",
                cut_off=datetime(2026, 8, 7, 11, 0, tzinfo=UTC),
                pay_date=date(2026, 8, 12),
                by="olive",
                now=now,
            )
        assert opened.pay_run.code == code
    gateway.hub.clock.move_to(datetime(2026, 8, 7, 11, 0, 1, tzinfo=UTC))
    runs = await gateway.close_due()
    assert [(run["run_code"], run["lines"]) for run in runs] == [("MS2705", 1), ("MS2706", 0)]
    settled = [one.event for one in await gateway.hub.emitted("esr.record.settled")]
    told = [(one.outcome.value, one.pay_name) for one in settled if one.submittal_id == late.submittal_id]
    assert told == [("scheduled", "Pay 6"), ("scheduled", "Pay 5 (supplementary)"), ("sent", "Pay 5 (supplementary)")]
    published = (await gateway.hub.emitted("esr.calendar.changed"))[-1].event
    assert [one.run.code for one in published.cut_offs] == ["MS2705", "MS2706", "MN2706"]


async def test_a_run_is_split_by_the_trusts_limits_and_every_line_is_in_one_file(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    await set_up(gateway, tmp_path, limits={"rows_per_file": 4, "rows_per_assignment": 2})
    some = [attendance("20000001", date(2026, 8, n), approved_at=NOON + timedelta(minutes=n)) for n in range(1, 6)]
    others = [attendance(f"2000001{n}", DAY, approved_at=NOON + timedelta(hours=1, minutes=n)) for n in range(4)]
    await gateway.hub.deliver(*some, *others)
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    [run] = await gateway.close_due()
    files = [path.read_text("ascii").splitlines()[1:-1] for path in sorted(gateway.inbox.iterdir())]
    assert [len(rows) for rows in files] == [4, 4, 1]
    assert all(sum("20000001," in row for row in rows) <= 2 for rows in files)
    assert [file["file_name"][-12:-4] for file in run["files"]] == ["00000001", "00000002", "00000003"]
    assert (await gateway.get("/v1/conservation"))["balanced"]
    assert {UUID(line["submittal_id"]) for line in (await gateway.get(f"/v1/runs/{run['run_id']}/lines"))["lines"]} == {
        one.submittal_id for one in (*some, *others)
    }
