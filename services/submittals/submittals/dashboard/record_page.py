"""The page of one record as it is shown, and shown again when a form could not be taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import HTMLResponse

from esrlink.auth import Principal, Role
from esrlink.clock import LONDON
from esrlink.db import ReadTx
from esrlink.errors import EsrLinkError
from submittals.content import AbsenceContent, Content
from submittals.dashboard.access import commands_for, is_own, may_correct, may_edit, may_split
from submittals.dashboard.desk import STAFF, Desk
from submittals.dashboard.fields import Field, fields_of, said, wrong_fields
from submittals.dashboard.money import money_of_claim
from submittals.dashboard.pair import pairs_of
from submittals.dashboard.queue_filter import Filter
from submittals.dashboard.queues import QUEUES
from submittals.dashboard.timeline import timeline
from submittals.dashboard.words import KINDS, about, days_of, is_in_lieu, stands
from submittals.deadlines.when import deadline_of
from submittals.esr import cut_offs, people
from submittals.esr.assignments import assignment_on
from submittals.esr.people import AssignmentRow
from submittals.flow.holding import holder_of, known_people
from submittals.flow.roles import may as may_ask
from submittals.job_plans.owed import owed_for
from submittals.lists.versions import versions_of
from submittals.records.record import NOT_CLAIMING, Record
from submittals.records.state import Command
from submittals.trusts import editions
from submittals.trusts.settings import DepartmentSettings, TrustSettings

PARTS = range(1, 5)
"""The parts that the form for splitting a record has room for."""
EDITING = (Command.ENRICH, Command.RESUBMIT)
"""Commands whose form has the record's fields."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that could not be taken: which command, why, and what was typed."""

    command: str
    error: EsrLinkError
    typed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class From:
    """The queue from which the page was opened, with what of it was looked at: there an action leads back to."""

    queue: str = ""
    asked: Filter = field(default_factory=Filter)

    @property
    def path(self) -> str:
        """Its path under the service."""
        return f"queues/{self.queue}" + (f"?{self.asked.address}" if self.asked.address else "")


async def show_record(
    desk: Desk,
    request: Request,
    person: Principal,
    tx: ReadTx,
    record: Record,
    *,
    opened_from: From,
    flash: str | None = None,
    refused: Refused | None = None,
) -> HTMLResponse:
    """The page of a record that the person may look at."""
    now, content = desk.parts.clock.now(), record.version.content
    dated = await editions.dated(tx, record.vpd)
    trust, today_ = dated.on(content.first_day), dated.on(now.astimezone(LONDON).date())
    calendar = await cut_offs.load(tx, record.vpd, today_.period_type)
    history = await versions_of(tx, record.vpd, record.id, record.kind)
    department = trust.department(record.product, record.department) or DepartmentSettings(
        product=record.product, department=record.department, name=record.department
    )
    post, posts = await _posts(tx, record, department)
    standing, may = record.standing, commands_for(person, record)
    decides = may_ask(Command.SECOND, person.roles, own=False)
    pairs = await pairs_of(tx, record, person, decides=decides)
    correcting = may_correct(person, record) and not any(one.correction.state == "proposed" for one in pairs)
    editing = next((one for one in EDITING if one in may), None)
    return await desk.render(
        request,
        "record.html",
        person,
        section=opened_from.path.partition("?")[0] if opened_from.queue else _section(person),
        title=f"{about(content)}, {days_of(content.first_day, content.last_day)}",
        above=_above(person, opened_from),
        flash=flash,
        status=refused.error.status if refused else 200,
        record=record,
        standing=standing,
        stands=stands(standing.state, content),
        holder=holder_of(record, await known_people(tx, record.vpd, [record], today_, now.astimezone(LONDON).date())),
        kind=KINDS[record.kind],
        what=about(content),
        when=days_of(content.first_day, content.last_day),
        department=department.name,
        deadline=None if is_in_lieu(content) else deadline_of(calendar, content.first_day, standing.state, now),
        money=money_of_claim(record.version, trust, department, post),
        owed=await owed_for(tx, record),
        history=timeline(record, history),
        facts=_facts(content, record),
        own=is_own(person, record),
        may={str(one) for one in may},
        editing=editing,
        fields=_form(record, trust, posts, refused) if editing or correcting else [],
        pairs=pairs,
        may_close=may_edit(person, record) and is_open(record),
        correcting=correcting,
        supplementary=today_.supplementary_runs,
        splitting=may_split(person, record),
        parts=PARTS,
        posts=posts,
        refused=refused,
        opened_from=opened_from,
    )


