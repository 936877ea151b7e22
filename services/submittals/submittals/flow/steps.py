"""What each command does to a record: pure but for the events that it emits. A refused step leaves no trace.

When the rules find, on validating or approving, that a record is no longer good, it goes back to the department: refused,
and returned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from pydantic import ValidationError

from esrlink.errors import Conflict, EsrLinkError, FieldProblem, Invalid
from submittals.content import Content, content_of
from submittals.flow import announcements, maker_checker
from submittals.flow.asking import Ask, Turn
from submittals.judging.assessing import assess, reassess
from submittals.judging.surroundings import Surroundings
from submittals.records.record import Record, errors_of
from submittals.records.state import WITH_PAYROLL, Command, DecisionKind
from submittals.rules import Finding

Step = tuple[Record, EsrLinkError | None]


class RulesFailed(Conflict):
    """The rules find errors in the record."""

    code, title = "rules_failed", "The rules find errors"


def _enrich(record: Record, turn: Turn) -> Step:
    remade = _remade(record, turn.ask, turn.around)
    return remade.decided(DecisionKind.ENRICHED, turn.who.by, turn.around.now, client=turn.client), None


def _remade(record: Record, ask: Ask, around: Surroundings, *, always: bool = False) -> Record:
    """The record with amended content: a new version when that differs (or `always`). Raises `RulesFailed`."""
    given = amended(record, ask)
    place = (record.product, record.department, record.profile_id)
    found = assess(record.id, place, given, around, complete=True)
    if errors_of(found.findings):
        raise _failed(found.findings)
    version = found.version(record.version.number + 1, given, record.version.put_hash, around)
    if always or version.content_hash != record.version.content_hash:
        return record.revised(version, found.findings)
    return record.judged(found.findings)


def amended(record: Record, ask: Ask) -> Content:
    """What the record says with the command's fields set. Raises `Invalid`."""
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


def _validate(record: Record, turn: Turn) -> Step:
    maker_checker.check(record, turn.who, turn.around)
    maker_checker.check_validator(record, turn.who, turn.around)
    record, failed = _rechecked(record, turn.around)
    if failed:
        return record, failed
    return record.decided(DecisionKind.VALIDATED, turn.who.by, turn.around.now, client=turn.client), None


def _approve(record: Record, turn: Turn) -> Step:
    maker_checker.check(record, turn.who, turn.around)
    record, failed = _rechecked(record, turn.around)
    if failed:
        return record, failed
    record = record.decided(DecisionKind.APPROVED, turn.who.by, turn.around.now, client=turn.client)
    turn.tx.emit(announcements.approved(record, turn.around.trust, turn.around.now))
    return record, None


def _taken_back(kind: DecisionKind) -> Callable[[Record, Turn], Step]:
    """Return or withdraw: when it was approved, the gateway is told not to pay it."""

    def step(record: Record, turn: Turn) -> Step:
        reason, now = turn.ask.reason, turn.around.now
        if not reason:
            raise Invalid("Say why: the department and payroll will read it.", field="reason")
        took_back = record.standing.state in WITH_PAYROLL
        if took_back:
            turn.tx.emit(announcements.withdrawn(record, reason, now))
        record = record.decided(kind, turn.who.by, now, reason=reason, client=turn.client, took_back=took_back)
        return record, None

    return step


def _resubmit(record: Record, turn: Turn) -> Step:
    """Fix and resubmit in one step: a version of its own, which goes through the whole flow and gets its own instruction."""
    now = turn.around.now
    record = _remade(record, turn.ask, turn.around, always=True)
    record = record.decided(DecisionKind.RESUBMITTED, turn.who.by, now, reason=turn.ask.reason, client=turn.client)
    turn.tx.emit(announcements.submitted(record, now))
    return record, None


STEPS: Mapping[Command, Callable[[Record, Turn], Step]] = MappingProxyType(
    {
        Command.ENRICH: _enrich,
        Command.VALIDATE: _validate,
        Command.APPROVE: _approve,
        Command.RETURN: _taken_back(DecisionKind.RETURNED),
        Command.WITHDRAW: _taken_back(DecisionKind.WITHDRAWN),
        Command.RESUBMIT: _resubmit,
    }
)
"""What to do with a record that the command fits: the record after it, and what refused it although it left a trace."""
