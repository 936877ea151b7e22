"""Every bad file gets a clear answer by name, and loses nothing: the story after it goes on."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import text

from tests.integration.gateway.conftest import GatewayUnderTest
from tests.unit.gateway.building import Go, assignment, person, position

SNAPSHOT = Go([position(), person(), assignment()])
CHANGES = Go([person(last_name="Bell")], kind="GOC", day="20260804", before="20260803", sequence=1945)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        pytest.param(SNAPSHOT.but(name_override="PEOPLE.DAT"), "wrong_name", id="wrong name"),
        pytest.param(SNAPSHOT.but(header=""), "no_header", id="no header"),
        pytest.param(
            SNAPSHOT.but(header="HDR~OTHER.DAT~20260803 072050~277~20260802 000000~20260803 000000~01"),
            "header_names_another_file",
            id="header of another file",
        ),
        pytest.param(SNAPSHOT.but(header=f"HDR~{SNAPSHOT.name}"), "bad_header", id="header of another form"),
        pytest.param(SNAPSHOT.but(vpd="312"), "other_trust", id="VPD of another trust in the name"),
        pytest.param(
            SNAPSHOT.but(header=f"HDR~{SNAPSHOT.name}~20260803 072050~312~20260802 000000~20260803 000000~01"),
            "other_trust",
            id="VPD of another trust in the header",
        ),
        pytest.param(SNAPSHOT.but(trailer="TRL~99"), "count_off", id="trailer count off"),
        pytest.param(SNAPSHOT.but(trailer="TRL~"), "bad_trailer", id="trailer without a count"),
        pytest.param(SNAPSHOT.but(rows=[person(last_name="Müller")], charset="utf-8"), "wrong_charset", id="UTF-8"),
    ],
)
async def test_a_bad_file_is_quarantined_with_its_reason(gateway: GatewayUnderTest, bad: Go, code: str) -> None:
    files = await gateway.receive(bad)
    files += await gateway.poll()  # a file that does not look complete is looked at twice before it is judged
    assert [(one["state"], one["code"]) for one in files] == [("quarantined", code)]
    assert files[0]["reason"].endswith(".")
    assert [one.event.code for one in await gateway.hub.emitted("esr.file.quarantined")] == [code]
    assert await gateway.people() == []
    (gateway.out / bad.name).unlink()
    [good] = await gateway.receive(SNAPSHOT.but(sequence=2))
    assert good["state"] == "imported", good["reason"]


async def test_a_file_with_a_truncated_last_row_is_waited_for_and_then_quarantined(gateway: GatewayUnderTest) -> None:
    path = SNAPSHOT.write(gateway.out)
    path.write_bytes(SNAPSHOT.content[:-30])
    assert await gateway.poll() == [], "it may still be growing"
    [file] = await gateway.poll()
    assert (file["state"], file["code"]) == ("quarantined", "no_trailer")


async def test_a_file_that_was_still_growing_is_taken_when_it_is_whole(gateway: GatewayUnderTest) -> None:
    path = SNAPSHOT.write(gateway.out)
    path.write_bytes(SNAPSHOT.content[:200])
    assert await gateway.poll() == []
    path.write_bytes(SNAPSHOT.content)
    [file] = await gateway.poll()
    assert file["state"] == "imported"


async def test_an_empty_file_is_quarantined(gateway: GatewayUnderTest) -> None:
    (gateway.out / SNAPSHOT.name).write_bytes(b"")
    files = await gateway.poll() + await gateway.poll()
    assert [(one["state"], one["code"]) for one in files] == [("quarantined", "empty_file")]


async def test_files_that_somebody_still_writes_are_left_alone(gateway: GatewayUnderTest) -> None:
    for name in (f"{SNAPSHOT.name}._TXFR", f"{SNAPSHOT.name}.tmp", f".{SNAPSHOT.name}"):
        (gateway.out / name).write_bytes(SNAPSHOT.content)
    assert await gateway.poll() == []
    assert await gateway.poll() == []


async def test_a_bad_row_never_holds_a_good_one(gateway: GatewayUnderTest) -> None:
    bad = [
        person("20000002", effective_start_date="20260230"),
        assignment("20000003").removesuffix("~"),
        "ZZA~1~2~3",
        person("20000004", first_name="A\0na"),
        person("20000005", employee_number=""),
        assignment("20000001", "-2", fte="half"),
        person("2000 006"),
        "",
    ]
    [file] = await gateway.receive(Go([position(), person(), assignment(), *bad]))
    assert (file["state"], file["rows"], file["set_aside"]) == ("imported", 11, 8)
    rows = (await gateway.get(f"/v1/files/{file['file_id']}/rejected-rows"))["rows"]
    assert [(one["row_number"], one["record"], one["field"], one["code"]) for one in rows] == [
        (5, "PR", "Effective Start Date", "impossible_date"),
        (6, "AS", "", "wrong_column_count"),
        (7, "ZZA", "", "unknown_record"),
        (8, "PR", "First Name", "nul_byte"),
        (9, "PR", "Employee Number", "missing_value"),
        (10, "AS", "FTE", "not_a_number"),
        (11, "PR", "Employee Number", "wrong_form"),
        (12, "", "", "unknown_record"),
    ]
    assert [one.employee_number for one in await gateway.people()] == ["20000001"]


async def test_no_sensitive_cell_is_shown_stored_or_published(gateway: GatewayUnderTest) -> None:
    bad = [person("20000002", hire_date="never"), assignment("20000002").removesuffix("~")]
    [file] = await gateway.receive(Go([position(), person(), assignment(), *bad]))
    raw = (await gateway.get(f"/v1/files/{file['file_id']}/rejected-rows"))["rows"]
    async with gateway.hub.database.read(["277"]) as tx:
        stored = [row.line for row in await tx.all(text("SELECT line FROM esr_row"))]
        stored += [row.document for row in await tx.all(text("SELECT document FROM person"))]
    published = [one.model_dump_json() for one in await gateway.people()]
    assert len(raw) == 2
    assert [document.count("\x1e") for document in stored] == [0, 1], "a position, and a person with an assignment"
    for secret in ("19800229", "QQ123456C", "98765.43"):
        assert not any(secret in one["raw"] + one["reason"] for one in raw)
        assert not any(secret in line for line in stored)
        assert not any(secret in event for event in published)


async def test_a_file_of_bad_rows_fills_neither_memory_nor_tables_and_is_still_counted(
    gateway: GatewayUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("esr_gateway.from_esr.dealing.KEPT", 3)
    await gateway.receive(SNAPSHOT.but(rows=[person(str(number)) for number in range(100, 120)]))
    bad = [person(str(number), hire_date="never") for number in range(100, 120)]
    [file] = await gateway.receive(Go(bad, day="20260804", before="20260803", sequence=2))
    assert (file["rows"], file["set_aside"], file["people_gone"]) == (20, 20, 0)
    assert len((await gateway.get(f"/v1/files/{file['file_id']}/rejected-rows"))["rows"]) == 3


async def test_rejected_rows_come_as_csv_that_no_spreadsheet_runs(gateway: GatewayUnderTest) -> None:
    [file] = await gateway.receive(Go([person(), person(employee_number="=1+1")]))
    async with gateway.hub.database.write(["277"]) as tx:
        await tx.execute(text("UPDATE rejected_row SET raw = '=1+1~x'"))
    answer = await gateway.hub.client.get(
        f"/v1/files/{file['file_id']}/rejected-rows", headers={**gateway.bearer(), "accept": "text/csv"}
    )
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.splitlines()[0] == "row_number,record,field,code,reason,raw"
    assert "'=1+1~x" in answer.text


async def test_rows_may_end_in_crlf(gateway: GatewayUnderTest) -> None:
    [file] = await gateway.receive(SNAPSHOT.but(newline="\r\n"))
    assert (file["state"], file["rows"], file["set_aside"]) == ("imported", 3, 0)


async def test_the_same_file_again_is_ignored_with_a_note(gateway: GatewayUnderTest) -> None:
    path = SNAPSHOT.write(gateway.out)
    [file] = await gateway.poll()
    assert await gateway.poll() == [], "it is only still there"
    path.unlink()
    path.write_bytes(SNAPSHOT.content)
    os.utime(path, (1, 1))
    [again] = await gateway.poll()
    assert (again["file_id"], again["state"], again["seen_again"]) == (file["file_id"], "imported", 1)
    assert len(await gateway.people()) == 1


async def test_the_same_name_with_other_content_is_quarantined(gateway: GatewayUnderTest) -> None:
    await gateway.receive(SNAPSHOT)
    [file] = await gateway.receive(SNAPSHOT.but(rows=[person(last_name="Somebodyelse")]))
    assert (file["state"], file["code"]) == ("quarantined", "other_content")
    assert [one.family_name for one in await gateway.people()] == ["Okafor"]


async def test_a_gap_in_the_sequence_holds_the_later_changes_file(gateway: GatewayUnderTest) -> None:
    await gateway.receive(SNAPSHOT)
    await gateway.receive(CHANGES)
    late = Go([person(last_name="Third")], kind="GOC", day="20260806", before="20260805", sequence=1947)
    [held] = await gateway.receive(late)
    assert (held["state"], held["code"]) == ("waiting_for_gap", "gap")
    assert "1946" in held["reason"]
    missing = Go([person(last_name="Second")], kind="GOC", day="20260805", before="20260804", sequence=1946)
    moved = await gateway.receive(missing)
    assert {(one["sequence"], one["state"]) for one in moved} == {(1946, "imported"), (1947, "imported")}
    assert [one.family_name for one in await gateway.people()] == ["Okafor", "Bell", "Second", "Third"]


async def test_a_snapshot_closes_a_gap(gateway: GatewayUnderTest) -> None:
    await gateway.receive(SNAPSHOT, CHANGES)
    late = Go([person(last_name="Third")], kind="GOC", day="20260806", before="20260805", sequence=1947)
    await gateway.receive(late)
    moved = await gateway.receive(SNAPSHOT.but(day="20260805", before="20260804", sequence=2))
    assert {(one["kind"], one["state"]) for one in moved} == {("snapshot", "imported"), ("changes", "imported")}


async def test_changes_wait_for_the_first_snapshot(gateway: GatewayUnderTest) -> None:
    [file] = await gateway.receive(CHANGES)
    assert (file["state"], file["code"]) == ("waiting_for_gap", "no_snapshot")


async def test_files_of_one_poll_are_taken_in_order(gateway: GatewayUnderTest) -> None:
    second = Go([person(last_name="Second")], kind="GOC", day="20260805", before="20260804", sequence=1946)
    files = await gateway.receive(second, CHANGES, SNAPSHOT)
    assert {one["state"] for one in files} == {"imported"}
    assert [one.family_name for one in await gateway.people()] == ["Okafor", "Bell", "Second"]


async def test_a_person_who_is_absent_from_a_snapshot_is_gone(gateway: GatewayUnderTest) -> None:
    others = [person(str(number)) for number in range(20000004, 20000008)]
    await gateway.receive(SNAPSHOT.but(rows=[position(), person(), person("20000002"), person("20000003"), *others]))
    unreadable = person("20000003", hire_date="never")
    [file] = await gateway.receive(
        Go([position(), person(), unreadable, *others], day="20260804", before="20260803", sequence=2)
    )
    assert (file["people_changed"], file["people_gone"]) == (0, 1)
    last = (await gateway.people())[-1]
    assert (last.employee_number, last.gone, last.revision) == ("20000002", True, 2)


async def test_rows_without_their_person_wait_and_are_reported(gateway: GatewayUnderTest) -> None:
    [file] = await gateway.receive(SNAPSHOT.but(rows=[position(), person(), assignment(), assignment("20000002")]))
    assert file["without_parent"] == 1
    joiner = Go([person("20000002")], kind="GOC", day="20260804", before="20260803", sequence=1945)
    await gateway.receive(joiner)
    last = (await gateway.people())[-1]
    assert (last.employee_number, [a.assignment_number for a in last.assignments]) == ("20000002", ["20000002"])


async def test_a_delete_row_removes_and_a_changed_position_reaches_its_people(gateway: GatewayUnderTest) -> None:
    await gateway.receive(SNAPSHOT.but(rows=[position(), person(), assignment(), assignment("20000001", "-2")]))
    changes = CHANGES.but(rows=["ASD~A20000001-2", position(job_role="Consultant")])
    [file] = await gateway.receive(changes)
    assert file["people_changed"] == 1
    last = (await gateway.people())[-1]
    assert [(a.assignment_number, a.job_role) for a in last.assignments] == [("20000001", "Consultant")]


async def test_a_new_dated_row_displaces_the_stored_ones_that_begin_within_it(gateway: GatewayUnderTest) -> None:
    first = assignment(effective_end_date="20261231")
    future = assignment(effective_start_date="20270101", grade="New")
    await gateway.receive(SNAPSHOT.but(rows=[position(), person(), first, future]))
    await gateway.receive(CHANGES.but(rows=[assignment()]))  # the future change was called off
    last = (await gateway.people())[-1]
    assert [(str(a.effective_from), a.effective_to) for a in last.assignments] == [("2020-01-01", None)]
