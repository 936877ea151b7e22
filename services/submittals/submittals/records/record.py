"""A submittal in hand: who and what it is, its current version, its decisions and facts, and what the rules said last.

Values are frozen: each step gives a new one. What is not stored yet is told apart, so that the store writes just that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from submittals.content import RULES_ACTOR, Content, Kind
from submittals.records.state import Decision, DecisionKind, Fact, Standing, State, derive
from submittals.rules import Claim, Finding

SourceKey = tuple[str, str, str]
"""Product, department, record id: unique within a trust."""


@dataclass(frozen=True, slots=True)
class Version:
    """One immutable version: what people said, the content with defaults filled in, and whose pay it goes to."""

    number: int
    given: Content
    content: Content
    content_hash: str
    put_hash: str
    employee_number: str | None
    assignment_number: str | None
    rules_version: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """One submittal."""

    id: UUID
    vpd: str
    product: str
    department: str
    record_id: str
    profile_id: str
    claimed_by: str | None
    kind: Kind
    version: Version
    decisions: tuple[Decision, ...]
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]
    created_at: datetime
    stored_decisions: int = 0
    fresh_versions: tuple[Version, ...] = ()

    @property
    def key(self) -> SourceKey:
        """Its source key."""
        return self.product, self.department, self.record_id

    @property
    def is_new(self) -> bool:
        """Whether nothing of it is stored yet."""
        return self.stored_decisions == 0

    @property
    def standing(self) -> Standing:
        """How it stands, derived."""
        return derive(self.decisions, self.facts)

    def decided(
        self,
        kind: DecisionKind,
        by: str,
        at: datetime,
        *,
        reason: str | None = None,
        field: str | None = None,
        client: str | None = None,
        took_back: bool = False,
    ) -> Record:
        """The record with one more decision, on its current version."""
        number = len(self.decisions) + 1
        decision = Decision(number, kind, self.version.number, by, at, reason, field, client, took_back)
        return replace(self, decisions=(*self.decisions, decision))

    def revised(self, version: Version, findings: Sequence[Finding]) -> Record:
        """The record with a new current version; a decision that says why must follow."""
        return replace(self, version=version, findings=tuple(findings), fresh_versions=(*self.fresh_versions, version))

    def judged(self, findings: Sequence[Finding]) -> Record:
        """The record with what the rules say now."""
        return replace(self, findings=tuple(findings))

    def returned_by_rules(self, at: datetime, *, took_back: bool = False) -> Record:
        """The record returned for the errors among its findings; itself when there are none."""
        errors = errors_of(self.findings)
        if not errors:
            return self
        reason = " ".join(finding.detail for finding in errors)
        field = errors[0].field
        return self.decided(DecisionKind.RETURNED, RULES_ACTOR, at, reason=reason, field=field, took_back=took_back)

    def claim(self) -> Claim | None:
        """What rules on other records may know of it; none while it claims nothing."""
        standing = self.standing
        if standing.state in NOT_CLAIMING or self.version.employee_number is None:
            return None
        return Claim(self.id, self.product, self.department, self.version.content, standing.sent)


# Records in these states stand in nobody's way: they must pass the rules again before they count.
NOT_CLAIMING = frozenset({State.RETURNED, State.WITHDRAWN, State.REJECTED})


def errors_of(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that return a record."""
    return [finding for finding in findings if finding.severity == "error"]
