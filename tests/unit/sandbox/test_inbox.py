"""How the simulated ESR reads TA and AB files: what it applies, what it refuses, what it says and shows of it."""

from collections.abc import Callable
from datetime import date

import pytest

from esr_sandbox.run import Sandbox
from esr_sandbox.world.people import Person

from .conftest import SMALL
from .inbound import ab_name, absence, attendance, confirmation, put, ta_name

CUT_OFF, NEXT_DAY = date(2026, 9, 2), date(2026, 9, 3)


@pytest.fixture
def doctor(sandbox: Sandbox) -> Person:
    return next(
        person
        for person in sandbox.esr.world("277").in_departments()
        if person.works_on(date(2026, 8, 1)) and person.leaving_date is None
    )


def answers(sandbox: Sandbox) -> list[tuple[int, str, str]]:
    return [(row.row, row.outcome, row.code) for row in sandbox.esr.applied("277").rows]


async def test_good_rows_are_applied_and_confirmed_row_by_row(sandbox: Sandbox, doctor: Person) -> None:
    path = put(sandbox, ta_name(), [attendance(doctor.employee_number), attendance(doctor.employee_number, cost="X1")])
    (read,) = sandbox.esr.read_inbox("277", CUT_OFF)
    assert read.answers == {"OK": 1, "REJ": 1}
    assert confirmation(sandbox, path.name) == [
        ["HDR", f"CF_277_{path.name}", "20260902063000", "277"],
        ["CNF", "1", "", "OK", "", ""],
        ["CNF", "2", "", "REJ", "C012", "Cost code X1 is closed or not known"],
        ["FTR", "2"],
    ]
    assert not path.exists()
    assert len(list(sandbox.folders.archive("277").iterdir())) == 1


async def test_the_next_changes_file_shows_what_was_applied_and_only_once(sandbox: Sandbox, doctor: Person) -> None:
    put(sandbox, ta_name(), [attendance(doctor.employee_number, inputs=[("Hourly Rate", "55.00"), ("Hours", "4.00")])])
    put(sandbox, ab_name(), [absence(doctor.employee_number, "REF-1"), absence(doctor.employee_number, "REF-2")])
    sandbox.esr.read_inbox("277", CUT_OFF)
    rows = shown(sandbox, NEXT_DAY)
    (element,) = [cells for cells in rows if cells[0] == "ELA" and cells[8] == "AMU Medical Extra Hours"]
    assert element[6] == doctor.assignments[0].assignment_id
    assert element[9:12] == ["20260801", "4.00", "55.00"]  # in the element's order, not in the row's
    (absent,) = [cells for cells in rows if cells[0] == "ABA" and cells[33]]
    assert (absent[3], absent[4], absent[11], absent[13], absent[33]) == (
        "Sickness", "S13", "20260805", "20260806", "REF-1",
    )  # fmt: skip
    later = shown(sandbox, date(2026, 9, 4))
    assert not [cells for cells in later if cells[0] == "ABA" and cells[33]]


async def test_the_same_row_twice_is_paid_twice(sandbox: Sandbox, doctor: Person) -> None:
    put(sandbox, ta_name(), [attendance(doctor.employee_number)] * 2)
    put(sandbox, ta_name(2), [attendance(doctor.employee_number)])
    sandbox.esr.read_inbox("277", CUT_OFF)
    total = next(t for t in sandbox.esr.applied("277").totals if t.element == "AMU Medical Extra Hours")
    assert (total.rows, str(total.figures["units"])) == (3, "12.00")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda _: attendance("99999998"), "A001"),
        (lambda number: attendance(number, earned="20010101"), "A002"),
        (lambda number: attendance(number, element="Nothing We Know"), "E010"),
        (lambda number: attendance(number, inputs=[("Bonus", "1")]), "E011"),
        (lambda number: attendance(number, inputs=[("Hours", "1"), ("Hours", "1")]), "E012"),
        (lambda number: attendance(number, inputs=[("Hours", "lots")]), "E013"),
        (lambda number: attendance(number, inputs=[]), "E014"),
        (lambda number: attendance(number, action="UPD"), "F012"),
        (lambda number: attendance(number, earned="20260230"), "F013"),
        (lambda number: attendance(number, cost="E99999"), "C012"),
        (lambda number: attendance(number) + ",", "F010"),
        (lambda number: attendance(number).replace("ATT", "XTT"), "F011"),
    ],
)
async def test_a_bad_attendance_row_is_refused_and_holds_no_other(
    sandbox: Sandbox, doctor: Person, spoil: Callable[[str], str], code: str
) -> None:
    put(sandbox, ta_name(), [spoil(doctor.employee_number), attendance(doctor.employee_number)])
    sandbox.esr.read_inbox("277", CUT_OFF)
    assert answers(sandbox) == [(1, "REJ", code), (2, "OK", "")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"first": "20260810", "last": "20260818", "reason": "S99"}, "A031"),
        ({"first": "20260806", "last": "20260810"}, "A020"),
        ({"kind": "Holiday"}, "A040"),
        ({"reason": "S77", "first": "20260820", "last": "20260820"}, "A041"),
        ({"reason": "", "first": "20260820", "last": "20260820"}, "A041"),
        ({"action": "UPD"}, "A050"),
        ({"action": "DEL"}, "A050"),
        ({"first": "20260822", "last": "20260820"}, "A061"),
        ({"first": "2026-08-22"}, "F013"),
    ],
)
async def test_a_bad_absence_row_is_refused(sandbox: Sandbox, doctor: Person, row: dict[str, str], code: str) -> None:
    put(sandbox, ab_name(), [absence(doctor.employee_number, "REF-1"), absence(doctor.employee_number, "REF-2", **row)])
    sandbox.esr.read_inbox("277", CUT_OFF)
    assert answers(sandbox) == [(1, "OK", ""), (2, "REJ", code)]


