"""A plan goes out as CSV and as a workbook, and comes back row by row; no file breaks anything but itself."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from openpyxl import Workbook, load_workbook

from profile_sync.cohorts.reading_files import MOST_BYTES
from tests.integration.hostile import as_body, paths, twisted

from .cohort_site import ALIKE, JOINER, LEAVER, MOVER, RETURNER, Cohorts
from .conftest import Hub

HEADING = "employee_number,product,department,action,profile_id,excluded,note,version"
Maker = Callable[[], bytes]


@pytest.fixture
async def cohorts(hub: Hub) -> Cohorts:
    begun = await Cohorts.begin(hub)
    assert (await begun.plan()).status_code == 201
    return begun


async def _send(cohorts: Cohorts, content: bytes | str, **query: Any) -> httpx.Response:
    headers = {**cohorts.hub.headers, "content-type": "text/csv"}
    path = f"{cohorts.path}/people:upload"
    return await cohorts.hub.running.client.post(path, content=content, params=query, headers=headers)


async def _download(cohorts: Cohorts, form: str) -> bytes:
    answer = await cohorts.hub.get(f"{cohorts.path}/people", params={"format": form})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith(f'.{form}"')
    return answer.content


def _row(
    number: str, action: str = "", profile_id: str = "", excluded: str = "no", note: str = "", version: str = ""
) -> str:
    return f"{number},clwrota,anaesthetics,{action},{profile_id},{excluded},{note},{version}"


def _csv(*rows: str) -> str:
    return "\n".join((HEADING, *rows))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_what_was_downloaded_changes_nothing_when_it_comes_back(cohorts: Cohorts, form: str) -> None:
    await cohorts.edit(JOINER, action="link", profile_id="zw", note="=1+1")
    await cohorts.edit(ALIKE, excluded=True)
    answer = (await _send(cohorts, await _download(cohorts, form))).json()
    assert (answer["changes"], answer["same"], answer["problems"]) == ([], 5, [])


async def test_no_cell_that_goes_out_is_taken_for_a_formula(cohorts: Cohorts) -> None:
    await cohorts.edit(JOINER, note='=HYPERLINK("http://example.invalid")')
    rows = list(csv.DictReader(io.StringIO((await _download(cohorts, "csv")).decode())))
    assert next(row["note"] for row in rows if row["employee_number"] == JOINER).startswith("'=")
    sheet = load_workbook(io.BytesIO(await _download(cohorts, "xlsx"))).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


async def test_an_edited_workbook_is_shown_first_and_then_taken(cohorts: Cohorts) -> None:
    book = load_workbook(io.BytesIO(await _download(cohorts, "xlsx")))
    sheet = book.active
    assert sheet is not None
    heading = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        if row[0].value == JOINER:
            row[0].value = int(JOINER)  # as Excel does to a number that somebody types
            row[heading.index("excluded")].value = True
            row[heading.index("note")].value = "Comes in February"
    out = io.BytesIO()
    book.save(out)
    looked = (await _send(cohorts, out.getvalue(), preview="true")).json()
    assert looked["taken"] is False
    assert [one["field"] for one in looked["changes"][0]["fields"]] == ["excluded", "note"]
    assert (await cohorts.rows())[JOINER]["note"] is None
    assert (await _send(cohorts, out.getvalue())).json()["taken"] is True
    row = (await cohorts.rows())[JOINER]
    assert (row["action"], row["note"], row["version"]) == ("leave", "Comes in February", 2)


async def test_a_bad_row_is_named_and_holds_no_other(cohorts: Cohorts) -> None:
    rows = [
        _row(JOINER, "create", JOINER, note="Good"),
        _row("99999999"),
        _row(LEAVER, "explode"),
        _row(MOVER, "link", "nobody"),
        _row(RETURNER, "reinstate", "sb", excluded="perhaps"),
        _row(JOINER),
        _row(ALIKE, "link", "zw", note="x", version="9"),
    ]
    answer = (await _send(cohorts, _csv(*rows))).json()
    assert [one["employee_number"] for one in answer["changes"]] == [JOINER]
    found = [(one["row"], one["code"], one["field"]) for one in answer["problems"]]
    assert found == [
        (3, "not_found", "employee_number"),
        (4, "invalid", "action"),
        (5, "invalid", "profile_id"),
        (6, "invalid", "excluded"),
        (7, "invalid", "employee_number"),
        (8, "stale_version", "version"),
    ]
    assert (await cohorts.rows())[JOINER]["note"] == "Good"


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def _book(*rows: list[Any], **more: bytes) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(out)
    if not more:
        return out.getvalue()
    with zipfile.ZipFile(out) as package:
        return _zip({name: package.read(name) for name in package.namelist()} | more)


_BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
HOSTILE: dict[str, Maker] = {
    "nothing": lambda: b" \n",
    "no heading": lambda: b"a,b,c\n1,2,3",
    "a heading alone of other columns": lambda: b"employee_number,product,department\n",
    "too many bytes": lambda: b"x" * (MOST_BYTES + 1),
    "too many rows": lambda: (HEADING + "\n" + "1,2,3,4\n" * 5_001).encode(),
    "too many columns": lambda: b"," * 80 + b"x",
    "a cell too long": lambda: (HEADING + "\n" + "x" * 3_000).encode(),
    "an open quotation mark": lambda: (HEADING + '\n"' + "x" * 200_000).encode(),
    "neither": lambda: b"\x00\x01\x02\x03",
    "an old workbook": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100,
    "half a package": lambda: _book(["employee_number"])[:400],
    "an empty package": lambda: _zip({"a.txt": b""}),
    "a package of junk": lambda: b"PK\x03\x04" + b"junk" * 100,
    "a package that unpacks to far more": lambda: _zip({"xl/workbook.xml": b"0" * 60_000_000}),
    "a package of many parts": lambda: _zip({f"{n}.xml": b"<x/>" for n in range(300)}),
    "entities": lambda: _book(["employee_number"], **{"xl/workbook.xml": _BOMB}),
    "entities in another alphabet": lambda: _book(["a"], **{"xl/workbook.xml": _BOMB.decode().encode("utf-16")}),
    "broken XML": lambda: _book(["employee_number"], **{"xl/worksheets/sheet1.xml": b"<worksheet><row"}),
    "a formula": lambda: _book(HEADING.split(","), ["=1+1"]),
    "a sheet that says it is huge": lambda: _book(["x"] * 100),
}


async def test_a_hostile_file_is_refused_in_a_sentence(hub: Hub) -> None:
    cohorts = Cohorts(hub)
    assert (await cohorts.plan()).status_code == 201
    for name, content in HOSTILE.items():
        answer = await _send(cohorts, content())
        problem = answer.json()
        assert (answer.status_code, problem["code"], problem["field"]) == (422, "invalid", "file"), (name, problem)
        assert problem["detail"].endswith("."), name


async def test_no_hostile_request_is_a_failure_of_ours(cohorts: Cohorts) -> None:
    department = {"product": "clwrota", "department": "anaesthetics"}
    said = {
        "employee_number": JOINER,
        **department,
        "withdrawn": False,
        "state": "done",
        "profile_id": "x",
        "note": "x",
    }
    plan = {"vpd": "277", "name": "x", "changeover": "2026-08-05", "days_before": 1, "days_after": 1}
    plan |= {"departments": [department], "staff_groups": ["x"], "grades": ["x"]}
    row = f"{cohorts.path}/people/clwrota/anaesthetics/{JOINER}"
    sent: list[tuple[str, str, Any]] = [
        ("POST", "/v1/cohorts", plan),
        ("PATCH", row, {"action": "link", "profile_id": "zw", "excluded": False, "note": "x", "version": 1}),
        ("POST", f"{cohorts.path}/onboarding/acknowledgements", {"acknowledgements": [said]}),
    ]
    headers = cohorts.hub.headers | {"content-type": "application/json"}
    failed = []
    for method, path, body in sent:
        for bad in twisted(body):
            answer = await cohorts.hub.running.client.request(method, path, content=as_body(bad), headers=headers)
            failed += [(path, bad)] if answer.status_code >= 500 else []
    urls = [*paths("/v1/cohorts/{cohort_id}", {"cohort_id": cohorts.cohort_id})]
    urls += paths("/v1/cohorts/{cohort_id}/people", {"cohort_id": cohorts.cohort_id})
    urls += [f"{cohorts.path}/{part}?cursor={bad}" for part in ("people", "onboarding") for bad in ("x", "WyJhIl0=")]
    urls += [f"/v1/cohorts?cursor={bad}" for bad in ("x", "WyJhIiwgImIiXQ==")]
    for url in urls:
        answer = await cohorts.hub.running.client.get(url, headers=cohorts.hub.headers)
        failed += [(url, answer.text)] if answer.status_code >= 500 else []
    assert failed == []
