"""What of a person and a profile a caller gets: nothing that they hold, no contact details without the scope, chosen fields."""

from __future__ import annotations

from typing import Any

import pytest

from esrlink.auth import Role
from esrlink.auth.testing import person, session_cookie

from .conftest import SCOPES, Hub, imported

AO1 = "/v1/profiles/clwrota/anaesthetics/ao1"
ADA = "/v1/people/277/20001001"
EMAIL = "adaeze.okafor@example.nhs.uk"


@pytest.fixture
async def known(hub: Hub) -> Hub:
    await hub.people(imported(email=EMAIL))
    await hub.profile(employee_number="20001001", email=EMAIL)
    return hub


def contacts(hub: Hub) -> dict[str, str]:
    return dict(hub.running.bearer(*SCOPES, "contacts:read"))


@pytest.mark.parametrize("path", [ADA, AO1])
async def test_what_the_caller_holds_is_not_sent_again(known: Hub, path: str) -> None:
    tag = (await known.get(path)).headers["ETag"]
    again = await known.get(path, headers={**known.headers, "If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)


async def test_a_change_of_the_link_alone_is_sent_though_the_profile_s_version_stays(known: Hub) -> None:
    before = await known.get(AO1)
    await known.decide("exclude")
    after = await known.get(AO1, headers={**known.headers, "If-None-Match": before.headers["ETag"]})
    assert (after.status_code, after.json()["version"], after.json()["link"]["state"]) == (200, 1, "excluded")


async def test_a_change_of_the_person_is_sent(known: Hub) -> None:
    tag = (await known.get(ADA)).headers["ETag"]
    await known.people(imported(revision=2, title="Dr"))
    assert (await known.get(ADA, headers={**known.headers, "If-None-Match": tag})).json()["title"] == "Dr"


async def test_a_token_without_the_scope_never_gets_an_address(known: Hub) -> None:
    answers = [
        await known.get(ADA),
        await known.get(AO1),
        await known.get("/v1/profiles"),
        await known.put(AO1, {"family_name": "Okafor", "email": EMAIL}),
        await known.post("/v1/people:search", {"search": "okafor"}),
        await known.get("/v1/reviews"),
        await known.decide("exclude"),
    ]
    assert [EMAIL in answer.text for answer in answers] == [False] * len(answers)
    assert answers[0].json()["withheld"] == ["email"]


async def test_a_token_with_the_scope_gets_addresses(known: Hub) -> None:
    person_ = (await known.get(ADA, headers=contacts(known))).json()
    assert (person_["email"], person_["withheld"], person_["profiles"][0]["email"]) == (EMAIL, [], EMAIL)
    assert (await known.get(AO1, headers=contacts(known))).json()["profile"]["email"] == EMAIL


@pytest.mark.parametrize(("role", "email"), [(Role.ADMINISTRATOR, EMAIL), (Role.AUDITOR, None)])
async def test_people_see_addresses_by_their_role(known: Hub, role: Role, email: str | None) -> None:
    auth = known.running.service.app.state.auth
    known.running.client.cookies.update(session_cookie(auth, person(role)))
    answer = await known.get(ADA, headers={})
    assert answer.json()["email"] == email


async def test_only_the_fields_that_were_asked_for_are_sent(known: Hub) -> None:
    some = await known.get(f"{ADA}?fields=family_name,revision")
    assert some.json() == {"family_name": "Okafor", "revision": 1}
    assert some.headers["ETag"] != (await known.get(ADA)).headers["ETag"]
    assert set((await known.get(f"{AO1}?fields=link")).json()) == {"link"}


@pytest.mark.parametrize(
    ("fields", "status"), [("email", 403), ("family_name,ni_number", 422), ("", 422), ("a;b", 422)]
)
async def test_a_field_that_is_not_there_or_not_for_the_caller_is_refused(known: Hub, fields: str, status: int) -> None:
    answer: Any = await known.get(f"{ADA}?fields={fields}")
    told = answer.json()
    assert answer.status_code == status
    assert "fields" in {told["field"], *(one["field"] for one in told["problems"])}
