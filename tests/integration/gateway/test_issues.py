"""Issues over the API and on their pages: one for each cause, closed by itself or by a person with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from esr_gateway.bootstrap import service as definition
from esr_gateway.issues import Problem, close_all_but, find_issues, raise_issue
from esrlink.auth import Role
from tests.conftest import Running, RunService
from tests.integration.gateway.conftest import NOON
from tests.integration.gateway.desk import entries, sit_down

GAP = Problem("gap:1945", "gap", "bad", "Changes file 1945 has not come.", "Ask ESR for a snapshot.", "exchanges/277")
ROWS = Problem("rows:PR", "rows", "warning", "Rows of people have impossible dates.", "Tell ESR.", "files")


@pytest.fixture
async def hub(run_service: RunService) -> Running:
    return await run_service(definition, now=NOON)


async def get(hub: Running, path: str, **query: Any) -> Any:
    answer = await hub.client.get(path, params=query, headers=hub.bearer("exchange:operate"))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def notices(hub: Running) -> list[dict[str, Any]]:
    answer = await hub.client.get("/v1/status", headers=hub.bearer("audit:read"))
    return list(answer.json()["notices"])


@pytest.fixture
async def with_issues(hub: Running) -> Running:
    async with hub.database.write(["277"]) as tx:
        await raise_issue(tx, "277", GAP, NOON - timedelta(hours=5))
        await raise_issue(tx, "277", GAP, NOON - timedelta(hours=1))
        await raise_issue(tx, "277", ROWS, NOON, count=300)
    return hub


async def test_one_cause_is_one_issue_that_counts_on(with_issues: Running) -> None:
    gap, rows = (await get(with_issues, "/v1/issues"))["issues"]
    assert (gap["title"], gap["count"], rows["count"]) == (GAP.title, 2, 300)
    assert gap["first_seen_at"] < gap["last_seen_at"]
    assert [one["kind"] for one in (await get(with_issues, "/v1/issues", kind="rows"))["issues"]] == ["rows"]
    told = await notices(with_issues)
    assert [one["tone"] for one in told] == ["bad", "warning"]
    assert told[0]["href"] == f"/esr-gateway/issues/{gap['issue_id']}"


async def test_the_site_is_told_of_five_issues_and_how_many_more_there_are(hub: Running) -> None:
    async with hub.database.write(["277"]) as tx:
        for number in range(7):
            problem = Problem(f"rows:{number}", "rows", "warning", f"Cause {number}.", "Tell ESR.", "files")
            await raise_issue(tx, "277", problem, NOON)
        await raise_issue(tx, "277", GAP, NOON - timedelta(days=9))
    texts = [one["text"] for one in await notices(hub)]
    assert texts[0].startswith(GAP.title)
    assert texts[5:] == ["3 more issues are open."]


async def test_an_issue_that_its_cause_left_closes_itself_and_comes_back_as_a_new_one(
    with_issues: Running,
) -> None:
    async with with_issues.database.write(["277"]) as tx:
        assert await close_all_but(tx, "277", "gap", [], NOON) == 1
        await raise_issue(tx, "277", GAP, NOON + timedelta(hours=1))
        found = await find_issues(tx, ["277"], limit=10)
    assert [(one.kind, one.count) for one in found] == [("gap", 1), ("rows", 300)]
    [closed] = (await get(with_issues, "/v1/issues", state="closed"))["issues"]
    assert (closed["count"], closed["closed_by"]) == (2, None)


async def test_a_person_closes_an_issue_with_a_reason_that_is_kept(with_issues: Running) -> None:
    olive = sit_down(with_issues)
    [gap, _] = (await get(with_issues, "/v1/issues"))["issues"]
    place = f"issues/{gap['issue_id']}"
    assert GAP.advice in await olive.words(place)
    assert (await sit_down(with_issues, Role.AUDITOR).post(f"{place}/close", reason="I say so")).status_code == 403
    assert (await sit_down(with_issues, vpds=("312",)).post(f"{place}/close", reason="I say so")).status_code == 404
    answer = await olive.post(f"{place}/close", reason="ESR sent it by hand.")
    assert answer.headers["location"] == f"/esr-gateway/{place}?said=closed"
    assert "ESR sent it by hand." in await olive.words(place, said="closed")
    assert GAP.title not in await olive.words("issues")
    assert GAP.title in await olive.words("issues", state="closed", q="1945")
    [entry] = await entries(with_issues, action="issue.closed")
    assert (entry.actor, entry.about, entry.detail["reason"]) == ("olive", gap["issue_id"], "ESR sent it by hand.")
    again = await with_issues.client.post(
        f"/v1/issues/{gap['issue_id']}/close", json={"reason": "again"}, headers=with_issues.bearer("exchange:operate")
    )
    assert (again.status_code, again.json()["code"]) == (409, "issue_not_open")
