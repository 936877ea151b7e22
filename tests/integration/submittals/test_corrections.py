"""Corrections of what was sent: proposed by one, seconded by another; a pair that names what was sent, and its net effect."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from esrlink.contracts import CalendarChanged, CutOff, Outcome, PayRun
from tests.integration.submittals.conftest import CONSULTANT, SETTINGS, Rota, leave, statements, work


async def landed(rota: Rota, record: dict[str, Any] | None = None, record_id: str = "a") -> str:
    submittal_id = (await rota.approved(record_id, record or work()))["submittal_id"]
    await rota.settle(submittal_id, Outcome.SENT)
    await rota.settle(submittal_id, Outcome.LANDED, hour=13)
    return str(submittal_id)


async def post(rota: Rota, path: str, body: dict[str, Any]) -> Any:
    return await rota.hub.client.post(f"/v1/{path}", json=body, headers=rota.bearer())


async def propose(rota: Rota, submittal_id: str, **body: Any) -> Any:
    said = {"by": "officer4", "reason": "Two lists were worked.", **body}
    return await post(rota, f"submittals/{submittal_id}/corrections", said)


async def proposed(rota: Rota, submittal_id: str, **body: Any) -> dict[str, Any]:
    answer = await propose(rota, submittal_id, **body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def second(rota: Rota, correction_id: str, by: str = "officer5") -> Any:
    return await post(rota, f"corrections/{correction_id}/second", {"by": by})


TWO_LISTS: dict[str, Any] = {"fields": {"units": "2"}, "note": "Both lists."}


async def test_a_correction_is_a_reversal_and_a_replacement_that_name_what_was_sent(rota: Rota) -> None:
    submittal_id = await landed(rota)
    one = await proposed(rota, submittal_id, **TWO_LISTS)
    assert (one["state"], one["reversal"], one["reaches"]) == ("proposed", None, "August 2026 pay")
    assert len(await rota.hub.emitted("submittal.approved")) == 1
    answer = await second(rota, one["correction_id"])
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert (done["state"], done["net"]) == ("seconded", {"units": "1", "amount": "500.00"})
    _, back, anew = [told.event for told in await rota.hub.emitted("submittal.approved")]
    assert (str(back.corrects), back.reversal, str(back.attendance.amount)) == (submittal_id, True, "500.00")
    assert (str(anew.corrects), anew.reversal, str(anew.attendance.amount)) == (submittal_id, False, "1000.00")
    assert (back.approved_by, back.enriched_by, back.employee_number) == ("officer5", "officer4", CONSULTANT)
    assert [str(one.submittal_id) for one in (back, anew)] == [
        done["reversal"]["submittal_id"],
        done["replacement"]["submittal_id"],
    ]
    original = await rota.read(submittal_id)
    assert (original["state"], original["taken_back"], original["version"]) == ("landed", True, 1)
    pair = await rota.read(done["reversal"]["submittal_id"])
    assert (pair["relation"], pair["origin"], pair["state"]) == ("reversal", submittal_id, "approved")


async def test_leave_that_was_cancelled_after_it_was_sent_is_only_taken_back(rota: Rota) -> None:
    submittal_id = await landed(rota, leave())
    one = await proposed(rota, submittal_id, reason="Cancelled after it was sent.")
    done = (await second(rota, one["correction_id"])).json()
    assert (done["replacement"], done["net"]) == (None, {"days": "-3"})
    # The days are free again.
    assert (await rota.taken("b", work(date_worked="2026-08-04")))["state"] == "pending"


async def test_whoever_proposed_never_seconds_and_neither_does_the_claimant(rota: Rota) -> None:
    submittal_id = await landed(rota)
    one = await proposed(rota, submittal_id, **TWO_LISTS)
    for by, code in (
        ("officer4", "proposer_cannot_second"),
        ("OFFICER4", "proposer_cannot_second"),
        ("p1", "claimant_cannot_validate"),
        ("medirota/cardiology/c9", "claimant_cannot_validate"),
    ):
        refused = await second(rota, one["correction_id"], by)
        assert (refused.status_code, refused.json()["code"]) == (409, code), by
    assert (await second(rota, one["correction_id"])).status_code == 200
    again = await second(rota, one["correction_id"], "officer6")
    assert again.json()["code"] == "decided_already"


async def test_only_what_was_sent_is_corrected_and_once_at_a_time(rota: Rota) -> None:
    approved = await rota.approved("a", work())
    refused = await propose(rota, approved["submittal_id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    await rota.settle(approved["submittal_id"], Outcome.SENT)
    first = await proposed(rota, approved["submittal_id"])
    assert (await propose(rota, approved["submittal_id"])).json()["code"] == "already_corrected"
    declined = await post(rota, f"corrections/{first['correction_id']}/decline", {"by": "officer5", "reason": "No."})
    assert declined.json()["state"] == "declined"
    await proposed(rota, approved["submittal_id"])


async def test_a_replacement_is_judged_by_the_rules_and_must_differ(rota: Rota) -> None:
    submittal_id = await landed(rota)
    refused = await propose(rota, submittal_id, fields={"rate": "650"})
    assert (refused.json()["code"], refused.json()["problems"][0]["code"]) == ("rules_failed", "note_needed")
    same = await propose(rota, submittal_id, fields={})
    assert (same.status_code, same.json()["field"]) == (422, "fields")
    assert (await propose(rota, submittal_id, fields={"salary": 1})).status_code == 422


async def test_a_reversal_is_not_changed_and_withdrawn_with_its_replacement(rota: Rota) -> None:
    submittal_id = await landed(rota)
    one = await proposed(rota, submittal_id, **TWO_LISTS)
    done = (await second(rota, one["correction_id"])).json()
    reversal, replacement = done["reversal"]["submittal_id"], done["replacement"]["submittal_id"]
    refused = await rota.command(reversal, "return", "officer5", reason="No.")
    assert (refused.status_code, refused.json()["code"]) == (409, "reversal_stands")
    await rota.done(reversal, "withdraw", "officer5", reason="The claim was right.")
    assert (await rota.read(replacement))["state"] == "withdrawn"
    assert (await rota.read(submittal_id))["taken_back"] is False
    assert len(await rota.hub.emitted("submittal.withdrawn")) == 2
    listed = await rota.hub.client.get("/v1/corrections?state=undone", headers=rota.bearer())
    assert [one["correction_id"] for one in listed.json()["corrections"]] == [one["correction_id"]]
    # It may have crossed a run: not before payroll has said so is it corrected again.
    assert (await propose(rota, submittal_id, **TWO_LISTS)).json()["code"] == "already_corrected"
    rota.hub.clock.move_to(datetime(2026, 9, 2, tzinfo=UTC))
    await proposed(rota, submittal_id, **TWO_LISTS)


async def test_a_reversal_that_esr_refuses_undoes_its_correction(rota: Rota) -> None:
    submittal_id = await landed(rota)
    done = (await second(rota, (await proposed(rota, submittal_id, **TWO_LISTS))["correction_id"])).json()
    await rota.settle(done["reversal"]["submittal_id"], Outcome.REJECTED, reason="Closed.")
    assert (await rota.read(done["replacement"]["submittal_id"]))["state"] == "withdrawn"
    assert (await rota.read(submittal_id))["taken_back"] is False
    (told,) = await rota.hub.emitted("submittal.withdrawn")
    assert str(told.event.submittal_id) == done["replacement"]["submittal_id"]
    # It had gone out after all: the two crossed, and what was taken back was taken back.
    await rota.settle(done["reversal"]["submittal_id"], Outcome.LANDED, hour=15)
    assert (await rota.read(submittal_id))["taken_back"] is True


async def test_a_replacement_that_esr_refuses_is_mended_and_still_names_what_it_replaces(rota: Rota) -> None:
    submittal_id = await landed(rota)
    done = (await second(rota, (await proposed(rota, submittal_id, **TWO_LISTS))["correction_id"])).json()
    replacement = done["replacement"]["submittal_id"]
    await rota.settle(replacement, Outcome.REJECTED, reason="No such cost code.", field="attendance.cost_code")
    assert (await rota.read(replacement))["field"] == "attendance.cost_code"
    await rota.done(replacement, "resubmit", "admin", fields={"cost_code": "E10440"})
    await rota.pushed_to_approval(replacement)
    event = (await rota.hub.emitted("submittal.approved"))[-1].event
    assert (event.version, str(event.corrects), event.reversal) == (2, submittal_id, False)


def _supplementary(at: datetime) -> CutOff:
    run = PayRun(period_type="M", run="S", tax_year=27, period=5)
    return CutOff(run=run, pay_name="August 2026 pay (supplementary)", cut_off=at, pay_date="2026-08-20")


def _normal() -> CutOff:
    run = PayRun(period_type="M", run="N", tax_year=27, period=5)
    at = datetime(2026, 9, 1, 11, tzinfo=UTC)
    return CutOff(run=run, pay_name="August 2026 pay", cut_off=at, pay_date="2026-08-27")


async def test_a_proposal_says_what_would_be_paid_with_the_defaults_filled_in(rota: Rota) -> None:
    submittal_id = await landed(rota)
    one = await proposed(rota, submittal_id, **TWO_LISTS)
    told = one["replacement"]["content"]
    assert (told["units"], told["rate"], told["amount"], told["cost_code"]) == ("2", "500.00", "1000.00", "E10110")
    done = (await second(rota, one["correction_id"])).json()
    assert one["net"] == done["net"] == {"units": "1", "amount": "500.00"}


async def test_a_supplementary_run_is_chosen_only_when_one_closes_first(rota: Rota) -> None:
    submittal_id = await landed(rota)
    refused = await propose(rota, submittal_id, run="supplementary")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_supplementary_run")
    settings = SETTINGS | {"supplementary_runs": True}
    await rota.hub.client.put("/v1/trusts/277", json=settings, headers=rota.bearer())
    assert (await propose(rota, submittal_id, run="supplementary")).status_code == 409
    await rota.hub.deliver(
        CalendarChanged(vpd="277", revision=2, cut_offs=(_supplementary(datetime(2026, 8, 14, 11, tzinfo=UTC)),))
    )
    one = await proposed(rota, submittal_id, run="supplementary")
    assert (one["run"], one["reaches"]) == ("supplementary", "August 2026 pay (supplementary)")
    assert (await second(rota, one["correction_id"])).status_code == 200


async def test_a_supplementary_run_is_skipped_on_purpose(rota: Rota) -> None:
    submittal_id = await landed(rota)
    at = datetime(2026, 8, 14, 11, tzinfo=UTC)
    await rota.hub.deliver(CalendarChanged(vpd="277", revision=2, cut_offs=(_supplementary(at), _normal())))
    one = await proposed(rota, submittal_id, run="normal")
    assert (one["run"], one["reaches"]) == ("normal", "August 2026 pay")
    refused = await second(rota, one["correction_id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "supplementary_closes_first")
    assert "12:00 on 14 August" in refused.json()["detail"]
    rota.hub.clock.move_to(at)
    assert (await second(rota, one["correction_id"])).json()["state"] == "seconded"


async def test_what_replaces_something_can_be_corrected_itself(rota: Rota) -> None:
    submittal_id = await landed(rota)
    done = (await second(rota, (await proposed(rota, submittal_id, **TWO_LISTS))["correction_id"])).json()
    replacement = done["replacement"]["submittal_id"]
    await rota.settle(done["reversal"]["submittal_id"], Outcome.LANDED)
    await rota.settle(replacement, Outcome.LANDED)
    again = await proposed(rota, replacement, fields={"units": "3"}, note="Three.")
    assert (await second(rota, again["correction_id"])).json()["net"] == {"units": "1", "amount": "500.00"}
    assert (await propose(rota, done["reversal"]["submittal_id"])).json()["code"] == "reversal_stands"


async def test_corrections_are_steps_in_the_audit_trail(rota: Rota) -> None:
    one = await proposed(rota, await landed(rota), **TWO_LISTS)
    await second(rota, one["correction_id"])
    trail = await rota.hub.client.get(f"/v1/audit?about={one['correction_id']}", headers=rota.hub.bearer("audit:read"))
    assert [entry["action"] for entry in trail.json()["entries"]] == ["correction.seconded", "correction.proposed"]


@pytest.mark.parametrize("many", [1, 4])
async def test_a_list_of_corrections_takes_a_fixed_number_of_statements(rota: Rota, many: int) -> None:
    for n in range(many):
        await proposed(rota, await landed(rota, work(session=f"Room {n}", starts=None, ends=None), f"r{n}"))
    with statements(rota.hub) as seen:
        listed = await rota.hub.client.get("/v1/corrections", headers=rota.bearer())
    assert len(listed.json()["corrections"]) == many
    assert len(seen) <= 9, seen
