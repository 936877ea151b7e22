"""Editions of a trust's settings: in force from a day on, put twice without effect, never over what is stored."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from esrlink.contracts import Outcome, SubmittalApproved
from submittals.trusts import editions
from submittals.trusts.dated import BEGINNING
from tests.conftest import RunService
from tests.integration.submittals.conftest import SETTINGS, Rota, leave, statements, work

TRUST_PATH = "/v1/trusts/277"
ELEMENT = SETTINGS["pay_elements"][0]


async def put(rota: Rota, effective_from: str | None = None, **settings: Any) -> dict[str, Any]:
    body = {"ods_code": SETTINGS["ods_code"], "name": SETTINGS["name"], **settings}
    query = {"effective_from": effective_from} if effective_from else None
    answer = await rota.hub.client.put(TRUST_PATH, json=body, params=query, headers=rota.bearer())
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def on(rota: Rota, day: str | None = None) -> dict[str, Any]:
    answer = await rota.hub.client.get(TRUST_PATH, params={"on": day} if day else None, headers=rota.bearer())
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_the_same_put_twice_changes_nothing(rota: Rota) -> None:
    before = await on(rota)
    again = await put(rota, **SETTINGS)
    assert (before["version"], again["version"]) == (1, 1)
    assert again["settings"] == before["settings"]


async def test_an_edition_is_in_force_from_its_day_on_and_others_stay(rota: Rota) -> None:
    await put(rota, "2026-08-10", retro_days=30, pay_elements=[ELEMENT | {"default_rate": "600.00"}])
    before, after = (await on(rota, "2026-08-09"))["settings"], (await on(rota, "2026-08-10"))["settings"]
    assert [one["pay_elements"][0]["default_rate"] for one in (before, after)] == ["500.00", "600.00"]
    assert [one["retro_days"] for one in (before, after)] == [90, 30]
    assert after["departments"] == before["departments"]
    assert after["hours_per_day"] == before["hours_per_day"]
    assert (await on(rota))["settings"]["retro_days"] == 90, "today is 3 August"


async def test_what_a_put_leaves_out_stays_as_it_is(rota: Rota) -> None:
    group = {"product": "clwrota", "department": "anaesthetics", "name": "Leads", "members": ["lead"]}
    await put(rota, validation_groups=[group], final_approval=True)
    settings = (await put(rota, retro_days=60))["settings"]
    assert (settings["final_approval"], settings["retro_days"], len(settings["validation_groups"])) == (True, 60, 1)
    assert (await put(rota, validation_groups=[]))["settings"]["validation_groups"] == []


async def test_a_record_is_filled_by_the_edition_of_its_own_day_and_never_again(rota: Rota) -> None:
    await put(rota, "2026-08-02", pay_elements=[ELEMENT | {"default_rate": "600.00"}])
    first = await rota.taken("first", work(date_worked="2026-08-01"))
    second = await rota.taken("second", work(date_worked="2026-08-02"))
    assert [one["content"]["rate"] for one in (first, second)] == ["500.00", "600.00"]
    await put(rota, pay_elements=[ELEMENT | {"default_rate": "450.00"}])
    assert (await rota.read(first["submittal_id"]))["content"]["rate"] == "500.00"


async def test_a_record_is_judged_by_the_edition_of_its_own_day(rota: Rota) -> None:
    await put(rota, "2026-08-04", absence_types=[{"code": "Annual Leave", "esr_name": "Annual Leave"}])
    old = await rota.taken("old", leave(start_date="2026-08-03", end_date="2026-08-03"))
    new = await rota.taken("new", leave(start_date="2026-08-04", end_date="2026-08-04"))
    assert [finding["code"] for finding in old["findings"]] == []
    assert [finding["code"] for finding in new["findings"]] == ["absence_type_unknown"]


async def test_rate_cards_fill_the_rate_and_another_rate_needs_a_note(rota: Rota) -> None:
    cards = [
        {"element": "EXTRA", "grade": "YC72", "rate": "520.00"},
        {"element": "EXTRA", "grade": "YC72", "premium": True, "rate": "650.00"},
    ]
    await put(rota, rate_cards=cards)
    weekday = await rota.taken("monday", work(date_worked="2026-07-27"))
    weekend = await rota.taken("saturday", work(date_worked="2026-08-01"))
    assert [one["content"]["rate"] for one in (weekday, weekend)] == ["520.00", "650.00"]
    other = await rota.taken("other", work(date_worked="2026-07-25", rate="520.00"))
    assert "note_needed" in [finding["code"] for finding in other["findings"]]


async def test_how_many_editions_there_are_makes_no_more_statements(rota: Rota) -> None:
    with statements(rota.hub) as few:
        await rota.taken("one", work(date_worked="2026-07-27"))
    for day in range(1, 9):
        await put(rota, f"2026-07-0{day}", retro_days=90 + day, pay_elements=[ELEMENT | {"default_rate": f"{day}.00"}])
    with statements(rota.hub) as many:
        await rota.taken("two", work(date_worked="2026-07-28"))
    assert len(many) == len(few)


async def test_puts_at_the_same_time_lose_nothing(rota: Rota) -> None:
    await asyncio.gather(*(put(rota, f"2026-09-0{day}", retro_days=day) for day in range(1, 9)))
    found = await on(rota)
    assert found["version"] == 9
    assert len(found["editions"]["general"]) == 9


async def test_a_trusts_first_settings_may_start_on_a_day(run_service: RunService) -> None:
    from submittals.bootstrap import service as definition

    rota = Rota(await run_service(definition))
    await put(rota, "2026-08-10", **{**SETTINGS, "retro_days": 30})
    assert (await on(rota, "2026-08-09"))["settings"]["departments"] == []
    assert len((await on(rota, "2026-08-10"))["settings"]["departments"]) == 2


async def test_an_edition_that_was_read_is_not_sent_again_and_a_new_one_is(rota: Rota) -> None:
    assert (await on(rota))["settings"]["retro_days"] == 90
    await put(rota, retro_days=60)
    assert (await on(rota))["settings"]["retro_days"] == 60
    await put(rota, retro_days=90)
    assert (await on(rota))["settings"]["retro_days"] == 90
    async with rota.hub.database.read(["277"]) as tx:
        first, again = await editions.dated(tx, "277"), await editions.dated(tx, "277")
        assert again.editions["departments"][0].rows is first.editions["departments"][0].rows
        assert (await editions.dated(tx, "277", ["general"])).editions.keys() == {"general"}


async def test_what_was_read_of_one_trust_is_nothing_to_another(rota: Rota) -> None:
    other = Rota(rota.hub, "278")
    body = {**SETTINGS, "retro_days": 12}
    assert (await rota.hub.client.put("/v1/trusts/278", json=body, headers=other.bearer())).status_code == 200
    async with rota.hub.database.read(["277", "278"]) as tx:
        found = [(await editions.dated(tx, vpd)).on(BEGINNING).retro_days for vpd in ("277", "278", "277")]
    assert found == [90, 12, 90]


async def test_an_absence_is_spelled_as_on_its_first_day_whenever_it_is_approved(rota: Rota) -> None:
    sickness = next(one for one in SETTINGS["absence_types"] if one["code"] == "Sickness")
    await put(rota, "2026-08-10", absence_types=[sickness | {"code": "SICKNESS"}])
    submittal_id = (await rota.taken("a", leave(absence_type="sickness")))["submittal_id"]
    rota.hub.clock.move_to(datetime(2026, 8, 20, 8, tzinfo=UTC))
    await rota.pushed_to_approval(submittal_id)
    await rota.settle(submittal_id, Outcome.SENT)
    path = f"/v1/submittals/{submittal_id}/corrections"
    body = {"by": "officer4", "reason": "One day less.", "fields": {"end_date": "2026-08-04"}}
    proposed = await rota.hub.client.post(path, json=body, headers=rota.bearer())
    second = f"/v1/corrections/{proposed.json()['correction_id']}/second"
    answer = await rota.hub.client.post(second, json={"by": "officer5"}, headers=rota.bearer())
    assert answer.status_code == 200, answer.text
    told = [one.event for one in await rota.hub.emitted("submittal.approved")]
    assert [one.absence.absence_type for one in told if isinstance(one, SubmittalApproved) and one.absence] == [
        *["Sickness"] * 3
    ]
