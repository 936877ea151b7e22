"""The reader: any bytes give a verdict, good rows are kept, and the counts reconcile."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esr_gateway.from_esr.go_frame import read_frame
from esr_gateway.from_esr.go_rows import GoReader, Row
from esr_gateway.from_esr.verdicts import Quarantined, RejectedRow
from esr_gateway.layout import data_warehouse
from tests.unit.gateway.building import Go, assignment, person

LAYOUT = data_warehouse()


def read(path: Path, name: str) -> tuple[list[Row], list[RejectedRow], GoReader]:
    frame = read_frame(LAYOUT, path, name, "277")
    rejected: list[RejectedRow] = []
    reader = GoReader(LAYOUT, rejected.append)
    return list(reader.rows(path, frame.trailer_count)), rejected, reader


cell = st.text(st.characters(codec="iso-8859-1", exclude_characters="~\n\r", exclude_categories=("Cc",)), max_size=12)


@pytest.mark.parametrize("code", sorted(LAYOUT.record))
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_every_record_comes_back_as_it_was_written(code: str, data: st.DataObject) -> None:
    record = LAYOUT.record[code]
    cells = [code + "A"]
    for name in record.columns:
        if name in record.patterns:
            value = "20000001"
        elif name in record.dates:
            value = data.draw(st.dates().map(lambda d: f"{d.year:04d}{d.month:02d}{d.day:02d}"))
        elif name in record.timestamps:
            value = data.draw(st.sampled_from(["20260803 235959", "20260803 000000"]))
        elif name in record.numbers:
            value = data.draw(st.sampled_from(["1", "0.5", ".5", "-2.25"]))
        else:
            value = data.draw(cell)
        cells.append(value or ("x" if name in record.required else ""))
    file = Go(["~".join(cells)])
    verdict: Quarantined | None = None
    with TemporaryDirectory() as folder:
        try:
            rows, rejected, _ = read(file.write(Path(folder)), file.name)
        except Quarantined as wrong:
            verdict = wrong
    if verdict is not None:
        # Random accents may happen to be valid UTF-8; then the file is taken for that.
        assert verdict.code == "wrong_charset"
        return
    assert rejected == []
    assert rows[0].op == "A"
    kept = ["" if at and record.columns[at - 1] in record.sensitive else value for at, value in enumerate(cells)]
    assert rows[0].line.split("~") == kept
    assert rows[0].record_id == cells[record.index(record.id)]


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_damaged_file_gets_a_clear_verdict_and_its_counts_reconcile(data: st.DataObject) -> None:
    file = Go([person(str(n)) for n in range(20, 40)] + [assignment(str(n)) for n in range(20, 40)])
    content = bytearray(file.content)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        match data.draw(st.sampled_from(["set", "cut", "add", "drop"])):
            case "set":
                content[at : at + 1] = data.draw(st.binary(min_size=1, max_size=1))
            case "cut":
                del content[at:]
                content += b"x"
            case "add":
                content[at:at] = data.draw(st.binary(min_size=1, max_size=5))
            case _:
                del content[at : at + 3]
    verdict: Quarantined | None = None
    with TemporaryDirectory() as folder:
        path = Path(folder) / file.name
        path.write_bytes(content)
        try:
            rows, rejected, reader = read(path, file.name)
        except Quarantined as wrong:
            verdict = wrong
    if verdict is not None:
        assert verdict.code
        assert verdict.reason.endswith(".")
        return
    counts = reader.counts
    assert counts.rows == sum(row.op != "X" for row in rows) + len(rejected) + counts.unread
    assert len(rejected) == counts.set_aside
    assert all(one.reason.endswith(".") and "\0" not in one.raw for one in rejected)


def test_a_nul_byte_in_the_header_quarantines_the_file(tmp_path: Path) -> None:
    file = Go([person()])
    path = file.write(tmp_path)
    path.write_bytes(file.content.replace(b"HDR~", b"HDR\0~", 1))
    with pytest.raises(Quarantined) as verdict:
        read(path, file.name)
    assert verdict.value.code == "nul_byte"


def test_rows_behind_the_trailer_quarantine_the_file(tmp_path: Path) -> None:
    file = Go([person(), "TRL~3", assignment()])
    with pytest.raises(Quarantined) as verdict:
        read(file.write(tmp_path), file.name)
    assert verdict.value.code == "rows_after_trailer"


def test_a_row_over_the_edge_of_two_blocks_is_read_once(tmp_path: Path) -> None:
    long = [person(str(n), middle_names="n" * 3000) for n in range(1, 800)]
    file = Go([*long, person("900", first_name="A\0")], newline="\r\n")
    rows, rejected, _ = read(file.write(tmp_path), file.name)
    assert [(row.op, row.record_id) for row in rows] == [*(("A", f"P{n}") for n in range(1, 800)), ("X", "P900")]
    assert [(one.row_number, one.code) for one in rejected] == [(801, "nul_byte")]
    assert not any(row.line.endswith("\r") for row in rows)


def test_a_row_without_an_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    file = Go([person(), "", assignment()])
    path = file.write(tmp_path)
    path.write_bytes(file.content.replace(b"\n\n", b"\nPRA" + b"~x" * 20_000_000 + b"\n"))
    tracemalloc.start()
    rows, rejected, reader = read(path, file.name)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [row.record for row in rows] == ["PR", "AS"]
    assert [(one.row_number, one.code, one.raw) for one in rejected] == [(3, "row_too_long", "")]
    assert reader.counts.rows == 3
    assert peak < 20_000_000


BORN, NATIONAL = "19800229", "QQ123456C"


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(person().replace("~", ","), id="another delimiter"),
        pytest.param("~".join(person().split("~")[13:]), id="the end of a row that was broken in two"),
        pytest.param("~".join(["PRA", *person().split("~")[6:]]), id="columns missing in front"),
        pytest.param(person().replace("Okafor", "Oka~for"), id="a delimiter within a name"),
        pytest.param(person(title="A\0"), id="a NUL byte"),
        pytest.param(person(hire_date="never"), id="a bad date"),
        pytest.param(person(date_of_birth=NATIONAL), id="a sensitive cell that is itself bad"),
        pytest.param(person().replace("PRA~", "PRD~"), id="a delete row with columns"),
        pytest.param(person().replace("PRA~", "PRZ~"), id="an unknown record type"),
    ],
)
def test_a_bad_row_shows_no_sensitive_cell_however_it_is_broken(tmp_path: Path, bad: str) -> None:
    file = Go([bad])
    rows, [rejected], _ = read(file.write(tmp_path), file.name)
    assert [row.op for row in rows] in ([], ["X"])
    shown = repr(rejected) + repr(rows)
    assert BORN not in shown
    assert NATIONAL not in shown


def test_an_id_that_no_index_can_hold_sets_its_row_aside(tmp_path: Path) -> None:
    file = Go([person(person_id="x" * 101), assignment(person_id="x" * 101)])
    rows, rejected, _ = read(file.write(tmp_path), file.name)
    assert [(one.code, one.field) for one in rejected] == [("wrong_form", "Person ID"), ("wrong_form", "Assignment ID")]
    assert [row.op for row in rows] == ["X"], "the assignment is still there"


@pytest.mark.parametrize("text", ["20260230", "2026 8 3", "202608 3", "00000101", "20260803 000001", "²0260803"])
def test_what_is_no_day_is_refused_in_a_column_of_days(tmp_path: Path, text: str) -> None:
    file = Go([person(hire_date=text)])
    _, rejected, _ = read(file.write(tmp_path), file.name)
    assert [one.code for one in rejected] == ["impossible_date"]
