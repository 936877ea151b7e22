"""What a file makes of a person's document: the same as row by row, whatever the order of the rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from esr_gateway.from_esr.documents import Documents, Instruction, digest_of, document_of, rows_of
from tests.unit.gateway.building import LAYOUT, assignment, person, row

DOCUMENTS = Documents(LAYOUT)
FIRST = assignment(effective_end_date="20261231")
FUTURE = assignment(effective_start_date="20270101")


def said(op: str, record: str, record_id: str, start: str = "", end: str = "") -> str:
    return DOCUMENTS.written("P20000001", Instruction(op, record, record_id, start, end))  # type: ignore[arg-type]


@given(st.permutations([person(), FIRST, FUTURE, assignment(suffix="-2")]))
def test_a_document_is_the_same_whatever_the_order_of_its_rows(rows: list[str]) -> None:
    document = document_of(rows)
    assert document == document_of(sorted(rows))
    assert sorted(rows_of(document)) == sorted(rows)
    assert digest_of(document.encode()) != digest_of(document_of(rows[1:]).encode())


def test_nobody_has_an_empty_document_with_a_row() -> None:
    assert rows_of(document_of([])) == []


def test_every_row_and_instruction_says_whose_it_is() -> None:
    for line in (person(), assignment(), said("D", "AS", "A1"), said("T", "", "")):
        assert DOCUMENTS.person_id(line) == "P20000001"


def test_a_row_is_known_by_record_id_and_first_day() -> None:
    costing = row("CO", person_id="P1", assignment_id="A1", costing_allocation_id="C1", effective_start_date="20260101")
    assert tuple(DOCUMENTS.key(costing)) == ("CO", "C1", "20260101")
    assert tuple(DOCUMENTS.key(row("ET", person_id="P1", person_extra_information_id="E1"))) == ("ET", "E1", "")


def test_a_snapshot_leaves_what_it_shows_and_of_a_repeated_row_the_last() -> None:
    newer = assignment(effective_end_date="20261130")
    assert DOCUMENTS.after_snapshot([person(), FIRST, newer], [FIRST, FUTURE]) == [person(), newer]


def test_a_snapshot_keeps_the_stored_rows_of_a_record_that_was_set_aside() -> None:
    kept = DOCUMENTS.after_snapshot([person(), FUTURE, said("K", "AS", "A20000001")], [person(), FIRST, FUTURE])
    assert sorted(kept) == sorted([person(), FIRST, FUTURE])


def test_changes_add_and_replace_and_leave_the_rest() -> None:
    newer = person(last_name="Bell")
    assert sorted(DOCUMENTS.after_changes([newer], [person(), FIRST])) == sorted([newer, FIRST])


def test_the_last_word_on_a_row_counts() -> None:
    gone, again = said("D", "AS", "A20000001"), assignment(grade="New")
    assert DOCUMENTS.after_changes([again, gone], [FIRST, FUTURE]) == []
    assert DOCUMENTS.after_changes([FIRST, gone, again], [FUTURE]) == [again]


def test_a_new_dated_row_displaces_stored_ones_that_begin_within_it_and_no_other() -> None:
    other = assignment(suffix="-2", effective_start_date="20270101")
    assert sorted(DOCUMENTS.after_changes([assignment()], [FIRST, FUTURE, other])) == sorted([assignment(), other])
    # A later row does not undo an earlier one, and rows of one file stand beside each other.
    assert sorted(DOCUMENTS.after_changes([FUTURE], [FIRST])) == sorted([FIRST, FUTURE])
    assert sorted(DOCUMENTS.after_changes([assignment(), FUTURE], [])) == sorted([assignment(), FUTURE])


def test_a_row_that_moved_to_somebody_else_leaves_with_what_it_displaces() -> None:
    moved = said("M", "AS", "A20000001", "20200101", "47121231")
    assert DOCUMENTS.after_changes([moved], [FIRST, FUTURE]) == []
    assert DOCUMENTS.after_changes([moved, FIRST], []) == [FIRST], "it came back behind it"
