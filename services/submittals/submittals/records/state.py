"""The state of a submittal: derived from recorded decisions and facts by one pure function, never set by hand.

Decisions are in the order in which they were made. Facts (what ESR and the gateway say of one version) may arrive in any
order and any number of times; `strongest` says which one counts, so the order of arrival never matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from esrlink.contracts import Outcome
from submittals.records.decisions import Decision, DecisionKind, Fact

__all__ = [
    "ALLOWED",
    "WITH_PAYROLL",
    "Command",
    "Decision",
    "DecisionKind",
    "Fact",
    "Standing",
    "State",
    "checks",
    "derive",
    "fits",
    "newest_out",
    "state_of_version",
    "strongest",
]


class State(StrEnum):
    """Where a submittal stands in its life."""

    PENDING = "pending"
    ENRICHED = "enriched"
    VALIDATED = "validated"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENT = "sent"
    ACCEPTED = "accepted"
    LANDED = "landed"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    SUPERSEDED = "superseded"


class Command(StrEnum):
    """What may be asked of a submittal; `edit` is a put with other content, `release` is payroll's final approval."""

    EDIT = "edit"
    ENRICH = "enrich"
    SPLIT = "split"
    VALIDATE = "validate"
    APPROVE = "approve"
    RELEASE = "release"
    RETURN = "return"
    WITHDRAW = "withdraw"
    RESUBMIT = "resubmit"
    CORRECT = "correct"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a submittal stands: its state, the fact behind it if there is one, why, and the field to mend.

    `sent` is true when a version of it is on its way to ESR or there: it can then only be corrected, never edited.
    `with_payroll`: the gateway was told to pay this version, and nothing says that a run was frozen with it. `endorsed`: it
    waits for the trust's final approval. `groups_through`: the validation groups that have validated the version as it is.
    """

    state: State
    version: int
    outcome: Outcome | None = None
    reason: str | None = None
    field: str | None = None
    sent: bool = False
    with_payroll: bool = False
    endorsed: bool = False
    groups_through: tuple[str, ...] = ()


_AFTER = {
    DecisionKind.SUBMITTED: State.PENDING,
    DecisionKind.RESUBMITTED: State.PENDING,
    DecisionKind.ENRICHED: State.ENRICHED,
    DecisionKind.VALIDATED_IN_PART: State.ENRICHED,
    DecisionKind.VALIDATED: State.VALIDATED,
    DecisionKind.ENDORSED: State.VALIDATED,
    DecisionKind.APPROVED: State.APPROVED,
    DecisionKind.RECORDED: State.APPROVED,
    DecisionKind.RETURNED: State.RETURNED,
    DecisionKind.WITHDRAWN: State.WITHDRAWN,
}

# The way of an instruction. A fact further along outranks all before it; among facts equally far, the later one counts.
_STAGE = {
    Outcome.SCHEDULED: 1,
    Outcome.HELD: 1,
    Outcome.SENT: 2,
    Outcome.UNKNOWN: 2,
    Outcome.ACCEPTED: 3,
    Outcome.REJECTED: 3,
    Outcome.MISSING: 4,
    Outcome.DIFFERS: 4,
    Outcome.LANDED: 4,
}
_WITHIN_STAGE = {outcome: place for place, outcome in enumerate(_STAGE)}

# `held` stays approved (the reason says why it waits); `missing` is not known to be paid; `differs` is there, but look.
_SHOWN = {
    Outcome.SCHEDULED: State.SCHEDULED,
    Outcome.HELD: State.APPROVED,
    Outcome.SENT: State.SENT,
    Outcome.UNKNOWN: State.UNKNOWN,
    Outcome.ACCEPTED: State.ACCEPTED,
    Outcome.REJECTED: State.REJECTED,
    Outcome.MISSING: State.UNKNOWN,
    Outcome.DIFFERS: State.LANDED,
    Outcome.LANDED: State.LANDED,
}
_OUT = frozenset({Outcome.SENT, Outcome.UNKNOWN, Outcome.ACCEPTED, Outcome.MISSING, Outcome.DIFFERS, Outcome.LANDED})

_OPEN = frozenset({State.PENDING, State.ENRICHED, State.VALIDATED})
_MENDABLE = frozenset({State.RETURNED, State.REJECTED})
# Payroll has it and the run is not frozen, as far as we know: it can be taken back. If it was frozen meanwhile, the fact
# that it was sent comes and outranks what was decided.
WITH_PAYROLL = frozenset({State.APPROVED, State.SCHEDULED})
_CORRECTABLE = frozenset({State.SENT, State.ACCEPTED, State.LANDED})
ALLOWED: dict[Command, frozenset[State]] = {
    Command.EDIT: _OPEN | _MENDABLE | WITH_PAYROLL,
    Command.ENRICH: _OPEN,
    Command.SPLIT: _OPEN | _MENDABLE,
    Command.VALIDATE: frozenset({State.ENRICHED}),
    Command.APPROVE: frozenset({State.VALIDATED}),
    Command.RELEASE: frozenset({State.VALIDATED}),
    Command.RETURN: _OPEN | WITH_PAYROLL,
    Command.WITHDRAW: _OPEN | _MENDABLE | WITH_PAYROLL,
    Command.RESUBMIT: _MENDABLE,
    Command.CORRECT: _CORRECTABLE,
    Command.SECOND: _CORRECTABLE,
}
_CHECKING = frozenset({DecisionKind.VALIDATED_IN_PART, DecisionKind.VALIDATED, DecisionKind.ENDORSED})
_GIVES_REASON = frozenset({DecisionKind.RETURNED, DecisionKind.WITHDRAWN, DecisionKind.ENDORSED, DecisionKind.RECORDED})


def fits(command: Command, standing: Standing) -> bool:
    """Whether the command fits how the submittal stands."""
    if standing.state not in ALLOWED[command]:
        return False
    if command in {Command.APPROVE, Command.RELEASE}:
        return standing.endorsed == (command is Command.RELEASE)
    return True


def checks(decisions: Sequence[Decision]) -> Sequence[Decision]:
    """The validations, and the department's approval, of the version as it is: an edit or a return voids all before it."""
    first = len(decisions)
    while first and decisions[first - 1].kind in _CHECKING:
        first -= 1
    return decisions[first:]


