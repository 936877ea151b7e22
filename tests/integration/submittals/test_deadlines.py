"""Chase lists name whoever has each record, say what is late, and cost the same statements however much waits."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

import pytest
from openpyxl import load_workbook

from esrlink.auth import Role
from esrlink.auth.testing import person as signed_in
from esrlink.auth.testing import session_cookie
from submittals.api.work import READERS
from tests.integration.submittals.conftest import SETTINGS, Rota, leave, statements, work

GROUPS = [
    {"product": "clwrota", "department": "anaesthetics", "name": "Leads", "members": ["lead1", "lead2"]},
    {
        "product": "clwrota",
        "department": "anaesthetics",
        "name": "Finance",
        "order": 2,
        "members": ["medirota/cardiology/f1"],
    },
]


@pytest.fixture
async def grouped(rota: Rota) -> Rota:
    """A trust whose anaesthetics department validates by two groups; five records wait there, one in cardiology."""
    settings = {**SETTINGS, "validation_groups": GROUPS}
    put = await rota.hub.client.put("/v1/trusts/277", json=settings, headers=rota.bearer())
    assert put.status_code == 200, put.text
    # Late: July's pay closed at noon on 31 July. Later: September is over after August's cut-off.
    await rota.taken("late", work(date_worked="2026-07-29"))
    await rota.taken("due", work(date_worked="2026-08-02"))
    await rota.taken("later", leave(start_date="2026-09-20", end_date="2026-09-21"))
    for name, day in (("first", "2026-07-21"), ("second", "2026-07-22")):
        submittal_id = (await rota.taken(name, work(date_worked=day)))["submittal_id"]
        await rota.done(submittal_id, "enrich", "admin")
        if name == "second":
            await rota.done(submittal_id, "validate", "lead2")
    await rota.taken("c1", work(date_worked="2026-07-23", profile_id="c9"), "medirota/cardiology")
    return rota


async def _get(rota: Rota, path: str, headers: dict[str, str] | None = None, **params: Any) -> Any:
    answer = await rota.hub.client.get(f"/v1/deadlines/{path}", params=params, headers=headers or rota.bearer())
    assert answer.status_code == 200, answer.text
    return answer


async def test_the_chase_list_names_whoever_has_each_record(grouped: Rota) -> None:
    told = (await _get(grouped, "chase")).json()
    assert (told["pay_name"], told["words"]) == (
        "August 2026 pay",
        "The cut-off of the August 2026 pay is at 12:00 on 1 September.",
    )
    named = {
        (line["department"], line["kind"], line["approver"]): (
            line["to_enrich"],
            line["to_validate"],
            line["late"],
            line["due"],
            line["later"],
        )
        for line in told["lines"]
    }
    assert named == {
        ("anaesthetics", "department", None): (3, 0, 1, 1, 1),
        ("anaesthetics", "approver", "lead1"): (0, 1, 1, 0, 0),
        ("anaesthetics", "approver", "lead2"): (0, 1, 1, 0, 0),
        ("anaesthetics", "approver", "medirota/cardiology/f1"): (0, 1, 1, 0, 0),
        ("cardiology", "department", None): (1, 0, 1, 0, 0),
    }
    by_department = (await _get(grouped, "chase", by="department")).json()["lines"]
    assert [(line["department_name"], line["late"] + line["due"] + line["later"]) for line in by_department] == [
        ("Anaesthetics", 5),
        ("Cardiology", 1),
    ]
    by_person = (await _get(grouped, "chase", by="person")).json()["lines"]
    assert {(line["employee_number"], line["profile_id"], line["late"]) for line in by_person} == {
        ("20000001", "p1", 3),
        ("20000001", "c9", 1),
    }


async def test_each_record_says_its_pay_and_who_has_it_as_the_record_itself_does(grouped: Rota) -> None:
    records = {one["record_id"]: one for one in (await _get(grouped, "records")).json()["records"]}
    assert records["due"]["words"] == "In the August 2026 pay if approved by 12:00 on 1 September."
    assert records["late"]["words"].startswith("It missed the July 2026 pay. In the August 2026 pay if")
    assert {name: one["when"] for name, one in records.items() if name in {"due", "late", "later"}} == {
        "due": "due",
        "late": "late",
        "later": "later",
    }
    put = await grouped.taken("due", work(date_worked="2026-08-02"))
    assert put["deadline"] == records["due"]["words"]
    for one in records.values():
        assert set(one["waits_for"]) == await _holder(grouped, one), one


async def _holder(rota: Rota, one: dict[str, Any]) -> set[str]:
    """Who has it, as the record says."""
    said = (await rota.read(one["submittal_id"]))["holder"]
    return set(said["may"]) or {"department"}


async def test_the_list_is_followed_and_narrowed(grouped: Rota) -> None:
    first = (await _get(grouped, "records", limit=4)).json()
    rest = (await _get(grouped, "records", limit=4, cursor=first["next_cursor"])).json()
    ids = [one["record_id"] for one in (*first["records"], *rest["records"])]
    assert (ids, rest["next_cursor"]) == (["late", "due", "later", "first", "second", "c1"], None)
    for wanted, found in (
        ({"approver": "clwrota/anaesthetics/LEAD1"}, ["first"]),
        ({"when": "later"}, ["later"]),
        ({"product": "medirota", "department": "cardiology"}, ["c1"]),
        ({"employee_number": "20000002"}, []),
    ):
        assert [one["record_id"] for one in (await _get(grouped, "records", **wanted)).json()["records"]] == found


async def test_lists_go_out_for_spreadsheets_and_no_cell_is_a_formula(grouped: Rota) -> None:
    lines = list(csv.DictReader(io.StringIO((await _get(grouped, "chase", format="csv")).text)))
    assert Counter(line["kind"] for line in lines) == {"approver": 3, "department": 2}
    book = load_workbook(io.BytesIO((await _get(grouped, "records", format="xlsx")).content))
    heading, *rows = book["Deadlines"].iter_rows(values_only=True)
    assert len(rows) == 6
    assert [row[heading.index("waits_for")] for row in rows if row[heading.index("record_id")] == "first"] == [
        "lead1 lead2"
    ]


async def test_nobody_sees_the_deadlines_of_others(grouped: Rota) -> None:
    hub = grouped.hub
    cardiology = hub.bearer("submittals:write", departments=["medirota/cardiology"])
    seen = (await _get(grouped, "records", cardiology)).json()["records"]
    assert [one["record_id"] for one in seen] == ["c1"]
    refused = await hub.client.get(
        "/v1/deadlines/chase", params={"product": "clwrota", "department": "anaesthetics"}, headers=cardiology
    )
    assert refused.status_code == 404
    other = await hub.client.get("/v1/deadlines/chase?vpd=277", headers=hub.bearer("submittals:write", vpds=["311"]))
    assert other.status_code == 404
    for role in Role:
        cookie = session_cookie(hub.service.app.state.auth, signed_in(role))
        answer = await hub.client.get(
            "/v1/deadlines/chase", headers={"cookie": "; ".join(f"{name}={text}" for name, text in cookie.items())}
        )
        assert answer.status_code == (200 if role in READERS else 403), role
    assert (await hub.client.get("/v1/deadlines/chase", headers=hub.bearer("profiles:read"))).status_code == 403


@pytest.mark.parametrize("size", [3, 120])
async def test_a_chase_list_costs_the_same_statements_however_much_waits(rota: Rota, size: int) -> None:
    key = {"product": "clwrota", "department": "anaesthetics"}
    records = [{**key, "record_id": f"r{n}", **work(session=f"Room {n}", starts=None, ends=None)} for n in range(size)]
    await rota.hub.client.post("/v1/submittals:batch", json={"records": records}, headers=rota.bearer())
    with statements(rota.hub) as seen:
        told = (await _get(rota, "chase")).json()
    assert told["lines"][0]["to_enrich"] + told["lines"][0]["to_mend"] == size
    assert len(seen) <= 6, seen
