"""What a submittal's state follows from: decisions of people and rules, and facts from the gateway. Recorded, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from esrlink.contracts import Outcome


class DecisionKind(StrEnum):
    """What somebody, or the rules, decided.

    `validated_in_part`: a validator said yes, and others are still to come. `endorsed`: approved by the department, and the
    trust's final approval is to come. `recorded`: approved as time off in lieu, which is never paid.
    """

    SUBMITTED = "submitted"
    ENRICHED = "enriched"
    VALIDATED_IN_PART = "validated_in_part"
    VALIDATED = "validated"
    ENDORSED = "endorsed"
    APPROVED = "approved"
    RECORDED = "recorded"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    RESUBMITTED = "resubmitted"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `by` is who acted: a rota user, or `rules`; `person` their employee number, where it is known.

    `took_back` says that an approved version was taken back by it, which the gateway was told (`submittal.withdrawn`).
    `validation_group` is the one that a validator spoke for; with the last of them the group is `through`. `changed` names
    the fields in which the version differs from the one before.
    """

    number: int
    kind: DecisionKind
    version: int
    by: str
    at: datetime
    reason: str | None = None
    field: str | None = None
    client: str | None = None
    took_back: bool = False
    person: str | None = None
    validation_group: str | None = None
    through: bool = False
    changed: tuple[str, ...] = ()

    @property
    def by_rules(self) -> bool:
        """Whether a rule made it: no client sent it. A profile may be called `rules` too."""
        return self.client is None


@dataclass(frozen=True, slots=True)
class Fact:
    """What became of one approved version, as `esr.record.settled` told it."""

    version: int
    outcome: Outcome
    occurred_at: datetime
    code: str | None = None
    reason: str | None = None
    field: str | None = None
    run_id: UUID | None = None
    run_code: str | None = None
    pay_name: str | None = None
    file_name: str | None = None
    row_number: int | None = None
