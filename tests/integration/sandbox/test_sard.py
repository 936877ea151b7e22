"""The simulated SARD: its lists, its answers to wrong calls, and its faults."""

from collections import Counter
from decimal import Decimal

import httpx
import pytest

from esr_sandbox.run import Sandbox
from esr_sandbox.sard import MEDIA_TYPE

SIGN_IN = {"X-API-EMAIL": "link@sard.example", "X-API-TOKEN": "sandbox-sard-token", "Accept": MEDIA_TYPE}
PLANS = "/sard/api/v1/online_job_plans"


async def everything(http: httpx.AsyncClient, path: str) -> list[dict]:
    found, page = [], 1
    while True:
        body = (await http.get(path, params={"page": page, "per_page": 20}, headers=SIGN_IN)).json()
        found += body["data"]
        if body["links"]["next"] is None:
            assert len(found) == body["meta"]["total_count"]
            return found
        page += 1


async def test_users_lose_the_leading_zeros_of_their_numbers(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    users = await everything(http, "/sard/api/v1/users")
    numbers = {user["attributes"]["ui_employee_number"] for user in users}
    staff = {person.employee_number for person in sandbox.esr.world("277").in_departments()}
    assert {int(number) for number in staff} <= numbers
    assert any(number.startswith("0") for number in staff)
    assert any(user["attributes"]["dummy_account"] for user in users)
    assert any(user["attributes"]["dormant"] for user in users)


async def test_about_fifty_doctors_have_plans_in_every_state_and_figures_are_strings(http: httpx.AsyncClient) -> None:
    plans = await everything(http, PLANS)
    assert 45 <= len({plan["attributes"]["owner_id"] for plan in plans}) <= 55
    states = Counter(plan["attributes"]["state"] for plan in plans)
    assert set(states) == {"draft", "submitted", "completed"}
    for plan in plans:
        figures = plan["attributes"]
        sessions = sum(Decimal(s["pas"]) for s in figures["job_contents"] if s["category"] == "DCC")
        assert 0 <= Decimal(figures["contracted_dcc"]) - sessions <= Decimal("0.5")  # the rest is on-call


async def test_a_filter_keeps_one_users_plans_and_one_plan_is_read_alone(http: httpx.AsyncClient) -> None:
    plan = (await everything(http, PLANS))[0]
    owner = plan["attributes"]["owner_id"]
    own = (await http.get(PLANS, params={"filter[owner_id]": owner}, headers=SIGN_IN)).json()["data"]
    assert plan in own
    assert {each["attributes"]["owner_id"] for each in own} == {owner}
    single = await http.get(f"{PLANS}/{plan['id']}", headers=SIGN_IN)
    assert single.json()["data"] == plan
    assert single.headers["content-type"] == MEDIA_TYPE


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (PLANS, {"X-API-TOKEN": "wrong"}, 401),
        (PLANS, {"X-API-EMAIL": "who@sard.example"}, 401),
        (PLANS, {"X-API-EMAIL": "no-access@sard.example"}, 403),
        (f"{PLANS}/77", {}, 404),
        (PLANS, {"Accept": "text/csv"}, 415),
        (PLANS, {"Content-Type": "application/json"}, 415),
        (f"{PLANS}?page=0", {}, 422),
        (f"{PLANS}?per_page=many", {}, 422),
        (f"{PLANS}?filter[updated_at]=2026", {}, 422),
    ],
)
async def test_a_wrong_call_gets_an_error_of_its_kind(
    http: httpx.AsyncClient, path: str, headers: dict[str, str], status: int
) -> None:
    answer = await http.get(path, headers=SIGN_IN | headers)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["status"] == str(status)


async def test_a_reopened_plan_is_a_draft_and_as_before_when_the_fault_is_removed(http: httpx.AsyncClient) -> None:
    plan = next(plan for plan in await everything(http, PLANS) if plan["attributes"]["state"] == "completed")
    await http.put("/sandbox/faults/sard-reopened", json={"plan_id": plan["id"]})
    reopened = (await http.get(f"{PLANS}/{plan['id']}", headers=SIGN_IN)).json()["data"]
    assert (reopened["attributes"]["state"], reopened["attributes"]["completion_date"]) == ("draft", None)
    await http.delete("/sandbox/faults/sard-reopened")
    assert (await http.get(f"{PLANS}/{plan['id']}", headers=SIGN_IN)).json()["data"] == plan


async def test_unreadable_figures_hold_no_number(http: httpx.AsyncClient) -> None:
    await http.put("/sandbox/faults/sard-unreadable", json={})
    plan = (await http.get(PLANS, headers=SIGN_IN)).json()["data"][0]
    assert plan["attributes"]["contracted_dcc"] == "n/a"


async def test_too_many_requests_say_when_to_come_back_and_a_500_passes(http: httpx.AsyncClient) -> None:
    await http.put("/sandbox/faults/sard-429", json={"retry_after": 7})
    later = await http.get(PLANS, headers=SIGN_IN)
    assert (later.status_code, later.headers["retry-after"]) == (429, "7")
    await http.put("/sandbox/faults/sard-500", json={})
    assert (await http.get(PLANS, headers=SIGN_IN)).status_code == 500
    assert (await http.get(PLANS, headers=SIGN_IN)).status_code == 200


async def test_a_hanging_sard_does_not_answer_in_time(http: httpx.AsyncClient) -> None:
    await http.put("/sandbox/faults/sard-hang", json={"seconds": 1})
    with pytest.raises(httpx.ReadTimeout):
        await http.get(PLANS, headers=SIGN_IN, timeout=0.3)


@pytest.mark.parametrize("status", [401, 403, 404, 415, 422])
async def test_a_refusal_has_the_status_that_was_asked_for_and_stays(http: httpx.AsyncClient, status: int) -> None:
    await http.put("/sandbox/faults/sard-refuses", json={"status": status})
    assert [(await http.get(PLANS, headers=SIGN_IN)).status_code for _ in range(2)] == [status] * 2


async def test_an_answer_breaks_off_or_holds_an_error_with_status_200(http: httpx.AsyncClient) -> None:
    await http.put("/sandbox/faults/sard-truncated", json={})
    with pytest.raises(ValueError, match="Unterminated"):
        (await http.get(PLANS, headers=SIGN_IN)).json()
    await http.put("/sandbox/faults/sard-200-error", json={})
    inside = await http.get(PLANS, headers=SIGN_IN)
    assert (inside.status_code, inside.json()["errors"][0]["status"]) == (200, "500")


async def test_fields_are_of_other_types_and_a_record_may_be_none(http: httpx.AsyncClient) -> None:
    await http.put("/sandbox/faults/sard-wrong-types", json={})
    assert (await http.get(PLANS, headers=SIGN_IN)).json()["data"][0]["attributes"]["contracted_dcc"] == [7.5]
    await http.put("/sandbox/faults/sard-wrong-types", json={"whole": True})
    assert (await http.get(PLANS, headers=SIGN_IN)).json()["data"][0]["attributes"] == "not today"


async def test_a_record_leaves_a_list_between_two_pages(http: httpx.AsyncClient) -> None:
    await http.put("/sandbox/faults/sard-shifting", json={})
    first, second, again = [
        (await http.get(f"{PLANS}?page={page}&per_page=5", headers=SIGN_IN)).json() for page in (1, 2, 2)
    ]
    assert first["meta"]["total_count"] == second["meta"]["total_count"] + 1
    assert second["data"][:4] == again["data"][1:]
