"""A trust's tables as sheets: what is written is read again, and what is wrong is said row by row."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esrlink.errors import Invalid
from esrlink.http.downloads import sheet
from esrlink.http.spreadsheet import csv_text
from esrlink.http.table_files import table_of
from esrlink.http.workbook import workbook
from submittals.setting_up.checking import Checked, check_rows, check_sheet
from submittals.setting_up.comparing import as_before, compare
from submittals.setting_up.files import lines
from submittals.setting_up.forms import FORMS
from submittals.setting_up.references import with_references
from submittals.trusts.dated import TABLE_NAMES, TableName, read_row, rows_of
from submittals.trusts.settings import TrustSettings

WHOLE = TrustSettings.model_validate(
    {
        "ods_code": "ZX1",
        "name": "Invented Trust",
        "retro_days": 60,
        "premium_from": "18:30",
        "final_approval": True,
        "departments": [
            {"product": "clwrota", "department": "ana", "name": "Anaesthetics; theatres", "cost_code": "E1"},
            {"product": "medirota", "department": "cardio", "name": "=Cardiology", "validators": ["lead", "p1"]},
        ],
        "absence_types": [
            {
                "code": "Sickness",
                "esr_name": "Sickness",
                "reasons": [{"code": "S13", "words": "Cold, cough, flu"}, {"code": "S10", "words": "Anxiety"}],
                "reason_required": True,
            },
            {"code": "Annual", "esr_name": "Annual Leave", "unit": "hours"},
        ],
        "pay_elements": [
            {
                "code": "EXTRA",
                "name": "Extra",
                "unit": "sessions",
                "default_rate": "500.00",
                "grades": ["A;B", "C\\", "D"],
            },
            {"code": "0012", "name": "On call", "unit": "PAs", "job_roles": ["Consultant|Surgery"]},
        ],
        "rate_cards": [
            {"element": "EXTRA", "rate": "520.50"},
            {"element": "EXTRA", "grade": "YC72", "premium": True, "bank_holiday": False, "rate": "1250.00"},
        ],
        "cost_codes": ["E1", "0044"],
        "validation_groups": [
            {
                "product": "clwrota",
                "department": "ana",
                "name": "Leads",
                "kind": "attendance",
                "order": 2,
                "need": 2,
                "members": ["lead", "medirota/cardio/p9"],
                "deputies": [
                    {"of": "lead", "by": "p3", "first_day": "2026-08-03", "last_day": "2026-08-14"},
                    {"of": "lead", "by": "p4"},
                ],
            },
            {"product": "clwrota", "department": "ana", "name": "All", "need": "all", "members": ["p5"]},
        ],
        "rules": [
            {"code": "late", "severity": "off"},
            {"code": "certificate_missing", "severity": "warning", "parameters": {"days": "9"}},
        ],
    }
)


def read(table: TableName, *lines_: str) -> Checked:
    return check_sheet(FORMS[table], table_of("\n".join(lines_).encode()))


def troubles(table: TableName, *lines_: str) -> list[tuple[int, str | None, str | None, str]]:
    return [(one.row, one.field, one.text, one.sentence) for one in read(table, *lines_).troubles]


def columns(table: TableName) -> list[str]:
    return [column.name for column in FORMS[table].columns]


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_what_is_written_as_csv_is_read_again(table: TableName) -> None:
    rows = rows_of(WHOLE, table)
    text = csv_text(columns(table), lines(FORMS[table], rows))
    found = check_sheet(FORMS[table], table_of(text.encode()))
    assert (found.troubles, found.rows) == ((), rows)


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_what_is_written_as_a_workbook_is_read_again(table: TableName) -> None:
    rows = rows_of(WHOLE, table)

    async def written() -> bytes:
        found = sheet("Sheet", columns(table), lines(FORMS[table], rows))
        return b"".join([piece async for piece in workbook([found])])

    found = check_sheet(FORMS[table], table_of(asyncio.run(written())))
    assert (found.troubles, found.rows) == ((), rows)


def test_a_sheet_says_what_people_write() -> None:
    found = read("rate_cards", "Rate,Element,Bank holiday,Premium", "£1,250.00".join('""') + ",EXTRA,Yes,no", "")
    assert found.rows == (
        read_row("rate_cards", {"element": "EXTRA", "bank_holiday": True, "premium": False, "rate": "1250.00"}),
    )
    group = "product,department,name,need,member,deputy,deputy_from", "clwrota,ana,Leads,all,lead,p3,3/8/2026"
    assert str(read("validation_groups", *group).rows[0].deputies[0].first_day) == "2026-08-03"


@pytest.mark.parametrize(
    ("table", "heading", "line", "trouble"),
    [
        ("rate_cards", "element,rate", "EXTRA,abc", ("rate", "abc", "Rate must be a figure, such as 500 or 500.00.")),
        ("rate_cards", "element,rate", "EXTRA,", ("rate", None, "Rate is needed.")),
        ("rate_cards", "element,rate", "EXTRA,1.234", ("rate", "1.234", "Rate has more than 2 decimal places.")),
        ("rate_cards", "element,rate", "EXTRA,-5", ("rate", "-5", "Rate must be 0 or more.")),
        ("rate_cards", "element,rate,premium", "EXTRA,5,maybe", ("premium", "maybe", "Premium must be yes or no.")),
        (
            "pay_elements",
            "code,name,unit",
            "X,X,weeks",
            ("unit", "weeks", "Unit must be one of 'hours', 'sessions' or 'PAs'."),
        ),
        (
            "departments",
            "product,department,name",
            "Clw Rota,ana,X",
            ("product", "Clw Rota", "Product holds characters that cannot be taken here."),
        ),
        ("general", "retro_days", "ninety", ("retro_days", "ninety", "Retro days must be a whole number.")),
        (
            "general",
            "premium_from",
            "7 pm",
            ("premium_from", "7 pm", "Premium from must be a local time written as HH:MM."),
        ),
        (
            "validation_groups",
            "product,department,name,need,member",
            "clwrota,ana,Leads,3,lead",
            (None, None, "3 of the group must validate, and it has 1 members."),
        ),
        (
            "validation_groups",
            "product,department,name,member,deputy,deputy_until",
            "clwrota,ana,Leads,lead,p3,soon",
            ("deputy_until", "soon", "Deputy until must be a day, such as 2027-04-01 or 01/04/2027."),
        ),
        ("absence_types", "code,esr_name,reason", "A,A,S13", ("reason_words", None, "Reason words is needed.")),
        (
            "rules",
            "code,severity,parameter,value",
            "late,off,days,x",
            ("value", "x", "Value must be a figure, such as 500 or 500.00."),
        ),
    ],
)
def test_a_trouble_has_its_row_its_column_its_text_and_a_sentence(
    table: TableName, heading: str, line: str, trouble: tuple[Any, ...]
) -> None:
    assert troubles(table, heading, line) == [(2, *trouble)]


def test_one_bad_row_holds_no_other() -> None:
    found = read("rate_cards", "element,rate", "EXTRA,1", "HOURS,x", "PAS,3", "EXTRA,4")
    assert [row.element for row in found.rows] == ["EXTRA", "PAS"]
    assert [(one.row, one.sentence) for one in found.troubles] == [
        (3, "Rate must be a figure, such as 500 or 500.00."),
        (5, "Row 2 is for the same already."),
    ]


def test_the_lines_of_one_row_say_the_same_of_it() -> None:
    heading = "code,esr_name,reason,reason_words"
    assert troubles("absence_types", heading, "A,Leave,S1,One", "a,,S2,Two", "A,Other,S3,Three") == [
        (4, "esr_name", "Other", "Row 2 says 'Leave' of the same: say it once, or the same twice.")
    ]


@pytest.mark.parametrize(
    ("lines_", "said"),
    [
        (["element,rate,colour", "EXTRA,1,red"], "There is no column 'colour'."),
        (["element", "EXTRA"], "there is none named rate"),
        (["element,rate,rate", "EXTRA,1,2"], "more than once"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_whole(lines_: list[str], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read("rate_cards", *lines_)


def test_rows_in_json_are_checked_the_same_way() -> None:
    found = check_rows(FORMS["rate_cards"], [{"element": "EXTRA", "rate": "1"}, {"element": "X", "rate": "x"}, 7])
    assert [(one.row, one.field) for one in found.troubles] == [(2, "rate"), (3, None)]
    assert [row.rate for row in found.rows] == [Decimal(1)]


def test_rows_that_name_what_is_not_there_are_refused() -> None:
    cards = read("rate_cards", "element,rate", "EXTRA,1", "NONE,2")
    found = with_references("rate_cards", cards, WHOLE)
    assert [(one.row, one.field, one.text) for one in found.troubles] == [(3, "element", "NONE")]
    groups = read("validation_groups", "product,department,name,member", "clwrota,nowhere,Leads,lead")
    assert [one.field for one in with_references("validation_groups", groups, WHOLE).troubles] == ["department"]
    rules = read("rules", "code,severity", "double_claim,off", "no_such_rule,off", "late,error")
    assert [one.row for one in with_references("rules", rules, WHOLE).troubles] == [2, 3]


def test_a_comparison_says_what_is_added_changed_and_removed() -> None:
    form = FORMS["rate_cards"]
    before = read("rate_cards", "element,grade,rate", "EXTRA,,500", "EXTRA,YC72,520", "EXTRA,YC73,530").rows
    after = read("rate_cards", "element,grade,rate", "EXTRA,,500.00", "EXTRA,YC72,525", "HOURS,,45").rows
    found = compare(form, before, as_before(form, before, after))
    assert found.same == 1
    assert [(one.name, [(d.field, d.before, d.after) for d in one.differences]) for one in found.changed] == [
        ("EXTRA, YC72", [("rate", "520", "525")])
    ]
    assert [one.name for one in found.added] == ["HOURS"]
    assert [one.name for one in found.removed] == ["EXTRA, YC73"]
    assert as_before(form, before, after)[0] is before[0], (
        "500 and 500.00 are the same, so they stay as they were written"
    )


def test_of_lists_a_comparison_tells_what_came_and_what_went() -> None:
    form = FORMS["absence_types"]
    before = rows_of(WHOLE, "absence_types")
    text = "code,esr_name,unit,reason_required,reason,reason_words", "Sickness,Sickness,days,yes,S13,'Cold, cough, flu"
    after = read(
        "absence_types", *text[:1], 'Sickness,Sickness,days,yes,S13,"Cold, cough, flu"', "Sickness,,,,S25,Gut"
    ).rows
    found = compare(form, before, after)
    assert [(d.field, d.before, d.after) for d in found.changed[0].differences] == [
        ("reasons", "S10 Anxiety", "S25 Gut")
    ]


_SAID = st.text(max_size=12) | st.sampled_from(
    ["EXTRA", "clwrota", "500", "1e999", "NaN", "yes", "all", "2026-02-30", "30/02/2026"]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | _SAID,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_SAID | st.sampled_from(["code", "rate"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=50, deadline=None)
@given(table=st.sampled_from(TABLE_NAMES), data=st.data())
def test_whatever_a_sheet_says_each_row_is_taken_or_has_a_sentence(table: TableName, data: st.DataObject) -> None:
    heading = columns(table)
    cells = st.lists(_SAID, min_size=len(heading), max_size=len(heading))
    found = check_sheet(FORMS[table], [heading, *data.draw(st.lists(cells, max_size=4))])
    assert all(one.sentence.endswith(".") and one.row >= 1 for one in found.troubles)
    again = check_sheet(FORMS[table], table_of(csv_text(heading, lines(FORMS[table], found.rows)).encode()))
    assert (again.rows == found.rows) or not found.rows


@settings(deadline=None)
@given(table=st.sampled_from(TABLE_NAMES), rows=st.lists(_JSON, max_size=4))
def test_whatever_json_says_each_row_is_taken_or_has_a_sentence(table: TableName, rows: list[Any]) -> None:
    found = check_rows(FORMS[table], rows)
    assert all(one.sentence.endswith(".") for one in found.troubles)
    with_references(table, found, WHOLE)
    assert not compare(FORMS[table], found.rows, as_before(FORMS[table], found.rows, found.rows)).anything