async def test_seven_days_of_unknown_sickness_pass(sandbox: Sandbox, doctor: Person) -> None:
    put(sandbox, ab_name(), [absence(doctor.employee_number, "R", first="20260810", last="16-AUG-2026", reason="S99")])
    sandbox.esr.read_inbox("277", CUT_OFF)
    assert answers(sandbox) == [(1, "OK", "")]


async def test_two_halves_of_a_day_stand_side_by_side(sandbox: Sandbox, doctor: Person) -> None:
    number, day = (
        doctor.employee_number,
        {"first": "20260810", "last": "20260810", "kind": "Annual Leave", "reason": ""},
    )
    rows = [absence(number, f"R{n}", parts=(half, half), **day) for n, half in enumerate(("AM", "PM", "PM"))]
    put(sandbox, ab_name(), rows)
    sandbox.esr.read_inbox("277", CUT_OFF)
    assert answers(sandbox) == [(1, "OK", ""), (2, "OK", ""), (3, "REJ", "A020")]


async def test_an_absence_that_ends_at_noon_leaves_the_afternoon_free(sandbox: Sandbox, doctor: Person) -> None:
    number, leave = doctor.employee_number, {"kind": "Annual Leave", "reason": ""}
    rows = [
        absence(number, "R1", first="20260810", last="20260812", parts=("", "AM"), **leave),
        absence(number, "R2", first="20260812", last="20260814", parts=("PM", ""), **leave),
        absence(number, "R3", first="20260814", last="20260814", parts=("AM", "AM"), **leave),
    ]
    put(sandbox, ab_name(), rows)
    sandbox.esr.read_inbox("277", CUT_OFF)
    assert answers(sandbox) == [(1, "OK", ""), (2, "OK", ""), (3, "REJ", "A020")]


async def test_an_update_closes_an_open_absence_and_a_delete_removes_it(sandbox: Sandbox, doctor: Person) -> None:
    number = doctor.employee_number
    put(sandbox, ab_name(1), [absence(number, "REF-1", last="")])
    sandbox.esr.read_inbox("277", CUT_OFF)
    (opened,) = [cells for cells in shown(sandbox, date(2026, 9, 3)) if cells[0] == "ABA" and cells[33]]
    put(sandbox, ab_name(2), [absence(number, "REF-1", action="UPD", last="20260812")])
    sandbox.esr.read_inbox("277", CUT_OFF)
    (closed,) = [cells for cells in shown(sandbox, date(2026, 9, 4)) if cells[0] == "ABA" and cells[33]]
    put(sandbox, ab_name(3), [absence(number, "REF-1", action="DEL")])
    sandbox.esr.read_inbox("277", CUT_OFF)
    gone = [cells for cells in shown(sandbox, date(2026, 9, 5)) if cells[0].startswith("AB")]
    assert (opened[13], closed[13]) == ("", "20260812")
    assert ["ABD", opened[2]] in gone
    assert sandbox.esr.applied("277").absences == 0


