"""What happened to a record, oldest first: who decided what and when, what changed, and what ESR and the gateway said. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from esrlink.contracts import Outcome
from submittals.dashboard.fields import Change, changes
from submittals.lists.versions import Edition
from submittals.records.decisions import Decision, DecisionKind, Fact
from submittals.records.record import Record

_WHAT: Mapping[DecisionKind, tuple[str, str]] = {
    DecisionKind.SUBMITTED: ("Sent in", "neutral"),
    DecisionKind.ENRICHED: ("Enriched", "neutral"),
    DecisionKind.VALIDATED_IN_PART: ("Validated in part", "good"),
    DecisionKind.VALIDATED: ("Validated", "good"),
    DecisionKind.ENDORSED: ("Approved by the department", "good"),
    DecisionKind.APPROVED: ("Approved", "good"),
    DecisionKind.RECORDED: ("Recorded", "good"),
    DecisionKind.RETURNED: ("Returned", "warning"),
    DecisionKind.WITHDRAWN: ("Withdrawn", "warning"),
    DecisionKind.RESUBMITTED: ("Sent again", "neutral"),
}
_FACTS: Mapping[Outcome, tuple[str, str, str]] = {
    Outcome.SCHEDULED: ("Scheduled", "It is in a payroll run.", "neutral"),
    Outcome.HELD: ("Held back", "Payroll holds it back.", "warning"),
    Outcome.SENT: ("Sent", "The file was uploaded to ESR.", "neutral"),
    Outcome.UNKNOWN: ("Unknown", "Nobody knows what became of the file.", "warning"),
    Outcome.ACCEPTED: ("Accepted", "ESR has taken it.", "good"),
    Outcome.REJECTED: ("Rejected", "ESR refused it.", "bad"),
    Outcome.MISSING: ("Missing", "A later file from ESR does not show it.", "warning"),
    Outcome.DIFFERS: ("Differs", "A later file from ESR shows it otherwise.", "warning"),
    Outcome.LANDED: ("Landed", "A later file from ESR shows it.", "good"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened."""

    at: datetime
    what: str
    words: str
    tone: str
    changes: Sequence[Change] = ()


def timeline(record: Record, editions: Sequence[Edition]) -> list[Step]:
    """All that happened, oldest first."""
    by_number = {edition.number: edition for edition in editions}
    steps, told = [], {1}
    for decision in record.decisions:
        fresh: Sequence[Change] = ()
        if decision.version not in told and decision.version - 1 in by_number and decision.version in by_number:
            old, new = by_number[decision.version - 1], by_number[decision.version]
            fresh = changes(record.kind, old.content, new.content)
        told.add(decision.version)
        steps.append(_of_decision(decision, fresh))
    steps += [_of_fact(fact) for fact in record.facts]
    # The moment decides; of what happened at one moment, decisions come first, in their order.
    return sorted(steps, key=lambda step: step.at)


def _of_decision(decision: Decision, fresh: Sequence[Change]) -> Step:
    what, tone = _WHAT.get(decision.kind, (str(decision.kind).replace("_", " ").capitalize(), "neutral"))
    said = "The rules, by themselves." if decision.by_rules else f"By {decision.by}, version {decision.version}."
    if decision.validation_group:
        said += f" For the group {decision.validation_group}."
    if decision.reason:
        said += f" {decision.reason}"
    return Step(decision.at, what, said, tone, fresh)


def _of_fact(fact: Fact) -> Step:
    what, words, tone = _FACTS[fact.outcome]
    if fact.pay_name:
        words += f" {fact.pay_name}"
        words += f", run {fact.run_code}." if fact.run_code else "."
    if fact.file_name:
        words += f" File {fact.file_name}" + (f", row {fact.row_number}." if fact.row_number else ".")
    return Step(fact.occurred_at, what, f"{words} {fact.reason or ''}".strip(), tone)
