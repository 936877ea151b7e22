"""One whole, valid example of every event, about one invented person in an invented trust.

The schemas show them, and a consumer's own tests may send them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from esrlink.contracts.events import Event
from esrlink.contracts.exchange import (
    CalendarChanged,
    FileQuarantined,
    FileReceived,
    Outcome,
    RecordSettled,
    RunFile,
    RunSent,
    RunTotal,
)
from esrlink.contracts.identity import (
    Candidate,
    ProfileLinked,
    ProfileOnboarded,
    ProfileReviewNeeded,
    ProfileUnlinked,
)
from esrlink.contracts.jobplans import (
    DeliveredCategory,
    JobplanDelivery,
    JobplanUpdated,
    PlannedSession,
    PlanState,
    ProgrammedActivities,
    Weekday,
)
from esrlink.contracts.payroll import (
    Attendance,
    Source,
    SubmittalApproved,
    SubmittalReminderDue,
    SubmittalSettled,
    SubmittalSubmitted,
    SubmittalWithdrawn,
)
from esrlink.contracts.people import Assignment, ProfileImported, Registration
from esrlink.contracts.types import CutOff, PayRun, ProfileKey

_MOMENT = datetime(2026, 8, 3, 9, 30, tzinfo=UTC)
_FILE = "GO_277_GDW_GOC_20260803_00001945.DAT"
_BYTES = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_RUN, _PAY = PayRun(period_type="M", run="N", tax_year=27, period=5), "August 2026 pay"
_PERSON: dict[str, Any] = {"vpd": "277", "employee_number": "20000001"}
_PROFILE = ProfileKey(product="clwrota", department="anaesthetics", profile_id="jd-0042")
_SOURCE = Source(profile=_PROFILE, record_id="extra-7781")
_RECORD: dict[str, Any] = {"submittal_id": UUID("01987000-0000-7000-8000-000000000001"), "version": 2}
_LINK: dict[str, Any] = {
    "link_id": UUID("01987000-0000-7000-8000-000000000002"),
    "profile": _PROFILE,
    "occurred_at": _MOMENT,
}
_GATEWAY_ID = UUID("01987000-0000-7000-8000-000000000003")

_ALL: tuple[Event, ...] = (
    FileReceived(
        vpd="277",
        file_id=_GATEWAY_ID,
        file_name=_FILE,
        sha256=_BYTES,
        kind="changes",
        sequence=1945,
        rows=412,
        rows_set_aside=1,
        people_changed=37,
    ),
    FileQuarantined(
        vpd="277",
        file_id=_GATEWAY_ID,
        file_name=_FILE,
        sha256=_BYTES,
        code="count_off",
        reason="The trailer counts 412 rows, the file has 397: it is cut short. Ask ESR to send it again.",
    ),
    CalendarChanged(
        vpd="277",
        revision=3,
        cut_offs=(
            CutOff(
                run=_RUN,
                pay_name=_PAY,
                cut_off=datetime(2026, 8, 5, 11, 0, tzinfo=UTC),
                pay_date=str(date(2026, 8, 27)),
            ),
        ),
    ),
    RunSent(
        vpd="277",
        run_id=_GATEWAY_ID,
        run=_RUN,
        pay_name=_PAY,
        sent_at=_MOMENT,
        files=(
            RunFile(
                file_name="TA_277_LNK_MN2705_00000001.DAT",
                layout="time_and_attendance",
                provenance="reported",
                sha256=_BYTES,
                lines=18,
            ),
        ),
        totals=(RunTotal(name="EXTRA", lines=18, units=Decimal("19.50"), amount=Decimal("9750.00")),),
        lines_held=1,
    ),
    RecordSettled(
        **_PERSON,
        **_RECORD,
        outcome=Outcome.REJECTED,
        occurred_at=_MOMENT,
        code="ELEMENT_NOT_HELD",
        reason="ESR says that this post does not hold the pay element. Ask payroll to add it, then resubmit.",
        field="attendance.pay_element",
        run_id=_GATEWAY_ID,
        run=_RUN,
        pay_name=_PAY,
        file_name="TA_277_LNK_MN2705_00000001.DAT",
        row_number=7,
    ),
    ProfileLinked(**_PERSON, **_LINK, revision=4, made_by="rule", rule="esr-number/1"),
    ProfileUnlinked(**_PERSON, **_LINK, revision=5, made_by="person", reason="unlinked_by_hand"),
    ProfileReviewNeeded(
        vpd="277",
        **_LINK,
        revision=5,
        reason="similar",
        candidates=(Candidate(employee_number="20000001", score=Decimal("0.92"), rule="similarity/1"),),
    ),
    ProfileOnboarded(
        **_PERSON,
        profile=_PROFILE,
        starts=date(2026, 8, 5),
        ends=date(2027, 2, 2),
        occurred_at=_MOMENT,
        cohort_id=UUID("01987000-0000-7000-8000-000000000004"),
        kind="joiner",
        title="Dr.",
        family_name="Example",
        given_name="Ada",
        preferred_name="Ada",
        email="ada.example@trust.invalid",
        grade="MN37",
        staff_group="Medical and Dental",
        job_role="Specialty Registrar",
        registrations=(Registration(body="General Medical Council", number="0000042", expires=date(2027, 3, 31)),),
        assignment_number="20000001",
        organisation="277 Anaesthetics",
    ),
    SubmittalSubmitted(
        vpd="277", **_RECORD, kind="attendance", source=_SOURCE, employee_number="20000001", occurred_at=_MOMENT
    ),
    SubmittalApproved(
        **_PERSON,
        **_RECORD,
        kind="attendance",
        source=_SOURCE,
        assignment_number="20000001-2",
        attendance=Attendance(
            date_worked=date(2026, 8, 1),
            session="Theatre 3 evening",
            pay_element="EXTRA",
            units=Decimal(1),
            unit="sessions",
            rate=Decimal("500.00"),
            amount=Decimal("500.00"),
            cost_code="E10110",
            covered="jd-0007",
        ),
        content_hash=_BYTES,
        rules_version="3",
        enriched_by="jd-0042",
        validated_by=("rota.lead",),
        approved_by="service.manager",
        approved_at=_MOMENT,
    ),
    SubmittalWithdrawn(**_PERSON, **_RECORD, reason="The session did not take place.", occurred_at=_MOMENT),
    SubmittalSettled(
        **_PERSON,
        **_RECORD,
        state="rejected",
        reason="ESR says that this post does not hold the pay element. Ask payroll to add it, then resubmit.",
        field="attendance.pay_element",
        occurred_at=_MOMENT,
    ),
    SubmittalReminderDue(
        vpd="277",
        reminder_id=UUID("01987000-0000-7000-8000-000000000004"),
        product="clwrota",
        department="anaesthetics",
        approver="jd-0007",
        run=_RUN,
        pay_name=_PAY,
        cut_off=datetime(2026, 9, 2, 11, tzinfo=UTC),
        hours_before=24,
        to_enrich=0,
        to_mend=0,
        to_validate=7,
        to_approve=0,
        late=2,
        occurred_at=_MOMENT,
    ),
    JobplanUpdated(
        **_PERSON,
        provider="sard",
        plan_id="8812",
        version=3,
        state=PlanState.SIGNED_OFF,
        effective_from=date(2026, 4, 1),
        specialty="Anaesthetics",
        activities=(
            ProgrammedActivities(category="DCC", pas=Decimal("7.5")),
            ProgrammedActivities(category="SPA", pas=Decimal("1.5")),
            ProgrammedActivities(category="APA", pas=None, raw="one or two"),
        ),
        timetable=(
            PlannedSession(
                weekday=Weekday.MONDAY,
                starts=time(8),
                ends=time(12),
                category="DCC",
                pas=Decimal(1),
                every_weeks=Decimal(2),
            ),
        ),
        occurred_at=_MOMENT,
    ),
    JobplanDelivery(
        **_PERSON,
        first=date(2026, 4, 1),
        until=date(2026, 8, 2),
        categories=(
            DeliveredCategory(
                category="DCC",
                planned=Decimal("107.14"),
                delivered=Decimal("98.5"),
                sessions_planned=Decimal("107.14"),
                sessions_delivered=Decimal(99),
            ),
        ),
        extra=Decimal(3),
        uncertainty=("work_not_reported",),
        occurred_at=_MOMENT,
    ),
    ProfileImported(
        **_PERSON,
        revision=12,
        as_of=_MOMENT,
        source_file=_FILE,
        person_id="4410021",
        nhs_unique_id="UN0000001",
        title="Dr.",
        family_name="Example",
        given_name="Ada",
        preferred_name="Ada",
        previous_family_names=("Sample",),
        email="ada.example@trust.invalid",
        hire_date=date(2019, 8, 7),
        registrations=(Registration(body="General Medical Council", number="0000042", expires=date(2027, 3, 31)),),
        assignments=(
            Assignment(
                assignment_number="20000001",
                effective_from=date(2025, 4, 1),
                status="Active Assignment",
                primary=True,
                category="Permanent",
                position_number="3310042",
                position_title="Consultant Anaesthetist",
                staff_group="Medical and Dental",
                job_role="Consultant",
                grade="YC72",
                fte=Decimal(1),
                organisation="277 Anaesthetics",
                cost_centre="E10110",
                location="Main Theatres",
                supervisor="20000009",
            ),
        ),
    ),
)

EXAMPLES = {event.type: event for event in _ALL}
"""The examples by CloudEvents type."""
