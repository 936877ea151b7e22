"""Only ESR's own data prove what became of a line: it landed, it differs, it is missing, or nobody can tell."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from esr_gateway.from_esr.proof import sight_of
from esr_gateway.to_esr.reference import reference_of
from esr_gateway.trusts import find_trust
from esrlink.contracts import SubmittalApproved
from tests.integration.gateway.conftest import GatewayUnderTest, absence, attendance, trust_settings
from tests.integration.gateway.sending import NAME, open_issues, rows
from tests.integration.gateway.test_confirmations import confirm
from tests.integration.gateway.test_runs import DAY, closed
from tests.unit.gateway.building import Go, assignment, person, row

ABSENCES = "AB_277_LNK_20260805_00000001.DAT"
REJECTED = ["scheduled", "sent", "rejected"]


def entry(value: str = "450.00", record_id: str = "E1", day: date = DAY, units: str = "1", rate: str = "") -> str:
    return row(
        "EL",
        person_id="P20000001",
        element_entry_id=record_id,
        effective_start_date="20260804",
        assignment_id="A20000001",
        element_type_name="AMU Consultant Extra Session",
        earned_date=f"{day:%Y%m%d}",
        entry_value_1=units,
        entry_value_2=rate or value,
        entry_value_3=value,
    )


def leave(one: SubmittalApproved, first: date, last: date) -> str:
    return row(
        "AB",
        person_id="P20000001",
        absence_attendance_id="AB1",
        absence_type="Annual Leave",
        actual_start_date=f"{first:%Y%m%d}",
        actual_end_date=f"{last:%Y%m%d}",
        **{"3rd_party_system_reference": reference_of(one.submittal_id, one.version)},
    )


async def known_to_esr(gateway: GatewayUnderTest) -> None:
    await gateway.receive(Go([person(), assignment()]))


async def shown(gateway: GatewayUnderTest, *lines: str, day: str = "20260806", before: str = "20260803") -> None:
    [position] = await rows(gateway, "SELECT coalesce(changes_sequence, 1944) AS last FROM exchange")
    [file] = await gateway.receive(Go(lines, kind="GOC", day=day, before=before, sequence=position.last + 1))
    assert file["state"] == "imported", file


async def last(gateway: GatewayUnderTest, one: SubmittalApproved) -> Any:
    settled = [told.event for told in await gateway.hub.emitted("esr.record.settled")]
    return [event for event in settled if (event.submittal_id, event.version) == (one.submittal_id, one.version)][-1]


def again(one: SubmittalApproved, **changes: Any) -> SubmittalApproved:
    return one.model_copy(update={"version": one.version + 1, **changes})


async def close_next(gateway: GatewayUnderTest, month: int = 9) -> None:
    gateway.hub.clock.move_to(gateway.hub.clock.now().replace(month=month, day=5))
    await gateway.close_due()


async def test_what_esr_refused_and_shows_all_the_same_is_paid_and_not_resubmitted(gateway: GatewayUnderTest) -> None:
    await known_to_esr(gateway)
    one = attendance("20000001", DAY)
    await closed(gateway, one)
    await confirm(gateway, "CNF,1,,REJ,C012,Closed")
    await gateway.hub.deliver(again(one))
    await shown(gateway, entry())
    told = await last(gateway, one)
    assert (told.outcome, told.reason) == (
        "landed",
        "ESR refused this record and shows it all the same, so it counts. Do not send it again.",
    )
    assert (await open_issues(gateway))[f"landing/refused/{NAME}"].count == 1
    await close_next(gateway)
    newer = await last(gateway, again(one))
    assert (newer.outcome, newer.code) == ("held", "version_sent_already")


async def test_an_entry_is_that_of_the_record_sent_again_rather_than_of_the_refused_one(
    gateway: GatewayUnderTest,
) -> None:
    await known_to_esr(gateway)
    one = attendance("20000001", DAY)
    await closed(gateway, one)
    await confirm(gateway, "CNF,1,,REJ,C012,Closed")
    await gateway.hub.deliver(again(one))
    await close_next(gateway)
    await shown(gateway, entry())
    assert (await last(gateway, one)).outcome == "rejected"
    assert (await last(gateway, again(one))).outcome == "landed"
    await shown(gateway, entry(record_id="E2"), day="20260807", before="20260806")
    assert (await last(gateway, one)).outcome == "landed"
    assert f"landing/twice/{NAME}" in await open_issues(gateway), "both versions are paid"


async def test_an_entry_with_other_figures_proves_nothing_of_a_refused_record(gateway: GatewayUnderTest) -> None:
    await known_to_esr(gateway)
    one = attendance("20000001", DAY)
    await closed(gateway, one)
    await confirm(gateway, "CNF,1,,REJ,C012,Closed")
    await shown(gateway, entry("400.00"))
    assert await gateway.outcomes(one.submittal_id) == REJECTED, "payroll may have made it by hand"


async def test_a_refused_absence_that_esr_shows_with_other_days_says_both(gateway: GatewayUnderTest) -> None:
    await known_to_esr(gateway)
    one = absence("20000001", DAY, DAY)
    await closed(gateway, one)
    await confirm(gateway, "CNF,1,,REJ,A020,", name=ABSENCES)
    await shown(gateway, leave(one, DAY, DAY + timedelta(days=1)))
    told = await last(gateway, one)
    assert told.outcome == "differs"
    assert told.reason == (
        "Sent: Annual Leave, 4 August 2026 to 4 August 2026. ESR shows: Annual Leave, 4 August 2026 to 5 August 2026. "
        "ESR refused this record and shows it all the same, so it counts. Do not send it again."
    )


async def test_what_esrs_data_do_not_show_in_time_is_missing_until_they_do(gateway: GatewayUnderTest) -> None:
    await known_to_esr(gateway)
    one, two = attendance("20000001", DAY), absence("20000001", DAY, DAY)
    await closed(gateway, one, two)
    await shown(gateway, entry(record_id="E9", day=date(2026, 1, 1)), leave(two, DAY, DAY))
    await shown(gateway, day="20260818", before="20260806")
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "sent"], "thirteen days are not fourteen"
    await shown(gateway, day="20260820", before="20260818")
    told = await last(gateway, one)
    assert (told.outcome, told.run_id is not None, told.file_name, told.row_number) == ("missing", True, NAME, 1)
    assert told.reason == (
        "It was sent, and ESR's data up to 20 August 2026 do not show it; it was sent on 5 August 2026. "
        "Ask payroll before anything is sent again."
    )
    assert (await last(gateway, two)).outcome == "landed"
    assert (await open_issues(gateway))["landing/missing/MN2705"].count == 1
    await shown(gateway, entry(), day="20260821", before="20260820")
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "sent", "missing", "landed"]
    assert await open_issues(gateway) == {}


async def test_a_newer_version_of_a_missing_record_is_held(gateway: GatewayUnderTest) -> None:
    one = attendance("20000001", DAY)
    await closed(gateway, one)
    async with gateway.hub.database.write(["277"]) as tx:
        await tx.execute(text("UPDATE instruction SET state = 'missing'"))
    await gateway.hub.deliver(again(one))
    await close_next(gateway)
    assert (await last(gateway, again(one))).code == "version_sent_already"


@pytest.mark.parametrize("confirms", [True, False], ids=["confirmations come", "none come"])
async def test_what_no_file_can_show_is_never_missing_and_says_so(
    gateway: GatewayUnderTest, tmp_path: Path, confirms: bool
) -> None:
    settings = trust_settings(gateway.sandbox, tmp_path, sends_confirmations=confirms)
    answer = await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())
    assert answer.status_code == 200
    await known_to_esr(gateway)
    one = attendance("20000001", DAY)
    await closed(gateway, one)
    await shown(gateway, day="20261201")
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "sent"]
    async with gateway.hub.database.read(["277"]) as tx:
        sight = await sight_of(tx, await find_trust(tx, "277"))
    assert (sight.sends_confirmations, sight.shows_elements, sight.shows_absences) == (confirms, False, False)


async def test_figures_of_nothing_are_never_missing(gateway: GatewayUnderTest) -> None:
    await known_to_esr(gateway)
    one = attendance("20000001", DAY, units=0, rate=0)
    await closed(gateway, one)
    await shown(gateway, entry(day=date(2026, 1, 1)))
    await shown(gateway, day="20261201", before="20260806")
    assert await gateway.outcomes(one.submittal_id) == ["scheduled", "sent"]


async def test_a_reversal_and_its_replacement_each_land_by_their_own_figures(gateway: GatewayUnderTest) -> None:
    await known_to_esr(gateway)
    one = attendance("20000001", DAY)
    await closed(gateway, one)
    await shown(gateway, entry())
    back = attendance("20000001", DAY, corrects=one.submittal_id, reversal=True)
    instead = attendance("20000001", DAY, corrects=one.submittal_id, rate=400)
    await gateway.hub.deliver(back, instead)
    await close_next(gateway)
    reversal = entry("-450.00", "E2", units="-1", rate="450.00")
    await shown(gateway, reversal, entry("400.00", "E3"), day="20260807", before="20260806")
    assert [(await last(gateway, each)).outcome for each in (one, back, instead)] == ["landed"] * 3
    pair = await rows(gateway, "SELECT submittal_id, change, corrects FROM line WHERE corrects IS NOT NULL")
    assert {(each.submittal_id, each.change, each.corrects) for each in pair} == {
        (back.submittal_id, "reversed", one.submittal_id),
        (instead.submittal_id, "corrected", one.submittal_id),
    }
