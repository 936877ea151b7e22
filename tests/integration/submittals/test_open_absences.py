"""Open absences: chased until they are closed, extended while they last, closed by a record of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from esrlink.auth import Role
from esrlink.auth.testing import person, signed_in_session
from esrlink.contracts import Outcome
from tests.integration.submittals.conftest import CONSULTANT, REGISTRAR, Rota, leave, link, statements, work
from tests.integration.submittals.conftest import person as known_person


def opened(start: str = "2026-08-03", **values: Any) -> dict[str, Any]:
    return leave(start_date=start, end_date=None, open=True, **values)


async def chased(rota: Rota, **query: Any) -> dict[str, Any]:
    answer = await rota.hub.client.get("/v1/absences/chase", params=query, headers=rota.bearer())
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def lacking(rota: Rota) -> list[tuple[str, str]]:
    return [(one["record_id"], one["lacking"]) for one in (await chased(rota))["absences"]]


async def say(rota: Rota, submittal_id: str, what: str, **body: Any) -> httpx.Response:
    path = f"/v1/absences/{submittal_id}/{what}"
    return await rota.hub.client.post(path, json={"by": "admin", **body}, headers=rota.bearer())


async def test_an_open_absence_is_chased_until_its_closing_is_put(rota: Rota) -> None:
    await rota.taken("leave-1", opened())
    listed = await chased(rota)
    assert listed["counts"] == {"end_passed": 0, "certificate_ended": 0, "no_end": 1}
    (one,) = listed["absences"]
    # Seven days may be certified by the person.
    assert (one["days_so_far"], one["covered_until"], one["lacking"]) == (1, "2026-08-09", "no_end")
    closing = await rota.taken("leave-1-end", leave(end_date="2026-08-07", closes="leave-1"))
    assert (closing["state"], closing["content"]["days"]) == ("pending", "5")
    assert await lacking(rota) == []
    withdrawn = await rota.command(closing["submittal_id"], "withdraw", "admin", reason="Not back yet.")
    assert withdrawn.status_code == 200
    assert await lacking(rota) == [("leave-1", "no_end")]


@pytest.mark.parametrize(
    ("values", "days", "expected"),
    [
        ({}, 6, "no_end"),
        ({}, 7, "certificate_ended"),
        ({"certificate_until": "2026-08-20"}, 17, "no_end"),
        ({"certificate_until": "2026-08-20"}, 18, "certificate_ended"),
        ({"certificate_until": "2026-08-31", "return_to_work": "2026-08-20"}, 17, "end_passed"),
        ({"absence_type": "Annual Leave", "reason": None}, 60, "no_end"),
    ],
)
async def test_what_it_lacks_follows_the_day(rota: Rota, values: dict[str, Any], days: int, expected: str) -> None:
    await rota.taken("leave-1", opened(**values))
    rota.hub.clock.move_to(datetime(2026, 8, 3, 8, tzinfo=UTC) + timedelta(days=days))
    assert await lacking(rota) == [("leave-1", expected)]
    assert (await chased(rota, lacking="end_passed"))["absences"] == [] or expected == "end_passed"


async def test_an_extension_counts_even_when_esr_has_the_record(rota: Rota) -> None:
    submittal_id = (await rota.approved("leave-1", opened()))["submittal_id"]
    await rota.settle(submittal_id, Outcome.SENT)
    rota.hub.clock.move_to(datetime(2026, 8, 20, 8, tzinfo=UTC))
    assert await lacking(rota) == [("leave-1", "certificate_ended")]
    first = await say(rota, submittal_id, "extension", certificate_until="2026-08-15")
    second = await say(rota, submittal_id, "extension", certificate_until="2026-08-31")
    assert (first.status_code, second.json()["certificate_until"]) == (200, "2026-08-31")
    assert await lacking(rota) == [("leave-1", "no_end")]
    assert (await rota.read(submittal_id))["state"] == "sent"
    async with rota.hub.database.read(["277"]) as tx:
        trail = "SELECT count(*) FROM audit_entry WHERE action = 'submittal.extended' AND about = :id"
        assert await tx.scalar(text(trail), {"id": submittal_id}) == 2


async def test_an_extension_needs_an_open_absence_and_a_day_within_it(rota: Rota) -> None:
    session = (await rota.taken("a", work()))["submittal_id"]
    assert (await say(rota, session, "extension", certificate_until="2026-08-31")).json()["code"] == "not_open"
    submittal_id = (await rota.taken("leave-1", opened()))["submittal_id"]
    assert (await say(rota, submittal_id, "extension")).status_code == 422
    assert (await say(rota, submittal_id, "extension", certificate_until="2026-08-01")).status_code == 422
    await rota.command(submittal_id, "withdraw", "admin", reason="Entered twice.")
    assert (await say(rota, submittal_id, "extension", certificate_until="2026-08-31")).json()["code"] == "not_open"


async def test_who_is_back_has_a_closing_that_names_the_opening_for_payroll(rota: Rota) -> None:
    opening = (await rota.approved("leave-1", opened()))["submittal_id"]
    answer = await say(rota, opening, "return-to-work", return_to_work="2026-08-10")
    assert answer.status_code == 200, answer.text
    closing = answer.json()
    content = closing["content"]
    assert (closing["record_id"], closing["state"]) == ("leave-1.end", "pending")
    assert (content["start_date"], content["end_date"], content["days"]) == ("2026-08-03", "2026-08-09", "7")
    assert (content["closes"], content["closes_submittal"]) == ("leave-1", opening)
    again = await say(rota, opening, "return-to-work", return_to_work="2026-08-10")
    assert (again.json()["submittal_id"], again.json()["version"]) == (closing["submittal_id"], 1)
    # `admin` has entered it, so another one completes and approves it.
    for command, by in (("enrich", "admin"), ("validate", "lead"), ("approve", "manager")):
        await rota.done(closing["submittal_id"], command, by)
    told = (await rota.hub.emitted("submittal.approved"))[-1].event
    assert (str(told.absence.closes), told.absence.end_date.isoformat()) == (opening, "2026-08-09")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"return_to_work": "2026-08-03"}, 422),
        ({"return_to_work": "2026-08-10", "end_date": "2026-08-12"}, 422),
        ({"return_to_work": "2026-08-05", "end_part": "morning"}, 200),
        ({"return_to_work": "2026-08-10", "record_id": "back-1"}, 200),
    ],
)
async def test_the_end_fits_the_return(rota: Rota, body: dict[str, Any], status: int) -> None:
    opening = (await rota.taken("leave-1", opened()))["submittal_id"]
    answer = await say(rota, opening, "return-to-work", **body)
    assert answer.status_code == status, answer.text


async def test_another_department_finds_the_person_away_until_the_closing_says_otherwise(rota: Rota) -> None:
    await rota.taken("leave-1", opened())
    extra = work(profile_id="c9", date_worked="2026-08-20")
    refused = await rota.taken("extra-1", extra, "medirota/cardiology")
    assert (refused["state"], refused["findings"][0]["code"]) == ("returned", "attendance_during_absence")
    await rota.taken("leave-1-end", leave(end_date="2026-08-07", closes="leave-1"))
    assert (await rota.taken("extra-2", extra, "medirota/cardiology"))["state"] == "pending"


async def test_a_closing_that_names_nothing_open_comes_back(rota: Rota) -> None:
    await rota.taken("leave-1", leave())
    closing = await rota.taken("leave-1-end", leave(end_date="2026-08-07", closes="leave-1"))
    assert closing["state"] == "returned"
    assert "closing_unknown" in [finding["code"] for finding in closing["findings"]]


async def test_another_trust_and_department_see_none_of_it(rota: Rota) -> None:
    submittal_id = (await rota.taken("leave-1", opened()))["submittal_id"]
    elsewhere = rota.hub.bearer("submittals:write", vpds=["277"], departments=["medirota/cardiology"])
    listed = await rota.hub.client.get("/v1/absences/chase", headers=elsewhere)
    assert (listed.json()["absences"], listed.json()["counts"]["no_end"]) == ([], 0)
    body = {"by": "x", "certificate_until": "2026-08-31"}
    path = f"/v1/absences/{submittal_id}/extension"
    assert (await rota.hub.client.post(path, json=body, headers=elsewhere)).status_code == 404
    stranger = rota.hub.bearer("submittals:write", vpds=["278"])
    assert (await rota.hub.client.post(path, json=body, headers=stranger)).status_code == 404


async def test_the_list_goes_on_where_a_part_ended_and_costs_the_same_whatever_its_length(rota: Rota) -> None:
    numbers = [f"3{n:07d}" for n in range(40)]
    await rota.hub.deliver(*(known_person(n) for n in numbers), *(link(n, f"x{n}") for n in numbers))
    key = {"product": "clwrota", "department": "anaesthetics"}
    records = [{**key, "record_id": f"r{n}", **opened(profile_id=f"x{n}")} for n in numbers]
    await rota.hub.client.post("/v1/submittals:batch", json={"records": records}, headers=rota.bearer())
    with statements(rota.hub) as seen:
        first = await chased(rota, limit=25)
    assert len(seen) <= 5, seen
    rest = await chased(rota, limit=25, cursor=first["next_cursor"])
    ids = [one["record_id"] for part in (first, rest) for one in part["absences"]]
    assert (len(ids), len(set(ids)), rest["next_cursor"]) == (40, 40, None)
    assert (await rota.hub.client.get("/v1/absences/chase?cursor=x", headers=rota.bearer())).status_code == 422


@pytest.mark.parametrize(
    ("role", "number", "may_look", "status"),
    [
        (Role.ADMINISTRATOR, None, True, 200),
        (Role.CLINICIAN, CONSULTANT, False, 200),
        (Role.CLINICIAN, REGISTRAR, False, 403),
        (Role.VALIDATOR, None, True, 403),
        (Role.AUDITOR, None, True, 403),
        (Role.OPERATOR, None, False, 403),
    ],
)
async def test_people_look_and_change_by_their_role(
    rota: Rota, role: Role, number: str | None, may_look: bool, status: int
) -> None:
    submittal_id = (await rota.taken("leave-1", opened()))["submittal_id"]
    who = person(role, esr_numbers=[f"277/{number}"] if number else ())
    cookies, session = signed_in_session(rota.hub.service.app.state.parts.auth, who)
    headers = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "x-csrf-token": session.csrf}
    listed = await rota.hub.client.get("/v1/absences/chase", headers=headers)
    assert listed.status_code == (200 if may_look else 403)
    for what, body in (
        ("extension", {"certificate_until": "2026-08-31"}),
        ("return-to-work", {"return_to_work": "2026-08-10"}),
    ):
        path = f"/v1/absences/{submittal_id}/{what}"
        answer = await rota.hub.client.post(path, json={"by": "somebody", **body}, headers=headers)
        assert answer.status_code == status, answer.text
    if status == 200:
        # Whoever signed in acts under their own name, whatever the body says.
        entered = answer.json()["claimed_by"]
        assert entered == (None if number else "sample-person")
