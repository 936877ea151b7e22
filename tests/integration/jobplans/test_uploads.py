"""Uploading job plans: checked row by row, shown before they count, applied by a second call, undone by the one before."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from esrlink.contracts import ProfileImported
from jobplan_adapter.polling.connecting import connector
from jobplan_adapter.polling.polls import Polls
from tests.integration.jobplans.held import statements

PROVIDER = {"name": "sas-doctors", "kind": "upload", "identity_field": "payroll_no", "poll_seconds": 600}
HEADING = "line,plan,payroll_no,state,effective_from,role,signed,category,pas,first_name,last_name,weekday\n"
BASE = "/v1/providers/277/sas-doctors"


def plan(number: int, *, dcc: str = "7.5", state: str = "completed") -> str:
    return (
        f"plan,P{number},{number},{state},2026-04-01\n"
        f"sign_off,P{number},,,,Consultant,yes\n"
        f"category,P{number},,,,,,DCC,{dcc}\n"
        f"session,P{number},,,,,,DCC,1,,,Monday\n"
    )


def file_of(*plans: str) -> str:
    return HEADING + "".join(plans)


@pytest.fixture
async def uploads(hub: Any) -> Any:
    """A trust with one provider, to which plans are uploaded; ESR knows 00000101 to 00000120."""
    await hub.set_up(providers=[PROVIDER])
    await hub.import_people(*(f"{number:08d}" for number in range(101, 121)))
    return hub


def admin(hub: Any) -> dict[str, str]:
    headers: dict[str, str] = hub.bearer("trusts:write")
    return headers


async def send(hub: Any, content: str | bytes, status: int = 201) -> dict[str, Any]:
    answer = await hub.client.post(
        f"{BASE}/uploads", content=content, headers={**admin(hub), "Content-Type": "text/csv"}
    )
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def apply(hub: Any, upload: dict[str, Any], **query: bool) -> httpx.Response:
    answer: httpx.Response = await hub.client.post(
        f"{BASE}/uploads/{upload['upload_id']}:apply", params=query, headers=admin(hub)
    )
    return answer


async def test_a_file_changes_nothing_until_it_is_applied(uploads: Any) -> None:
    shown = await send(uploads, file_of(plan(101), plan(102)))

    assert (shown["added"], shown["errors"], shown["matched_people"], shown["in_effect"]) == (2, 0, 2, False)
    assert [(one["plan_id"], one["what"], one["after"]) for one in shown["changes"]] == [
        ("P101", "added", "signed_off"),
        ("P102", "added", "signed_off"),
    ]
    assert (await uploads.plan("00000101")).json()["state"] == "none"
    assert not await uploads.running.emitted("jobplan.updated")

    applied = await apply(uploads, shown)

    assert applied.json() == {"users": 2, "matched": 2, "unmatched": 0, "plans": 2, "changed": 2, "faults": 0}
    answer = (await uploads.plan("00000101", detail="full")).json()
    assert answer["state"] == "signed_off"
    told = [one.event for one in await uploads.running.emitted("jobplan.updated")]
    assert [(one.provider, one.employee_number, one.timetable[0].weekday) for one in told] == [
        ("sas-doctors", "00000101", "monday"),
        ("sas-doctors", "00000102", "monday"),
    ]


async def test_a_file_replaces_the_one_before_and_applying_that_again_undoes_it(uploads: Any) -> None:
    first = await send(uploads, file_of(plan(101), plan(102)))
    await apply(uploads, first)
    second = await send(uploads, file_of(plan(101, dcc="8")))
    assert (second["changed"], second["gone"]) == (1, 1)
    assert {one["plan_id"]: one["fields"] for one in second["changes"]} == {"P101": ["activities"], "P102": []}
    await apply(uploads, second)
    assert (await uploads.plan("00000102")).json()["state"] == "none"

    assert (await apply(uploads, first)).json()["changed"] == 2

    assert (await uploads.plan("00000101")).json()["plan"]["activities"][0]["pas"] == "7.5"
    assert (await uploads.plan("00000102")).json()["state"] == "signed_off"
    listed = (await uploads.client.get(f"{BASE}/uploads", headers=admin(uploads))).json()
    assert {one["upload_id"]: one["in_effect"] for one in listed} == {
        first["upload_id"]: True,
        second["upload_id"]: False,
    }


async def test_rows_that_cannot_be_taken_are_named_and_their_plans_stay_as_they_are(uploads: Any) -> None:
    await apply(uploads, await send(uploads, file_of(plan(101), plan(102))))
    shown = await send(uploads, file_of(plan(101, state="agreed"), plan(102, dcc="8"), plan(103, dcc="many")))

    assert [(one["row"], one["severity"], one["column"]) for one in shown["troubles"] if one["code"] != "no_plan"] == [
        (2, "error", "state"),
        (12, "warning", "pas"),
    ]
    assert (shown["set_aside"], shown["gone"], shown["changed"], shown["added"]) == (1, 0, 1, 1)
    refused = await apply(uploads, shown)
    assert (refused.status_code, refused.json()["code"]) == (409, "upload_has_errors")

    assert (await apply(uploads, shown, leave_out_errors=True)).json()["faults"] == 1

    assert (await uploads.plan("00000101")).json()["plan"]["version"] == 1
    assert (await uploads.plan("00000102")).json()["plan"]["activities"][0]["pas"] == "8"
    assert (await uploads.plan("00000103")).json()["plan"]["activities"][0] == {
        "category": "DCC",
        "pas": None,
        "raw": "many",
    }


async def test_a_file_that_takes_away_most_plans_has_to_be_meant(uploads: Any) -> None:
    await apply(uploads, await send(uploads, file_of(*(plan(number) for number in range(101, 113)))))
    shown = await send(uploads, file_of(plan(101)))

    refused = await apply(uploads, shown)
    assert (refused.status_code, refused.json()["code"]) == (409, "upload_takes_away")
    assert (await apply(uploads, shown, take_away=True)).json()["plans"] == 1


async def test_a_larger_file_takes_no_more_statements(uploads: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []
    for last in (103, 119):
        with statements(monkeypatch) as seen:
            shown = await send(uploads, file_of(*(plan(number, dcc=f"{last - 100}") for number in range(101, last))))
            await apply(uploads, shown)
        counts.append(len(seen))

    # The second file changes plans that are there: what they say now is read once more.
    assert counts[1] <= counts[0] + 1
    assert counts[0] <= 45


async def test_a_provider_is_as_old_as_its_file_and_polled_like_any_other(uploads: Any) -> None:
    running = uploads.running
    polls = Polls(
        running.database,
        running.clock,
        connector(running.settings, running.database),
        tick=timedelta(seconds=1),
        at_once=1,
    )
    await polls.poll_due()
    assert (await uploads.provider())["state"] == "never", "nothing was uploaded, and nothing is wrong"
    await apply(uploads, await send(uploads, file_of(plan(101).replace("2026-04-01", "2026-04-01,,,,,Jo,Smith"))))

    running.clock.move_to(running.clock.now() + timedelta(days=2))
    await polls.poll_due()

    provider = await uploads.provider()
    assert (provider["state"], provider["age_seconds"]) == ("up", 2 * 86_400)


async def test_a_person_whom_esr_does_not_know_is_listed_with_whom_it_may_be(uploads: Any) -> None:
    known = ProfileImported.model_validate(
        {
            "vpd": "277",
            "employee_number": "00000119",
            "revision": 2,
            "as_of": uploads.running.clock.now(),
            "source_file": "GO_277_GDW_GDR_20260803_00000001.DAT",
            "person_id": "119",
            "family_name": "Smith",
            "given_name": "Jo",
        }
    )
    await uploads.running.deliver(known)
    shown = await send(uploads, HEADING + "plan,P1,911,draft,2026-04-01,,,,,Jo,Smith\n")
    assert (shown["live_people"], shown["matched_people"]) == (1, 0)
    await apply(uploads, shown)

    answer = await uploads.client.get(f"{BASE}/unmatched", headers=uploads.bearer("jobplans:read"))

    assert answer.json() == [
        {
            "user_id": "911",
            "employee_number": "00000911",
            "reason": "unknown_to_esr",
            "likely": {"employee_number": "00000119", "why": "name"},
        }
    ]


async def test_two_providers_of_a_trust_stand_side_by_side(hub: Any) -> None:
    await hub.set_up(providers=[*hub.trust()["providers"], PROVIDER])
    await hub.import_people()
    number = hub.number_of(hub.shown("completed"))
    await hub.poll()
    await apply(hub, await send(hub, file_of(plan(int(number)))))

    versions = await hub.client.get(f"/v1/people/277/{number}/job-plan/versions", headers=hub.bearer("jobplans:read"))

    assert {one["provider"] for one in versions.json()["versions"]} == {"sard", "sas-doctors"}


async def test_the_template_can_be_uploaded_as_it_is_and_an_uploaded_file_saved(uploads: Any) -> None:
    for form in ("csv", "xlsx"):
        answer = await uploads.client.get(f"{BASE}/template", params={"format": form}, headers=admin(uploads))
        shown = await send(uploads, answer.content)
        assert (shown["plans"], shown["people"], shown["troubles"]) == (1, 2, [])
    saved = await uploads.client.get(
        f"{BASE}/uploads/{shown['upload_id']}/file", params={"format": "xlsx"}, headers=admin(uploads)
    )
    first_row = next(load_workbook(BytesIO(saved.content)).active.iter_rows(values_only=True))
    assert "payroll_no" in first_row
    again = await send(uploads, saved.content)
    await apply(uploads, again)
    assert (await send(uploads, saved.content))["changes"] == [], "the same file again would change nothing"


async def test_who_uploaded_and_applied_what_is_in_the_audit_trail_and_no_names_are(uploads: Any) -> None:
    await apply(uploads, await send(uploads, HEADING + "plan,P1,101,draft,2026-04-01,,,,,Jo,Smith\n"))

    entries = (await uploads.client.get("/v1/audit", headers=uploads.bearer("audit:read"))).json()["entries"]

    assert [one["action"] for one in entries] == ["plans.upload_applied", "plans.uploaded", "trust.put"]
    assert entries[1]["detail"]["rows"] == 1
    assert "Smith" not in str(entries)
    await uploads.set_up(providers=[PROVIDER])
    assert len((await uploads.client.get("/v1/audit", headers=uploads.bearer("audit:read"))).json()["entries"]) == 3


async def test_a_file_that_nobody_applied_is_forgotten_and_an_applied_one_is_not(uploads: Any) -> None:
    await apply(uploads, await send(uploads, file_of(plan(101))))
    untaken = await send(uploads, file_of(plan(102)))
    uploads.running.clock.move_to(uploads.running.clock.now() + timedelta(days=8))
    await send(uploads, file_of(plan(103)))

    gone = await uploads.client.get(f"{BASE}/uploads/{untaken['upload_id']}", headers=admin(uploads))

    assert gone.status_code == 404
    assert len((await uploads.client.get(f"{BASE}/uploads", headers=admin(uploads))).json()) == 2


async def test_who_may_not_and_what_cannot_be_is_refused(uploads: Any) -> None:
    client, path = uploads.client, f"{BASE}/uploads"
    body = {"content": file_of(plan(101))}
    reader = await client.post(path, **body, headers=uploads.bearer("jobplans:read"))
    other = await client.post(path, **body, headers=uploads.bearer("trusts:write", vpds=["312"]))
    department = uploads.bearer("trusts:write", departments=["clwrota/anaesthetics"])
    limited = await client.post(path, **body, headers=department)
    assert [one.status_code for one in (reader, other, limited)] == [403, 404, 403]

    assert (await send(uploads, b" ", 422))["field"] == "file"
    assert "first row" in (await send(uploads, "a,b\n1,2\n", 422))["detail"]
    upload = await send(uploads, file_of(plan(101)))
    await uploads.set_up(providers=uploads.trust()["providers"])
    assert (await client.post(path, **body, headers=admin(uploads))).status_code == 404
    asked = await client.post("/v1/providers/277/sard/uploads", **body, headers=admin(uploads))
    assert (asked.status_code, asked.json()["field"]) == (409, "name")
    assert (await apply(uploads, upload)).status_code == 404