def is_open(record: Record) -> bool:
    """Whether it is an absence that has no end yet, and stands."""
    content = record.version.content
    return isinstance(content, AbsenceContent) and content.open and record.standing.state not in NOT_CLAIMING


def _section(person: Principal) -> str:
    return "mine" if Role.CLINICIAN in person.roles and not person.roles & STAFF else ""


def _above(person: Principal, opened_from: From) -> tuple[tuple[str, str], ...]:
    if opened_from.queue:
        return ((opened_from.path, QUEUES[opened_from.queue].title),)
    return (("mine", "My claims"),) if _section(person) == "mine" else (("", "Overview"),)


async def _posts(
    tx: ReadTx, record: Record, department: DepartmentSettings
) -> tuple[AssignmentRow | None, Sequence[str]]:
    """The post that the record goes to, and all assignments that it may go to."""
    number, version = record.version.employee_number, record.version
    if number is None:
        return None, []
    rows = (await people.assignments(tx, record.vpd, [number])).get(number, [])
    day = version.content.first_day
    found = assignment_on(day, rows, kind=record.kind, cost_code=department.cost_code, chosen=version.assignment_number)
    in_force = sorted({r.assignment_number for r in rows if r.effective_from <= day <= (r.effective_to or day)})
    return found.assignment, in_force


def _form(record: Record, trust: TrustSettings, posts: Sequence[str], refused: Refused | None) -> list[Field]:
    version = record.version
    wrong = wrong_fields(record.kind, [(one.field, one.detail) for one in record.findings if one.severity == "error"])
    if record.standing.field:
        wrong |= wrong_fields(record.kind, [(record.standing.field, record.standing.reason or "Mend this.")])
    if refused is not None:
        error = refused.error
        wrong = wrong_fields(record.kind, error.problems or [(error.field, error.detail)])
    return fields_of(
        record.kind,
        version.given,
        version.content,
        options=_options(trust, version.content, posts),
        wrong=wrong,
        typed=refused.typed if refused is not None and refused.typed else None,
    )


def _options(trust: TrustSettings, content: Content, posts: Sequence[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    known = trust.absence_type(content.absence_type) if isinstance(content, AbsenceContent) else None
    types = [known] if known else trust.absence_types
    reasons = {reason.code: f"{reason.code} {reason.words}" for kind in types for reason in kind.reasons}
    return {
        "absence_type": tuple((one.code, one.esr_name) for one in trust.absence_types),
        "reason": tuple(reasons.items()),
        "pay_element": tuple((one.code, f"{one.name} ({one.unit})") for one in trust.pay_elements),
        "assignment_number": tuple((one, one) for one in posts),
    }


_ELSEWHERE = frozenset({"assignment_number", "units", "rate", "amount", "note", "pay_element"})


def _facts(content: Content, record: Record) -> list[tuple[str, str]]:
    """What the record is, besides its money."""
    rows = [("Record in the rota", record.record_id), ("Profile", record.profile_id)]
    if record.claimed_by and record.claimed_by != record.profile_id:
        rows.append(("Entered by", record.claimed_by))
    rows.append(("ESR number", record.version.employee_number or "not linked yet"))
    rows.append(("Assignment", record.version.assignment_number or "none found"))
    return rows + said(record.kind, content, without=_ELSEWHERE)
