"""The GO files that the sandbox writes: whole, chained, the same when repeated, with bad rows where it says."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from esr_sandbox.errors import SandboxError
from esr_sandbox.esr.bulk import write_snapshot
from esr_sandbox.esr.records import RECORDS
from esr_sandbox.run import Sandbox
from esr_sandbox.world.trusts import trust_of

from .conftest import SMALL

MONDAY, TUESDAY, WEDNESDAY = date(2026, 8, 3), date(2026, 8, 4), date(2026, 8, 5)
WIDTHS = {record.code + "A": record.width for record in RECORDS}


def lines(sandbox: Sandbox, name: str, vpd: str = "277") -> list[list[str]]:
    content = (sandbox.folders.out(vpd) / name).read_bytes()
    assert content.endswith(b"\n")
    return [line.split("~") for line in content.decode("iso-8859-1")[:-1].split("\n")]


async def test_a_snapshot_holds_all_sixteen_records_and_lists_of_values(sandbox: Sandbox) -> None:
    written = sandbox.esr.snapshot("277", MONDAY)
    kinds = Counter(cells[0] for cells in lines(sandbox, written.name))
    assert set(WIDTHS) <= set(kinds)
    assert len(WIDTHS) == 16
    assert kinds["LOV"] > 20
    assert kinds["PRA"] >= 600


async def test_header_and_trailer_frame_a_snapshot(sandbox: Sandbox) -> None:
    written = sandbox.esr.snapshot("277", MONDAY)
    rows = lines(sandbox, written.name)
    assert written.name == "GO_277_GDW_GDR_20260803_00000001.DAT"
    assert rows[0] == [
        "HDR", written.name, "20260803 072050", "277", "20260802 000000", "20260803 000000", "01",
    ]  # fmt: skip
    assert rows[-1] == ["TRL", str(len(rows))]
    assert written.rows == len(rows) - 2


async def test_only_the_planted_rows_are_bad_and_each_stands_where_it_says(sandbox: Sandbox) -> None:
    written = sandbox.esr.snapshot("277", MONDAY)
    rows = lines(sandbox, written.name)
    wrong = {
        number
        for number, cells in enumerate(rows, start=1)
        if cells[0] not in {"HDR", "TRL", "LOV"}
        and (
            len(cells) != WIDTHS.get(cells[0])
            or "\0" in "".join(cells)
            or "20260230" in cells
            or (cells[0] == "PRA" and not cells[4])
            or (cells[0] == "ASA" and not cells[2])
        )
    }
    planted = written.summary["planted"]
    assert {bad["row"] for bad in planted} == wrong
    assert len(planted) == 6
    assert all(rows[bad["row"] - 1][0] == bad["record"] for bad in planted)
    assert len(sandbox.esr.snapshot("312", MONDAY).summary["planted"]) == 1


async def test_the_same_day_again_answers_the_same_file_and_writes_nothing(sandbox: Sandbox) -> None:
    first = sandbox.esr.snapshot("277", MONDAY), sandbox.esr.changes("277", TUESDAY)
    for path in sandbox.folders.out("277").iterdir():
        path.unlink()  # as a reader does that takes files away
    assert (sandbox.esr.snapshot("277", MONDAY), sandbox.esr.changes("277", TUESDAY)) == first
    assert list(sandbox.folders.out("277").iterdir()) == []


async def test_the_same_seed_writes_the_same_bytes(sandbox: Sandbox, tmp_path: Path) -> None:
    twin = Sandbox(tmp_path / "twin", SMALL)
    for each in (sandbox, twin):
        each.esr.snapshot("277", MONDAY)
        each.esr.changes("277", TUESDAY)
    for path in sandbox.folders.out("277").iterdir():
        assert (twin.folders.out("277") / path.name).read_bytes() == path.read_bytes()
    await twin.stop()


async def test_changes_begin_where_the_last_file_ended_and_sequences_follow(sandbox: Sandbox) -> None:
    sandbox.esr.snapshot("277", MONDAY)
    first = sandbox.esr.changes("277", TUESDAY)
    second = sandbox.esr.changes("277", date(2026, 8, 7))
    assert lines(sandbox, first.name)[0][4:6] == ["20260803 000000", "20260804 000000"]
    assert lines(sandbox, second.name)[0][4:6] == ["20260804 000000", "20260807 000000"]
    assert second.sequence == first.sequence + 1


async def test_changes_hold_joiners_leavers_a_move_deletes_and_rows_as_they_were(sandbox: Sandbox) -> None:
    snapshot = {tuple(cells) for cells in lines(sandbox, sandbox.esr.snapshot("277", MONDAY).name)}
    written = sandbox.esr.changes("277", TUESDAY)
    rows = lines(sandbox, written.name)[1:-1]
    people = {cells[4]: cells for cells in rows if cells[0] == "PRA"}
    assert set(people) == {
        *written.summary["joiners"],
        written.summary["future_starter"],
        *written.summary["leavers"],
        *written.summary["resent"],
    }
    assert all(people[number][17] == "20260804" for number in written.summary["leavers"])
    assert {"ASD", "COD", "CMD"} <= {cells[0] for cells in rows}
    resent = [cells for cells in rows if cells[0] in {"PRA", "ASA"} and tuple(cells) in snapshot]
    assert {people[number][1] for number in written.summary["resent"]} <= {cells[1] for cells in resent}
    assert len(resent) >= 10


async def test_a_snapshot_after_changes_shows_them(sandbox: Sandbox) -> None:
    summary = sandbox.esr.changes("277", TUESDAY).summary
    rows = lines(sandbox, sandbox.esr.snapshot("277", WEDNESDAY).name)
    assert set(summary["joiners"]) <= {cells[4] for cells in rows if cells[0] == "PRA"}
    assert summary["deleted_assignment"] not in {cells[7] for cells in rows if cells[0] == "ASA" and len(cells) > 7}


async def test_changes_for_a_day_that_has_passed_are_refused(sandbox: Sandbox) -> None:
    sandbox.esr.changes("277", WEDNESDAY)
    with pytest.raises(SandboxError) as refused:
        sandbox.esr.changes("277", TUESDAY)
    assert refused.value.code == "day-passed"


async def test_a_run_killed_before_the_file_was_put_puts_it_on_the_next_start(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(sandbox.esr.outbox, "publish", lambda _vpd: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sandbox.esr.changes("277", TUESDAY)
    assert list(sandbox.folders.out("277").iterdir()) == []
    again = Sandbox(sandbox.folders.root, SMALL)
    again.esr.publish_all()
    written = again.esr.changes("277", TUESDAY)
    assert [path.name for path in again.folders.out("277").iterdir()] == [written.name]
    assert written.sequence == 1945
    await again.stop()


def test_a_big_file_has_exactly_the_rows_asked_for_and_every_row_is_good(tmp_path: Path) -> None:
    written = write_snapshot(trust_of("277"), 5_000, tmp_path / "out", seed=2026, asof=MONDAY)
    rows = [line.split("~") for line in written.path.read_text("iso-8859-1").splitlines()]
    assert len(rows) == 5_002
    assert rows[-1] == ["TRL", "5002"]
    assert all(len(cells) == WIDTHS[cells[0]] for cells in rows[1:-1] if cells[0] != "LOV")
    assert 6 < 5_000 / written.people < 8
    assert [path.name for path in written.path.parent.iterdir()] == [written.path.name]
