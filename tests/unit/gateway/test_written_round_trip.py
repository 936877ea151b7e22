"""What we write for ESR, read back by the sandbox's own reader, which shares no code with ours: ATT, ABS and CNF rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from esr_gateway.from_esr.confirmation_file import read_confirmation
from esr_gateway.layout import confirmation, written
from esr_gateway.to_esr.lines import line_of, plain
from esr_gateway.to_esr.pay_file import frame_of, rows_as_bytes, write_line
from esr_gateway.trust_settings import AbsenceSettings, ElementInput, ElementSettings, TrustSettings
from esr_sandbox.esr.absence_rules import _read
from esr_sandbox.esr.confirmation import Answer, confirmation_name
from esr_sandbox.esr.confirmation import confirmation as confirm
from esr_sandbox.esr.inbound_file import parse_name, read_rows
from esrlink.contracts import PayRun, SubmittalApproved
from tests.integration.gateway.conftest import absence, attendance

RUN = PayRun(period_type="M", run="N", tax_year=27, period=5)
MADE = datetime(2026, 9, 2, 11, 0, tzinfo=UTC)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
figures = st.decimals(Decimal(-9999), Decimal(9999), places=2)
# Printable ASCII without what would break a row: that is held, which `test_lines` shows.
words = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='",'), min_size=1, max_size=40)
numbers = st.from_regex(r"[0-9]{8}(-[1-9])?", fullmatch=True)


def read_back(kind: Any, trust: TrustSettings, *submittals: SubmittalApproved) -> list[list[str]]:
    layout = written(kind)
    rows = [write_line(layout, line_of(one, trust, f"REF-{n}", "REF-OPEN")) for n, one in enumerate(submittals)]
    frame = frame_of(layout, vpd="277", supplier="LNK", run=RUN, sequence=12, created=MADE, lines=len(rows))
    content = frame.header + rows_as_bytes(layout, rows) + frame.trailer
    return read_rows(parse_name(frame.name), "277", content)


@given(
    day=days, number=numbers, element=words, inputs=st.lists(words, min_size=1, max_size=16), cost=words, data=st.data()
)
@settings(deadline=None)
def test_an_attendance_reads_back_as_it_was_meant(
    day: date, number: str, element: str, inputs: list[str], cost: str, data: st.DataObject
) -> None:
    named = tuple(ElementInput(name=name, figure="units") for name in inputs)
    trust = TrustSettings(
        ods_code="RPG", name="N", elements={"EL0": ElementSettings(esr_element=element, inputs=named)}
    )
    units = data.draw(figures)
    [cells] = read_back("attendance", trust, attendance(number[:8], day, number, units=units, cost_code=cost))
    assert len(cells) == 40
    assert cells[:7] == ["ATT", f"{day:%Y%m%d}", "ADD", "", number, "", element]
    assert cells[7 : 7 + 2 * len(inputs)] == [cell for name in inputs for cell in (name, plain(units))]
    assert set(cells[7 + 2 * len(inputs) : -1]) <= {""}
    assert cells[-1] == cost


@given(first=days, length=st.none() | st.integers(0, 700), number=numbers, name=words, reason=words, data=st.data())
@settings(deadline=None)
def test_an_absence_reads_back_as_it_was_meant(
    first: date, length: int | None, number: str, name: str, reason: str, data: st.DataObject
) -> None:
    trust = TrustSettings(
        ods_code="RPG",
        name="N",
        absence_types={"Annual Leave": AbsenceSettings(esr_name=name, reasons={"S13": reason})},
    )
    last = None if length is None else first + timedelta(days=length)
    hours = data.draw(st.none() | st.decimals(Decimal("0.25"), Decimal(999), places=2))
    one = absence(number[:8], first, last, number, reason="S13", hours=hours)
    [cells] = read_back("absence", trust, one)
    row = _read(cells)
    assert (row.action, row.reference, row.number) == ("ADD", "REF-0", number)
    assert (row.absence_type, row.reason, row.first, row.last) == (name, reason, first, last)
    assert row.hours == ("" if hours is None else plain(hours))


answers = st.builds(
    Answer,
    row=st.integers(0, 999_999),
    reference=st.from_regex(r"[A-Z0-9-]{0,30}", fullmatch=True),
    outcome=st.sampled_from(["OK", "WARN", "REJ"]),
    code=st.from_regex(r"[A-Z][0-9]{3}|", fullmatch=True),
    text=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
)


@given(st.lists(answers, max_size=20))
@settings(deadline=None)
def test_a_confirmation_reads_as_esr_meant_it(given_answers: list[Answer]) -> None:
    name = confirmation_name("277", "TA_277_LNK_MN2705_00000012.DAT")
    read = read_confirmation(confirmation(), name, "277", confirm("277", name, given_answers, date(2026, 9, 3)))
    assert read.rejected == ()
    assert [(a.row_number, a.reference, a.code, a.text) for a in read.answers] == [
        (a.row, a.reference, a.code, a.text) for a in given_answers
    ]
    said = {"OK": "accepted", "WARN": "accepted", "REJ": "rejected"}
    assert [a.outcome for a in read.answers] == [said[str(a.outcome)] for a in given_answers]
