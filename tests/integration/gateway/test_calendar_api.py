"""The payroll calendar over the API: read, checked row by row, taken whole or not at all."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from esrlink import audit
from esrlink.auth import Role
from tests.integration.gateway.conftest import AFTER_CUT_OFF, GatewayUnderTest, attendance, trust_settings
from tests.integration.gateway.people import signed_in
from tests.integration.gateway.test_runs import DAY

HEADER = "period_type,run,tax_year,period,pay_name,starts,ends,cut_off,pay_date\r\n"
SEVENTH = "M,N,27,7,October pay,2026-10-01,2026-10-31,2026-11-03 12:00,2026-11-27\r\n"
MOVED_SIXTH = "M,N,27,6,Pay 6,2026-09-01,2026-09-28,2026-09-03 12:00,2026-10-27\r\n"


async def send(gateway: GatewayUnderTest, what: str, text: str | bytes, **options: Any) -> httpx.Response:
    headers = {**gateway.bearer(), "content-type": "text/csv", **options.pop("headers", {})}
    return await gateway.hub.client.post(f"/v1/trusts/277/calendar:{what}", content=text, headers=headers, **options)


async def codes(gateway: GatewayUnderTest) -> list[str]:
    return [one["run_code"] for one in (await gateway.get("/v1/trusts/277/calendar"))["periods"]]


async def test_a_period_tells_its_local_cut_off_what_is_odd_about_it_and_its_runs_state(gateway) -> None:
    saturday = "M,N,27,7,October pay,2026-10-01,2026-10-31,2026-10-31 12:00,2026-12-25\r\n"
    assert (await send(gateway, "import", HEADER + saturday)).status_code == 200
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    await gateway.close_due()
    told = await gateway.get("/v1/trusts/277/calendar")
    closed, is_open, odd = told["periods"]
    assert (closed["state"], closed["run_id"] is not None, is_open["state"]) == ("settled", True, "open")
    assert (is_open["cut_off"], is_open["cut_off_local"]) == ("2026-09-04T11:00:00Z", "2026-09-04T12:00:00")
    assert is_open["cut_off_off"] is is_open["pay_date_off"] is None
    assert (odd["cut_off_off"], odd["pay_date_off"]) == ("Saturday", "Christmas Day")
    assert is_open["working_days"] == 37  # 5 September to 27 October 2026: 53 days, of them 16 at weekends
    assert "2026-08-31" in [one["day"] for one in told["bank_holidays"]]


async def test_the_csv_that_is_given_is_the_csv_that_is_taken(gateway) -> None:
    answer = await gateway.hub.client.get("/v1/trusts/277/calendar?format=csv", headers=gateway.bearer())
    assert answer.headers["content-type"].startswith("text/csv")
    again = (await send(gateway, "import", answer.content, params={"mode": "replace"})).json()
    assert (again["added"], again["changed"], again["removed"]) == ([], [], [])
    assert again["revision"] == int(answer.headers["etag"].strip('"'))


async def test_a_check_tells_each_wrong_row_and_changes_nothing(gateway) -> None:
    wrong = (
        SEVENTH.replace("2026-11-03 12:00", "2026-02-30 12:00") + "M,N,27,99,x,2026-12-01,2026-12-31,,2027-01-27\r\n"
    )
    checked = (await send(gateway, "check", HEADER + wrong)).json()
    assert not checked["can_be_taken"]
    assert {(one["row"], one["field"]) for one in checked["problems"]} == {
        (2, "cut_off"),
        (3, "cut_off"),
        (3, "period"),
    }
    refused = await send(gateway, "import", HEADER + wrong)
    assert refused.status_code == 422
    assert {one["field"] for one in refused.json()["problems"]} == {"row 2, cut_off", "row 3, cut_off", "row 3, period"}
    assert await codes(gateway) == ["MN2705", "MN2706"]


async def test_a_check_tells_what_would_be_added_changed_and_removed_and_whose_records_wait(gateway) -> None:
    await gateway.hub.deliver(attendance("20000001", DAY))
    checked = (await send(gateway, "check", HEADER + MOVED_SIXTH + SEVENTH, params={"mode": "replace"})).json()
    assert checked["can_be_taken"]
    assert [one["pay_name"] for one in checked["added"]] == ["October pay"]
    assert [one["after"]["cut_off_local"] for one in checked["changed"]] == ["2026-09-03T12:00"]
    assert [(one["period"]["period"], one["waiting"]) for one in checked["removed"]] == [(5, 1)]
    added = (await send(gateway, "check", HEADER + MOVED_SIXTH + SEVENTH)).json()
    assert added["removed"] == []
    assert await codes(gateway) == ["MN2705", "MN2706"]


async def test_a_calendar_is_published_and_remembered_with_who_sent_it(gateway) -> None:
    taken = (await send(gateway, "import", HEADER + MOVED_SIXTH + SEVENTH)).json()
    assert (taken["added"], taken["changed"], taken["removed"]) == (["MN2707"], ["MN2706"], [])
    assert await codes(gateway) == ["MN2705", "MN2706", "MN2707"]
    published = (await gateway.hub.emitted("esr.calendar.changed"))[-1].event
    assert [one.run.code for one in published.cut_offs] == ["MN2705", "MN2706", "MN2707"]
    async with gateway.hub.database.read(["277"]) as tx:
        entries = await audit.entries(tx, ["277"])
    assert [(one.action, one.actor) for one in entries if one.action == "calendar.imported"] == [
        ("calendar.imported", "clwrota")
    ]


async def test_a_calendar_that_was_changed_since_the_check_is_not_taken(gateway) -> None:
    checked = (await send(gateway, "check", HEADER + SEVENTH)).json()
    assert (await send(gateway, "import", HEADER + MOVED_SIXTH)).status_code == 200
    stale = await send(gateway, "import", HEADER + SEVENTH, headers={"If-Match": f'"{checked["revision"]}"'})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    fresh = await send(gateway, "import", HEADER + SEVENTH, headers={"If-Match": f'"{checked["revision"] + 1}"'})
    assert fresh.status_code == 200


async def test_a_period_whose_run_was_made_cannot_be_changed(gateway) -> None:
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    await gateway.close_due()
    moved = MOVED_SIXTH.replace("27,6,Pay 6", "27,5,Pay 5")
    assert "made already" in (await send(gateway, "check", HEADER + moved)).json()["refused"][0]
    refused = await send(gateway, "import", HEADER + moved)
    assert (refused.status_code, refused.json()["code"]) == (409, "calendar_refused")
    kept = await send(gateway, "check", HEADER + SEVENTH, params={"mode": "replace"})
    assert kept.json()["kept"] == ["MN2705"]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.PAYROLL_OFFICER, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.OPERATOR, 403),
        (Role.AUDITOR, 403),
        (Role.VALIDATOR, 403),
    ],
)
async def test_the_calendar_is_for_payroll_officers_and_administrators_of_the_trust(gateway, role, status) -> None:
    async with signed_in(gateway, role) as one:
        headers = {"X-CSRF-Token": one.csrf, "content-type": "text/csv"}
        for what in ("check", "import"):
            answer = await one.client.post(f"/v1/trusts/277/calendar:{what}", content=HEADER + SEVENTH, headers=headers)
            assert answer.status_code == status, answer.text
        assert (await one.get("/v1/trusts/277/calendar")).status_code == (403 if role is Role.VALIDATOR else 200)
    async with signed_in(gateway, role, vpds=("312",)) as stranger:
        assert (await stranger.get("/v1/trusts/277/calendar")).status_code in {403, 404}


async def test_a_spreadsheets_own_charset_is_read_and_other_trusts_are_not_found(gateway) -> None:
    checked = await send(gateway, "check", (HEADER + SEVENTH.replace("October pay", "Pay ½ £")).encode("cp1252"))
    assert [one["pay_name"] for one in checked.json()["added"]] == ["Pay ½ £"]
    other = await gateway.hub.client.get("/v1/trusts/312/calendar", headers=gateway.bearer())
    assert other.status_code == 404


async def test_settings_that_leave_the_calendar_out_keep_it_and_say_who_changed_what(gateway, tmp_path) -> None:
    settings = trust_settings(gateway.sandbox, tmp_path) | {"missing_after_days": 30}
    del settings["calendar"]
    for _ in range(2):
        answer = await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())
        assert answer.status_code == 200
    assert await codes(gateway) == ["MN2705", "MN2706"]
    async with gateway.hub.database.read(["277"]) as tx:
        [changed, first] = await audit.entries(tx, ["277"])
    assert (changed.action, changed.actor, changed.detail) == (
        "trust.put",
        "clwrota",
        {"changed": ["missing_after_days"]},
    )
    assert "exchange" in first.detail["changed"]
