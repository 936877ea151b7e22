"""Putting profiles over HTTP: idempotent, versioned, in batches, and clear about bad input."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from .conftest import SCOPES, Hub, imported, trust_settings

AO1 = "/v1/profiles/clwrota/anaesthetics/ao1"
ADA = {"family_name": "Okafor", "given_name": "Adaeze"}


async def test_the_same_put_twice_keeps_the_version_and_publishes_nothing(hub: Hub) -> None:
    await hub.people(imported())
    first = await hub.profile(employee_number="20001001")
    told = await hub.told()
    assert await hub.profile(employee_number="20001001") == first
    assert await hub.told() == told


async def test_a_put_that_changes_something_grows_the_version_and_says_so_in_the_entity_tag(hub: Hub) -> None:
    await hub.profile()
    answer = await hub.put(AO1, {**ADA, "grade": "Consultant"})
    assert answer.json()["version"] == 2
    assert answer.headers["ETag"].startswith('"2-')
    assert (await hub.get(AO1)).headers["ETag"] == answer.headers["ETag"]


@pytest.mark.parametrize("way", ["header", "body"])
async def test_a_stale_version_is_refused_and_nothing_is_stored(hub: Hub, way: str) -> None:
    await hub.profile()
    await hub.profile(grade="Consultant")
    body, headers = {**ADA, "grade": "Registrar"}, dict(hub.headers)
    if way == "header":
        headers["If-Match"] = '"1"'
    else:
        body["version"] = 1
    answer = await hub.put(AO1, body, headers=headers)
    status, field = (412, "If-Match") if way == "header" else (409, "version")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (status, "stale_version", field)
    assert answer.headers.get("ETag") == ('"2"' if way == "header" else None)
    assert (await hub.get(AO1)).json()["profile"]["grade"] == "Consultant"


async def test_the_tag_of_an_answer_stands_for_its_version_in_a_put(hub: Hub) -> None:
    await hub.profile()
    tag = (await hub.get(AO1)).headers["ETag"]
    body = {**ADA, "grade": "Consultant"}
    assert (await hub.put(AO1, body, headers={**hub.headers, "If-Match": tag})).json()["version"] == 2
    again = await hub.put(AO1, {**ADA, "grade": "Registrar"}, headers={**hub.headers, "If-Match": tag})
    assert again.status_code == 412


async def test_a_retried_put_whose_answer_was_lost_succeeds_with_its_old_version(hub: Hub) -> None:
    await hub.profile()
    for _ in range(2):
        answer = await hub.put(AO1, {**ADA, "grade": "Consultant", "version": 1})
        assert (answer.status_code, answer.json()["version"]) == (200, 2)


async def test_an_empty_text_is_as_good_as_nothing_but_for_the_family_name(hub: Hub) -> None:
    body = {**ADA, "employee_number": "", "registration_number": " ", "title": "", "email": "", "grade": ""}
    stored = (await hub.put(AO1, body)).json()["profile"]
    assert [stored[name] for name in ("employee_number", "registration_number", "title", "email", "grade")] == [
        None
    ] * 5


async def test_a_version_for_a_profile_that_is_not_there_is_stale(hub: Hub) -> None:
    assert (await hub.put(AO1, {**ADA, "version": 4})).status_code == 409
    assert (await hub.put(AO1, {**ADA, "version": 0})).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**ADA, "employee_number": "20-001"}, "employee_number"),
        ({**ADA, "employee_number": 20001001}, "employee_number"),
        ({**ADA, "registration_number": "!"}, "registration_number"),
        ({**ADA, "email": "nowhere"}, "email"),
        ({"given_name": "Adaeze"}, "family_name"),
        ({"family_name": "  "}, "family_name"),
        ({"family_name": "Oka\x00for"}, "family_name"),
        ({**ADA, "ni_number": "QQ123456C"}, "ni_number"),
        ({**ADA, "version": -1}, "version"),
        ({**ADA, "vpd": "27"}, "vpd"),
    ],
)
async def test_a_value_that_cannot_be_taken_is_named(hub: Hub, body: dict[str, Any], field: str) -> None:
    answer = await hub.put(AO1, body)
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["problems"]] == [field]


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/v1/profiles/clwrota/surgery/ao1", 404, "department"),
        ("/v1/profiles/clwrota/anaesthetics/ao1?vpd=312", 404, "vpd"),
        ("/v1/profiles/clwrota/anaesthetics/ao1?vpd=999", 404, "vpd"),
        ("/v1/profiles/clwrota/anaesthetics/ao1?vpd=x", 422, None),
        ("/v1/profiles/clwrota/anaesthetics/%20", 422, None),
    ],
    ids=["unknown department", "another trust", "unknown trust", "malformed trust", "malformed id"],
)
async def test_a_place_that_is_not_there_is_said_so(hub: Hub, path: str, status: int, field: str | None) -> None:
    answer = await hub.put(path, ADA)
    assert (answer.status_code, answer.json()["field"]) == (status, field)


async def test_an_if_match_that_is_no_version_is_refused(hub: Hub) -> None:
    answer = await hub.put(AO1, ADA, headers={**hub.headers, "If-Match": "three"})
    assert (answer.status_code, answer.json()["field"]) == (422, "If-Match")


async def test_a_token_for_several_trusts_must_say_which(hub: Hub) -> None:
    headers = hub.running.bearer(*SCOPES, vpds=["277", "312"])
    answer = await hub.put(AO1, ADA, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "vpd")
    assert (await hub.put(f"{AO1}?vpd=312", ADA, headers=headers)).json()["profile"]["vpd"] == "312"
    assert (await hub.put(AO1, {**ADA, "vpd": "277"}, headers=headers)).json()["profile"]["vpd"] == "277"
    assert (await hub.put(f"{AO1}?vpd=312", {**ADA, "vpd": "277"}, headers=headers)).status_code == 422


async def test_wrong_scope_expired_and_forged_tokens_are_refused(hub: Hub) -> None:
    issuer = hub.running.issuer
    tokens = {issuer.token("profiles:read"): 403, issuer.expired("profiles:write"): 401}
    tokens[issuer.forged("profiles:write")] = 401
    for token, status in tokens.items():
        answer = await hub.put(AO1, ADA, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status


async def test_a_token_for_one_department_sees_no_other(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile("clwrota/anaesthetics/ao1", employee_number="20001001")
    await hub.profile("medirota/cardiology/x7", employee_number="20001001")
    headers = hub.running.bearer(*SCOPES, departments=["medirota/cardiology"])
    assert (await hub.get(AO1, headers=headers)).status_code == 404
    assert (await hub.put(AO1, ADA, headers=headers)).status_code == 404
    person = (await hub.get("/v1/people/277/20001001", headers=headers)).json()
    assert [p["department"] for p in person["profiles"]] == ["cardiology"]
    listed = (await hub.get("/v1/profiles", headers=headers)).json()["items"]
    assert [p["profile"]["department"] for p in listed] == ["cardiology"]
    assert (await hub.get("/v1/matching", headers=headers)).json()["people_with_several_profiles"] == 0


async def test_one_bad_row_of_a_batch_never_holds_the_others(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile("clwrota/anaesthetics/old")
    place = {"product": "clwrota", "department": "anaesthetics"}
    rows: list[Any] = [
        {**place, "profile_id": "ao1", **ADA, "employee_number": "20001001"},
        {**place, "profile_id": "bad", **ADA, "employee_number": "no number"},
        {**place, "department": "surgery", "profile_id": "ao2", **ADA},
        {**place, "profile_id": "ao1", **ADA},
        {**place, "profile_id": "old", **ADA, "grade": "Consultant", "version": 7},
        {**place, "profile_id": "far", **ADA, "vpd": "312"},
        "not even a row",
        {**place, "profile_id": "ao3", **ADA},
    ]
    answer = (await hub.post("/v1/profiles:batch", {"profiles": rows})).json()
    assert (answer["stored"], answer["refused"]) == (2, 6)
    assert [(r["index"], r["stored"], (r["problem"] or {}).get("field")) for r in answer["rows"]] == [
        (0, True, None),
        (1, False, "employee_number"),
        (2, False, "department"),
        (3, False, "profile_id"),
        (4, False, "version"),
        (5, False, "vpd"),
        (6, False, None),
        (7, True, None),
    ]
    assert answer["rows"][0]["link"]["employee_number"] == "20001001"


async def test_a_batch_takes_no_more_statements_for_two_hundred_rows_than_for_two(hub: Hub) -> None:
    await hub.people(*(imported(str(30000000 + n)) for n in range(300)))

    def rows(first: int, count: int) -> dict[str, Any]:
        place = {"product": "clwrota", "department": "anaesthetics"}
        numbers = range(first, first + count)
        return {
            "profiles": [{**place, "profile_id": f"p{n}", **ADA, "employee_number": str(30000000 + n)} for n in numbers]
        }

    with hub.counted() as few:
        assert (await hub.post("/v1/profiles:batch", rows(0, 2))).json()["stored"] == 2
    with hub.counted() as many:
        assert (await hub.post("/v1/profiles:batch", rows(2, 200))).json()["stored"] == 200
    assert len(many) == len(few) <= 20, many


async def test_a_batch_over_the_limit_and_an_empty_one_are_refused(hub: Hub) -> None:
    row = {"product": "clwrota", "department": "anaesthetics", "profile_id": "ao1", **ADA}
    answer = await hub.post("/v1/profiles:batch", {"profiles": [row] * 5001})
    assert (answer.status_code, answer.json()["field"]) == (422, "profiles")
    assert (await hub.post("/v1/profiles:batch", {"profiles": []})).status_code == 422


async def test_an_oversized_body_is_refused(hub: Hub) -> None:
    answer = await hub.put(AO1, {**ADA, "grade": "x" * (9 * 1024 * 1024)})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_deleting_with_a_stale_version_or_twice_is_refused(hub: Hub) -> None:
    await hub.profile()
    delete = hub.running.client.delete
    assert (await delete(AO1, headers={**hub.headers, "If-Match": '"5"'})).status_code == 412
    assert (await delete(AO1, headers={**hub.headers, "If-Match": '"1"'})).status_code == 204
    assert (await delete(AO1, headers=hub.headers)).status_code == 404


async def test_a_list_is_narrowed_by_department_and_state_and_goes_page_by_page(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile("clwrota/anaesthetics/ao1", employee_number="20001001")
    for n in range(3):
        await hub.profile(f"medirota/cardiology/c{n}", family_name="Lindqvist")
    page = (await hub.get("/v1/profiles?state=unmatched&limit=2")).json()
    rest = (await hub.get("/v1/profiles", params={"state": "unmatched", "limit": 2, "cursor": page["next"]})).json()
    assert [i["profile"]["profile_id"] for i in page["items"] + rest["items"]] == ["c0", "c1", "c2"]
    assert rest["next"] is None
    assert len((await hub.get("/v1/profiles?department=anaesthetics")).json()["items"]) == 1
    bad = await hub.get("/v1/profiles?cursor=nonsense")
    assert (bad.status_code, bad.json()["field"]) == (422, "cursor")


async def test_a_person_s_profiles_are_listed_in_the_departments_that_the_caller_may_see(hub: Hub) -> None:
    await hub.people(imported(), imported("20001002"))
    for path in ("clwrota/anaesthetics/ao1", "medirota/cardiology/x7"):
        await hub.profile(path, employee_number="20001001")
    await hub.profile("medirota/cardiology/x8", employee_number="20001002")

    async def listed(query: str, **claims: Any) -> list[str]:
        answer = await hub.get(f"/v1/profiles?{query}", headers=hub.running.bearer(*SCOPES, **claims))
        return [one["profile"]["profile_id"] for one in answer.json()["items"]]

    assert await listed("employee_number=20001001") == ["ao1", "x7"]
    assert await listed("employee_number=20001001&limit=1") == ["ao1"]
    assert await listed("employee_number=20001001", departments=["medirota/cardiology"]) == ["x7"]
    assert await listed("employee_number=20001001", vpds=["312"]) == []


async def test_a_trust_is_set_up_idempotently_and_keeps_departments_in_use(hub: Hub) -> None:
    assert (await hub.put("/v1/trusts/277", trust_settings())).status_code == 200
    assert (await hub.get("/v1/trusts/277")).json()["registration_rule"] == "possible"
    await hub.profile()
    left_out = await hub.put("/v1/trusts/277", trust_settings(trust_settings()["departments"][1:]))
    assert (left_out.status_code, left_out.json()["field"]) == (409, "departments")
    unused = await hub.put("/v1/trusts/277", trust_settings(trust_settings()["departments"][:1]))
    assert unused.status_code == 200
    twice = await hub.put("/v1/trusts/277", trust_settings(trust_settings()["departments"] * 2))
    assert twice.status_code == 422


async def test_a_trust_that_was_never_set_up_takes_no_profiles(hub: Hub) -> None:
    headers = hub.running.bearer(*SCOPES, vpds=["404"])
    assert (await hub.put(AO1, ADA, headers=headers)).status_code == 404
    assert (await hub.get("/v1/trusts/404", headers=headers)).status_code == 404
    assert (await hub.get("/v1/trusts/277", headers=headers)).status_code == 404


async def test_every_operation_has_a_summary_and_every_body_an_example(hub: Hub) -> None:
    schema = (await hub.get("/openapi.json")).json()
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert operation.get("summary"), f"{method} {path}"
    for name in ("ProfileBody", "DecisionBody", "TrustSettings", "Batch"):
        assert schema["components"]["schemas"][name].get("examples"), name


async def test_two_first_puts_at_once_are_not_both_the_first(hub: Hub) -> None:
    names = [f"Okafor-{n}" for n in "abcd"]
    puts = [hub.put(AO1, {"family_name": name, "version": 0}) for name in names]
    answers = await asyncio.gather(*puts)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert (await hub.get(AO1)).json()["version"] == 1


async def test_a_deleted_profile_comes_back_as_one_that_was_never_there(hub: Hub) -> None:
    await hub.put(AO1, ADA)
    await hub.running.client.delete(AO1, headers=hub.headers)
    assert (await hub.put(AO1, {**ADA, "version": 1})).status_code == 409
    assert (await hub.put(AO1, {**ADA, "version": 0})).status_code == 200
