"""The reader: any bytes give a verdict, good rows are kept, and the counts reconcile."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esr_gateway.go_frame import read_frame
from esr_gateway.go_rows import GoReader, Row
from esr_gateway.layout import data_warehouse
from esr_gateway.verdicts import Quarantined, RejectedRow
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
    assert counts.rows == len(rows) + len(rejected) + counts.unread
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
    assert [row.record_id for row in rows] == [f"P{n}" for n in range(1, 800)]
    assert [(one.row_number, one.code) for one in rejected] == [(801, "nul_byte")]
    assert not any(row.line.endswith("\r") for row in rows)
