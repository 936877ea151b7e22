"""The flow: enrich, validate, approve, return, withdraw, resubmit; one command or many, each with its own outcome.

A command that does not fit the state, or that a maker gives, is refused and leaves no trace. When the rules find, on
validating or approving, that a record is no longer good, it goes back to the department: refused, and returned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from esrlink.db import WriteTx
from esrlink.errors import Conflict, EsrLinkError, FieldProblem, Invalid, NotFound, StaleVersion
from submittals.content import Content, content_of
from submittals.esr.cut_offs import Reach
from submittals.esr.people import ProfilePlace
from submittals.flow import announcements, maker_checker
from submittals.flow.intake import AlreadySent, WrongState
from submittals.judging.assessing import assess, reassess
from submittals.judging.surroundings import Surroundings, gather
from submittals.records import store
from submittals.records.locks import hold_trust
from submittals.records.record import Record, errors_of
from submittals.records.results import Result
from submittals.records.state import ALLOWED, WITH_PAYROLL, Command, DecisionKind, State
from submittals.rules import Finding


@dataclass(frozen=True, slots=True)
class Ask:
    """One command: what `by` wants done with a submittal. `fields` are those of the content to set (none clears one)."""

    submittal_id: UUID
    command: Command
    by: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    expected_version: int | None = None


class RulesFailed(Conflict):
    """The rules find errors in the record."""

    code, title = "rules_failed", "The rules find errors"


Step = tuple[Record, EsrLinkError | None]
MayTouch = Callable[[str, str], bool]


async def carry_out(
    tx: WriteTx, vpd: str, asks: Sequence[Ask], *, now: datetime, client: str, may_touch: MayTouch
) -> list[Result]:
    """Carry out commands in the order given, on records of departments that the caller may touch."""
    await hold_trust(tx, vpd, alone=False)
    known = await store.by_ids(tx, vpd, {ask.submittal_id for ask in asks})
    mine = {key: record for key, record in known.items() if may_touch(record.product, record.department)}
    makers = {place for record in mine.values() for place in maker_checker.makers(record)}
    # Who enriches in this batch may try to validate in it.
    makers |= {maker_checker.place_of_actor(mine[ask.submittal_id], ask.by) for ask in asks if ask.submittal_id in mine}
    claimants = {number for record in mine.values() if (number := record.version.employee_number)}
    subjects = [((r.product, r.department, r.profile_id), r.version.content) for r in mine.values()]
    subjects += _amendments(mine, asks)
    around = await gather(tx, vpd, now, subjects=subjects, makers=makers, claimants=claimants)
    changed: dict[UUID, Record] = {}
    results = []
    for ask in asks:
        before = changed.get(ask.submittal_id) or mine.get(ask.submittal_id)
        if before is None:
            missing = NotFound("There is no such submittal that you may see.", field="submittal_id")
            results.append(Result(None, Reach(), missing))
            continue
        after, refusal = _attempt(tx, before, ask, around, client)
        if after is not before:
            changed[after.id] = after
            around.claims.renew(before, after)
        reach = around.calendar.reach(after.version.content.first_day, now)
        results.append(Result(after, reach, refusal))
    await store.save(tx, changed.values(), now)
    return results


def _amendments(mine: Mapping[UUID, Record], asks: Sequence[Ask]) -> list[tuple[ProfilePlace, Content]]:
    """What the commands would make of the records: the rules need a person's neighbours on all those days."""
    found = []
    for ask in asks:
        record = mine.get(ask.submittal_id)
        if record is None or not ask.fields:
            continue
        with suppress(Invalid):  # refused when its turn comes
            found.append(((record.product, record.department, record.profile_id), _amended(record, ask)))
    return found


def _attempt(tx: WriteTx, record: Record, ask: Ask, around: Surroundings, client: str) -> Step:
    try:
        _check_state(record, ask)
        return _STEPS[ask.command](tx, record, ask, around, client)
    except EsrLinkError as refusal:
        return record, refusal


def _check_state(record: Record, ask: Ask) -> None:
    if ask.expected_version is not None and ask.expected_version != record.version.number:
        raise StaleVersion(
            f"You sent version {ask.expected_version}; the record is at version {record.version.number}."
            " Read it again and repeat your change.",
            field="version",
        )
    standing = record.standing
    if standing.state in ALLOWED[ask.command]:
        return
    if standing.sent:
        raise AlreadySent(
            f"The record is {standing.state}: it is in a payroll run. It cannot be changed any more; a correction can follow.",
            field="state",
        )
    fitting = " or ".join(state for state in State if state in ALLOWED[ask.command])
    raise WrongState(f"The record is {standing.state}; to {ask.command} it, it must be {fitting}.", field="state")


