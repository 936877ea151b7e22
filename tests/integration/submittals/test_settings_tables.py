"""The tables of a trust over the API: checked row by row, shown before they are put, taken back while they are to come."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx

from esrlink import audit
from esrlink.auth import Role
from esrlink.auth.testing import person, signed_in_session
from esrlink.http.workbook import WORKBOOK
from tests.integration.submittals.conftest import SETTINGS, Rota, leave, statements, work

CARDS = "element,grade,premium,rate\nEXTRA,YC72,,520\nEXTRA,YC72,yes,650\n"
FROM = {"effective_from": "2026-08-10"}
CSV = {"Content-Type": "text/csv"}


async def send(
    rota: Rota, method: str, table: str, content: str | bytes = "", *, kind: str = "text/csv", **options: Any
) -> httpx.Response:
    headers = options.pop("headers", {}) | rota.bearer(**options.pop("claims", {})) | {"Content-Type": kind}
    path = f"/v1/trusts/{options.pop('vpd', '277')}/settings/{table}"
    params = options.pop("params", FROM)
    return await rota.hub.client.request(method, path, content=content, params=params, headers=headers)


async def read(rota: Rota, table: str, **params: str) -> Any:
    answer = await rota.hub.client.get(f"/v1/trusts/277/settings/{table}", params=params, headers=rota.bearer())
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_table_is_put_from_a_day_on_and_records_follow_it(rota: Rota) -> None:
    put = await send(rota, "PUT", "rate_cards", CARDS, params={"effective_from": "2026-07-28"})
    assert put.status_code == 200, put.text
    assert [row["rate"] for row in put.json()["rows"]] == ["520", "650"]
    before = await rota.taken("before", work(date_worked="2026-07-27"))
    after = await rota.taken("after", work(date_worked="2026-07-28"))
    saturday = await rota.taken("saturday", work(date_worked="2026-08-01"))
    assert [one["content"]["rate"] for one in (before, after, saturday)] == ["500.00", "520", "650"]


async def test_the_same_put_twice_changes_nothing_whatever_its_form(rota: Rota) -> None:
    first = (await send(rota, "PUT", "rate_cards", CARDS)).json()
    rows = '{"rows": [{"element": "EXTRA", "grade": "YC72", "rate": "520.00"},'
    rows += '{"element": "EXTRA", "grade": "YC72", "premium": true, "rate": 650}]}'
    again = (await send(rota, "PUT", "rate_cards", rows, kind="application/json")).json()
    assert (again["version"], again["rows"]) == (first["version"], first["rows"])


async def test_a_table_is_exported_and_put_again_without_a_change(rota: Rota) -> None:
    start = {"effective_from": "2000-01-01"}
    for table in ("general", "departments", "absence_types", "pay_elements", "cost_codes"):
        for kind, media in (("csv", "text/csv"), ("xlsx", WORKBOOK)):
            path = f"/v1/trusts/277/settings/{table}"
            answer = await rota.hub.client.get(path, params={"format": kind}, headers=rota.bearer())
            name = f"277-{table.replace('_', '-')}-2000-01-01.{kind}"
            assert f'filename="{name}"' in answer.headers["Content-Disposition"]
            put = await send(rota, "PUT", table, answer.content, kind=media, params=start)
            assert (put.status_code, put.json().get("version")) == (200, 1), put.text


async def test_a_preview_says_every_row_and_changes_nothing(rota: Rota) -> None:
    await send(rota, "PUT", "rate_cards", CARDS)
    sheet = "element,grade,premium,rate\nEXTRA,YC72,,540\nEXTRA,MN37,,300\nNONE,,,1\nEXTRA,YC73,,x\n"
    later = {"effective_from": "2026-08-20"}
    found = (await send(rota, "POST", "rate_cards:preview", sheet, params=later)).json()
    assert [(one["name"], one["differences"]) for one in found["changed"]] == [
        ("EXTRA, YC72", [{"field": "rate", "before": "520", "after": "540"}])
    ]
    assert [one["name"] for one in found["added"]] == ["EXTRA, MN37"]
    assert [one["name"] for one in found["removed"]] == ["EXTRA, YC72, premium"]
    assert [(one["row"], one["field"], one["text"]) for one in found["problems"]] == [
        (4, "element", "NONE"),
        (5, "rate", "x"),
    ]
    assert (found["effective_from"], found["until"], found["replaces"]) == ("2026-08-20", None, False)
    assert (await read(rota, "rate_cards", **FROM))["until"] is None


async def test_a_table_with_a_wrong_row_is_not_put_at_all(rota: Rota) -> None:
    answer = await send(rota, "PUT", "rate_cards", CARDS + "EXTRA,YC73,,x\n")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid")
    assert [(one["field"], one["detail"]) for one in problem["problems"]] == [
        ("row 4, rate", "Rate must be a figure, such as 500 or 500.00. It says: x")
    ]
    assert (await read(rota, "rate_cards"))["rows"] == []


async def test_a_preview_counts_the_waiting_records_that_it_meets(rota: Rota) -> None:
    await rota.taken("early", work(date_worked="2026-07-28"))
    await rota.taken("late", work(date_worked="2026-08-01"))
    await rota.taken("leave", leave(start_date="2026-08-02", end_date="2026-08-02"))
    await rota.approved("gone", work(date_worked="2026-07-29", session="Theatre 4"))

    async def met(table: str, sheet: str, day: str) -> Any:
        found = await send(rota, "POST", f"{table}:preview", sheet, params={"effective_from": day})
        assert found.status_code == 200, found.text
        return found.json()["waiting_records"]

    assert await met("rate_cards", CARDS, "2026-07-01") == 2
    assert await met("rate_cards", CARDS, "2026-07-31") == 1
    assert await met("rate_cards", "element,rate\n", "2026-07-01") == 0, "nothing changes"
    assert await met("general", "retro_days\n80\n", "2026-07-01") == 3
    cardiology = "product,department,name\nclwrota,anaesthetics,Anaesthetics\nmedirota,cardiology,Heart\n"
    kept = f"{cardiology.splitlines()[0]},cost_code\nclwrota,anaesthetics,Anaesthetics,E10110\nmedirota,cardiology,Heart,E10220\n"
    assert await met("departments", kept, "2026-07-01") == 0, "cardiology has no record"
    await send(rota, "PUT", "rate_cards", "element,rate\nEXTRA,1\n", params={"effective_from": "2026-08-01"})
    assert await met("rate_cards", CARDS, "2026-07-01") == 1, "until the next edition begins"


async def test_a_preview_costs_the_same_statements_whatever_its_rows(rota: Rota) -> None:
    counts = []
    for rows in (1, 500):
        sheet = "element,grade,rate\n" + "".join(f"EXTRA,G{n},{n}\n" for n in range(rows))
        with statements(rota.hub) as seen:
            answer = await send(rota, "POST", "rate_cards:preview", sheet)
        assert len(answer.json()["added"]) == rows
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_an_edition_that_is_to_come_can_be_taken_back_and_no_other(rota: Rota) -> None:
    await send(rota, "PUT", "rate_cards", CARDS)
    assert (await send(rota, "DELETE", "rate_cards")).status_code == 204
    assert (await send(rota, "DELETE", "rate_cards")).status_code == 404
    begun = await send(rota, "DELETE", "rate_cards", params={"effective_from": "2000-01-01"})
    assert (begun.status_code, begun.json()["code"]) == (409, "edition_in_force")


async def test_the_list_says_which_editions_there_are(rota: Rota) -> None:
    await send(rota, "PUT", "rate_cards", CARDS)
    answer = await rota.hub.client.get("/v1/trusts/277/settings", headers=rota.bearer())
    tables = {one["table"]: one["editions"] for one in answer.json()["tables"]}
    cards = [(one["effective_from"], one["until"], one["rows"]) for one in tables["rate_cards"]]
    assert cards == [("2026-08-10", None, 2), ("2000-01-01", "2026-08-09", 0)]
    assert len(tables) == 8


async def test_what_was_looked_at_is_put_or_nothing(rota: Rota) -> None:
    seen = (await send(rota, "POST", "rate_cards:preview", CARDS)).json()["version"]
    await send(rota, "PUT", "cost_codes", "code\nE9\n")
    stale = await send(rota, "PUT", "rate_cards", CARDS, headers={"If-Match": f'"{seen}"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    fresh = await send(rota, "PUT", "rate_cards", CARDS, headers={"If-Match": stale.headers["ETag"]})
    assert fresh.status_code == 200


async def test_every_change_is_in_the_audit_trail_with_what_it_changed(rota: Rota) -> None:
    await send(rota, "PUT", "rate_cards", CARDS)
    await send(rota, "PUT", "rate_cards", CARDS)
    await send(rota, "PUT", "rate_cards", CARDS.replace("520", "530"))
    await send(rota, "DELETE", "rate_cards")
    async with rota.hub.database.read(["277"]) as tx:
        entries = [one for one in await audit.entries(tx, ["277"]) if one.about == "rate_cards/2026-08-10"]
        assert await audit.verify(tx, "277") == 8 + 3
    assert [one.action for one in entries] == ["settings.edition_removed", "settings.put", "settings.put"]
    assert entries[1].detail == {
        "added": 0,
        "changed": 1,
        "removed": 0,
        "rows": [{"row": "EXTRA, YC72", "fields": {"rate": ["520", "530"]}}],
    }
    assert entries[1].actor == "clwrota"
    gone = [(one["row"], one["fields"]["rate"]) for one in entries[0].detail["rows"]]
    assert gone == [("EXTRA, YC72", ["530", ""]), ("EXTRA, YC72, premium", ["650", ""])]


async def test_money_is_for_payroll_officers_too_and_auditors_only_look(rota: Rota) -> None:
    await send(rota, "PUT", "rate_cards", CARDS)
    await send(rota, "PUT", "rules", "code,severity\nlate,off\n")

    async def as_person(role: Role, method: str, table: str, content: str = "") -> int:
        cookies, session = signed_in_session(rota.hub.service.app.state.auth, person(role))
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        headers = {"Cookie": cookie, "X-CSRF-Token": session.csrf, "Content-Type": "text/csv"}
        path = f"/v1/trusts/277/settings/{table}"
        return (await rota.hub.client.request(method, path, content=content, params=FROM, headers=headers)).status_code

    rules = "code,severity\nlate,off\n"
    for role, look, money, other in (
        (Role.ADMINISTRATOR, 200, 200, 200),
        (Role.PAYROLL_OFFICER, 200, 200, 403),
        (Role.AUDITOR, 200, 403, 403),
        (Role.VALIDATOR, 403, 403, 403),
        (Role.CLINICIAN, 403, 403, 403),
    ):
        assert await as_person(role, "GET", "rate_cards") == look, role
        assert await as_person(role, "PUT", "rate_cards", CARDS) == money, role
        assert await as_person(role, "POST", "rate_cards:preview", CARDS) == money, role
        assert await as_person(role, "PUT", "rules", rules) == other, role


async def test_settings_are_the_whole_trusts(rota: Rota) -> None:
    some = {"departments": ["clwrota/anaesthetics"]}
    assert (await send(rota, "PUT", "rate_cards", CARDS, claims=some)).status_code == 403
    assert (await send(rota, "GET", "rate_cards", params={}, vpd="278")).status_code == 404
    assert (await send(rota, "PUT", "rate_cards", CARDS, vpd="278")).status_code == 404


async def test_one_trust_never_sees_anothers_editions(rota: Rota) -> None:
    await send(rota, "PUT", "cost_codes", "code\nE9\n")
    other = Rota(rota.hub, "278")
    whole = await rota.hub.client.put("/v1/trusts/278", json=SETTINGS, headers=other.bearer())
    assert whole.status_code == 200, whole.text
    listed = await rota.hub.client.get("/v1/trusts/278/settings/cost_codes", params=FROM, headers=other.bearer())
    assert listed.status_code == 404
    async with rota.hub.database.read(["278"]) as tx:
        from submittals.trusts import editions

        now = datetime(2026, 8, 20, tzinfo=UTC)
        assert (await editions.in_force(tx, "278", now)).cost_codes == ("E10440",)


async def test_a_whole_put_that_names_what_is_not_there_is_refused(rota: Rota) -> None:
    body = {**SETTINGS, "rate_cards": [{"element": "NONE", "rate": "1"}]}
    answer = await rota.hub.client.put("/v1/trusts/277", json=body, headers=rota.bearer())
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "row 1, element"
    rules = {**SETTINGS, "rules": [{"code": "double_claim", "severity": "off"}]}
    answer = await rota.hub.client.put("/v1/trusts/277", json=rules, headers=rota.bearer())
    assert answer.status_code == 422


_NO_TABLES = [
    ("", "text/csv"),
    ("", "application/json"),
    ("{}", "application/json"),
    ('{"rows": 1}', "application/json"),
    ("PK\x03\x04", WORKBOOK),
    ("\x00", "text/csv"),
    ("nonsense", "text/csv"),
    ("[" * 10_000, "application/json"),
    ('{"rows": [NaN, 1e999, "\\ud800", null, [], {"rate": {"a": 1}}]}', "application/json"),
]


async def test_what_is_no_table_is_refused_in_a_sentence(rota: Rota) -> None:
    for content, kind in _NO_TABLES:
        answer = await send(rota, "PUT", "rate_cards", content, kind=kind)
        assert answer.status_code == 422, (content[:40], answer.text)
        assert answer.json()["detail"].endswith(".")
