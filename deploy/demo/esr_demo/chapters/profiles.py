"""The rota products register their profiles; those with an ESR number are linked, the others get suggestions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from esr_demo.rota import Doctor, Profile, doctors_of, profiles_of
from esr_demo.story import Story
from esr_demo.telling import all_of

title = "Rota products register their profiles"
VPD = "277"


async def tell(story: Story) -> None:
    """Put every profile, confirm the suggestions that are right, and look at one person."""
    telling = story.telling
    doctors, profiles = await cast(story)
    async with telling.progress("profiles put", len(profiles)) as moved:
        answers = await all_of([_put(story, profile) for profile in profiles], moved)
    states = Counter(answer["link"]["state"] for answer in answers)
    telling.say(f"{len(profiles)} profiles of 3 departments in 2 products: {_listed(states)}")
    by_number = [a["link"]["state"] for p, a in zip(profiles, answers, strict=True) if _says_number(p) and p.doctor]
    telling.check(
        "Every profile with its own ESR number is linked by it", set(by_number) <= {"matched"}, Counter(by_number)
    )
    suggested = [(p, a) for p, a in zip(profiles, answers, strict=True) if p.doctor and not _says_number(p)]
    right = [(p, a) for p, a in suggested if p.doctor and p.doctor.number in _people_named(a)]
    telling.check(
        "Every profile without a number gets its right person as a suggestion, and none is linked by likeness alone",
        len(right) == len(suggested)
        and all(a["link"]["state"] == "possible" or a["link"]["made_by"] == "person" for _, a in suggested),
        [a["link"] for _, a in suggested],
    )
    for profile, _ in right[:-1]:
        await _confirm(story, profile)
    telling.say(f"A coordinator confirms {len(right) - 1} of the {len(right)} suggestions; one is left open.")
    await _one_person(story, doctors)


async def cast(story: Story) -> tuple[list[Doctor], list[Profile]]:
    """The doctors of the first trust and all their profiles: the same at every telling."""
    trust = await story.from_sandbox(f"trusts/{VPD}")
    products = {d["department"]: d["product"] for d in trust["departments"]}
    doctors = doctors_of(await story.from_sandbox("people", vpd=VPD))
    return doctors, profiles_of(doctors, products)


def _put(story: Story, profile: Profile) -> Callable[[], Awaitable[Any]]:
    client = story.clients[profile.product]
    return lambda: client.put(f"/profile-sync/v1/profiles/{profile.path}", profile.body, vpd=VPD)


def _says_number(profile: Profile) -> bool:
    return "employee_number" in profile.body


def _people_named(answer: dict[str, Any]) -> list[str]:
    """Who a profile may belong to; when the story is told again, who it was confirmed to belong to."""
    link = answer["link"]
    return [candidate["employee_number"] for candidate in link["candidates"]] or [link["employee_number"]]


def _listed(states: Counter[str]) -> str:
    return ", ".join(f"{count} {state}" for state, count in states.most_common())


async def _confirm(story: Story, profile: Profile) -> None:
    client, path = story.clients[profile.product], f"/profile-sync/v1/profiles/{profile.path}"
    now = await client.get(path, vpd=VPD)
    if now["link"]["state"] == "matched" or profile.doctor is None:
        return
    decision = {
        "decision": "confirm",
        "employee_number": profile.doctor.number,
        "reason": "Known to the department",
    }
    await client.post(f"/profile-sync/v1/links/{profile.path}/decisions", decision, vpd=VPD)


async def _one_person(story: Story, doctors: list[Doctor]) -> None:
    doctor = next(d for d in doctors if set(d.departments) == {"anaesthetics", "cardiology"})
    person = await story.clients["medirota"].get(f"/profile-sync/v1/people/{VPD}/{doctor.number}")
    places = sorted({held["department"] for held in person["profiles"]})
    story.telling.check(
        "One person holds several profiles: the same ESR number joins anaesthetics and cardiology",
        places == ["anaesthetics", "cardiology"],
        person,
    )
