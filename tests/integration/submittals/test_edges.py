"""Tenancy, hostile input and the pages: what a stranger, a broken client and a person without rights get to see."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from esrlink.auth import Role
from esrlink.auth.testing import person as signed_in_person
from esrlink.auth.testing import session_cookie
from esrlink.contracts import Outcome
from submittals.tables import assignment, profile_link, submittal
from tests.integration.submittals.conftest import SETTINGS, Rota, calendar, leave, work


@pytest.fixture
async def stranger(rota: Rota) -> Rota:
    """A rota of another trust on the same hub, which has one record of its own."""
    other = Rota(rota.hub, "312")
    await rota.hub.client.put("/v1/trusts/312", json=SETTINGS, headers=other.bearer())
    await other.taken("strangers-own", work())
    return other


async def test_another_trusts_record_does_not_exist(rota: Rota, stranger: Rota) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    client, bearer = rota.hub.client, stranger.bearer()
    assert (await client.get(f"/v1/submittals/{submittal_id}", headers=bearer)).status_code == 404
    assert (await stranger.command(submittal_id, "enrich", "admin")).status_code == 404
    assert (await client.get("/v1/submittals/clwrota/anaesthetics/a", headers=bearer)).status_code == 404
    assert (await client.get("/v1/submittals?vpd=277", headers=bearer)).status_code == 404
    listed = (await client.get("/v1/submittals", headers=bearer)).json()["submittals"]
    assert [one["record_id"] for one in listed] == ["strangers-own"]
    command = {"submittal_id": submittal_id, "command": "enrich", "by": "admin"}
    batch = await client.post("/v1/submittals:batch-commands", json={"commands": [command]}, headers=bearer)
    assert batch.json()["results"][0]["problem"]["code"] == "not_found"


async def test_a_query_without_a_condition_still_sees_one_trust_only(rota: Rota, stranger: Rota) -> None:
    await rota.taken("a", work())
    async with rota.hub.database.read(["312"]) as tx:
        for table in (submittal, assignment, profile_link):
            assert await tx.scalar(select(func.count()).select_from(table).where(table.c.vpd == "277")) == 0
    with pytest.raises(DBAPIError, match="row-level security"):
        async with rota.hub.database.write(["312"]) as tx:
            await tx.execute(
                insert(profile_link).values(vpd="277", product="a", department="b", profile_id="c", revision=1)
            )


async def test_another_department_does_not_exist_for_a_client_of_one(rota: Rota) -> None:
    submittal_id = (await rota.taken("a", work()))["submittal_id"]
    headers = rota.hub.bearer("submittals:write", departments=["medirota/cardiology"])
    client = rota.hub.client
    assert (await client.get(f"/v1/submittals/{submittal_id}", headers=headers)).status_code == 404
    assert (await client.get("/v1/submittals", headers=headers)).json()["submittals"] == []
    put = await client.put("/v1/submittals/clwrota/anaesthetics/b", json=work(), headers=headers)
    assert put.status_code == 404
    enrich = await client.post(f"/v1/submittals/{submittal_id}/enrich", json={"by": "x"}, headers=headers)
    assert enrich.status_code == 404


async def test_a_client_of_one_department_counts_and_lists_that_one_only(rota: Rota) -> None:
    await rota.approved("ours", work())
    await rota.taken("ours-too", work(session="Two", starts="13:00", ends="17:00"))
    headers = rota.hub.bearer("submittals:write", "audit:read", departments=["medirota/cardiology"])
    client = rota.hub.client
    counts = (await client.get("/v1/submittals/counts", headers=headers)).json()
    assert (counts["states"], counts["approved_versions"], counts["withdrawn_versions"]) == ({}, 0, 0)
    assert (await client.get("/v1/submittals", headers=headers)).json()["submittals"] == []
    assert (await client.get("/v1/submittals?department=anaesthetics", headers=headers)).json()["submittals"] == []
    assert (await client.get("/v1/status", headers=headers)).json()["figures"] == []


async def test_a_person_of_one_department_sees_that_one_only_on_the_page(rota: Rota) -> None:
    await rota.taken("sick-1", leave(reason=None))
    visitor = replace(signed_in_person(Role.ADMINISTRATOR), departments=frozenset({"medirota/cardiology"}))
    rota.hub.client.cookies.update(session_cookie(rota.hub.service.app.state.auth, visitor))
    page = (await rota.hub.client.get("/")).text
    assert "sick-1" not in page
    assert "No records yet" in page


async def test_an_unknown_trust_or_department_is_not_found(rota: Rota) -> None:
    nowhere = Rota(rota.hub, "999")
    assert (await nowhere.put("a", work())).status_code == 404
    unknown = await rota.put("a", work(), "clwrota/dermatology")
    assert (unknown.status_code, unknown.json()["field"]) == (404, "department")


async def test_tokens_are_checked(rota: Rota) -> None:
    path, issuer = "/v1/submittals/clwrota/anaesthetics/a", rota.hub.issuer
    for token, status in (
        (issuer.expired("submittals:write"), 401),
        (issuer.forged("submittals:write"), 401),
        (issuer.token("profiles:read"), 403),
    ):
        answer = await rota.hub.client.put(path, json=work(), headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status
    settings = await rota.hub.client.put("/v1/trusts/277", json=SETTINGS, headers=rota.hub.bearer("submittals:write"))
    assert settings.status_code == 403


HOSTILE: list[tuple[dict[str, Any], str]] = [
    (work(date_worked="2026-02-30"), "attendance.date_worked"),
    (work(date_worked=1785542400), "attendance.date_worked"),
    (work(date_worked="0001-01-01"), "attendance.date_worked"),
    (work(date_worked="9999-12-31"), "attendance.date_worked"),
    (work(units="NaN"), "attendance.units"),
    (work(units="Infinity"), "attendance.units"),
    (work(units="1e400"), "attendance.units"),
    (work(units="-1"), "attendance.units"),
    (work(units="0"), "attendance.units"),
    (work(rate="1.005"), "attendance.rate"),
    (work(rate=True), "attendance.rate"),
    (work(session="x" * 81), "attendance.session"),
    (work(session="a\x00b"), "attendance.session"),
    (work(session="a\r\nATT,20260801"), "attendance.session"),
    (work(note=" "), "attendance.note"),
    (work(starts="8 am"), "attendance.starts"),
    (work(starts=None), "attendance"),
    (work(unit="days"), "attendance.unit"),
    (work(salary="1"), "attendance.salary"),
    (work(assignment_number="'; DROP TABLE submittal; --"), "attendance.assignment_number"),
    (work() | {"profile_id": "../p1"}, "profile_id"),
    (work() | {"claimed_by": "a b"}, "claimed_by"),
    (work() | {"version": 2**63}, "version"),
    (work() | {"kind": "bribe"}, "kind"),
    (work() | {"kind": "absence"}, "body"),
    (leave() | {"attendance": work()["attendance"]}, "body"),
    (leave(end_date="2026-08-01"), "absence"),
    (leave(end_date=None), "absence"),
    (leave(end_date="2099-08-01"), "absence"),
    (leave(open=True), "absence"),
    (leave(start_part="morning"), "absence"),
    (leave(end_date="2026-08-03", start_part="afternoon", end_part="morning"), "absence"),
    (leave(days="0.001"), "absence.days"),
]


@pytest.mark.parametrize(("record", "field"), HOSTILE)
async def test_a_value_that_makes_no_sense_is_refused_by_field(rota: Rota, record: dict[str, Any], field: str) -> None:
    answer = await rota.put("a", record)
    assert answer.status_code == 422, answer.text
    assert field in [problem["field"] for problem in answer.json()["problems"]]
    counts = (await rota.hub.client.get("/v1/submittals/counts", headers=rota.bearer())).json()
    assert counts["states"] == {}


async def test_a_body_that_is_no_json_or_too_large_is_refused(rota: Rota) -> None:
    path, headers = "/v1/submittals/clwrota/anaesthetics/a", rota.bearer() | {"Content-Type": "application/json"}
    for body in (b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"[" * 5000, b"9" * 5000):
        assert (await rota.hub.client.put(path, content=body, headers=headers)).status_code in {400, 422}
    big = b'{"x": "' + b"x" * (9 * 1024 * 1024) + b'"}'
    answer = await rota.hub.client.post("/v1/submittals:batch", content=big, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_word_with_markup_is_only_a_word_on_the_page(rota: Rota) -> None:
    refused = await rota.put("a<script>", work())
    assert refused.status_code == 422
    await rota.taken("a", work(pay_element="<script>alert(1)</script>"))
    cookies = session_cookie(rota.hub.service.app.state.auth, signed_in_person(Role.PAYROLL_OFFICER))
    rota.hub.client.cookies.update(cookies)
    page = await rota.hub.client.get("/")
    assert page.status_code == 200
    assert "<script>alert" not in page.text


async def test_the_page_says_what_waits_for_whom_and_what_came_back(rota: Rota, stranger: Rota) -> None:
    await rota.taken("extra-1", work())
    await rota.taken("sick-1", leave(reason=None))
    cookies = session_cookie(rota.hub.service.app.state.auth, signed_in_person(Role.PAYROLL_OFFICER))
    rota.hub.client.cookies.update(cookies)
    page = (await rota.hub.client.get("/")).text
    assert "The department, to enrich" in page
    assert "Sickness needs a reason from S10 to S99." in page
    assert "August 2026 pay" in page
    assert "strangers-own" not in page
    status = (await rota.hub.client.get("/v1/status")).json()
    assert {figure["label"]: figure["value"] for figure in status["figures"]}["To mend"] == 1
    assert [cut["pay"] for cut in status["next_cut_offs"]] == ["August 2026 pay"]


async def test_an_empty_page_says_so(rota: Rota) -> None:
    cookies = session_cookie(rota.hub.service.app.state.auth, signed_in_person(Role.OPERATOR, vpds=["312"]))
    rota.hub.client.cookies.update(cookies)
    page = (await rota.hub.client.get("/")).text
    assert "No records yet" in page
    assert "No cut-off is known" in page


async def test_the_calendar_is_told_and_an_older_one_does_not_come_back(rota: Rota) -> None:
    newer = calendar(revision=3).model_copy(update={"cut_offs": ()})
    await rota.hub.deliver(newer, calendar(revision=2))
    answer = (await rota.hub.client.get("/v1/calendar", headers=rota.bearer())).json()
    assert (answer["next_cut_off"], answer["coming"]) == (None, [])
    put = await rota.taken("a", work())
    assert "cut_off_unknown" in [finding["code"] for finding in put["findings"]]


async def test_a_list_is_read_in_parts(rota: Rota) -> None:
    for n in range(3):
        await rota.taken(f"r{n}", work(session=f"Room {n}", starts=None, ends=None))
    seen, cursor = [], None
    while True:
        query = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        part = (await rota.hub.client.get("/v1/submittals", params=query, headers=rota.bearer())).json()
        seen += [one["record_id"] for one in part["submittals"]]
        cursor = part["next_cursor"]
        if cursor is None:
            break
    assert seen == ["r0", "r1", "r2"]


async def test_a_fact_about_a_submittal_that_is_not_ours_moves_nothing(rota: Rota) -> None:
    await rota.settle(str(uuid4()), Outcome.LANDED)
    assert not await rota.hub.emitted("submittal.settled")
    async with rota.hub.database.read() as tx:
        assert await tx.scalar(text("SELECT count(*) FROM dead_letter")) == 0
