"""A department's changeover in August 2026: who comes, who goes, and short ways to plan, apply and undo it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx

from esrlink.contracts import Assignment, ProfileImported, ProfileOnboarded
from esrlink.ids import new_id
from profile_sync.cohorts.applying import Applying
from tests.integration.profiles.conftest import Hub, imported

ANAESTHETICS, CARDIOLOGY = "277 Anaesthetics", "277 Cardiology"
DEPARTMENT = {"product": "clwrota", "department": "anaesthetics"}
CHANGEOVER = date(2026, 8, 5)
JOINER, LEAVER, MOVER, RETURNER, ALIKE, STAYER = (f"3000100{n}" for n in range(1, 7))


def post(number: str, start: date, end: date | None = None, organisation: str = ANAESTHETICS) -> Assignment:
    return Assignment(
        assignment_number=number,
        effective_from=start,
        effective_to=end,
        status="Active Assignment",
        primary=True,
        staff_group="Medical and Dental",
        job_role="Specialty Registrar",
        grade="MN37",
        organisation=organisation,
    )


def doctor(number: str, given_name: str, family_name: str, *posts: Assignment, **values: Any) -> ProfileImported:
    names = {"given_name": given_name, "family_name": family_name, "title": "Dr"}
    email = f"{given_name}.{family_name}@example.nhs.uk".lower()
    return imported(number, **{**names, "email": email, "gmc": f"70000{number[-2:]}", "assignments": posts, **values})


def rotation() -> list[ProfileImported]:
    """One of each kind around the changeover, and one who stays."""
    last, next_year = date(2026, 8, 4), date(2027, 8, 3)
    return [
        doctor(JOINER, "Adaeze", "Okafor", post(JOINER, CHANGEOVER, next_year)),
        doctor(LEAVER, "Maja", "Lindqvist", post(LEAVER, date(2025, 8, 6), last)),
        doctor(
            MOVER, "Per", "Nygaard", post(MOVER, date(2025, 8, 6), last, CARDIOLOGY), post(MOVER, CHANGEOVER, next_year)
        ),
        doctor(
            RETURNER, "Siobhan", "Byrne", post(RETURNER, date(2022, 8, 3), date(2023, 8, 1)), post(RETURNER, CHANGEOVER)
        ),
        doctor(ALIKE, "Zofia", "Wisniewska", post(ALIKE, CHANGEOVER, next_year)),
        doctor(STAYER, "Tomasz", "Quigley", post(STAYER, date(2020, 8, 5), last), post(STAYER, CHANGEOVER)),
    ]


def _row(profile_id: str, number: str | None, given_name: str, family_name: str, **values: str) -> dict[str, Any]:
    names = {"employee_number": number, "given_name": given_name, "family_name": family_name}
    return {**DEPARTMENT, "profile_id": profile_id, **names, **values}


@dataclass
class Cohorts:
    """The department with its people and profiles, and a cohort of it."""

    hub: Hub
    cohort_id: str = ""

    @classmethod
    async def begin(cls, hub: Hub) -> Cohorts:
        """The people are there; the leaver and the stayer have profiles, the returner's was deleted, one is very alike."""
        await hub.people(*rotation())
        names = {"ml": (LEAVER, "Maja", "Lindqvist"), "tq": (STAYER, "Tomasz", "Quigley")}
        names["sb"] = (RETURNER, "Siobhan", "Byrne")
        rows = [_row(one, number, *name) for one, (number, *name) in names.items()]
        alike = {"email": "zofia.wisniewska@example.nhs.uk", "grade": "MN37"}
        rows.append(_row("zw", None, "Zofia", "Wisniewska", **alike))
        put = await hub.post("/v1/profiles:batch", {"profiles": rows})
        assert put.json()["refused"] == 0, put.text
        gone = await hub.running.client.delete("/v1/profiles/clwrota/anaesthetics/sb", headers=hub.headers)
        assert gone.status_code == 204
        return cls(hub)

    async def plan(self, **values: Any) -> httpx.Response:
        body = {"name": "August 2026", "changeover": CHANGEOVER.isoformat(), "departments": [DEPARTMENT], **values}
        answer = await self.hub.post("/v1/cohorts", body)
        if answer.status_code == 201:
            self.cohort_id = answer.json()["cohort_id"]
        return answer

    @property
    def path(self) -> str:
        return f"/v1/cohorts/{self.cohort_id}"

    async def read(self) -> dict[str, Any]:
        answer = await self.hub.get(self.path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def rows(self, **query: Any) -> dict[str, dict[str, Any]]:
        answer = await self.hub.get(f"{self.path}/people", params=query)
        assert answer.status_code == 200, answer.text
        return {one["employee_number"]: one for one in answer.json()["items"]}

    async def actions(self) -> dict[str, tuple[str, str, str | None]]:
        return {number: (one["kind"], one["action"], one["profile_id"]) for number, one in (await self.rows()).items()}

    async def outcomes(self) -> dict[str, str]:
        return {number: one["outcome"] for number, one in (await self.rows()).items()}

    async def edit(self, number: str, **body: Any) -> httpx.Response:
        path = f"{self.path}/people/clwrota/anaesthetics/{number}"
        return await self.hub.running.client.patch(path, json=body, headers=self.hub.headers)

    async def act(self, what: str, **options: Any) -> httpx.Response:
        return await self.hub.post(f"{self.path}:{what}", None, **options)

    def applying(self, block: int = 200) -> Applying:
        return Applying(self.hub.running.database, self.hub.running.clock, new_id, block)

    async def finish(self, what: str, block: int = 200) -> None:
        answer = await self.act(what)
        assert answer.status_code == 202, answer.text
        await self.applying(block).work()

    async def onboarded(self) -> list[tuple[str, str, str, bool]]:
        """Events so far: person, action, profile, whether withdrawn."""
        events = [one.event for one in await self.hub.running.emitted("profile.onboarded")]
        assert all(isinstance(one, ProfileOnboarded) for one in events)
        return [(one.employee_number, one.action, one.profile.profile_id, one.withdrawn) for one in events]
