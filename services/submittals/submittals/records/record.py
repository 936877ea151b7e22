"""A submittal in hand: who and what it is, its current version, its decisions and facts, and what the rules said last.

Values are frozen: each step gives a new one. What is not stored yet is told apart, so that the store writes just that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Literal
from uuid import UUID

from submittals.content import RULES_ACTOR, Content, Kind
from submittals.records.decisions import Decision, DecisionKind, Fact
from submittals.records.state import Standing, State, derive
from submittals.rules import Claim, Finding

Relation = Literal["split", "reversal", "replacement"]
"""What a submittal is to its origin: a part of it, what takes it back, or what is paid in its place."""

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
    """One submittal. `changed`: the fields in which a version that no decision speaks of yet differs from the one before.

    `taken_back`: a correction takes back what was sent of it.
    """

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
    changed: tuple[str, ...] = ()
    origin: UUID | None = None
    relation: Relation | None = None
    taken_back: bool = False

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
        person: str | None = None,
        validation_group: str | None = None,
        through: bool = False,
    ) -> Record:
        """The record with one more decision, on its current version."""
        number, version = len(self.decisions) + 1, self.version.number
        says = (by, at, reason, field, client, took_back, person, validation_group, through, self.changed)
        return replace(self, decisions=(*self.decisions, Decision(number, kind, version, *says)), changed=())

    def revised(self, version: Version, findings: Sequence[Finding]) -> Record:
        """The record with a new current version; a decision that says why must follow."""
        changed = tuple(sorted({*self.changed, *_differences(self.version, version)}))
        fresh = (*self.fresh_versions, version)
        return replace(self, version=version, findings=tuple(findings), fresh_versions=fresh, changed=changed)

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

    @property
    def counts(self) -> bool:
        """Whether it stands for time of the person: not what takes something back, nor what was taken back."""
        return self.relation != "reversal" and not self.taken_back

    def claim(self) -> Claim | None:
        """What rules on other records may know of it; none while it claims nothing."""
        standing = self.standing
        if standing.state in NOT_CLAIMING or self.version.employee_number is None or not self.counts:
            return None
        return Claim(self.id, self.product, self.department, self.version.content, standing.sent, self.record_id)


def _differences(before: Version, after: Version) -> set[str]:
    old, new = dict(before.content), dict(after.content)
    fields = {name for name, value in new.items() if value != old.get(name)}
    return fields | ({"employee_number"} if before.employee_number != after.employee_number else set())


# Records in these states stand in nobody's way: they must pass the rules again before they count.
NOT_CLAIMING = frozenset({State.RETURNED, State.WITHDRAWN, State.REJECTED})


# The longest record id, as `ExternalId` has it.
_LONGEST = 100


def relative_id(record_id: str, suffix: str) -> str:
    """The record id of a submittal that comes from this one: with a suffix, and shortened where it would be too long."""
    if len(record_id) + len(suffix) > _LONGEST:
        record_id = f"{record_id[:60]}-{sha256(record_id.encode()).hexdigest()[:16]}"
    return record_id + suffix


def errors_of(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that return a record."""
    return [finding for finding in findings if finding.severity == "error"]
