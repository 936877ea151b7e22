"""The pages and forms of payroll: who sees and does what, that each act leads to a page that says so, and what a page costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event

from esrlink.auth import Role
from tests.integration.gateway.conftest import AFTER_CUT_OFF, GatewayUnderTest, attendance, period, trust_settings
from tests.integration.gateway.people import signed_in
from tests.integration.gateway.test_runs import DAY, closed

REASON = {"reason": "The rate was wrong."}


@contextmanager
def statements(gateway: GatewayUnderTest) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    engine, seen = gateway.hub.database.engine.sync_engine, []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def signed_run(gateway: GatewayUnderTest, tmp_path: Any, count: int = 2) -> dict[str, Any]:
    """A run that waits for a signature."""
    settings = trust_settings(gateway.sandbox, tmp_path) | {"sign": "named_officer"}
    answer = await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())
    assert answer.status_code == 200
    return await closed(gateway, *(attendance(f"2000{number:04d}", DAY) for number in range(1, count + 1)))


async def test_what_a_page_offers_is_what_the_person_may_do(gateway, tmp_path) -> None:
    waiting = attendance("20000009", DAY, approved_at=AFTER_CUT_OFF)
    run = await signed_run(gateway, tmp_path)
    await gateway.hub.deliver(waiting)
    sign, record = f"/runs/{run['run_id']}/sign", f"/records/{waiting.submittal_id}/1"
    offers = {
        "Sign and send": (sign, {Role.PAYROLL_OFFICER}),
        "Open it again": (sign, {Role.PAYROLL_OFFICER, Role.OPERATOR}),
        "Hold it back": (record, {Role.PAYROLL_OFFICER, Role.OPERATOR}),
        "Check the file": ("/calendar", {Role.PAYROLL_OFFICER, Role.ADMINISTRATOR}),
        "Open a supplementary run": ("/runs", {Role.PAYROLL_OFFICER, Role.OPERATOR}),
    }
    forms = {
        f"/runs/{run['run_id']}/sign": {Role.PAYROLL_OFFICER},
        f"/runs/{run['run_id']}/reopen": {Role.PAYROLL_OFFICER, Role.OPERATOR},
        f"{record}/hold": {Role.PAYROLL_OFFICER, Role.OPERATOR},
        f"{record}/release": {Role.PAYROLL_OFFICER, Role.OPERATOR},
        f"{record}/withdraw": {Role.PAYROLL_OFFICER, Role.OPERATOR},
        "/runs/supplementary": {Role.PAYROLL_OFFICER, Role.OPERATOR},
        "/runs/open/277/close": {Role.PAYROLL_OFFICER, Role.OPERATOR},
        "/calendar/277/missed/MN2705": {Role.PAYROLL_OFFICER, Role.OPERATOR},
        "/calendar/277/check": {Role.PAYROLL_OFFICER, Role.ADMINISTRATOR},
        "/calendar/277/import": {Role.PAYROLL_OFFICER, Role.ADMINISTRATOR},
        "/run-files/TA_277_LNK_MN2705_00000001.DAT/resolve": {Role.PAYROLL_OFFICER, Role.OPERATOR},
    }
    for role in (Role.PAYROLL_OFFICER, Role.OPERATOR, Role.ADMINISTRATOR, Role.AUDITOR):
        async with signed_in(gateway, role) as one:
            for words, (path, allowed) in offers.items():
                assert (words in await one.page(path)) == (role in allowed), (role, words)
            for path, allowed in forms.items():
                if role not in allowed:
                    assert (await one.form(path)).status_code == 403, (role, path)
    async with signed_in(gateway, Role.VALIDATOR) as one:
        for path in ("/runs", "/calendar", sign, record):
            assert (await one.get(path)).status_code == 403
    async with signed_in(gateway, Role.PAYROLL_OFFICER, vpds=("312",)) as stranger:
        for path in (sign, f"/runs/{run['run_id']}", f"/runs/{run['run_id']}/lines", record, "/runs/open/277/MN2706"):
            assert (await stranger.get(path)).status_code == 404, path
        for path in forms:
            sent = await stranger.form(path, pack_sha256=run["pack_sha256"], agreed="yes", decision="send", revision="0",
                                       text="x", verdict="sent", evidence="I saw it there.", **REASON)  # fmt: skip
            assert sent.status_code in {404, 422}, path


async def test_a_form_without_the_sessions_secret_does_nothing(gateway, tmp_path) -> None:
    run = await signed_run(gateway, tmp_path)
    async with signed_in(gateway, Role.PAYROLL_OFFICER) as one:
        fields = {"pack_sha256": run["pack_sha256"], "agreed": "yes"}
        forged = await one.client.post(f"/runs/{run['run_id']}/sign", data=fields)
        assert (forged.status_code, (await one.get(f"/v1/runs/{run['run_id']}")).json()["state"]) == (403, "frozen")
        unticked = await one.form(f"/runs/{run['run_id']}/sign", pack_sha256=run["pack_sha256"])
        assert (unticked.status_code, "Tick the box" in unticked.text) == (422, True)
        changed = await one.form(f"/runs/{run['run_id']}/sign", pack_sha256="0" * 64, agreed="yes")
        assert (changed.status_code, "made anew since you looked" in changed.text) == (409, True)
        done = await one.form(f"/runs/{run['run_id']}/sign", **fields)
        assert (done.status_code, done.headers["location"]) == (303, f"/esr-gateway/runs/{run['run_id']}?said=signed")
        assert "I have looked at the totals" in await one.page(f"/runs/{run['run_id']}")


async def test_a_record_is_held_and_let_go_on_its_page_and_leads_to_its_run(gateway) -> None:
    one, other = attendance("20000001", DAY), attendance("20000002", DAY)
    await gateway.hub.deliver(one, other)
    at = f"/records/{one.submittal_id}/1"
    async with signed_in(gateway, Role.PAYROLL_OFFICER) as pat:
        held = await pat.form(f"{at}/hold", **REASON)
        assert (held.status_code, held.headers["location"]) == (303, f"/esr-gateway{at}?said=held")
        text = await pat.page(at, said="held")
        assert "The record is held back." in text
        assert "held back by pat: The rate was wrong." in text
        assert "The rate was wrong." in await pat.page("/runs/open/277/MN2705")
        await pat.form(f"{at}/release")
        await pat.form(f"/records/{other.submittal_id}/1/withdraw", **REASON)
        run = await closed(gateway)
        text = await pat.page(at)
        assert f"/esr-gateway/runs/{run['run_id']}" in text
        assert "TA_277_LNK_MN2705_00000001.DAT" in text
        assert "Hold it back" not in text
        late = await pat.form(f"{at}/hold", **REASON)
        assert late.status_code == 409


async def test_a_reopened_run_waits_on_the_calendar_until_somebody_decides(gateway, tmp_path) -> None:
    run = await signed_run(gateway, tmp_path)
    async with signed_in(gateway, Role.PAYROLL_OFFICER) as pat:
        nothing = await pat.form(f"/runs/{run['run_id']}/reopen", reason=" ")
        assert (nothing.status_code, "Say why" in nothing.text) == (422, True)
        done = await pat.form(f"/runs/{run['run_id']}/reopen", **REASON)
        assert done.headers["location"] == "/esr-gateway/runs/open/277/MN2705?said=reopened"
        assert "Make the run now" in await pat.page("/runs/open/277/MN2705", said="reopened")
        assert "opened Pay 5 (run MN2705) again" in await pat.page("/calendar")
        sent = await pat.form("/calendar/277/missed/MN2705", decision="roll")
        assert sent.headers["location"] == "/esr-gateway/calendar?said=roll"
        assert "left out by pat" in await pat.page("/calendar")
        gone = await pat.get("/runs/open/277/MN2705")
        assert gone.status_code in {303, 404}


async def test_a_supplementary_run_is_opened_by_form_and_a_wrong_one_is_shown_again(gateway) -> None:
    async with signed_in(gateway, Role.OPERATOR) as one:
        typed = {"after": "277/MN2705", "cut_off": "2026-08-12T12:00", "pay_date": "2026-08-14"}
        for wrong, words in {
            "after": "Choose the run",
            "cut_off": "Say the cut-off",
            "pay_date": "Say the pay date",
        }.items():
            refused = await one.form("/runs/supplementary", **{**typed, wrong: "x"})
            assert (refused.status_code, words in refused.text) == (422, True), wrong
            assert wrong == "cut_off" or 'value="2026-08-12T12:00"' in refused.text
        done = await one.form("/runs/supplementary", **typed)
        assert done.headers["location"] == "/esr-gateway/runs?said=supplementary"
        assert "MS2705" in await one.page("/runs")


async def test_what_a_file_of_a_calendar_says_is_words_and_never_markup(gateway) -> None:
    head = "period_type,run,tax_year,period,pay_name,starts,ends,cut_off,pay_date\n"
    hostile = f"{head}M,N,27,7,<script>alert(1)</script>,2026-10-01,2026-10-31,2026-11-03 12:00,2026-11-27\n"
    async with signed_in(gateway, Role.PAYROLL_OFFICER) as pat:
        checked = await pat.form("/calendar/277/check", {"file": ("calendar.csv", hostile)}, mode="add")
        assert (checked.status_code, "<script>alert" in checked.text) == (200, False)
        assert "&lt;script&gt;alert" in checked.text
        for content in ("", "\0", "a,b\n", "\xff\xfe"):
            odd = await pat.form("/calendar/277/check", {"file": ("calendar.csv", content)}, mode="add")
            assert odd.status_code in {200, 422}
        stale = await pat.form("/calendar/277/import", text=hostile, revision="0", mode="add")
        assert (stale.status_code, "Check the file once more" in stale.text) == (409, True)


async def test_pages_cost_the_same_few_statements_however_much_there_is(gateway, tmp_path) -> None:
    async def costs(run_code: str, next_code: str) -> dict[str, int]:
        run = next(one for one in (await gateway.get("/v1/runs"))["runs"] if one["run_code"] == run_code)
        line = (await gateway.get(f"/v1/runs/{run['run_id']}/lines"))["lines"][0]
        found = {}
        for name, path in {
            "runs": "/runs",
            "calendar": "/calendar",
            "open": f"/runs/open/277/{next_code}",
            "run": f"/runs/{run['run_id']}",
            "lines": f"/runs/{run['run_id']}/lines",
            "sign": f"/runs/{run['run_id']}/sign",
            "record": f"/records/{line['submittal_id']}/1",
            "file": f"/run-files/{line['file_name']}",
        }.items():
            with statements(gateway) as seen:
                await pat.page(path)
            found[name] = len(seen)
        return found

    more = [period(7, "2026-10-05T12:00"), period(8, "2026-11-05T12:00")]
    settings = trust_settings(gateway.sandbox, tmp_path)
    settings["calendar"] += more
    await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())
    async with signed_in(gateway, Role.PAYROLL_OFFICER) as pat:
        await closed(gateway, attendance("20000001", DAY))
        later = {"approved_at": AFTER_CUT_OFF}
        await gateway.hub.deliver(
            attendance("20000001", DAY, **later), attendance("20000001", DAY, pay_element="X", **later)
        )
        few = await costs("MN2705", "MN2706")
        await gateway.hub.deliver(*(attendance(f"2000{number:04d}", DAY, **later) for number in range(100, 140)))
        gateway.hub.clock.move_to(datetime(2026, 9, 4, 11, 0, 1, tzinfo=UTC))
        await gateway.close_due()
        afterwards = {"approved_at": gateway.hub.clock.now()}
        await gateway.hub.deliver(*(attendance(f"2000{n:04d}", DAY, **afterwards) for n in range(200, 240)))
        many = await costs("MN2706", "MN2707")
    assert few == many
    assert many == {"runs": 9, "calendar": 5, "open": 12, "run": 12, "lines": 10, "sign": 11, "record": 10, "file": 7}
