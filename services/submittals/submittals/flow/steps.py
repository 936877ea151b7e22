"""What each command does to a record: pure but for the events that it emits. A refused step leaves no trace.

When the rules find, on validating or approving, that a record is no longer good, it goes back to the department: refused,
and returned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from esrlink.errors import Conflict, EsrLinkError, FieldProblem, Invalid
from submittals.content import AttendanceContent, Content, content_of
from submittals.flow import announcements, maker_checker
from submittals.flow.asking import Ask, Turn
from submittals.flow.groups import standing_of_groups, turn_of
from submittals.judging.assessing import assess, reassess
from submittals.judging.surroundings import Surroundings
from submittals.records.decisions import DecisionKind
from submittals.records.record import Record, Version, errors_of
from submittals.records.state import Command
from submittals.rules import Finding

IN_LIEU = "Time off in lieu: recorded, never paid."
TO_BE_RELEASED = "The department has approved it; payroll's final approval is to come."

Step = tuple[Record, EsrLinkError | None]


class RulesFailed(Conflict):
    """The rules find errors in the record."""

    code, title = "rules_failed", "The rules find errors"


def _decided(record: Record, kind: DecisionKind, turn: Turn, **says: Any) -> Record:
    who = turn.who
    return record.decided(kind, who.by, turn.around.now, client=turn.client, person=who.number, **says)


def _enrich(record: Record, turn: Turn) -> Step:
    return _decided(_remade(record, turn.ask, turn.around), DecisionKind.ENRICHED, turn), None


def _remade(record: Record, ask: Ask, around: Surroundings, *, always: bool = False) -> Record:
    """The record with amended content: a new version when that differs (or `always`). Raises `RulesFailed`."""
    given = amended(record, ask)
    place = (record.product, record.department, record.profile_id)
    found = assess(record.id, place, given, around, complete=True)
    refuse_errors(found.findings)
    version = found.version(record.version.number + 1, given, record.version.put_hash, around)
    if always or version.content_hash != record.version.content_hash:
        return record.revised(version, found.findings)
    return record.judged(found.findings)


def amended(record: Record, ask: Ask) -> Content:
    """What the record says with the command's fields set. Raises `Invalid`."""
    return amended_version(record, record.version, ask)


def amended_version(record: Record, version: Version, ask: Ask) -> Content:
    """The same of one of its versions."""
    values = version.given.model_dump(mode="json") | dict(ask.fields)
    try:
        return content_of(record.kind, values)
    except ValidationError as error:
        problems = [
            FieldProblem(".".join(["fields", *map(str, e["loc"])]), e["type"], e["msg"])
            for e in error.errors(include_url=False, include_input=False)
        ]
        raise Invalid("Some values cannot be taken; see `problems`.", problems=problems) from error


def refuse_errors(findings: Sequence[Finding]) -> None:
    """Raise `RulesFailed` when there are errors among the findings."""
    if errors_of(findings):
        raise _failed(findings)


def _failed(findings: Sequence[Finding]) -> RulesFailed:
    errors = errors_of(findings)
    problems = [FieldProblem(finding.field or "", finding.code, finding.detail) for finding in errors]
    return RulesFailed(" ".join(finding.detail for finding in errors), field=errors[0].field, problems=problems)


def _rechecked(record: Record, around: Surroundings) -> tuple[Record, RulesFailed | None]:
    """The record as the rules see it now; returned to the department when it is no longer good."""
    record = record.judged(reassess(record, around).findings)
    if not errors_of(record.findings):
        return record, None
    return record.returned_by_rules(around.now), _failed(record.findings)


def _validate(record: Record, turn: Turn) -> Step:
    maker_checker.check(record, turn.who, turn.around)
    hands = maker_checker.hands(record, turn.around)
    own = turn_of(turn.who, record, standing_of_groups(record, turn.around, hands))
    record, failed = _rechecked(record, turn.around)
    if failed:
        return record, failed
    name = own.group.name if own else None
    after = _decided(record, DecisionKind.VALIDATED, turn, validation_group=name, through=True)
    standings = standing_of_groups(after, turn.around, hands)
    if all(one.through for one in standings):
        return after, None
    through = any(one.through for one in standings if one.group.name == name)
    part = _decided(record, DecisionKind.VALIDATED_IN_PART, turn, validation_group=name, through=through)
    return part, None


def _approve(record: Record, turn: Turn) -> Step:
    maker_checker.check(record, turn.who, turn.around)
    record, failed = _rechecked(record, turn.around)
    if failed:
        return record, failed
    if _in_lieu(record):
        return _decided(record, DecisionKind.RECORDED, turn, reason=IN_LIEU), None
    if turn.around.trust.final_approval:
        return _decided(record, DecisionKind.ENDORSED, turn, reason=TO_BE_RELEASED), None
    return _approved(record, turn), None


def _release(record: Record, turn: Turn) -> Step:
    """Payroll's final approval: by another person than the one who approved it for the department."""
    maker_checker.check(record, turn.who, turn.around)
    maker_checker.check_another(record, turn.who, turn.around)
    record, failed = _rechecked(record, turn.around)
    return (record, failed) if failed else (_approved(record, turn), None)


def _approved(record: Record, turn: Turn) -> Record:
    record = _decided(record, DecisionKind.APPROVED, turn)
    trust = turn.around.trust_on(record.version.content.first_day)
    turn.tx.emit(announcements.approved(record, trust, turn.around.now))
    return record


def _in_lieu(record: Record) -> bool:
    content = record.version.content
    return isinstance(content, AttendanceContent) and content.in_lieu


def _taken_back(kind: DecisionKind) -> Callable[[Record, Turn], Step]:
    """Return or withdraw: when it was approved, the gateway is told not to pay it."""

    def step(record: Record, turn: Turn) -> Step:
        reason = turn.ask.reason
        if not reason:
            raise Invalid("Say why: the department and payroll will read it.", field="reason")
        took_back = record.standing.with_payroll
        if took_back:
            turn.tx.emit(announcements.withdrawn(record, reason, turn.around.now))
        return _decided(record, kind, turn, reason=reason, took_back=took_back), None

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
        Command.RELEASE: _release,
        Command.RETURN: _taken_back(DecisionKind.RETURNED),
        Command.WITHDRAW: _taken_back(DecisionKind.WITHDRAWN),
        Command.RESUBMIT: _resubmit,
    }
)
"""What to do with a record that the command fits: the record after it, and what refused it although it left a trace."""
