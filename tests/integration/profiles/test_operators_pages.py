"""What operators see: people by state, how long profiles wait, what expires, duplicates; names for names' readers."""

from __future__ import annotations

import base64
import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest

from esrlink.auth import Role
from esrlink.auth.testing import person, session_cookie
from esrlink.clock import today
from esrlink.contracts import Assignment, Registration
from profile_sync.dashboard import registrations
from profile_sync.people.expiring import EndingCount, count_ending, ending_registrations
from profile_sync.people.standing import TrustStanding, people_standing
from profile_sync.reviews.backlog import backlog_by_age

from .conftest import Hub, imported

GMC = "General Medical Council"


def expiring(number: str, days: int, hub: Hub, **values: Any) -> Any:
    """A person whose registration G + number expires so many days from today."""
    expires = today(hub.running.clock) + timedelta(days=days)
    return imported(number, registrations=(Registration(body=GMC, number=f"G{number}", expires=expires),), **values)


async def read(hub: Hub, path: str, *roles: Role, vpds: tuple[str, ...] = ("277",)) -> Any:
    cookies = session_cookie(hub.running.service.app.state.auth, person(*roles, vpds=vpds))
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Accept": "text/html"}
    return await hub.running.client.get(path, headers=headers)


async def test_everybody_is_counted_once_where_they_stand(hub: Hub) -> None:
    day = today(hub.running.clock)
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    to_come = Assignment(assignment_number="7", effective_from=after, status="Active Assignment")
    await hub.people(
        imported("1"),
        imported("2", leaving_date=day),
        imported("3", leaving_date=before),
        imported("4", gone=True, assignments=()),
        imported("5", gone=True, leaving_date=after),
        imported("6", hire_date=after),
        imported("7", assignments=(to_come,)),
        imported("8", hire_date=after, leaving_date=after + timedelta(days=30)),
        imported("9", hire_date=day, assignments=()),
        imported("1", vpd="312"),
    )
    async with hub.running.database.read(["277", "312"]) as tx:
        found = await people_standing(tx, ["277", "312"], day)
    assert found == [TrustStanding("277", current=2, leaving=1, joining=3, gone=3), TrustStanding("312", 1, 0, 0, 0)]


async def test_a_wait_belongs_to_one_age(hub: Hub) -> None:
    start = hub.running.clock.now()
    for n, hours in enumerate((0, 31 * 24 - 30 * 24, 31 * 24 - 7 * 24, 31 * 24 - 24, 31 * 24 - 23)):
        hub.running.clock.move_to(start + timedelta(hours=hours))
        await hub.profile(f"clwrota/anaesthetics/p{n}", given_name=f"N{n}")
    now = start + timedelta(days=31)
    async with hub.running.database.read(["277"]) as tx:
        (one,) = await backlog_by_age(tx, ["277"], None, now)
        assert await backlog_by_age(tx, ["277"], {"medirota/cardiology"}, now) == []
    # A day, a week and 30 days to the second belong to the older age.
    assert (one.department, one.waiting, one.oldest) == ("anaesthetics", (1, 1, 1, 2), start)


@pytest.fixture
async def expire(hub: Hub) -> Hub:
    """Registrations that end in 10, 30, 45 and 90 days, in 91, 5 days ago and 91 ago, and of a leaver and one gone."""
    day = today(hub.running.clock)
    await hub.people(
        *(expiring(str(100 + n), days, hub) for n, days in enumerate((10, 30, 45, 90, 91, -5, -91))),
        expiring("200", 10, hub, leaving_date=day - timedelta(days=1)),
        expiring("201", 10, hub, gone=True),
    )
    await hub.profile("clwrota/anaesthetics/a", employee_number="100")
    await hub.profile("medirota/cardiology/b", employee_number="100")
    await hub.profile("medirota/cardiology/c", employee_number="105")
    return hub


async def test_registrations_are_counted_by_department_and_trust(expire: Hub) -> None:
    day = today(expire.running.clock)
    async with expire.running.database.read(["277", "312"]) as tx:
        found = await count_ending(tx, ["277", "312"], None, day)
        seen = await count_ending(tx, ["277", "312"], {"medirota/cardiology"}, day)
    assert found == [
        EndingCount("277", None, expired=1, within_30=2, within_60=3, within_90=4),
        EndingCount("277", "-", 0, 1, 2, 3),
        EndingCount("277", "clwrota/anaesthetics", 0, 1, 1, 1),
        EndingCount("277", "medirota/cardiology", 1, 1, 1, 1),
    ]
    assert seen == [EndingCount("277", None, 1, 1, 1, 1), EndingCount("277", "medirota/cardiology", 1, 1, 1, 1)]