def strongest(facts: Iterable[Fact]) -> Fact | None:
    """The fact that counts among those of one version; none when there is none.

    `missing` (a later ESR file does not show it) adds nothing to `rejected`, so it never hides the reason for that.
    """
    known = list(facts)
    if any(fact.outcome is Outcome.REJECTED for fact in known):
        known = [fact for fact in known if fact.outcome is not Outcome.MISSING]
    return max(
        known,
        key=lambda fact: (_STAGE[fact.outcome], fact.occurred_at, _WITHIN_STAGE[fact.outcome], fact.reason or ""),
        default=None,
    )


def _strongest_by_version(facts: Iterable[Fact]) -> dict[int, Fact]:
    by_version: dict[int, list[Fact]] = {}
    for fact in facts:
        by_version.setdefault(fact.version, []).append(fact)
    return {version: told for version, some in by_version.items() if (told := strongest(some))}


def newest_out(facts: Iterable[Fact]) -> int | None:
    """The newest version that is out: sent, or further, and not rejected."""
    return max((fact.version for fact in _strongest_by_version(facts).values() if fact.outcome in _OUT), default=None)


def derive(decisions: Sequence[Decision], facts: Iterable[Fact]) -> Standing:
    """How the submittal stands. `decisions` in the order made (at least one); `facts` in any order.

    A fact that it is out (sent or further) outranks every decision, even a withdrawal or a newer version that crossed
    it on the way: what was sent was sent, and a second version must not follow as if it had not been. That holds for a
    version that is not known here, too: this database may be an older copy that was restored.
    """
    last = decisions[-1]
    state, version = _AFTER[last.kind], last.version
    telling = _strongest_by_version(facts)
    current = telling.get(version)
    if current and current.outcome in _OUT:
        return Standing(_SHOWN[current.outcome], version, current.outcome, current.reason, current.field, sent=True)
    gone = max((fact for fact in telling.values() if fact.outcome in _OUT), key=lambda fact: fact.version, default=None)
    if gone:
        when = f"before version {version} came" if gone.version < version else "and is not known here"
        reason = f"Version {gone.version} had been sent to ESR {when}; only a correction can change it."
        return Standing(_SHOWN[gone.outcome], version, gone.outcome, reason, gone.field, sent=True)
    if current and state is State.APPROVED:
        shown = _SHOWN[current.outcome]
        with_payroll = shown in WITH_PAYROLL
        return Standing(shown, version, current.outcome, current.reason, current.field, with_payroll=with_payroll)
    gives_reason = last.kind in _GIVES_REASON
    return Standing(
        state,
        version,
        None,
        last.reason if gives_reason else None,
        last.field if gives_reason else None,
        with_payroll=last.kind is DecisionKind.APPROVED,
        endorsed=last.kind is DecisionKind.ENDORSED,
        groups_through=tuple(one.validation_group for one in checks(decisions) if one.through and one.validation_group),
    )


def state_of_version(version: int, decisions: Sequence[Decision], facts: Sequence[Fact]) -> State:
    """The state of one version, for its history: `superseded` when a newer one took its place before it was sent."""
    own = [decision for decision in decisions if decision.version == version]
    standing = derive(own, [fact for fact in facts if fact.version == version])
    is_old = version < decisions[-1].version
    if is_old and not standing.sent and standing.state not in {State.REJECTED, State.RETURNED, State.WITHDRAWN}:
        return State.SUPERSEDED
    return standing.state
