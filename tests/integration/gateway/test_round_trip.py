"""From ESR and back again, against the sandbox: people come in, a run goes out, and ESR's own files prove that it landed."""

from __future__ import annotations

from datetime import date

from tests.integration.gateway.conftest import AFTER_CUT_OFF, GatewayUnderTest, absence, attendance


async def test_a_record_that_is_approved_lands_in_esr(gateway: GatewayUnderTest) -> None:
    sandbox, hub = gateway.sandbox, gateway.hub
    snapshot = sandbox.esr.snapshot("277", date(2026, 8, 3))

    [file] = await gateway.poll()
    assert (file["state"], file["rows"]) == ("imported", snapshot.rows)
    assert file["set_aside"] == len(snapshot.summary["planted"]) == 6
    assert file["unread"] > 0, "lists of values are counted"
    people = await gateway.people()
    assert len(people) == snapshot.summary["people"] == file["people_changed"]

    planted = {row["row"]: row for row in snapshot.summary["planted"]}
    rejected = (await gateway.get(f"/v1/files/{file['file_id']}/rejected-rows"))["rows"]
    assert {row["row_number"] for row in rejected} == set(planted)
    assert all(row["field"] == planted[row["row_number"]]["field"] for row in rejected)

    consultants = [p for p in sandbox.esr.world("277").in_departments() if p.grade == "Consultant"]
    present = [p for p in consultants if p.works_on(date(2026, 7, 1)) and p.works_on(date(2026, 8, 4))][:3]
    first, second, third = (p.assignments[0].number for p in present)
    numbers = [p.employee_number for p in present]
    day = date(2026, 8, 4)
    session = attendance(numbers[0], day, first)
    twin = attendance(numbers[0], day, first)
    leave = absence(numbers[1], date(2026, 8, 10), date(2026, 8, 12), second)
    unknown_cost_code = attendance(numbers[2], day, third, cost_code="CLOSED")
    unmapped = attendance(numbers[2], day, third, pay_element="NOBODY")
    await hub.deliver(session, twin, leave, unknown_cost_code, unmapped)
    assert await gateway.outcomes(session.submittal_id) == ["scheduled"]

    hub.clock.move_to(AFTER_CUT_OFF)
    [run] = await gateway.close_due()
    assert run["state"] == "sent"
    assert (run["lines"], run["lines_held"]) == (4, 1)
    assert [total["lines"] for total in run["totals"]] == [1, 3]
    assert {one["provenance"] for one in run["files"]} == {"reported", "assumed"}
    assert sorted(path.name for path in gateway.inbox.iterdir()) == sorted(one["file_name"] for one in run["files"])
    assert await gateway.outcomes(unmapped.submittal_id) == ["scheduled", "held"]

    read = sandbox.esr.read_inbox("277", date(2026, 8, 6))
    assert {one.outcome for one in read} == {"applied"}
    confirmations = await gateway.poll()
    assert {one["kind"] for one in confirmations} == {"confirmation"}
    assert await gateway.outcomes(session.submittal_id) == ["scheduled", "sent", "accepted"]
    assert await gateway.outcomes(unknown_cost_code.submittal_id) == ["scheduled", "sent", "rejected"]
    refusals = [one.event for one in await hub.emitted("esr.record.settled") if one.event.outcome == "rejected"]
    assert [(one.code, one.field) for one in refusals] == [("C012", "attendance.cost_code")]
    assert (await gateway.get(f"/v1/runs/{run['run_id']}"))["state"] == "sent", "accepted is not landed"

    sandbox.esr.changes("277", date(2026, 8, 7))
    [changes] = [one for one in await gateway.poll() if one["kind"] == "changes"]
    assert changes["state"] == "imported", changes["reason"]
    for landed in (session, twin, leave):
        assert await gateway.outcomes(landed.submittal_id) == ["scheduled", "sent", "accepted", "landed"]
    assert (await gateway.get(f"/v1/runs/{run['run_id']}"))["state"] == "settled", "each line is landed or refused"

    figures = await gateway.get("/v1/conservation")
    assert figures == {
        "vpd": "277", "approved": 5, "withdrawn": 0, "sent_lines": 4, "held": 1, "waiting": 0, "balanced": True,
    }  # fmt: skip


async def test_only_what_really_changed_is_published(gateway: GatewayUnderTest) -> None:
    sandbox = gateway.sandbox
    sandbox.esr.snapshot("277", date(2026, 8, 3))
    await gateway.poll()
    before = len(await gateway.people())
    written = sandbox.esr.changes("277", date(2026, 8, 4))
    [file] = await gateway.poll()
    summary = written.summary
    touched = {*summary["joiners"], summary["future_starter"], *summary["leavers"], summary["changed_post"]}
    if summary["deleted_assignment"]:
        touched.add(summary["deleted_assignment"].partition("-")[0])
    news = (await gateway.people())[before:]
    assert {one.employee_number for one in news} == touched
    assert summary["resent"], "rows sent again unchanged publish nothing"
    assert file["people_changed"] == len(touched)
