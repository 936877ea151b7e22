"""A person's picture on any day, and its history: what was applied, from which file, what it changed; kept within bounds."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from esrlink.auth.testing import TestIssuer
from esrlink.contracts import Assignment, Registration
from profile_sync.people.revisions import forgetting_history

from .conftest import SCOPES, Hub, imported

ADA = "/v1/people/277/20001001"


def post(start: date, end: date | None = None, **values: Any) -> Assignment:
    given = {
        "assignment_number": "20001001",
        "effective_from": start,
        "effective_to": end,
        "status": "Active Assignment",
    }
    return Assignment(**{**given, **values})


async def history(hub: Hub, query: str = "") -> dict[str, Any]:
    answer = await hub.get(f"{ADA}/history{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_picture_of_a_day_has_the_posts_groups_and_roles_of_that_day_and_all_posts(hub: Hub) -> None:
    trainee = post(
        date(2020, 1, 1),
        date(2026, 8, 31),
        staff_group="Medical and Dental",
        job_role="Specialty Registrar",
        organisation="Anaesthetics",
        cost_centre="E10110",
        fte=Decimal("0.8"),
        grade="MN37",
        supervisor="20001007",
        position_title="Registrar",
    )
    consultant = post(date(2026, 9, 1), staff_group="Medical and Dental", job_role="Consultant")
    await hub.people(imported(assignments=(trainee, consultant)))
    then = (await hub.get(f"{ADA}?on=2026-08-31")).json()
    assert (then["staff_groups"], then["job_roles"]) == (["Medical and Dental"], ["Specialty Registrar"])
    [held] = then["assignments"]
    shown = ("organisation", "cost_centre", "fte", "grade", "supervisor", "position_title")
    assert [held[name] for name in shown] == ["Anaesthetics", "E10110", "0.8", "MN37", "20001007", "Registrar"]
    assert len(then["all_assignments"]) == 2
    assert (await hub.get(f"{ADA}?on=2026-09-01")).json()["job_roles"] == ["Consultant"]
    today = (await hub.get(ADA)).json()
    assert (today["job_roles"], len(today["assignments"])) == (["Specialty Registrar"], 2)


async def test_a_registration_is_expired_from_the_day_after_its_last(hub: Hub) -> None:
    gmc = Registration(body="General Medical Council", number="7012345", expires=date(2026, 8, 31))
    endless = Registration(body="Royal College", number="1")
    await hub.people(imported(registrations=(gmc, endless)))

    async def expired(day: str) -> list[bool]:
        return [one["expired"] for one in (await hub.get(f"{ADA}?on={day}")).json()["registrations"]]

    assert await expired("2026-08-31") == [False, False]
    assert await expired("2026-09-01") == [True, False]


async def test_history_tells_when_from_which_file_and_field_by_field(hub: Hub) -> None:
    began = hub.running.clock.now()
    await hub.people(imported(family_name="Bell", assignments=(post(date(2020, 1, 1), fte=Decimal("1.0")),)))
    hub.running.clock.move_to(began + timedelta(days=1))
    changed = post(date(2020, 1, 1), fte=Decimal("0.8"))
    await hub.people(
        imported(revision=2, previous_family_names=("Bell",), source_file="two.DAT", assignments=(changed,))
    )
    newest, first = (await history(hub))["items"]
    assert (first["first"], first["changes"], newest["first"]) == (True, [], False)
    assert (newest["revision"], newest["source_file"]) == (2, "two.DAT")
    assert newest["applied_at"] == (began + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    fields = {one["field"]: (one["before"], one["after"]) for one in newest["changes"]}
    names = {"family_name": ("Bell", "Okafor"), "previous_family_names": ([], ["Bell"])}
    assert fields == {**names, "fte": ("1.0", "0.8")}
    [figure] = [one for one in newest["changes"] if one["field"] == "fte"]
    assert (figure["assignment"], figure["effective_from"]) == ("20001001", "2020-01-01")


async def test_history_has_what_was_applied_and_nothing_that_came_too_late(hub: Hub) -> None:
    await hub.people(imported(revision=3, family_name="Bell"), imported(revision=2, family_name="Grant"))
    await hub.people(imported(revision=1, family_name="Osei"))
    await hub.people(imported(revision=5))
    items = (await history(hub))["items"]
    assert [one["revision"] for one in items] == [5, 3]
    assert items[0]["changes"] == [
        {"field": "family_name", "assignment": None, "effective_from": None, "registration": None}
        | {"before": "Bell", "after": "Okafor"}
    ]


async def test_history_goes_page_by_page(hub: Hub) -> None:
    for revision in range(1, 6):
        await hub.people(imported(revision=revision, given_name=f"Ada{revision}"))
    page = await history(hub, "?limit=2")
    seen = [page]
    while page["next"]:
        page = await history(hub, f"?limit=2&before={page['next']}")
        seen.append(page)
    assert [[one["revision"] for one in page["items"]] for page in seen] == [[5, 4], [3, 2], [1]]


async def test_old_history_is_forgotten_but_for_the_newest_revision(hub: Hub) -> None:
    clock, began = hub.running.clock, hub.running.clock.now()
    for revision in (1, 2):
        await hub.people(imported(revision=revision, given_name=f"Ada{revision}"))
        await hub.people(imported("20001002", revision=revision, given_name=f"Bea{revision}"))
    clock.move_to(began + timedelta(days=20))
    await hub.people(imported(revision=3))
    forgetting = forgetting_history(hub.running.database, clock, timedelta(days=30))
    assert await forgetting.forget() == 0
    clock.move_to(began + timedelta(days=31))
    assert await forgetting.forget() == 3
    assert await forgetting.forget() == 0
    assert [one["revision"] for one in (await history(hub))["items"]] == [3]
    others = (await hub.get("/v1/people/277/20001002/history")).json()["items"]
    assert [one["revision"] for one in others] == [2]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/people/277/99999999/history", 404),
        ("/v1/people/312/20001001/history", 404),
        (f"{ADA}/history?before=0", 422),
    ],
)
async def test_a_history_that_is_not_there_or_not_yours_is_said_so(hub: Hub, path: str, status: int) -> None:
    await hub.people(imported())
    assert (await hub.get(path)).status_code == status


async def _records(hub: Hub, path: str, vpds: list[str], issuer: TestIssuer) -> list[tuple[str, str]]:
    answer = await hub.get(path, headers=issuer.bearer(*SCOPES, vpds=vpds))
    assert answer.status_code == 200, answer.text
    return [(one["vpd"], one["employee_number"]) for one in answer.json()["other_numbers"]]


async def test_one_human_in_two_trusts_is_known_as_such_only_to_a_caller_of_both(hub: Hub) -> None:
    await hub.people(imported(nhs_unique_id="N1"), imported("20001002"))
    await hub.people(imported("30003003", vpd="312", nhs_unique_id="N1"))
    await hub.people(imported("30003004", vpd="312", nhs_unique_id="N2"))
    issuer = hub.running.issuer
    there = "/v1/people/312/30003003"
    assert await _records(hub, ADA, ["277", "312"], issuer) == [("312", "30003003")]
    assert await _records(hub, there, ["277", "312"], issuer) == [("277", "20001001")]
    for path, vpds in (
        (ADA, ["277"]),
        (there, ["312"]),
        (ADA, ["277", "404"]),
        ("/v1/people/277/20001002", ["277", "312"]),
    ):
        assert await _records(hub, path, vpds, issuer) == [], (path, vpds)
    # Nothing else of the answer tells, either: it is the same as for somebody who is in one trust only.
    told = (await hub.get(ADA)).text
    assert not [word for word in ("N1", "312", "30003003") if f'"{word}"' in told]


async def test_two_numbers_of_one_human_in_one_trust_are_shown_and_not_merged(hub: Hub) -> None:
    await hub.people(imported(nhs_unique_id="N1"), imported("20001002", nhs_unique_id="N1"))
    assert await _records(hub, ADA, ["277"], hub.running.issuer) == [("277", "20001002")]
    found = (await hub.post("/v1/people:search", {"search": "okafor"})).json()["items"]
    assert [one["employee_number"] for one in found] == ["20001001", "20001002"]
