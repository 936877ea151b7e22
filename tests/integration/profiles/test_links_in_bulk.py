"""Many decisions at once: seen before they are taken, answered one by one, and never recorded twice."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import SCOPES, Hub, imported

PLACE = {"product": "clwrota", "department": "anaesthetics"}
KEY = {"Idempotency-Key": "reviews-of-monday"}


def row(profile_id: str, decision: str, number: str | None = None, **more: Any) -> dict[str, Any]:
    given = {**PLACE, "profile_id": profile_id, "decision": decision, "employee_number": number, "reason": "Looked."}
    return {**given, **more}


async def send(hub: Hub, *rows: dict[str, Any], preview: bool = False, **headers: str) -> dict[str, Any]:
    path = f"/v1/links/decisions{':preview' if preview else ''}"
    answer = await hub.post(path, {"decisions": list(rows)}, headers=hub.headers | KEY | headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def path(profile_id: str) -> str:
    return f"clwrota/anaesthetics/{profile_id}"


async def test_a_preview_says_what_each_would_change_and_stores_nothing(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(path("ao1"), employee_number="20001001")
    await hub.profile(path("ao2"))
    before, told = await hub.state(path("ao1")), await hub.told()
    rows = [row("ao2", "confirm", "20001001"), row("ao9", "exclude")]
    said = await send(hub, *rows, preview=True)
    assert (said["taken"], said["refused"]) == (1, 1)
    first, second = said["rows"]
    assert (first["before"]["state"], first["after"]["state"], first["after"]["employee_number"]) == (
        "possible",
        "matched",
        "20001001",
    )
    assert (second["outcome"], second["problem"]["code"]) == ("refused", "not_found")
    (touched,) = said["touched"]
    assert (touched["profile_id"], touched["before"]["state"], touched["after"]["reason"]) == (
        "ao1",
        "matched",
        "two_profiles_one_person",
    )
    assert (await hub.state(path("ao1")), await hub.told()) == (before, told)
    assert (await hub.get(f"/v1/links/{path('ao2')}/decisions")).json()["items"] == []


async def test_what_a_preview_says_is_what_then_happens(hub: Hub) -> None:
    await hub.people(imported(), imported("20001002", given_name="Robert"), imported("20001003", family_name="Bell"))
    await hub.profile(path("ao1"), employee_number="20001001")
    await hub.profile(path("ao2"))
    await hub.profile(path("ao3"), family_name="Bell")
    await hub.profile(path("ao4"), family_name="Locum 1", given_name=None)
    rows = [
        row("ao1", "unlink"),
        row("ao2", "confirm", "20001001"),
        row("ao3", "reject", "20001003"),
        row("ao4", "confirm", "20001002"),
        row("ao4", "exclude"),
        row("ao3", "undo"),
    ]
    expected = await send(hub, *rows, preview=True)
    assert await send(hub, *rows) == expected
    assert [one["outcome"] for one in expected["rows"]] == ["taken"] * 4 + ["refused"] * 2
    for one in expected["rows"][:4]:
        link = await hub.link(path(one["profile_id"]))
        assert {name: link[name] for name in one["after"]} == one["after"]


async def test_a_link_that_ends_frees_its_person_for_another_profile_in_the_same_request(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(path("ao1"))
    await hub.profile(path("ao2"))
    await hub.decide("confirm", path("ao1"), employee_number="20001001")
    assert (await send(hub, row("ao2", "confirm", "20001001")))["rows"][0]["problem"]["code"] == "conflict"
    said = await send(hub, row("ao2", "confirm", "20001001"), row("ao1", "unlink"))
    assert said["refused"] == 0
    assert await hub.state(path("ao2")) == ("matched", "confirmed_by_hand", "20001001")
    assert ("unlinked", path("ao1"), "20001001", 3) in await hub.told()


async def test_of_two_that_confirm_one_person_one_stands_and_holds_no_other(hub: Hub) -> None:
    await hub.people(imported())
    for name in ("ao1", "ao2", "ao3"):
        await hub.profile(path(name))
    said = await send(
        hub, row("ao1", "confirm", "20001001"), row("ao2", "confirm", "20001001"), row("ao3", "reject", "20001001")
    )
    assert [one["outcome"] for one in said["rows"]] == ["taken", "refused", "taken"]
    assert (await hub.get(f"/v1/links/{path('ao2')}/decisions")).json()["items"] == []


async def test_sent_again_under_its_key_nothing_is_recorded_twice(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(path("ao1"))
    await send(hub, row("ao1", "reject", "20001001"))
    told = await hub.told()
    again = await send(hub, row("ao1", "reject", "20001001"))
    assert [one["outcome"] for one in again["rows"]] == ["taken_before"]
    assert await hub.told() == told
    await send(hub, row("ao1", "reject", "20001001"), **{"Idempotency-Key": "reviews-of-tuesday"})
    assert len((await hub.get(f"/v1/links/{path('ao1')}/decisions")).json()["items"]) == 2


async def test_without_a_key_the_revision_looked_at_is_needed_and_makes_it_safe_to_repeat(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(path("ao1"))
    body = {"decisions": [row("ao1", "reject", "20001001")]}
    refused = await hub.post("/v1/links/decisions", body)
    assert (refused.status_code, refused.json()["field"]) == (422, "Idempotency-Key")
    body["decisions"][0]["revision"] = (await hub.link(path("ao1")))["revision"]
    assert (await hub.post("/v1/links/decisions", body)).json()["taken"] == 1
    (again,) = (await hub.post("/v1/links/decisions", body)).json()["rows"]
    assert again["problem"]["code"] == "stale_version"


@pytest.mark.parametrize("size", [2, 100])
async def test_decisions_cost_the_same_however_many(hub: Hub, size: int) -> None:
    numbers = [f"3{n:07d}" for n in range(size)]
    await hub.people(*(imported(n) for n in numbers))
    rows = [{**PLACE, "profile_id": f"x{n}", "family_name": "Okafor", "employee_number": n} for n in numbers]
    await hub.post("/v1/profiles:batch", {"profiles": rows})
    with hub.counted() as seen:
        await send(hub, *(row(f"x{n}", "unlink") for n in numbers))
    # opening, 2 locks, 2 to look, settings, 2 to judge, claims, links, decisions, 4 to store, 2 for the outbox, the feed,
    # 3 for the audit trail
    assert len(seen) <= 21, seen
    with hub.counted() as looked:
        await send(hub, *(row(f"x{n}", "undo") for n in numbers), preview=True)
    assert len(looked) <= 9, looked


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"decisions": []}, "decisions"),
        ({"decisions": [row("ao1", "exclude")] * 501}, "decisions"),
        ({"decisions": [row("ao1", "exclude", reason=None)]}, "decisions.0"),
    ],
    ids=["none", "too many", "no reason"],
)
async def test_what_cannot_be_looked_at_is_refused_as_a_whole(hub: Hub, body: dict[str, Any], field: str) -> None:
    for what in ("decisions", "decisions:preview"):
        answer = await hub.post(f"/v1/links/{what}", body, headers=hub.headers | KEY)
        assert (answer.status_code, [one["field"] for one in answer.json()["problems"]]) == (422, [field])


async def test_a_department_or_trust_that_is_not_the_callers_is_not_there(hub: Hub) -> None:
    await hub.profile(path("ao1"))
    cardiology = hub.running.bearer(*SCOPES, departments=["medirota/cardiology"])
    elsewhere = hub.running.bearer(*SCOPES, vpds=["312"])
    for headers in (cardiology, elsewhere):
        (said,) = (await send(hub, row("ao1", "exclude"), **headers))["rows"]
        assert said["problem"]["code"] == "not_found"
    assert (await hub.state(path("ao1")))[0] == "unmatched"
