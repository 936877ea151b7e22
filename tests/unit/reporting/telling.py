"""Events of invented people, as the hub would publish them, and tables that take them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from esr_reporting.builds import Build
from esr_reporting.ledger import Ledger
from esr_reporting.question import Question, asked, months
from esr_reporting.report import Answer, report_named, run_report
from esrlink.clock import FixedClock
from esrlink.contracts import (
    Absence,
    Assignment,
    Attendance,
    Event,
    JobplanUpdated,
    Message,
    Outcome,
    PayRun,
    PlanState,
    ProfileImported,
    ProfileKey,
    ProfileLinked,
    ProfileReviewNeeded,
    ProfileUnlinked,
    ProgrammedActivities,
    RecordSettled,
    RunSent,
    Source,
    SubmittalApproved,
    SubmittalSubmitted,
    SubmittalWithdrawn,
    to_message,
)

NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
TODAY = date(2026, 10, 1)
MEMORY = "256MB"
_IDS = UUID("6e7d5e4e-0000-4000-8000-000000000000")


def ident(name: str) -> UUID:
    """The same id for the same name at every run."""
    return uuid5(_IDS, name)


def at(text: str) -> datetime:
    """A moment written as `2026-08-03` (noon, UTC) or `2026-08-03T22:30`."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T12:00").replace(tzinfo=UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)


def message(event: Event, name: str | None = None, **headers: str) -> Message:
    """The event on the bus; the same event has the same id unless it is given a name of its own."""
    made = to_message(event, event_id=ident(name or f"{event.type} {event!r}"), source="test", time=NOW)
    return Message(made.topic, made.key, made.value, {**made.headers, **headers})


def profile(department: str = "anaesthetics", who: str = "p1", product: str = "clwrota") -> ProfileKey:
    return ProfileKey(product=product, department=department, profile_id=who)


def _approved(record: str, kind: Any, values: dict[str, Any], told: dict[str, Any]) -> SubmittalApproved:
    common = {
        "vpd": "277",
        "employee_number": "1001",
        "version": 1,
        "department": "anaesthetics",
        "approved_at": "2026-08-31",
    } | told
    return SubmittalApproved(
        vpd=common["vpd"],
        employee_number=common["employee_number"],
        submittal_id=ident(record),
        version=common["version"],
        kind=kind,
        source=Source(profile=profile(common["department"], f"p{common['employee_number']}"), record_id=record),
        assignment_number=common["employee_number"],
        corrects=ident(common["corrects"]) if "corrects" in common else None,
        reversal=common.get("reversal", False),
        content_hash="0" * 64,
        rules_version="1",
        enriched_by="administrator",
        validated_by=("lead",),
        approved_by="boss",
        approved_at=at(common["approved_at"]),
        **{kind: values},
    )


def worked(
    record: str, on: str, units: str = "1", unit: Any = "sessions", amount: str | None = "500", **told: Any
) -> Event:
    """An approved extra."""
    values = Attendance(
        date_worked=day(on),
        pay_element="WLI",
        units=Decimal(units),
        unit=unit,
        amount=Decimal(amount) if amount else None,
    )
    return _approved(record, "attendance", {**values.model_dump()}, told)


def away(
    record: str, first: str, last: str | None, kind: str = "Sickness", reason: str | None = "S13", **told: Any
) -> Event:
    """An approved absence; `parts` gives the start and end part, `closes` the record that it ends."""
    start_part, end_part = told.pop("parts", ("full", "full"))
    closes = told.pop("closes", None)
    values = Absence(
        absence_type=kind,
        reason=reason,
        start_date=day(first),
        start_part=start_part,
        end_date=day(last) if last else None,
        end_part=end_part,
        open=last is None,
        closes=ident(closes) if closes else None,
    )
    return _approved(record, "absence", {**values.model_dump()}, told)


def came_in(record: str, on: str, kind: Any = "attendance", vpd: str = "277", version: int = 1) -> Event:
    return SubmittalSubmitted(
        vpd=vpd, submittal_id=ident(record), version=version, kind=kind,
        source=Source(profile=profile(), record_id=record), occurred_at=at(on),
    )  # fmt: skip


def withdrawn(record: str, version: int = 1, on: str = "2026-09-01", vpd: str = "277") -> Event:
    return SubmittalWithdrawn(
        vpd=vpd,
        employee_number="1001",
        submittal_id=ident(record),
        version=version,
        reason="Cancelled",
        occurred_at=at(on),
    )