@pytest.mark.parametrize(
    ("name", "wrong", "code"),
    [
        ("TA_277_LNK_MN2705_1.DAT", {}, "F001"),
        (ta_name(vpd="312"), {}, "F002"),
        (ta_name(), {"header": "HDR,OTHER.DAT,20260902120000,LNK,277,M,N,05"}, "F004"),
        (ta_name(), {"header": f"HDR,{ta_name()},20260902120000,LNK,277,M,N,06"}, "F004"),
        (ta_name(), {"trailer": "FTR,7,0"}, "F005"),
        (ta_name(), {"trailer": "END"}, "F005"),
        (ta_name(period="2605"), {}, "F008"),
    ],
)
async def test_a_file_that_is_wrong_as_a_whole_is_refused_as_a_whole(
    sandbox: Sandbox, doctor: Person, name: str, wrong: dict[str, str], code: str
) -> None:
    put(sandbox, name, [attendance(doctor.employee_number)], **wrong)
    (read,) = sandbox.esr.read_inbox("277", CUT_OFF)
    assert (read.outcome, read.code) == ("refused", code)
    assert confirmation(sandbox, name)[1][:5] == ["CNF", "0", "", "REJ", code]
    assert all(total.rows == 0 for total in sandbox.esr.applied("277").totals)


async def test_letters_outside_ascii_refuse_a_file(sandbox: Sandbox, doctor: Person) -> None:
    put(sandbox, ta_name(), [attendance(doctor.employee_number, element="Été")])
    assert sandbox.esr.read_inbox("277", CUT_OFF)[0].code == "F003"


async def test_a_gap_in_the_sequence_refuses_a_file_and_the_due_one_still_passes(
    sandbox: Sandbox, doctor: Person
) -> None:
    for sequence in (1, 3):
        put(sandbox, ta_name(sequence), [attendance(doctor.employee_number)])
    assert [read.code for read in sandbox.esr.read_inbox("277", CUT_OFF)] == ["", "F007"]
    put(sandbox, ta_name(2), [attendance(doctor.employee_number)])
    assert sandbox.esr.read_inbox("277", CUT_OFF)[-1].outcome == "applied"


async def test_a_file_sent_again_is_refused_and_its_first_confirmation_stands(sandbox: Sandbox, doctor: Person) -> None:
    for _ in range(2):
        put(sandbox, ta_name(), [attendance(doctor.employee_number)])
        read = sandbox.esr.read_inbox("277", CUT_OFF)
    assert [(file.outcome, file.code) for file in read] == [("applied", ""), ("refused", "F006")]
    assert confirmation(sandbox, ta_name())[1][3] == "OK"


@pytest.mark.parametrize("pattern", ["{}.tmp", "{}._TXFR", ".{}"])
async def test_a_file_that_is_still_being_put_is_left_alone(sandbox: Sandbox, doctor: Person, pattern: str) -> None:
    path = put(sandbox, ta_name(), [attendance(doctor.employee_number)])
    path = path.rename(path.with_name(pattern.format(path.name)))
    assert sandbox.esr.read_inbox("277", CUT_OFF) == []
    assert path.exists()


async def test_a_run_killed_between_applying_and_putting_away_does_not_pay_twice(
    sandbox: Sandbox, doctor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(sandbox, ta_name(), [attendance(doctor.employee_number)])
    with monkeypatch.context() as killed:
        killed.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sandbox.esr.read_inbox("277", CUT_OFF)
    assert path.exists()
    again = Sandbox(sandbox.folders.root, SMALL)
    (read,) = again.esr.read_inbox("277", CUT_OFF)
    assert read.answers == {"OK": 1}
    assert answers(again) == [(1, "OK", "")]
    assert confirmation(again, ta_name())[1][3] == "OK"
    assert not path.exists()
    await again.stop()


async def test_a_snapshot_asked_for_by_file_is_written(sandbox: Sandbox) -> None:
    name = "GO_277_GDW_GDR_20260803_00000001.DAT"
    (sandbox.folders.inbox("277") / name).write_text(f"HDR~{name}~20260803 000000")
    assert [read.outcome for read in sandbox.esr.read_inbox("277", CUT_OFF)] == ["requested"]
    assert [path.name for path in sandbox.folders.out("277").iterdir()] == [name]


async def test_a_row_from_long_ago_is_paid_with_a_warning(sandbox: Sandbox, doctor: Person) -> None:
    earned = f"{max(doctor.hire_date, date(2026, 1, 5)):%Y%m%d}"
    put(sandbox, ta_name(), [attendance(doctor.employee_number, earned=earned)])
    sandbox.esr.read_inbox("277", CUT_OFF)
    assert answers(sandbox) == [(1, "WARN", "E090")]


def shown(sandbox: Sandbox, day: date) -> list[list[str]]:
    name = sandbox.esr.changes("277", day).name
    return [line.split("~") for line in (sandbox.folders.out("277") / name).read_text("iso-8859-1").splitlines()]
