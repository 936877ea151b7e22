"""Reads a confirmation (CF): what ESR says of each row of a file that we sent. Pure; the layout is an assumption."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import Literal

from esr_gateway.from_esr.verdicts import Quarantined, RejectedRow
from esr_gateway.layout import ConfirmationLayout

_ROW_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What ESR says of one row; row 0 is the whole file. `line` is the place in the confirmation, its header being 1."""

    line: int

    row_number: int
    reference: str
    outcome: Literal["accepted", "rejected"]
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A read confirmation. `answered` is the name of our file. Rows that make no sense are set aside."""

    answered: str
    answers: tuple[Answer, ...]
    rejected: tuple[RejectedRow, ...]


def answered_name(layout: ConfirmationLayout, name: str, vpd: str) -> str | None:
    """The name of the file that a confirmation of this name answers; none when the name is not one."""
    found = re.fullmatch(layout.file_name, name)
    if found is None:
        return None
    if found["vpd"] != vpd:
        raise Quarantined("other_trust", f"The name says trust {found['vpd']}; this exchange is trust {vpd}'s.")
    return str(found["answered"])


def is_complete(layout: ConfirmationLayout, content: bytes) -> bool:
    """Whether the bytes end in a trailer."""
    return content.rstrip(b"\r\n").rsplit(b"\n", 1)[-1].startswith(f"{layout.trailer}{layout.delimiter}".encode())


def read_confirmation(layout: ConfirmationLayout, name: str, vpd: str, content: bytes) -> Confirmation:
    """The confirmation in `content`. Raises `Quarantined` when its frame is wrong."""
    answered = answered_name(layout, name, vpd)
    if answered is None:
        raise Quarantined("wrong_name", f"The name is not that of a {layout.title} file.")
    if not content:
        raise Quarantined("empty_file", "The file is empty.")
    if b"\0" in content:
        raise Quarantined("nul_byte", "The file holds a NUL byte: it was damaged on its way.")
    try:
        rows = list(csv.reader(content.decode(layout.charset).splitlines(), delimiter=layout.delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise Quarantined("unreadable", f"The file is not {layout.charset.upper()} text with cells.") from None
    if not rows or rows[0][:1] != [layout.header]:
        raise Quarantined("no_header", f"The first row is not a header ({layout.header}).")
    if rows[0][1:2] != [name]:
        raise Quarantined("header_names_another_file", "The header is that of another file.")
    if rows[-1][:1] != [layout.trailer]:
        raise Quarantined("no_trailer", f"The file has no trailer ({layout.trailer}): it is not complete.")
    if rows[-1][1:2] != [str(len(rows) - 2)]:
        raise Quarantined("count_off", f"The trailer does not count {len(rows) - 2} rows.")
    answers: list[Answer] = []
    rejected: list[RejectedRow] = []
    for number, cells in enumerate(rows[1:-1], start=2):
        answer = _answer(layout, number, cells)
        (answers if isinstance(answer, Answer) else rejected).append(answer)  # type: ignore[arg-type]
    return Confirmation(answered, tuple(answers), tuple(rejected))


def _answer(layout: ConfirmationLayout, number: int, cells: list[str]) -> Answer | RejectedRow:
    raw = layout.delimiter.join(cells)[:2000]
    if cells[:1] != [layout.record]:
        return RejectedRow(number, cells[0] if cells else "", "", "unknown_record", "The row is no confirmation.", raw)
    if len(cells) != len(layout.columns):
        words = f"The row has {len(cells)} columns; a confirmation has {len(layout.columns)}."
        return RejectedRow(number, layout.record, "", "wrong_column_count", words, raw)
    _, row_number, reference, outcome, code, text = cells
    if not _ROW_NUMBER.fullmatch(row_number):
        return RejectedRow(number, layout.record, "Row number", "not_a_number", "The row number is not a number.", raw)
    if outcome in layout.accepted:
        return Answer(number, int(row_number), reference, "accepted", code, text)
    if outcome in layout.rejected:
        return Answer(number, int(row_number), reference, "rejected", code, text)
    words = f"The outcome {outcome[:20]!r} is not one of {', '.join((*layout.accepted, *layout.rejected))}."
    return RejectedRow(number, layout.record, "Outcome", "unknown_outcome", words, raw)
