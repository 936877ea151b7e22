"""A person's job plan over HTTP: on a day, in full, conditionally, by version; and refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from esr_sandbox.faults import Fault, Reopened


async def test_the_summary_is_compact_and_the_full_answer_adds_the_timetable(polled: Any) -> None:
    plan = polled.shown("completed")
    number = polled.number_of(plan)

    compact, full = (await polled.plan(number)), (await polled.plan(number, detail="full"))

    shown = compact.json()["plan"]
    assert shown["detail"] is None
    assert shown["sign_off"] == {"complete": True, "completed_on": plan.attributes["completion_date"], "missing": []}
    assert shown["working_weeks"] == {"value": "42", "raw": None}
    assert shown["on_call"]["on_call"] is plan.attributes["on_call"]
    assert len(compact.content) < 1500
    assert len(full.json()["plan"]["detail"]["timetable"]) == len(plan.attributes["job_contents"])


async def test_the_plan_in_force_depends_on_the_day(polled: Any) -> None:
    plan = polled.shown("completed", alone=False)
    number = polled.number_of(plan)

    now, last_year = (await polled.plan(number)).json(), (await polled.plan(number, on="2025-06-01")).json()
    before = (await polled.plan(number, on="2024-06-01")).json()

    assert now["plan"]["effective_from"] == "2026-04-01"
    assert (last_year["plan"]["effective_from"], last_year["plan"]["effective_to"]) == ("2025-04-01", "2026-03-31")
    assert (last_year["state"], before["state"]) == ("signed_off", "none")


async def test_an_unsigned_plan_is_named_as_such_with_who_has_not_signed(polled: Any) -> None:
    answer = (await polled.plan(polled.number_of(polled.shown("submitted")))).json()

    assert answer["state"] == "awaiting_sign_off"
    assert answer["plan"]["sign_off"]["missing"] == ["Clinical Director"]
    assert "plan_unsigned" in [one["code"] for one in answer["uncertainty"]]


async def test_a_caller_who_holds_the_answer_gets_304_until_the_plan_changes(polled: Any) -> None:
    plan = polled.shown("completed")
    number = polled.number_of(plan)
    tag = (await polled.plan(number)).headers["ETag"]
    polled.running.clock.move_to(polled.running.clock.now() + timedelta(hours=3))

    held = await polled.plan(number, headers={"If-None-Match": f'"another", {tag}'})

    assert (held.status_code, held.content) == (304, b"")
    assert held.headers["Plan-As-Of"].startswith("2026-08-03T08:00")
    polled.sandbox.faults.switch_on(Fault.SARD_REOPENED, Reopened(plan_id=plan.plan_id))
    await polled.poll()
    changed = await polled.plan(number, headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["state"]) == (200, "under_revision")


async def test_every_version_is_kept(polled: Any) -> None:
    plan = polled.shown("completed")
    polled.sandbox.faults.switch_on(Fault.SARD_REOPENED, Reopened(plan_id=plan.plan_id))
    await polled.poll()
    number = polled.number_of(plan)

    answer = await polled.client.get(
        f"/v1/people/277/{number}/job-plan/versions", headers=polled.bearer("jobplans:read")
    )

    assert [(v["version"], v["state"], v["current"], v["signed_off"]) for v in answer.json()["versions"]] == [
        (1, "signed_off", False, True),
        (2, "under_revision", True, False),
    ]


async def test_a_person_of_esr_without_a_plan_has_none_and_a_stranger_is_not_found(polled: Any) -> None:
    await polled.import_people("70000001")

    known, stranger = await polled.plan("70000001"), await polled.plan("70000002")

    assert (known.status_code, known.json()["state"], known.json()["plan"]) == (200, "none", None)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "not_found")


async def test_another_trusts_people_do_not_exist_for_the_caller(polled: Any) -> None:
    number = polled.number_of(polled.shown("completed"))
    other = polled.bearer("jobplans:read", vpds=["312"])
    await polled.set_up("312", providers=[], departments=[])

    for path in ("job-plan", "job-plan/versions", "delivery?from=2026-04-01&to=2026-06-30"):
        theirs = await polled.client.get(f"/v1/people/277/{number}/{path}", headers=other)
        own = await polled.client.get(f"/v1/people/312/{number}/{path}", headers=other)
        assert (theirs.status_code, own.status_code) == (404, 404)
    assert (await polled.client.get("/v1/providers", headers=other)).json() == []
    poll = polled.bearer("exchange:operate", vpds=["312"])
    assert (await polled.client.post("/v1/providers/277/sard/poll", headers=poll)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/v1/people/277/123'456/job-plan",
        "/v1/people/277/1234567a/job-plan",
        "/v1/people/27/00000101/job-plan",
        "/v1/people/277/00000101/job-plan?on=2026-02-30",
        "/v1/people/277/00000101/job-plan?on=9999-12-31",
        "/v1/people/277/00000101/job-plan?detail=everything",
        "/v1/people/277/00000101/delivery?from=2026-04-01",
        "/v1/people/277/00000101/delivery?from=2026-04-01&to=2026-03-31",
        "/v1/people/277/00000101/delivery?from=2020-04-01&to=2026-03-31",
        "/v1/people/277/%00/job-plan",
    ],
)
async def test_hostile_or_mistaken_questions_are_422_and_never_500(polled: Any, path: str) -> None:
    answer = await polled.client.get(path, headers=polled.bearer("jobplans:read"))

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_token_without_the_scope_is_refused(polled: Any) -> None:
    answer = await polled.client.get("/v1/people/277/00000101/job-plan", headers=polled.bearer("work:write"))

    assert answer.status_code == 403
    assert (await polled.client.get("/v1/people/277/00000101/job-plan")).status_code == 401
