"""Which links a change of a person comes back to: all that it could change, and no others."""

from __future__ import annotations

from datetime import date
from typing import Any

from esrlink.contracts import Assignment
from tests.integration.profiles.conftest import Hub, imported

POST = Assignment(
    assignment_number="20001001",
    effective_from=date(2020, 1, 1),
    status="Active Assignment",
    grade="Band 6",
    organisation="277 Anaesthetics",
)


async def suggested(hub: Hub) -> list[str]:
    link = await hub.link()
    return [one["employee_number"] for one in link["candidates"]]


async def test_a_new_name_that_shares_a_key_with_a_profile_makes_a_suggestion(hub: Hub) -> None:
    jeffrey: dict[str, Any] = {"given_name": "Jeffrey", "assignments": (POST,)}
    await hub.people(imported(family_name="Hunter", **jeffrey))
    await hub.profile(family_name="Williams", given_name="Jeffrey", grade="Band 6")
    assert await suggested(hub) == []  # no key in common, so nobody compares them
    await hub.people(imported(revision=2, family_name="Winterton", previous_family_names=("Hunter",), **jeffrey))
    assert await suggested(hub) == ["20001001"]
    await hub.people(imported(revision=3, family_name="Hunter", **jeffrey))
    assert await suggested(hub) == []


async def test_another_holder_of_an_address_lowers_what_it_says(hub: Hub) -> None:
    await hub.people(
        imported(email="theatre@alderbrook.example"), imported("20002002", family_name="Rao", given_name="Per")
    )
    await hub.profile(family_name="Okafor", given_name="Adaeze", email="theatre@alderbrook.example")
    (before,) = (await hub.link())["candidates"]
    await hub.people(
        imported("20002002", revision=2, family_name="Rao", given_name="Per", email="theatre@alderbrook.example")
    )
    after = (await hub.link())["candidates"][0]
    findings = [{part["name"]: part["finding"] for part in one["parts"]}["email"] for one in (before, after)]
    assert (after["employee_number"], findings) == ("20001001", ["same", "shared"])


async def test_a_profile_to_whom_a_person_is_the_same_is_left_alone(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(family_name="Okafor", given_name="Adaeze", employee_number="20001001")
    with hub.counted() as statements:
        await hub.people(imported(revision=2, registrations=(), preferred_name="Adaeze"))
    assert not [one for one in statements if "link_revision" in one or "link_decision" in one]
