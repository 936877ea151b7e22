"""Checking records: all rules as a put would run them, an answer for each, and nothing stored."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from tests.integration.submittals.conftest import CONSULTANT, Rota, leave, statements, work

PLACE = {"product": "clwrota", "department": "anaesthetics"}
OTHER = {"product": "medirota", "department": "cardiology"}


def row(record_id: str, record: dict[str, Any], place: dict[str, str] | None = None) -> dict[str, Any]:
    return {**(place or PLACE), "record_id": record_id, **record}


async def check(rota: Rota, *rows: Any, **body: Any) -> dict[str, Any]:
    answer = await rota.hub.client.post(
        "/v1/submittals:check", json={"records": list(rows), **body}, headers=rota.bearer()
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def codes(result: dict[str, Any]) -> list[str]:
    return [finding["code"] for finding in result["verdict"]["findings"] if finding["severity"] == "error"]


async def test_records_are_judged_beside_one_another_and_what_is_stored_and_none_is_kept(rota: Rota) -> None:
    await rota.taken("stored", leave())
    before = len(await rota.hub.emitted())
    answer = await check(
        rota,
        row("a", work()),
        row("b", work(profile_id="c9", session="Cath lab"), OTHER),
        row("c", work(date_worked="2026-08-04")),
        row("d", work(profile_id="nobody")),
    )
    assert [codes(one) for one in answer["results"]] == [
        [],
        ["double_claim"],
        ["attendance_during_absence"],
        ["person_not_linked"],
    ]
    assert (answer["good"], answer["bad"]) == (1, 3)
    good = answer["results"][0]["verdict"]
    assert (good["good"], good["employee_number"], good["content"]["amount"]) == (True, CONSULTANT, "500.00")
    assert good["pay_name"] == "August 2026 pay"
    assert len(await rota.hub.emitted()) == before
    async with rota.hub.database.read(["277"]) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM submittal")) == 1


async def test_a_stored_record_is_not_its_own_duplicate_and_gives_way_to_what_is_checked(rota: Rota) -> None:
    await rota.taken("a", work())
    answer = await check(
        rota,
        row("a", work()),
        row("a", work(date_worked="2026-07-30")),
        row("b", work(session="Cath lab")),
    )
    assert [codes(one) for one in answer["results"]] == [[], [], []]


async def test_it_may_be_checked_as_strictly_as_from_enrichment_on(rota: Rota) -> None:
    unpaid = row("a", work(profile_id="p2", starts=None, ends=None))
    assert codes((await check(rota, unpaid))["results"][0]) == []
    assert codes((await check(rota, unpaid, complete=True))["results"][0]) == ["units_missing"]


async def test_what_cannot_be_judged_is_refused_by_itself(rota: Rota) -> None:
    answer = await check(
        rota,
        {"nonsense": True},
        row("b", work(), {"product": "clwrota", "department": "elsewhere"}),
        row("c", work()),
    )
    problems = [one["problem"] and one["problem"]["code"] for one in answer["results"]]
    assert problems == ["invalid", "not_found", None]


@pytest.mark.parametrize(("scopes", "status"), [(["submittals:write"], 200), (["profiles:read"], 403)])
async def test_checking_needs_the_scope_of_putting(rota: Rota, scopes: list[str], status: int) -> None:
    headers = rota.hub.bearer(*scopes, vpds=["277"])
    answer = await rota.hub.client.post("/v1/submittals:check", json={"records": []}, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("size", [2, 300])
async def test_a_check_costs_the_same_statements_whatever_its_size(rota: Rota, size: int) -> None:
    rows = [row(f"r{n}", work(session=f"Room {n}", starts=None, ends=None)) for n in range(size)]
    with statements(rota.hub) as seen:
        assert (await check(rota, *rows))["good"] == size
    assert len(seen) <= 9, seen
