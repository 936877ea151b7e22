"""What payroll does with runs over the API: look, sign, reopen, hold, settle; who may, and what is refused."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date
from typing import Any

import pytest

from esr_sandbox.faults import Fault, Strikes
from esrlink import audit
from esrlink.auth import Role
from esrlink.contracts import ProfileKey, Source
from tests.integration.gateway.conftest import (
    AFTER_CUT_OFF,
    GatewayUnderTest,
    attendance,
    trust_settings,
)
from tests.integration.gateway.people import signed_in
from tests.integration.gateway.test_runs import DAY, closed

NOBODY = "/v1/runs/00000000-0000-0000-0000-000000000000"
REASON = {"reason": "The rate was wrong."}


async def put(gateway: GatewayUnderTest, tmp_path: Any, **changes: Any) -> None:
    settings = trust_settings(gateway.sandbox, tmp_path) | changes
    answer = await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())
    assert answer.status_code == 200, answer.text


async def actions(gateway: GatewayUnderTest) -> list[tuple[str, str]]:
    async with gateway.hub.database.read(["277"]) as tx:
        entries = await audit.entries(tx, ["277"])
    return [(one.action, one.actor) for one in reversed(entries) if one.action != "trust.put"]


@pytest.fixture
async def frozen(gateway: GatewayUnderTest, tmp_path: Any) -> dict[str, Any]:
    """A run that waits for the signature of olga: two lines, and one record held back."""
    await put(gateway, tmp_path, sign="named_officer", officers=["olga"])
    cardiology = Source(
        profile=ProfileKey(product="medirota", department="cardiology", profile_id="p2"), record_id="c1"
    )
    return await closed(
        gateway,
        attendance("20000001", DAY),
        attendance("20000002", DAY, source=cardiology, rate="-1"),
        attendance("20000003", DAY, pay_element="UNKNOWN"),
    )


async def test_open_runs_are_listed_beside_closed_ones(gateway) -> None:
    await gateway.hub.deliver(attendance("20000001", DAY))
    before = await gateway.get("/v1/runs")
    assert [(one["run_code"], one["waiting"], one["state"]) for one in before["open"]] == [
        ("MN2705", 1, "open"),
        ("MN2706", 0, "open"),
    ]
    await closed(gateway)
    both = await gateway.get("/v1/runs")
    assert ([one["run_code"] for one in both["open"]], [one["run_code"] for one in both["runs"]]) == (
        ["MN2706"],
        ["MN2705"],
    )
    assert (await gateway.get("/v1/runs", state="sent"))["open"] == []
    assert (await gateway.get("/v1/runs", state="open"))["runs"] == []
    assert (await gateway.get("/v1/runs", limit=1, offset=1))["runs"] == []


async def test_the_pack_is_what_was_hashed_and_totals_agree_with_it(gateway, frozen) -> None:
    at = f"/v1/runs/{frozen['run_id']}"
    answer = await gateway.hub.client.get(f"{at}/pack", headers=gateway.bearer())
    assert hashlib.sha256(answer.content).hexdigest() == frozen["pack_sha256"]
    assert answer.headers["etag"] == f'"{frozen["pack_sha256"]}"'
    for by in ("element", "department", "assignment"):
        totals = (await gateway.get(f"{at}/totals", by=by))["totals"]
        assert [(t["name"], t["lines"], t["amount"]) for t in totals] == [
            (t["name"], t["lines"], t["amount"]) for t in answer.json()["totals"][by]
        ]


async def test_lines_are_found_by_what_stands_in_them_and_told_as_csv_without_formulas(gateway, frozen) -> None:
    at = f"/v1/runs/{frozen['run_id']}/lines"
    for text, numbers in {
        "20000002": ["20000002"],
        "cardio": ["20000002"],
        "2000": ["20000001", "20000002"],
        "consultant extra": ["20000001", "20000002"],
        "%": [],
        "_": [],
    }.items():
        found = (await gateway.get(at, text=text))["lines"]
        assert sorted(one["employee_number"] for one in found) == numbers, text
    assert (await gateway.get(at, change="reversed"))["lines"] == []
    both = (await gateway.get(at))["lines"]
    first, second = sorted(both, key=lambda one: one["employee_number"])
    assert (first["product"], first["department"], first["record_id"], first["approved_by"]) == (
        "clwrota",
        "anaesthetics",
        "r1",
        "c",
    )
    assert "not been sent" in first["proof"]
    answer = await gateway.hub.client.get(f"{at}?format=csv", headers=gateway.bearer())
    rows = {row["employee_number"]: row for row in csv.DictReader(io.StringIO(answer.text))}
    assert set(rows) == {"20000001", "20000002"}
    assert rows["20000002"]["amount"] == second["amount"] == "-1.00"


@pytest.mark.parametrize("block", [1, 2, 3])
async def test_lines_as_csv_are_all_lines_once_however_they_are_read(gateway, frozen, monkeypatch, block) -> None:
    monkeypatch.setattr("esr_gateway.api.run_lines._BLOCK", block)
    at = f"/v1/runs/{frozen['run_id']}/lines"
    order = [one["employee_number"] for one in (await gateway.get(at))["lines"]]
    for query, expected in {"": order, "&limit=1": order[:1], "&offset=1": order[1:]}.items():
        answer = await gateway.hub.client.get(f"{at}?format=csv{query}", headers=gateway.bearer())
        assert [row["employee_number"] for row in csv.DictReader(io.StringIO(answer.text))] == expected


async def test_only_a_named_officer_signs_and_only_what_was_looked_at(gateway, frozen) -> None:
    at, body = f"/v1/runs/{frozen['run_id']}/sign", {"pack_sha256": frozen["pack_sha256"]}
    machine = await gateway.hub.client.post(at, json=body, headers=gateway.bearer())
    assert machine.status_code == 403
    for roles, subject, status, code in [
        ([Role.OPERATOR], "olga", 403, "forbidden"),
        ([Role.AUDITOR], "olga", 403, "forbidden"),
        ([Role.PAYROLL_OFFICER], "pat", 403, "not_an_officer"),
    ]:
        async with signed_in(gateway, *roles, subject=subject) as one:
            refused = await one.send(at, body)
            assert (refused.status_code, refused.json()["code"]) == (status, code)
    async with signed_in(gateway, Role.PAYROLL_OFFICER, subject="olga", vpds=("312",)) as stranger:
        assert (await stranger.send(at, body)).status_code == 404
    async with signed_in(gateway, Role.PAYROLL_OFFICER, subject="olga") as olga:
        changed = await olga.send(at, {"pack_sha256": "0" * 64})
        assert (changed.status_code, changed.json()["code"]) == (409, "pack_changed")
        assert await gateway.close_due() == [], "nothing goes unsigned"
        signed = await olga.send(at, body)
        assert (signed.status_code, signed.json()["state"], signed.json()["approved_by"]) == (200, "approved", "olga")
        again = await olga.send(at, body)
        assert (again.status_code, again.json()["code"]) == (409, "not_frozen")
    assert [run["state"] for run in await gateway.close_due()] == ["sent"]
    assert await actions(gateway) == [("run.signed", "olga")]


async def test_a_run_is_reopened_until_it_is_sent_and_made_anew_when_a_person_says_so(gateway, frozen) -> None:
    at = f"/v1/runs/{frozen['run_id']}"
    assert (await gateway.hub.client.post(f"{at}/reopen", json=REASON, headers=gateway.bearer())).status_code == 403
    async with signed_in(gateway, Role.PAYROLL_OFFICER, subject="olga") as olga:
        assert (await olga.send(f"{at}/reopen", {"reason": ""})).status_code == 422
        assert (await olga.send(f"{at}/reopen", REASON)).status_code == 204
        assert (await olga.get(at)).status_code == 404
        assert (await gateway.close_due_answer()).status_code == 409, "it waits for a person"
        seen = (await olga.get("/v1/runs/open/MN2705/preview")).json()
        assert (seen["line_count"], seen["held_count"]) == (2, 1)
        decision = "/v1/runs/open/MN2705/missed"
        assert (await olga.send(decision, {"decision": "send"})).status_code == 204
        again = await olga.send(decision, {"decision": "roll"})
        assert (again.status_code, again.json()["code"]) == (409, "nothing_to_decide")
        [run] = await gateway.close_due()
        await olga.send(f"/v1/runs/{run['run_id']}/sign", {"pack_sha256": run["pack_sha256"]})
        await gateway.close_due()
        late = await olga.send(f"/v1/runs/{run['run_id']}/reopen", REASON)
        assert (late.status_code, late.json()["code"]) == (409, "cannot_reopen")
    assert [action for action, _ in await actions(gateway)] == ["run.reopened", "cut_off.sent_late", "run.signed"]


async def test_a_record_is_held_released_and_withdrawn_until_a_run_takes_it(gateway) -> None:
    one, other = attendance("20000001", DAY), attendance("20000002", DAY)
    await gateway.hub.deliver(one, other)
    at = f"/v1/instructions/{one.submittal_id}/1"
    async with signed_in(gateway, Role.PAYROLL_OFFICER) as pat:
        held = (await pat.send(f"{at}/hold", REASON)).json()
        assert (held["state"], held["held_by"], held["code"]) == ("held", "pat", "held_by_person")
        [reason] = (await pat.get("/v1/runs/open/MN2705/preview")).json()["held"]
        assert reason["what_to_do"] == "Release it when the question is settled, or withdraw it."
        released = (await pat.send(f"{at}/release")).json()
        assert (released["state"], released["held_by"]) == ("waiting", None)
        again = await pat.send(f"{at}/release")
        assert (again.status_code, again.json()["code"]) == (409, "not_held")
        gone = f"/v1/instructions/{other.submittal_id}/1"
        assert (await pat.send(f"{gone}/withdraw", REASON)).json()["state"] == "withdrawn"
        assert (await closed(gateway))["lines"] == 1
        late = await pat.send(f"{at}/hold", REASON)
        assert (late.status_code, late.json()["code"]) == (409, "in_a_run")
        told = (await pat.get(at)).json()
        assert (told["file_name"], told["row_number"]) == ("TA_277_LNK_MN2705_00000001.DAT", 1)
        assert told["facts"][-1]["sentence"].startswith("It was sent to ESR in TA_277")
    async with signed_in(gateway, Role.AUDITOR) as auditor:
        assert (await auditor.get(at)).status_code == 200
        assert (await auditor.send(f"{at}/hold", REASON)).status_code == 403
    async with signed_in(gateway, Role.PAYROLL_OFFICER, vpds=("312",)) as stranger:
        assert (await stranger.get(at)).status_code == 404
        assert (await stranger.send(f"{at}/withdraw", REASON)).status_code == 404
    assert [action for action, _ in await actions(gateway)] == [
        "instruction.held",
        "instruction.released",
        "instruction.withdrawn",
    ]


async def test_a_preview_shows_the_lines_of_the_files_and_writes_nothing(gateway) -> None:
    await gateway.hub.deliver(attendance("20000001", DAY), attendance("20000003", DAY, pay_element="UNKNOWN"))
    seen = await gateway.get("/v1/runs/open/MN2705/preview")
    assert (seen["line_count"], seen["held_count"], seen["by_department"][0]["name"]) == (1, 1, "clwrota/anaesthetics")
    [shown] = seen["lines"]
    assert await gateway.outcomes(seen["held"][0]["submittal_id"]) == []
    await closed(gateway)
    [path] = gateway.inbox.iterdir()
    assert shown["row"] == path.read_text("ascii").splitlines()[1]
    gone = await gateway.hub.client.get("/v1/runs/open/MN2705/preview", headers=gateway.bearer())
    assert gone.status_code == 409
    for code, status in {"MN2799": 404, "nonsense": 422}.items():
        refused = await gateway.hub.client.get(f"/v1/runs/open/{code}/preview", headers=gateway.bearer())
        assert refused.status_code == status
    other = await gateway.hub.client.get("/v1/runs/open/MN2706/preview?vpd=312", headers=gateway.bearer())
    assert other.status_code == 404


async def test_a_supplementary_run_takes_what_is_approved_before_its_cut_off(gateway) -> None:
    await closed(gateway)
    late = attendance("20000001", DAY, approved_at=AFTER_CUT_OFF)
    await gateway.hub.deliver(late)
    body = {"after_run_code": "MN2705", "cut_off": "2026-08-12T12:00:00+01:00", "pay_date": "2026-08-14"}
    async with signed_in(gateway, Role.PAYROLL_OFFICER) as pat:
        refused = await pat.send("/v1/runs/supplementary", body | {"cut_off": "2026-08-01T12:00:00+01:00"})
        assert (refused.status_code, refused.json()["field"]) == (422, "cut_off")
        opened = await pat.send("/v1/runs/supplementary", body)
        assert (opened.status_code, opened.json()["run"], opened.json()["cut_off_local"]) == (
            201,
            "S",
            "2026-08-12T12:00",
        )
    soonest = (await gateway.get("/v1/runs"))["open"][0]
    assert (soonest["run_code"], soonest["waiting"]) == ("MS2705", 1)
    assert await actions(gateway) == [("run.supplementary_opened", "pat")]


async def test_a_file_in_doubt_is_settled_by_two_different_people(gateway) -> None:
    gateway.sandbox.faults.switch_on(Fault.LOST_RECEIPT, Strikes())
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    await gateway.close_due_answer()
    gateway.sandbox.esr.read_inbox("277", date(2026, 8, 6))
    await gateway.close_due()
    at = "/v1/run-files/TA_277_LNK_MN2705_00000001.DAT"
    found = {"verdict": "sent", "evidence": "ESR's support saw it in their log."}
    assert (await gateway.hub.client.post(f"{at}/resolve", json=found, headers=gateway.bearer())).status_code == 403
    async with signed_in(gateway, Role.OPERATOR, subject="olive") as olive:
        assert (await olive.send(f"{at}/resolve", found | {"evidence": "yes"})).status_code == 422
        for _ in range(2):
            assert (await olive.send(f"{at}/resolve", found)).json()["decision"] == "waits"
    async with signed_in(gateway, Role.PAYROLL_OFFICER, subject="pat") as pat:
        [said] = (await pat.get(at)).json()["said"]
        assert (said["person"], said["verdict"]) == ("olive", "sent")
        assert (await pat.send(f"{at}/resolve", found)).json()["decision"] == "sent"
        over = await pat.send(f"{at}/resolve", found)
        assert (over.status_code, over.json()["code"]) == (409, "not_in_doubt")
    async with signed_in(gateway, Role.OPERATOR, vpds=("312",)) as stranger:
        assert (await stranger.get(at)).status_code == 404
    assert (await gateway.get(at))["state"] == "sent"


async def test_other_trusts_runs_are_not_found_and_departments_see_none(gateway, frozen) -> None:
    at = f"/v1/runs/{frozen['run_id']}"
    async with signed_in(gateway, Role.AUDITOR, vpds=("312",)) as stranger:
        for path in (at, f"{at}/lines", f"{at}/totals", f"{at}/pack", NOBODY):
            assert (await stranger.get(path)).status_code == 404, path
    for role in (Role.VALIDATOR, Role.CLINICIAN):
        async with signed_in(gateway, role) as one:
            assert (await one.get(at)).status_code == 403


async def test_only_a_person_closes_a_run_despite_what_hinders_it(gateway) -> None:
    refused = await gateway.hub.client.post("/v1/runs/close-due", json={"despite": "now"}, headers=gateway.bearer())
    assert refused.status_code == 403
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    async with signed_in(gateway, Role.PAYROLL_OFFICER) as pat:
        closed_now = await pat.send("/v1/runs/close-due", {"despite": "The pay date is tomorrow."})
        assert [run["run_code"] for run in closed_now.json()["runs"]] == ["MN2705"]
