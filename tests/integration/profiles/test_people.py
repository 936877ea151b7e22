"""People on a real database: newest revision wins, leavers stay, search finds, and few statements do it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, LiteralString

import psycopg
import pytest
from sqlalchemy import text

from esrlink.contracts import Assignment
from esrlink.db import Database

from .conftest import SCOPES, Hub, imported


async def test_an_older_revision_that_comes_later_has_no_effect(hub: Hub) -> None:
    await hub.people(imported(revision=2, family_name="Bell"))
    await hub.people(imported(revision=1, family_name="Okafor"))
    person = (await hub.get("/v1/people/277/20001001")).json()
    assert (person["family_name"], person["revision"]) == ("Bell", 2)


async def test_within_one_batch_the_newest_revision_wins_whatever_the_order(hub: Hub) -> None:
    await hub.people(imported(revision=3, family_name="Bell"), imported(revision=2), imported(revision=1))
    assert (await hub.get("/v1/people/277/20001001")).json()["family_name"] == "Bell"


async def test_leavers_and_people_gone_from_esr_stay_readable_and_linked(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    await hub.people(imported(revision=2, gone=True, leaving_date=date(2026, 7, 31)))
    person = (await hub.get("/v1/people/277/20001001")).json()
    assert (person["gone"], person["leaving_date"]) == (True, "2026-07-31")
    assert [p["link"]["state"] for p in person["profiles"]] == ["matched"]


async def test_assignments_are_given_as_at_a_day_first_and_last_day_included(hub: Hub) -> None:
    def post(number: str, start: date, end: date | None) -> Assignment:
        return Assignment(assignment_number=number, effective_from=start, effective_to=end, status="Active Assignment")

    rows = (
        post("20001001", date(2020, 1, 1), date(2026, 8, 31)),
        post("20001001", date(2026, 9, 1), None),
        post("20001001-2", date(2026, 8, 31), date(2026, 8, 31)),
    )
    await hub.people(imported(assignments=rows))

    async def on(day: str) -> list[str]:
        person = (await hub.get(f"/v1/people/277/20001001?on={day}")).json()
        return [f"{a['assignment_number']} {a['effective_from']}" for a in person["assignments"]]

    assert await on("2026-08-30") == ["20001001 2020-01-01"]
    assert await on("2026-08-31") == ["20001001 2020-01-01", "20001001-2 2026-08-31"]
    assert await on("2026-09-01") == ["20001001 2026-09-01"]
    assert await on("2019-12-31") == []
    assert len((await hub.get("/v1/people/277/20001001")).json()["assignments"]) == 3


async def test_a_person_with_posts_and_profiles_is_read_by_one_statement(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = Assignment(
        assignment_number="20001001",
        effective_from=date(2020, 1, 1),
        status="Active Assignment",
        fte=Decimal("0.80"),
        staff_group="Medical and Dental",
    )
    await hub.people(imported(assignments=(post,)))
    await hub.profile(employee_number="20001001")
    asked: list[str] = []
    ask = Database.ask

    async def noted(self: Database, vpds: Any, question: LiteralString, parameters: Any) -> Any:
        asked.append(question)
        return await ask(self, vpds, question, parameters)

    monkeypatch.setattr(Database, "ask", noted)
    with hub.counted() as statements:
        person = (await hub.get("/v1/people/277/20001001")).json()
    assert (len(asked), statements) == (1, [])
    assert person["assignments"] == person["all_assignments"] == [post.model_dump(mode="json")]
    assert person["staff_groups"] == ["Medical and Dental"]
    assert [(one["profile_id"], one["link"]["state"]) for one in person["profiles"]] == [("ao1", "matched")]


async def test_of_a_persons_profiles_a_caller_sees_those_of_their_departments(hub: Hub) -> None:
    await hub.people(imported())
    for path in ("clwrota/anaesthetics/ao1", "medirota/cardiology/x7"):
        await hub.profile(path, employee_number="20001001")

    async def seen(departments: list[str] | None) -> list[str]:
        headers = hub.running.bearer(*SCOPES, departments=departments)
        person = (await hub.get("/v1/people/277/20001001", headers=headers)).json()
        return [one["profile_id"] for one in person["profiles"]]

    assert await seen(None) == ["ao1", "x7"]
    assert await seen(["medirota/cardiology"]) == ["x7"]
    assert await seen(["medirota"]) == await seen([]) == []


@pytest.mark.parametrize(
    "query",
    ["okafor", "Ókafor", "oka", "Ada Oka", "bell", "20001001", "20001001-2", "7012345", "Okefor"],
    ids=["name", "accent", "prefix", "preferred", "previous", "number", "assignment", "registration", "typing error"],
)
async def test_search_finds_by_any_name_and_number(hub: Hub, query: str) -> None:
    second = Assignment(assignment_number="20001001-2", effective_from=date(2020, 1, 1), status="Active Assignment")
    await hub.people(
        imported(preferred_name="Ada", previous_family_names=("Bell",), gmc="7012345", assignments=(second,)),
        imported("20002002", family_name="Lindqvist", given_name="Maja"),
    )
    found = (await hub.post("/v1/people:search", {"search": query})).json()["items"]
    assert [one["employee_number"] for one in found] == ["20001001"]


async def test_two_hundred_people_are_applied_in_a_handful_of_statements(hub: Hub) -> None:
    for n in range(40):
        await hub.profile(f"clwrota/anaesthetics/p{n}", employee_number=str(30000000 + n))
    with hub.counted() as statements:
        await hub.people(*(imported(str(30000000 + n)) for n in range(200)))
    assert await hub.state("clwrota/anaesthetics/p39") == ("matched", "exact_number", str(30000039))
    # opening, inbox, plans, 6 for people, changes, 2 locks, 2 for whom they touch, settings, 2 to judge, links, 3 to store,
    # 2 to tell it
    assert len(statements) <= 22, statements


async def test_people_nobody_has_a_profile_for_take_ten_statements_and_a_lock(hub: Hub) -> None:
    with hub.counted() as few:
        await hub.people(imported("40000000"))
    with hub.counted() as many:
        await hub.people(*(imported(str(40000001 + n)) for n in range(200)))
    assert len(many) == len(few) <= 11, many


async def test_a_search_by_key_uses_its_index_under_row_level_security(hub: Hub) -> None:
    await hub.people(*(imported(str(50000000 + n)) for n in range(200)))
    with psycopg.connect(hub.running.owner_url, autocommit=True) as owner:
        owner.execute("ANALYZE person_key")
    statement = "EXPLAIN SELECT employee_number FROM person_key WHERE vpd = '277' AND key >= 't:zz' AND key < 't:zz~'"
    async with hub.running.database.read(["277"]) as tx:
        plan = "\n".join(row[0] for row in await tx.all(text(statement)))
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "key >=" in condition, plan