def _enrich(_tx: WriteTx, record: Record, ask: Ask, around: Surroundings, client: str) -> Step:
    return _remade(record, ask, around).decided(DecisionKind.ENRICHED, ask.by, around.now, client=client), None


def _remade(record: Record, ask: Ask, around: Surroundings, *, always: bool = False) -> Record:
    """The record with amended content: a new version when that differs (or `always`). Raises `RulesFailed`."""
    given = _amended(record, ask)
    place = (record.product, record.department, record.profile_id)
    found = assess(record.id, place, given, around, complete=True)
    if errors_of(found.findings):
        raise _failed(found.findings)
    version = found.version(record.version.number + 1, given, record.version.put_hash, around)
    if always or version.content_hash != record.version.content_hash:
        return record.revised(version, found.findings)
    return record.judged(found.findings)


def _amended(record: Record, ask: Ask) -> Content:
    values = record.version.given.model_dump(mode="json") | dict(ask.fields)
    try:
        return content_of(record.kind, values)
    except ValidationError as error:
        problems = [
            FieldProblem(".".join(["fields", *map(str, e["loc"])]), e["type"], e["msg"])
            for e in error.errors(include_url=False, include_input=False)
        ]
        raise Invalid("Some values cannot be taken; see `problems`.", problems=problems) from error


def _failed(findings: Sequence[Finding]) -> RulesFailed:
    errors = errors_of(findings)
    problems = [FieldProblem(finding.field or "", finding.code, finding.detail) for finding in errors]
    return RulesFailed(" ".join(finding.detail for finding in errors), field=errors[0].field, problems=problems)


def _rechecked(record: Record, around: Surroundings) -> tuple[Record, RulesFailed | None]:
    """The record as the rules see it now; returned to the department when it is no longer good."""
    found = reassess(record, around)
    findings = found.findings
    version = record.version
    if found.assignment_number != version.assignment_number and not errors_of(findings):
        findings = (
            Finding(
                code="assignment_changed",
                severity="error",
                detail="ESR's assignment for that day has changed since it was enriched: check it and send it again.",
                field=f"{record.kind}.assignment_number",
            ),
            *findings,
        )
    record = record.judged(findings)
    if not errors_of(findings):
        return record, None
    return record.returned_by_rules(around.now), _failed(findings)


def _validate(_tx: WriteTx, record: Record, ask: Ask, around: Surroundings, client: str) -> Step:
    maker_checker.check(record, ask.by, around)
    maker_checker.check_validator(record, ask.by, around)
    record, failed = _rechecked(record, around)
    if failed:
        return record, failed
    return record.decided(DecisionKind.VALIDATED, ask.by, around.now, client=client), None


def _approve(tx: WriteTx, record: Record, ask: Ask, around: Surroundings, client: str) -> Step:
    maker_checker.check(record, ask.by, around)
    record, failed = _rechecked(record, around)
    if failed:
        return record, failed
    record = record.decided(DecisionKind.APPROVED, ask.by, around.now, client=client)
    tx.emit(announcements.approved(record, around.trust, around.now))
    return record, None


def _taken_back(kind: DecisionKind) -> Callable[[WriteTx, Record, Ask, Surroundings, str], Step]:
    """Return or withdraw: when it was approved, the gateway is told not to pay it."""

    def step(tx: WriteTx, record: Record, ask: Ask, around: Surroundings, client: str) -> Step:
        if not ask.reason:
            raise Invalid("Say why: the department and payroll will read it.", field="reason")
        took_back = record.standing.state in WITH_PAYROLL
        if took_back:
            tx.emit(announcements.withdrawn(record, ask.reason, around.now))
        record = record.decided(kind, ask.by, around.now, reason=ask.reason, client=client, took_back=took_back)
        return record, None

    return step


def _resubmit(tx: WriteTx, record: Record, ask: Ask, around: Surroundings, client: str) -> Step:
    """Fix and resubmit in one step: a version of its own, which goes through the whole flow and gets its own instruction."""
    record = _remade(record, ask, around, always=True)
    record = record.decided(DecisionKind.RESUBMITTED, ask.by, around.now, reason=ask.reason, client=client)
    tx.emit(announcements.submitted(record, around.now))
    return record, None


_STEPS: dict[Command, Callable[[WriteTx, Record, Ask, Surroundings, str], Step]] = {
    Command.ENRICH: _enrich,
    Command.VALIDATE: _validate,
    Command.APPROVE: _approve,
    Command.RETURN: _taken_back(DecisionKind.RETURNED),
    Command.WITHDRAW: _taken_back(DecisionKind.WITHDRAWN),
    Command.RESUBMIT: _resubmit,
}