async def test_what_expires_soonest_comes_first_page_by_page(expire: Hub) -> None:
    day = today(expire.running.clock)

    async def found(within: int, department: str = "") -> list[str]:
        numbers, cursor = [], None
        while True:
            async with expire.running.database.read(["277"]) as tx:
                page, cursor = await ending_registrations(
                    tx, ["277"], None, day, within=within, department=department, cursor=cursor, limit=2
                )
            numbers += [one.employee_number for one in page]
            if cursor is None:
                return numbers

    assert await found(90) == ["100", "101", "102", "103"]
    assert await found(30) == ["100", "101"]
    assert await found(0) == ["105"]
    assert await found(90, "medirota/cardiology") == ["100"]
    assert await found(90, "-") == ["101", "102", "103"]


async def test_names_and_registration_numbers_are_not_for_operators(expire: Hub) -> None:
    for path in ("/registrations", "/registrations.csv", "/duplicates", "/"):
        told = (await read(expire, path, Role.OPERATOR)).text
        assert [word for word in ("Okafor", "G100") if word in told] == [], path
    assert "Adaeze Okafor" in (await read(expire, "/registrations", Role.ADMINISTRATOR)).text
    rows = list(csv.DictReader(io.StringIO((await read(expire, "/registrations.csv", Role.ADMINISTRATOR)).text)))
    assert [(row["esr_number"], row["days_left"], row["registration_number"]) for row in rows[:2]] == [
        ("100", "10", "G100"),
        ("101", "30", "G101"),
    ]
    assert "G100" not in (await read(expire, "/registrations.csv", Role.ADMINISTRATOR, vpds=("312",))).text


async def test_an_address_tells_an_operator_no_registration_number(
    expire: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registrations, "_SHOWN", 2)
    told = (await read(expire, "/registrations", Role.OPERATOR)).text
    (following,) = re.findall(r'href="/profile-sync/registrations(\?within=90&amp;cursor=[^"]+)"', told)
    for part in following.partition("cursor=")[2].split("."):
        assert b"G10" not in base64.urlsafe_b64decode(f"{part}===")
    rest = (await read(expire, f"/registrations{following.replace('&amp;', '&')}", Role.OPERATOR)).text
    assert [number in rest for number in (">100<", ">101<", ">102<", ">103<")] == [False, False, True, True]


async def test_duplicates_of_one_human_are_shown_trust_by_trust(hub: Hub) -> None:
    await hub.people(
        imported("300", nhs_unique_id="N9"),
        imported("301", nhs_unique_id="N9", family_name="Bell"),
        imported("302", vpd="312", nhs_unique_id="N9", family_name="Elsewhere"),
    )
    told = (await read(hub, "/duplicates", Role.ADMINISTRATOR)).text
    assert [word for word in ("300", "301", "Bell", "NHS Unique ID") if word not in told] == []
    assert "Elsewhere" not in told
    seen = (await read(hub, "/", Role.OPERATOR)).text
    assert "1 group of ESR numbers that may be one human" in seen
    assert "shares" not in (await read(hub, "/duplicates", Role.OPERATOR, vpds=("312",))).text


async def test_the_overview_costs_the_same_however_much_there_is(expire: Hub) -> None:
    async def statements() -> int:
        with expire.counted() as run:
            assert (await read(expire, "/", Role.OPERATOR)).status_code == 200
        return len(run)

    before = await statements()
    for n in range(5):
        await expire.profile(f"clwrota/anaesthetics/w{n}", given_name=f"W{n}")
    await expire.people(*(expiring(str(400 + n), n, expire) for n in range(5)))
    assert await statements() == before <= 16


async def test_an_address_that_leads_nowhere_is_refused(hub: Hub) -> None:
    for path in ("/registrations?within=91", "/registrations?within=x", "/registrations?cursor=x"):
        assert (await read(hub, path, Role.OPERATOR)).status_code == 422, path
