"""The page and the status report: figures of the person's trusts, and words where there is nothing."""

from __future__ import annotations

from datetime import timedelta

from esrlink.auth import Role
from esrlink.auth.testing import person, session_cookie

from .conftest import Hub, imported


async def page(hub: Hub, *roles: Role, vpds: tuple[str, ...] = ("277",)) -> str:
    cookies = session_cookie(hub.running.service.app.state.auth, person(*roles, vpds=vpds))
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    answer = await hub.running.client.get("/", headers={"Cookie": cookie, "Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_trust_without_departments_is_told_what_to_do(hub: Hub) -> None:
    assert "No department is set up" in await page(hub, Role.OPERATOR, vpds=("404",))


async def test_departments_without_profiles_say_that_nothing_waits(hub: Hub) -> None:
    shown = await page(hub, Role.OPERATOR)
    assert "Nothing waits" in shown
    assert "Nobody yet" in shown


async def test_the_page_shows_match_rate_backlog_and_people_with_several_profiles(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile("clwrota/anaesthetics/ao1", employee_number="20001001")
    await hub.profile("medirota/cardiology/x7", employee_number="20001001")
    await hub.profile("medirota/cardiology/x8", family_name="Lindqvist")
    hub.running.clock.move_to(hub.running.clock.now() + timedelta(days=3))
    shown = await page(hub, Role.ADMINISTRATOR)
    assert "66.7%" in shown
    assert "50.0%" in shown
    assert "3 days ago" in shown
    assert "Anaesthetics (CLWRota)" in shown
    assert "x7" in shown
    assert "Adaeze Okafor" in shown


async def test_an_operator_sees_numbers_but_no_names(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile("clwrota/anaesthetics/ao1", employee_number="20001001")
    await hub.profile("medirota/cardiology/x7", employee_number="20001001")
    shown = await page(hub, Role.OPERATOR)
    assert "20001001" in shown
    assert "Okafor" not in shown


async def test_the_page_of_another_trust_shows_nothing_of_this_one(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    assert "20001001" not in await page(hub, Role.ADMINISTRATOR, vpds=("312",))


async def test_a_long_wait_is_raised_in_the_status_report(hub: Hub) -> None:
    await hub.profile()
    headers = hub.running.bearer("audit:read")
    assert (await hub.get("/v1/status", headers=headers)).json()["notices"] == []
    hub.running.clock.move_to(hub.running.clock.now() + timedelta(days=8))
    report = (await hub.get("/v1/status", headers=headers)).json()
    assert [n["text"] for n in report["notices"]] == ["A profile has waited 8 days for a person to say whose it is."]
    assert {f["label"]: f["value"] for f in report["figures"]}["To review"] == 1


async def test_a_visitor_is_sent_to_sign_in(hub: Hub) -> None:
    answer = await hub.running.client.get("/", headers={"Accept": "text/html"})
    assert (answer.status_code, "sign-in" in answer.headers["location"]) == (303, True)
