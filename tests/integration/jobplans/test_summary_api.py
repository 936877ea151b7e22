"""What a rota product reads of a person: posts apart and summed, one statement, and only of whom it may see."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from esrlink.auth import Role
from esrlink.auth.testing import person, session_cookie
from esrlink.contracts import ProgrammedActivities
from tests.integration.jobplans.held import ANN, BEN, CAT, hold, plan, statements


@pytest.fixture
async def held(hub: Any) -> Any:
    """A trust where Ann has a plan, Ben's is a draft, and ESR knows Cat too."""
    await hub.set_up(
        departments=[
            {
                "product": "clwrota",
                "department": "anaesthetics",
                "name": "Anaesthetics",
                "specialties": ["Anaesthetics"],
            },
            {"product": "medirota", "department": "cardiology", "name": "Cardiology"},
        ]
    )
    await hub.import_people(ANN, BEN, CAT)
    await hold(hub, plan("1"), plan("2", signed=False, specialty="Cardiology"))
    return hub


async def test_a_summary_is_one_statement_however_many_versions_there_are(held: Any, monkeypatch: Any) -> None:
    for n in range(3):
        await hold(held, plan("1", directorate=f"Directorate {n}"), plan("2", signed=False))

    for query in ({}, {"detail": "full"}):
        with statements(monkeypatch) as seen:
            assert (await held.plan(ANN, **query)).status_code == 200
        assert len(seen) == 1, seen


async def test_two_posts_stand_apart_and_are_summed(held: Any) -> None:
    half = (ProgrammedActivities(category="DCC", pas=Decimal("1.5")),)
    second = {"activities": half, "core_pas": {"value": Decimal("1.5")}, "timetable": ()}
    await hold(held, plan("1"), plan("1", "px", post="Sleep clinic", signed=False, **second))

    answer = (await held.plan(ANN)).json()

    assert answer["state"] == "draft"  # of the two, what claims least
    assert (answer["plan"]["state"], answer["plan"]["total_pas"]) == ("signed_off", "10")
    (other,) = answer["other_posts"]
    assert (other["plan"]["post"], other["state"], other["plan"]["total_pas"]) == ("Sleep clinic", "draft", "1.5")
    sums = {one["category"]: one["pas"] for one in answer["total"]["activities"]}
    assert (sums, answer["total"]["total_pas"]) == ({"DCC": "9.0", "SPA": "2.5"}, "11.5")
    assert "several_posts" in [one["code"] for one in answer["uncertainty"]]


async def test_a_sum_with_a_figure_that_cannot_be_read_is_not_known(held: Any) -> None:
    odd = (ProgrammedActivities(category="DCC", pas=None, raw="see letter"),)
    await hold(held, plan("1"), plan("1", "px", post="Sleep clinic", activities=odd, core_pas={"raw": "see letter"}))

    total = (await held.plan(ANN)).json()["total"]

    assert ({one["category"]: one["pas"] for one in total["activities"]}, total["total_pas"]) == (
        {"DCC": None, "SPA": "2.5"},
        None,
    )


async def test_plans_of_two_providers_are_two_posts(held: Any) -> None:
    await hold(held, plan("1", "other"), provider="allocate")

    answer = (await held.plan(ANN)).json()

    assert [answer["plan"]["provider"], answer["other_posts"][0]["plan"]["provider"]] == ["allocate", "sard"]


async def test_a_client_of_some_departments_sees_their_people_only(held: Any) -> None:
    anaesthetics = {"headers": held.bearer("jobplans:read", departments=["clwrota/anaesthetics"])}
    cardiology = {"headers": held.bearer("jobplans:read", departments=["medirota/cardiology"])}

    # Ann by her plan's specialty; Ben's specialty is mapped to no department, and nobody put work of his.
    assert [(await held.plan(one, **anaesthetics)).status_code for one in (ANN, BEN)] == [200, 404]
    assert [(await held.plan(one, **cardiology)).status_code for one in (ANN, BEN)] == [404, 404]
    work = {"employee_number": BEN, "date": "2026-07-01", "category": "DCC", "hours": "4"}
    put = await held.client.put("/v1/work/medirota/cardiology/w1", json=work, headers=held.bearer("work:write"))
    assert put.status_code == 200, put.text
    assert (await held.plan(BEN, **cardiology)).status_code == 200
    assert (await held.plan(BEN, **anaesthetics)).status_code == 404


async def test_a_clinician_sees_their_own_plan_and_an_operator_none(held: Any) -> None:
    async def status(*roles: Role, **who: Any) -> list[int]:
        cookies = session_cookie(held.running.service.app.state.auth, person(*roles, vpds=["277"], **who))
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        answers = [await held.client.get(f"/v1/people/277/{number}/job-plan", headers=headers) for number in (ANN, BEN)]
        return [answer.status_code for answer in answers]

    assert await status(Role.CLINICIAN, esr_numbers=[f"277/{ANN}"]) == [200, 404]
    assert await status(Role.VALIDATOR) == [200, 200]
    assert await status(Role.OPERATOR) == [403, 403]


async def test_the_tag_lasts_while_only_the_age_changes_and_differs_by_day_and_detail(held: Any) -> None:
    tags = [
        (await held.plan(ANN, **query)).headers["ETag"]
        for query in ({}, {"on": "2026-08-03"}, {"on": "2026-08-04"}, {"detail": "full"})
    ]
    assert tags[0] == tags[1]
    assert len(set(tags)) == 3
    held.running.clock.move_to(held.running.clock.now() + timedelta(hours=2))
    assert (await held.plan(ANN)).headers["ETag"] == tags[0]
    fresh = await held.plan(ANN, headers={"If-None-Match": tags[0]})
    assert (fresh.status_code, fresh.content) == (304, b"")


async def test_each_version_says_what_it_changed_and_the_list_may_be_held(held: Any) -> None:
    changed = (
        ProgrammedActivities(category="DCC", pas=Decimal(8)),
        ProgrammedActivities(category="SPA", pas=Decimal(2)),
    )
    held.running.clock.move_to(held.running.clock.now() + timedelta(hours=1))
    await hold(held, plan("1", activities=changed, signed=False), plan("2", signed=False))
    path, headers = f"/v1/people/277/{ANN}/job-plan/versions", held.bearer("jobplans:read")

    answer = await held.client.get(path, headers=headers)

    first, second = answer.json()["versions"]
    assert first["changes"] == []
    told = {one["field"]: (one["before"], one["after"]) for one in second["changes"]}
    assert told["activities.DCC"] == ("7.5", "8")
    assert told["sign_offs.Clinical Director"] == ("signed on 2026-03-02", "not signed")
    again = await held.client.get(path, headers={**headers, "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
