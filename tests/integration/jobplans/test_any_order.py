"""Approvals, withdrawals and people are of three topics: what counts against a plan is the same in any order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Row, select, text

from esrlink.contracts import (
    Absence,
    Attendance,
    Event,
    ProfileImported,
    ProfileKey,
    Source,
    SubmittalApproved,
    SubmittalWithdrawn,
)
from jobplan_adapter.tables import absence, extra
from jobplan_adapter.work.standing import is_void
from tests.integration.arrivals import Batches, arrivals, compacted
from tests.integration.submittals.conftest import statements

ANNA, BELA = "20000001", "20000002"
REVERSAL = 100


def approval(number: int, version: int = 1, person: str = ANNA, *, reverses: int | None = None) -> SubmittalApproved:
    """Even numbers are sickness, odd ones extra sessions."""
    day = date(2026, 5, 1 + version)
    leave = Absence(absence_type="Sickness", start_date=day, end_date=day)
    work = Attendance(date_worked=day, pay_element="EXTRA", units=Decimal("1.5"), unit="sessions")
    return SubmittalApproved(
        vpd="277",
        employee_number=person,
        submittal_id=UUID(int=number),
        version=version,
        kind="attendance" if number % 2 else "absence",
        source=Source(
            profile=ProfileKey(product="clwrota", department="anaesthetics", profile_id="p1"), record_id=f"r{number}"
        ),
        assignment_number=person,
        absence=None if number % 2 else leave,
        attendance=work if number % 2 else None,
        corrects=UUID(int=reverses) if reverses is not None else None,
        reversal=reverses is not None,
        content_hash="0" * 64,
        rules_version="1",
        enriched_by="a",
        validated_by=("b",),
        approved_by="c",
        approved_at=datetime(2026, 6, 1, tzinfo=UTC),
    )


def imported(number: str, revision: int, gone: bool) -> ProfileImported:
    return ProfileImported(
        vpd="277",
        employee_number=number,
        revision=revision,
        gone=gone,
        as_of=datetime(2026, 8, 3, tzinfo=UTC),
        source_file="GO_277_GDW_GDR_20260803_00000001.DAT",
        person_id=f"P{number}",
        family_name="Invented",
    )


def withdrawal(one: SubmittalApproved) -> SubmittalWithdrawn:
    return SubmittalWithdrawn(
        vpd="277",
        employee_number=one.employee_number,
        submittal_id=one.submittal_id,
        version=one.version,
        reason="booked twice",
        occurred_at=datetime(2026, 6, 1, tzinfo=UTC),
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Four records, each version approved once the last is taken back, some reversed at the end, and two people.

    Some reversals are withdrawn before they are paid: then what they named stands again.
    """
    lives: list[list[Event]] = [
        [imported(number, revision, draw(st.booleans())) for revision in range(1, draw(st.integers(1, 3)) + 1)]
        for number in (ANNA, BELA)
    ]
    for number in range(1, 5):
        life: list[Event] = []
        for version in range(1, draw(st.integers(1, 3)) + 1):
            approved = approval(number, version, draw(st.sampled_from([ANNA, BELA])))
            life += [approved, withdrawal(approved)]
        end = draw(st.sampled_from(["stands", "withdrawn", "reversed", "reversed after all not"]))
        if end != "withdrawn":
            life.pop()
        if end.startswith("reversed"):
            life.append(approval(REVERSAL + number, reverses=number))
        if end.endswith("not"):
            life.append(withdrawal(approval(REVERSAL + number)))
        lives.append(life)
    events: list[Event] = []
    while lives:
        events.append(lives[draw(st.integers(0, len(lives) - 1))].pop(0))
        lives = [life for life in lives if life]
    return events


def standing(events: Sequence[Event]) -> set[tuple[UUID, int, str]]:
    """What counts, in the order of publication."""
    there: dict[UUID, SubmittalApproved] = {}
    reversals: dict[UUID, SubmittalApproved] = {}
    for event in events:
        if isinstance(event, SubmittalApproved) and event.reversal:
            taken_back = there.pop(event.corrects or UUID(int=0), None)
            if taken_back is not None:
                reversals[event.submittal_id] = taken_back
        elif isinstance(event, SubmittalApproved):
            there[event.submittal_id] = event
        elif isinstance(event, SubmittalWithdrawn):
            there.pop(event.submittal_id, None)
            if event.submittal_id in reversals:
                taken_back = reversals.pop(event.submittal_id)
                there[taken_back.submittal_id] = taken_back
    return {(one.submittal_id, one.version, one.employee_number) for one in there.values()}


async def counted(hub: Any) -> set[tuple[UUID, int, str]]:
    rows: list[Row[Any]] = []
    async with hub.running.database.read(["277"]) as tx:
        for table in (absence, extra):
            own = table.c
            rows += await tx.all(select(own.submittal_id, own.version, own.employee_number).where(~is_void(table)))
    return {(row.submittal_id, row.version, row.employee_number) for row in rows}


async def people(hub: Any) -> set[tuple[str, int, bool]]:
    async with hub.running.database.read(["277"]) as tx:
        return {tuple(row) for row in await tx.all(text("SELECT employee_number, revision, gone FROM person"))}


async def deliver(hub: Any, arriving: Batches) -> None:
    for batch in arriving:
        await hub.running.deliver(*batch)
    async with hub.running.database.read(["277"]) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM dead_letter")) == 0


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_what_counts_is_the_same_whatever_the_order_of_arrival(hub: Any, data: st.DataObject) -> None:
    events = data.draw(histories())
    async with hub.running.database.write(["277"]) as tx:
        for table in ("absence", "extra", "reversal", "void_submittal", "person"):
            await tx.execute(text(f"DELETE FROM {table}"))
    await deliver(hub, data.draw(arrivals(data.draw(compacted(events)))))
    known = {
        e.employee_number: (e.employee_number, e.revision, e.gone) for e in events if isinstance(e, ProfileImported)
    }
    assert await people(hub) == set(known.values())
    assert await counted(hub) == standing(events)
    await deliver(hub, [events])  # weeks later, when nobody remembers their ids
    assert await people(hub) == set(known.values())
    assert await counted(hub) == standing(events)


@pytest.mark.parametrize("size", [2, 500])
async def test_a_batch_of_each_topic_costs_the_same_whatever_its_size(hub: Any, size: int) -> None:
    some = [approval(n) for n in range(1, size + 1)]
    with statements(hub.running) as seen:
        await hub.running.deliver(*some, *(approval(REVERSAL * REVERSAL + n, reverses=n) for n in range(1, size + 1)))
    assert len(seen) <= 7, seen
    with statements(hub.running) as seen:
        await hub.running.deliver(*map(withdrawal, some))
    assert len(seen) <= 5, seen
    async with hub.running.database.read(["277"]) as tx:
        assert await tx.scalar(text("SELECT (SELECT count(*) FROM absence) + (SELECT count(*) FROM extra)")) == size
        assert await tx.scalar(text("SELECT count(*) FROM void_submittal")) == size
        assert await tx.scalar(text("SELECT count(*) FROM reversal")) == size