def settled(record: str, outcome: str, on: str = "2026-09-03", version: int = 1, **told: Any) -> Event:
    return RecordSettled(
        vpd=told.pop("vpd", "277"),
        employee_number="1001",
        submittal_id=ident(record),
        version=version,
        outcome=Outcome(outcome),
        occurred_at=at(on),
        run=PayRun(period_type="M", run="N", tax_year=27, period=5),
        **told,
    )


def run_sent(on: str = "2026-09-02", vpd: str = "277", name: str = "run") -> Event:
    return RunSent(
        vpd=vpd,
        run_id=ident(name),
        run=PayRun(period_type="M", run="N", tax_year=27, period=5),
        pay_name="August 2026 pay",
        sent_at=at(on),
        files=(),
        totals=({"name": "WLI", "lines": 2, "units": "2", "amount": "1000"},),
        lines_held=0,
    )


def person(number: str = "1001", revision: int = 1, vpd: str = "277", as_of: str = "2026-08-03", **told: Any) -> Event:
    post = Assignment(
        assignment_number=number, effective_from=day("2020-01-01"), status="Active Assignment", primary=True
    )
    return ProfileImported(
        vpd=vpd,
        employee_number=number,
        revision=revision,
        as_of=at(as_of),
        source_file="GO.DAT",
        person_id="1",
        family_name="Hartley",
        assignments=told.pop("assignments", (post,)),
        **told,
    )


def linked(who: str, number: str, revision: int = 1, made_by: Any = "rule", **place: str) -> Event:
    return ProfileLinked(
        vpd=place.pop("vpd", "277"), employee_number=number, link_id=ident(who), revision=revision,
        profile=profile(who=who, **place), made_by=made_by, occurred_at=at("2026-08-03"),
    )  # fmt: skip


def unlinked(who: str, number: str, revision: int = 2, **place: str) -> Event:
    return ProfileUnlinked(
        vpd="277", employee_number=number, link_id=ident(who), revision=revision, profile=profile(who=who, **place),
        made_by="person", reason="Not the same", occurred_at=at("2026-08-04"),
    )  # fmt: skip


def unsure(who: str, revision: int = 1, **place: str) -> Event:
    return ProfileReviewNeeded(
        vpd="277", link_id=ident(who), revision=revision, profile=profile(who=who, **place), reason="No number",
        candidates=(), occurred_at=at("2026-08-03"),
    )  # fmt: skip


def plan(plan_id: str, number: str = "1001", version: int = 1, state: str = "signed_off", **told: Any) -> Event:
    pas = told.pop("pas", {"DCC": "7", "SPA": "3"})
    return JobplanUpdated(
        vpd=told.pop("vpd", "277"),
        employee_number=number,
        provider="sard",
        plan_id=plan_id,
        version=version,
        state=PlanState(state),
        effective_from=day(told.pop("begins", "2026-04-01")),
        effective_to=day(told["ends"]) if "ends" in told else None,
        specialty=told.pop("specialty", "Anaesthetics"),
        activities=tuple(
            ProgrammedActivities(
                category=name, pas=Decimal(figure) if figure else None, raw=None if figure else "a few"
            )
            for name, figure in pas.items()
        ),
        occurred_at=at(told.pop("on", "2026-08-05")),
    )


def ledger(folder: Path, **options: Any) -> Ledger:
    return Ledger(folder / "tables.duckdb", FixedClock(NOW), memory=MEMORY, **options)


def kept(folder: Path, events: Iterable[Event], *, batch: int = 1000) -> Build:
    """Tables that took the events in this order."""
    held, messages = ledger(folder), [message(event) for event in events]
    held.prepare()
    for start in range(0, len(messages), batch):
        held.take(messages[start : start + batch])
    held.let_go()
    return Build("test", held.path)


def ask(
    build: Build, name: str, first: str = "2026-08", last: str | None = None, *, vpds: Sequence[str] | None = ("277",),
    today: date = TODAY,
) -> Answer:  # fmt: skip
    """The report's answer."""
    question = Question(vpds, *months(first, last or first), today)
    with asked(build, question, memory=MEMORY) as connection:
        return run_report(report_named(name), connection)


def rows(answer: Answer) -> list[dict[str, Any]]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
