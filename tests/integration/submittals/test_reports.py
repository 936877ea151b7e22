"""The month-end report says what was expected, approved, late and sent, and the pay pack exactly what the run carried."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from esrlink.auth import Role
from esrlink.auth.testing import person as signed_in
from esrlink.auth.testing import session_cookie
from esrlink.contracts import Outcome, PayRun
from submittals.api.reports import REPORT_READERS
from submittals.esr import cut_offs
from submittals.lists.pay import periods_around, shares
from tests.integration.submittals.conftest import Rota, leave, statements, work

AFTER_CUT_OFF = datetime.fromisoformat("2026-09-01T12:30:00+01:00")
RUN = PayRun(period_type="M", run="N", tax_year=27, period=5)
FILE = "TA_277_LNK_MN2705_00000001.DAT"


async def _sent(rota: Rota, submittal_id: str, row: int, *outcomes: Outcome, hour: int = 12) -> None:
    run = {"run_id": uuid4(), "run": RUN, "pay_name": "August 2026 pay"}
    await rota.settle(submittal_id, Outcome.SENT, hour=hour, file_name=FILE, row_number=row, **run)
    for after, outcome in enumerate(outcomes, 1):
        await rota.settle(submittal_id, outcome, hour=hour + after, file_name="confirmation.DAT", row_number=99)


@pytest.fixture
async def month(rota: Rota) -> Rota:
    """August: two lines landed or carried in from July, one rejected, a leave sent, and two that missed it."""
    await _sent(rota, (await rota.approved("good", work(date_worked="2026-08-02")))["submittal_id"], 2, Outcome.LANDED)
    await _sent(rota, (await rota.approved("old", work(date_worked="2026-07-29")))["submittal_id"], 3)
    bad = await rota.approved("bad", work(date_worked="2026-08-03", note="=2+2", rate="450.00"))
    await _sent(rota, bad["submittal_id"], 4, Outcome.REJECTED)
    off = await rota.approved("leave", leave(start_date="2026-08-10", end_date="2026-08-11"))
    await _sent(rota, off["submittal_id"], 5)
    await rota.taken("waits", work(date_worked="2026-07-31"))
    await rota.taken("gone", work(date_worked="2026-07-31", starts="13:00", ends="17:00"))
    withdrawn = (await rota.taken("gone", work(date_worked="2026-07-31", starts="13:00", ends="17:00")))["submittal_id"]
    await rota.done(withdrawn, "withdraw", "admin", reason="Entered twice.")
    await rota.taken("later", leave(start_date="2026-09-10", end_date="2026-09-11"))
    await rota.taken(
        "c1", work(date_worked="2026-08-01", profile_id="c9", starts="18:00", ends="20:00"), "medirota/cardiology"
    )
    rota.hub.clock.move_to(AFTER_CUT_OFF)
    return rota


async def _get(rota: Rota, path: str, **params: Any) -> Any:
    answer = await rota.hub.client.get(f"/v1/reports/{path}", params=params, headers=rota.bearer())
    assert answer.status_code == 200, answer.text
    return answer


def _of(rows: Sequence[dict[str, Any]], element: str, department: str = "anaesthetics") -> dict[str, Any]:
    [row] = [one for one in rows if (one["element"], one["department"]) == (element, department)]
    return row


async def test_a_month_says_what_was_expected_approved_late_carried_in_and_rejected(month: Rota) -> None:
    told = (await _get(month, "MN2705")).json()
    extra, sickness = _of(told["rows"], "EXTRA"), _of(told["rows"], "Sickness")
    assert {
        name: extra[name]
        for name in ("expected", "approved", "refused", "late", "open", "sent", "carried_in", "rejected")
    } == {
        "expected": 3,
        "approved": 1,
        "refused": 1,
        "late": 1,
        "open": 0,
        "sent": 3,
        "carried_in": 1,
        "rejected": 1,
    }
    money = ("expected_amount", "approved_amount", "sent_amount", "rejected_amount")
    assert [extra[name] for name in money] == ["1450.00", "500.00", "1450.00", "450.00"]
    assert (sickness["expected"], sickness["approved"], sickness["sent"]) == (1, 1, 1)
    assert _of(told["rows"], "EXTRA", "cardiology")["late"] == 1
    assert (told["total"]["expected"], told["total"]["sent"], told["total"]["late"]) == (5, 4, 2)
    assert _of(told["by_element"], "EXTRA", "")["expected"] == 4
    july = (await _get(month, "MN2704")).json()
    assert (july["total"]["expected"], july["total"]["late"], july["total"]["sent"]) == (1, 1, 0)


async def test_the_payroll_page_and_the_report_count_by_one_rule(month: Rota) -> None:
    """After the cut-off one is approved late, one edited and one returned: neither counts as approved in time any more."""
    month.hub.clock.move_to(datetime.fromisoformat("2026-08-20T12:00:00+01:00"))
    ids = {}
    for record_id, hour in (("late", 13), ("edited", 15), ("back", 17), ("in-lieu", 19)):
        body = work(
            date_worked="2026-08-05", starts=f"{hour}:00", ends=f"{hour + 1}:00", in_lieu=record_id == "in-lieu"
        )
        ids[record_id] = (await month.taken(record_id, body))["submittal_id"]
    for record_id in ("edited", "back", "in-lieu"):
        await month.pushed_to_approval(ids[record_id])
    month.hub.clock.move_to(AFTER_CUT_OFF)
    await month.pushed_to_approval(ids["late"])
    await month.taken("edited", work(date_worked="2026-08-05", starts="15:00", ends="16:30"))
    await month.pushed_to_approval(ids["edited"])
    await month.done(ids["back"], "return", "admin", reason="It was another day.")
    told = (await _get(month, "MN2705")).json()["total"]
    async with month.hub.database.read(["277"]) as tx:
        periods = periods_around(await cut_offs.load(tx, "277", "M"), month.hub.clock.now())
        found = await shares(tx, "277", periods, month.hub.clock.now())
    august = [one for one in found if one.period.run_code == "MN2705"]
    stages = {
        (stage, late): sum(one.records for one in august if (one.stage, one.late) == (stage, late))
        for stage in ("approved", "waiting", "rejected")
        for late in (False, True)
    }
    assert (told["expected"], told["approved"], told["refused"], told["late"], told["open"]) == (8, 2, 1, 5, 0)
    assert sum(stages.values()) == told["expected"]
    assert stages["approved", False] == told["approved"]
    assert stages["rejected", False] == told["refused"]
    assert stages["approved", True] + stages["waiting", True] == told["late"]
    assert stages["approved", True] == 2
    assert sum(one.amount for one in august) == Decimal(told["expected_amount"])


async def test_a_correction_counts_as_less_and_as_what_is_paid_instead(month: Rota) -> None:
    [good] = [one for one in (await _get(month, "MN2705/lines")).json()["lines"] if one["record_id"] == "good"]
    before = (await _get(month, "MN2705")).json()["total"]
    month.hub.clock.move_to(datetime.fromisoformat("2026-08-25T12:00:00+01:00"))
    body = {"by": "officer4", "reason": "Two lists.", "fields": {"units": "2"}, "note": "Both lists."}
    path, headers = f"/v1/submittals/{good['submittal_id']}/corrections", month.bearer()
    one = (await month.hub.client.post(path, json=body, headers=headers)).json()
    second = f"/v1/corrections/{one['correction_id']}/second"
    done = (await month.hub.client.post(second, json={"by": "officer5"}, headers=headers)).json()
    for row, part in enumerate(("reversal", "replacement"), 7):
        await _sent(month, done[part]["submittal_id"], row)
    month.hub.clock.move_to(AFTER_CUT_OFF)
    after = (await _get(month, "MN2705")).json()["total"]
    # Three records stand for the session now: what was sent, what takes it back, and what is paid in its place.
    for name, more in (("expected", 2), ("approved", 2), ("sent", 2), ("late", 0)):
        assert after[name] - before[name] == more, name
    for name in ("expected_amount", "approved_amount", "sent_amount"):
        assert Decimal(after[name]) - Decimal(before[name]) == 500, name
    lines = {one["relation"]: one for one in (await _get(month, "MN2705/lines")).json()["lines"] if one["corrects"]}
    assert [lines[name]["amount"] for name in ("reversal", "replacement")] == ["500.00", "1000.00"]
    assert {one["corrects"] for one in lines.values()} == {good["submittal_id"]}


async def test_a_line_says_exactly_what_was_sent_and_who_had_a_hand_in_it(month: Rota) -> None:
    # What the record becomes afterwards does not change what was sent.
    bad = (await month.hub.client.get("/v1/submittals?state=rejected", headers=month.bearer())).json()["submittals"][0]
    await month.done(bad["submittal_id"], "resubmit", "admin", fields={"rate": "500.00", "note": None})
    found = {one["record_id"]: one for one in (await _get(month, "MN2705/lines")).json()["lines"]}
    assert set(found) == {"good", "old", "bad", "leave"}
    line = found["bad"]
    told = {
        name: line[name] for name in ("version", "employee_number", "assignment_number", "element", "units", "rate")
    }
    assert told == {
        "version": 1,
        "employee_number": "20000001",
        "assignment_number": "20000001",
        "element": "EXTRA",
        "units": "1",
        "rate": "450.00",
    }
    assert (line["amount"], line["cost_code"]) == ("450.00", "E10110")
    assert (line["enriched_by"], line["validated_by"], line["approved_by"]) == ("admin", "lead", "manager")
    assert (line["file_name"], line["row_number"], line["outcome"]) == (FILE, 4, "rejected")
    assert [found[name]["outcome"] for name in ("good", "old")] == ["landed", "sent"]
    assert (found["leave"]["units"], found["leave"]["unit"], found["leave"]["amount"]) == ("2", "days", None)


async def test_lines_follow_one_another_and_each_is_told_once(month: Rota) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        part = (await _get(month, "MN2705/lines", limit=3, **({"cursor": cursor} if cursor else {}))).json()
        seen += [one["record_id"] for one in part["lines"]]
        if (cursor := part["next_cursor"]) is None:
            break
    assert seen == ["good", "old", "bad", "leave"]
    refused = await month.hub.client.get("/v1/reports/MN2705/lines?cursor=x.y", headers=month.bearer())
    assert (refused.status_code, refused.json()["field"]) == (422, "cursor")


async def test_what_is_not_in_the_pay_says_where_it_stands(month: Rota) -> None:
    told = (await _get(month, "MN2705/left-out")).json()
    assert [(one["record_id"], one["state"], one["amount"]) for one in told["records"]] == [
        ("waits", "pending", "500.00"),
        ("c1", "pending", "500.00"),
    ]
    assert (told["has_more"], (await _get(month, "MN2705/left-out", limit=1)).json()["has_more"]) == (False, True)


async def test_a_department_s_pay_pack_is_a_workbook_of_its_own_records_only(month: Rota) -> None:
    answer = await _get(month, "MN2705", product="clwrota", department="anaesthetics", format="xlsx")
    assert 'filename="277-MN2705-clwrota-anaesthetics-pay-pack.xlsx"' in answer.headers["content-disposition"]
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Figures", "By element", "Sent", "Not in this pay"]
    heading, *rows = book["Sent"].iter_rows(values_only=True)
    column = heading.index("amount")
    assert sum(row[column] or 0 for row in rows) == 1450
    figures = list(book["By element"].iter_rows(values_only=True))
    assert figures[-1][figures[0].index("sent_amount")] == 1450
    assert {row[heading.index("department")] for row in rows} == {"anaesthetics"}
    assert [row[2] for row in book["Not in this pay"].iter_rows(min_row=2, values_only=True)] == ["waits"]


async def test_files_are_csv_too_and_no_cell_is_a_formula(month: Rota) -> None:
    rows = list(csv.DictReader(io.StringIO((await _get(month, "MN2705/lines", format="csv")).text)))
    assert len(rows) == 4
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]
    figures = list(csv.DictReader(io.StringIO((await _get(month, "MN2705", format="csv")).text)))
    assert sum(int(row["sent"]) for row in figures) == 4


async def test_a_trust_and_a_department_see_their_own_and_clinicians_none(month: Rota) -> None:
    hub = month.hub
    other = await hub.client.get("/v1/reports/MN2705?vpd=277", headers=hub.bearer("submittals:write", vpds=["311"]))
    assert other.status_code == 404
    cardiology = hub.bearer("submittals:write", departments=["medirota/cardiology"])
    told = (await hub.client.get("/v1/reports/MN2705", headers=cardiology)).json()
    assert {row["department"] for row in told["rows"]} == {"cardiology"}
    assert (await hub.client.get("/v1/reports/MN2705/lines", headers=cardiology)).json()["lines"] == []
    assert (await hub.client.get("/v1/reports/MN9912", headers=month.bearer())).status_code == 404
    for role in Role:
        cookie = session_cookie(hub.service.app.state.auth, signed_in(role))
        named = "; ".join(f"{name}={text}" for name, text in cookie.items())
        answer = await hub.client.get("/v1/reports/MN2705", headers={"cookie": named})
        assert answer.status_code == (200 if role in REPORT_READERS else 403), role


@pytest.mark.parametrize("size", [2, 60])
async def test_a_report_costs_the_same_statements_however_many_lines_there_are(rota: Rota, size: int) -> None:
    key = {"product": "clwrota", "department": "anaesthetics"}
    records = [
        {**key, "record_id": f"r{n}", **work(date_worked="2026-08-02", session=f"Room {n}", starts=None, ends=None)}
        for n in range(size)
    ]
    put = await rota.hub.client.post("/v1/submittals:batch", json={"records": records}, headers=rota.bearer())
    ids = [result["submittal"]["submittal_id"] for result in put.json()["results"]]
    facts = [
        rota.fact(one, Outcome.SENT, run=RUN, run_id=uuid4(), pay_name="August", file_name=FILE, row_number=row)
        for row, one in enumerate(ids, 2)
    ]
    await rota.hub.deliver(*facts)
    with statements(rota.hub) as seen:
        told = (await _get(rota, "MN2705")).json()
    assert told["total"]["sent"] == size
    assert len(seen) <= 4, seen
    with statements(rota.hub) as seen:
        rows = (await _get(rota, "MN2705/lines", format="csv")).text.splitlines()
    assert (len(rows), len(seen) <= 8) == (size + 1, True)


async def test_lists_and_reports_look_records_up_and_never_read_whole_tables(month: Rota) -> None:
    """With more rows than these, PostgreSQL would go by the indexes: here it is told that reading whole tables is dear."""
    from sqlalchemy import text

    from submittals.deadlines import waiting_records
    from submittals.reports import left_out, lines, totals

    values: dict[str, Any] = {
        "vpd": "277",
        "run_code": "MN2705",
        "cut_off": AFTER_CUT_OFF,
        "first_day": datetime(2026, 7, 31).date(),  # noqa: DTZ001
        "next_first_day": datetime(2026, 9, 1).date(),  # noqa: DTZ001
        "departments": None,
        "states": ["pending", "enriched"],
        "after": None,
        "after_id": None,
        "after_day": None,
        "after_version": 0,
        "limit": 10,
    }
    for statement in (waiting_records._NEXT, lines._NEXT, totals._LINES, totals._BELONGS, left_out._NEXT):
        named = set(statement._bindparams)
        async with month.hub.database.read(["277"]) as tx:
            await tx.execute(text("SET LOCAL enable_seqscan = off"))
            plan = await tx.all(
                text(f"EXPLAIN {statement.text}"), {name: value for name, value in values.items() if name in named}
            )
        said = "\n".join(row[0] for row in plan)
        assert "Seq Scan" not in said, said
        assert "ix_s" in said, said
