"""Pictures: dated rows that ESR leaves overlapping are shown one after the other."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from esr_gateway.from_esr.people import Moment, Studio
from esr_gateway.from_esr.pictures import Dated, Painter, PersonRows, Surroundings, figure, in_force
from esrlink.contracts import ProfileImported
from esrlink.contracts.types import Figure
from tests.unit.gateway.building import LAYOUT, assignment, person, position, row

NOW = datetime(2026, 8, 3, 12, tzinfo=UTC)


def dated(row: str, start: str, end: str = "47121231") -> Dated:
    return Dated(start, end, row.split("~"))


def spans(*rows: Dated) -> list[tuple[str, str | None]]:
    painter = Painter(LAYOUT, Surroundings(), vpd="277", day="20260803")
    rows_of_one = PersonRows("P1", persons=[dated(person(), "20200101")], assignments=list(rows))
    picture = json.loads(painter.picture(rows_of_one).content)
    return [(one["effective_from"], one["effective_to"]) for one in picture["assignments"]]


def test_a_post_whose_later_row_came_alone_ends_where_that_begins() -> None:
    rows = [dated(assignment(), "20260101"), dated(assignment(), "20260810")]
    assert spans(*rows) == [("2026-01-01", "2026-08-09"), ("2026-08-10", None)]


def test_rows_that_do_not_meet_and_other_posts_stay_as_they_are() -> None:
    rows = [
        dated(assignment(), "20260101", "20260228"),
        dated(assignment(), "20260401"),
        dated(assignment(suffix="-2"), "20260201"),
    ]
    assert spans(*rows) == [("2026-01-01", "2026-02-28"), ("2026-04-01", None), ("2026-02-01", None)]


def test_of_two_rows_of_one_day_the_one_that_begins_last_is_in_force() -> None:
    rows = [dated(position(), "20200101"), dated(position(), "20260801"), dated(position(), "20270101")]
    assert in_force(rows, "20260803").start == "20260801"
    assert in_force(rows, "20190101").start == "20200101"
    assert in_force([dated(position(), "20200101", "20201231")] * 2, "20260803").start == "20200101"


@pytest.mark.parametrize("text", ["Okafor", 'O"Ka\\for', "Zoë\tÀ/\x7f<&'>", ""])
def test_a_picture_is_written_as_the_contract_writes_it(text: str) -> None:
    rows = [
        person(last_name=text or "X", first_name=text, title=text, office_e_mail_address=text, maiden_name=text),
        assignment(user_assignment_status=text, grade=text, fte="0.50", primary_assignment="Y", organisation_id="O1"),
        assignment(suffix="-2", position_id="", position_name=text, effective_end_date="20260731"),
        row("ET", person_id="P20000001", person_extra_information_id="1", information_type="NHS Regs and Memships",
            pei_information1=text, pei_information2=text, pei_information5="31/03/2027 00:00:00"),
        row("CO", person_id="P20000001", assignment_id="A20000001", costing_allocation_id="1", cost_centre=text,
            effective_start_date="20200101"),
    ]  # fmt: skip
    organisation = row("OR", organisation_id="O1", organisation_name=text, effective_from_date="20200101")
    around = Surroundings(
        positions={"POS1": [dated(position(position_name=text), "20200101")]},
        organisations={"O1": [dated(organisation, "20200101")]},
    )
    moment = Moment.of("277", NOW, "GO.DAT", NOW)
    studio = Studio(LAYOUT, Painter(LAYOUT, around, vpd="277", day=moment.written_day), moment)
    painted = studio.paint([("P20000001", rows, None)])
    [(number, event)] = studio.revise(painted, {}, {})
    read = ProfileImported.model_validate_json(event)
    assert read.model_dump_json().encode() == event
    assert (number, read.family_name, read.title) == ("20000001", text or "X", text or None)
    first, second = read.assignments
    assert (first.status, first.grade, first.organisation, first.cost_centre) == (text, *[text or None] * 3)
    assert (first.position_title, second.position_title) == (text or None, text or None)
    assert [one.number for one in read.registrations] == ([text] if text else [])
    assert painted.kept[0].works_until == "9999-12-31"


@pytest.mark.parametrize("text", ["1", "0.50", "00.5", ".5", "5.", "-0", "-37.50", "1" * 40, "0." + "0" * 40 + "1"])
def test_a_figure_is_written_as_the_contract_writes_it(text: str) -> None:
    assert figure(text).encode() == TypeAdapter(Figure).dump_json(Decimal(text))
